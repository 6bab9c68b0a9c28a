"""Stories put in on purpose: what Fernhall says and asks, one thing here and another there."""

from __future__ import annotations

from typing import Any, Final

from siloscope.core.touchpoint import DAY, IN, MINUTE, Touchpoint
from siloscope.ops.simulate_calendar import day_of
from siloscope.ops.simulate_company import FIRST_NAMES, title_of
from siloscope.ops.simulate_scene import Kind, Scene, moment, puts_in
from siloscope.ops.simulate_text import day, money, percentage, span

ANSWERS: Final[list[Kind]] = []
fault, near_miss = puts_in(ANSWERS, True), puts_in(ANSWERS, False)
YESTERDAY: Final = (0, 1)


# -- conflicting_message


@fault("conflicting_message", "sales says 35 EUR, finance bills 39 EUR")
def said_and_billed(s: Scene) -> None:
    key = f"price.headset_{s.who.number}"
    quoted = s.out(s.day(-4), "sales", "phone", "headset_quote", claims={key: "35 EUR"}, facts=_price(s, "35.00"),
                   topic="price.quote", product="headset", staff_ref="sales-4")  # fmt: skip
    billed = s.say(0, "invoice", "finance", "email", "headset_invoice", claims={key: "39 EUR"}, facts=_price(s, "39.00"),
                   topic="invoice.headset", product="headset", amount="39.00", currency="EUR")  # fmt: skip
    s.label(key, quoted, billed)


def _price(s: Scene, amount: str) -> dict[str, str]:
    return {"price": money(s.random, s.who.language, amount)}


def _dates(s: Scene, cases: str) -> None:
    about = {"topic": "delivery.date", "product": "router"}
    told = []
    for after, department, channel, days, case in (
        (s.day(-1, 15), "delivery", "sms", 2, cases[0]), (0, "support", "phone", 5, cases[-1])
    ):  # fmt: skip
        date = day_of(s.at + days * DAY)
        told.append(
            s.out(after, department, channel, f"router_date.{department}", case_ref=f"{s.case}:{case}",
                  claims={"delivery.date": date}, facts={"date": day(s.random, s.who.language, date)}, **about)
        )  # fmt: skip
    s.label("delivery.date", *told)


@fault("conflicting_message", "delivery and support name two dates for one order")
def two_delivery_dates(s: Scene) -> None:
    _dates(s, "a")


@fault("conflicting_message", "the website says 30 days, the success team 14", lead=25)
def website_says_otherwise(s: Scene) -> None:
    key = f"trial.days_{s.story}"
    about = {"product": "video-room"}
    page = s.say(s.day(-20, 7), "fact_published", "web", "web", "trial_page", claims={key: "30 days"}, topic="trial.terms", **about)
    told = s.out(0, "success", "email", "trial_told", claims={key: "14 days"}, topic="trial.offer", **about)
    s.label(key, page, told)


def _in_words(s: Scene, occasion: str, topic: str, said: str, said_then: str) -> list[Touchpoint]:
    return [
        s.out(s.day(-6), "sales", "email", f"{occasion}.one", facts={"fact": said}, topic=topic),
        s.out(0, "finance", "email", f"{occasion}.two", facts={"fact": said_then}, topic=topic),
    ]


@fault("conflicting_message", "sales writes of three months' notice, finance of a year's", confidence="suspected")
def two_notice_periods_in_words(s: Scene) -> None:
    one, two = (span(s.random, s.who.language, each) for each in ("3 months", "12 months"))
    s.label("contract.end", *_in_words(s, "notice", "contract.end", one, two))


@fault("conflicting_message", "sales writes of 19 EUR, finance of 24 EUR", confidence="suspected")
def two_prices_in_words(s: Scene) -> None:
    one, two = (money(s.random, s.who.language, each) for each in ("19.00", "24.00"))
    s.label("price.extension", *_in_words(s, "seat", "price.extension", one, two))


@near_miss("conflicting_message", "the dates are about two orders")
def two_orders_two_dates(s: Scene) -> None:
    _dates(s, "ab")


@near_miss("conflicting_message", "the wrong price was corrected before the invoice")
def corrected_in_time(s: Scene) -> None:
    key, about = f"price.desk_phone_{s.who.number}", {"topic": "price.quote", "product": "desk-phone"}
    wrong = s.out(s.day(-4), "sales", "phone", "headset_quote", claims={key: "35 EUR"}, facts=_price(s, "35.00"), **about)
    right = s.out(s.day(-3, 17), "sales", "phone", "quote_corrected", claims={key: "39 EUR"}, facts=_price(s, "39.00"),
                  refers_to=[wrong], **about)  # fmt: skip
    billed = s.say(0, "invoice", "finance", "email", "headset_invoice", claims={key: "39 EUR"}, facts=_price(s, "39.00"),
                   topic="invoice.desk_phone", product="desk-phone")  # fmt: skip
    s.label(key, right, billed)


@near_miss("conflicting_message", "both say the same, one in months, one in years", confidence="suspected")
def the_same_in_other_words(s: Scene) -> None:
    one, two = ("24 Monate", "zwei Jahre") if s.who.language == "de" else ("24 months", "two years")
    s.label("contract.length", *_in_words(s, "length", "contract.length", one, two))


@near_miss("conflicting_message", "one is a month's price, the other is paid once", confidence="suspected")
def per_month_and_once(s: Scene) -> None:
    one, two = (money(s.random, s.who.language, each) for each in ("9.00", "49.00"))
    s.label("price.extra", *_in_words(s, "extra", "price.extra", one, two))


@near_miss("conflicting_message", "two products have two warranties")
def two_products_two_warranties(s: Scene) -> None:
    told = [
        s.out(after, department, "phone", "warranty", facts={"fact": span(s.random, s.who.language, months)},
              claims={"warranty.length": months}, product=product, topic=f"warranty.{product}")
        for after, department, product, months in (
            (s.day(-3), "sales", "headset", "12 months"), (0, "support", "router", "24 months")
        )
    ]  # fmt: skip
    s.label("warranty.length", *told)


# -- inconsistent_answer


def _asked_twice(
    s: Scene, topic: str, answers: tuple[str, str], days: int = -6, departments: tuple[str, str] = ("support", "sales"),
    corrects: bool = False, **more: Any,
) -> list[Touchpoint]:  # fmt: skip
    """A question asked and answered twice, by two people; answers the two answers.

    `more` may hold `facts` and `claims`, one for each answer.
    """
    told: list[Touchpoint] = []
    for turn, (at, department) in enumerate(zip((s.day(days), 0), departments, strict=True)):
        about: dict[str, Any] = {"thread_ref": f"{s.case}:{turn}", "topic": topic}
        asked = s.say(at - 20 * MINUTE, "question", department, "email", f"question.{topic}", **about)
        about |= {name: values[turn] for name, values in more.items()}
        about |= {"refers_to": told[:1]} if turn and corrects else {}
        told.append(
            s.say(at, "answer", department, "email", answers[turn], reply_to=asked, staff_ref=f"{department}-{turn + 1}", **about)
        )  # fmt: skip
    return told


ONE_DEPARTMENT: Final = {"departments": ("support", "support")}


@fault("inconsistent_answer", "asked for her notice period twice, two people of one department: three months, a year")
def two_notice_periods(s: Scene) -> None:
    facts = [{"fact": span(s.random, s.who.language, each)} for each in ("3 months", "12 months")]
    claims = [{"contract.notice": each} for each in ("3 months", "12 months")]
    answers = ("answer.contract.notice",) * 2
    s.label("contract.notice", *_asked_twice(s, "contract.notice", answers, facts=facts, claims=claims, **ONE_DEPARTMENT))


@fault("inconsistent_answer", "two departments name two dates for one training")
def two_training_dates(s: Scene) -> None:
    claims = [{"training.date": day_of(s.at + days * DAY)} for days in (12, 19)]
    facts = [{"fact": day(s.random, s.who.language, each["training.date"])} for each in claims]
    told = _asked_twice(s, "training.next", ("answer.training.next",) * 2, facts=facts, claims=claims)
    s.label("training.next", *told)
    s.label("training.date", *told, symptom="conflicting_message")  # she asked twice: these are two statements too


@fault("inconsistent_answer", "yes from one, no from another", confidence="suspected")
def yes_and_no(s: Scene) -> None:
    s.label("tariff.mobile", *_asked_twice(s, "tariff.mobile", ("answer.yes", "answer.no"), **ONE_DEPARTMENT))


@fault("inconsistent_answer", "10 percent in one answer, 15 in the other", confidence="suspected")
def two_discounts(s: Scene) -> None:
    facts = [{"fact": percentage(s.random, s.who.language, each)} for each in (10, 15)]
    answers = ("answer.discount.seats",) * 2
    s.label("discount.seats", *_asked_twice(s, "discount.seats", answers, facts=facts, **ONE_DEPARTMENT))


@near_miss("inconsistent_answer", "the second answer corrects the first")
def the_second_corrects_the_first(s: Scene) -> None:
    facts = [{"fact": span(s.random, s.who.language, each)} for each in ("12 months", "3 months")]
    claims = [{"contract.notice": each} for each in ("12 months", "3 months")]
    answers = ("answer.contract.notice", "answer.corrected")
    s.label("contract.notice", *_asked_twice(s, "contract.notice", answers, facts=facts, claims=claims, corrects=True))


@near_miss("inconsistent_answer", "both answers say the same, in other words", confidence="suspected")
def the_same_answer_twice(s: Scene) -> None:
    one, two = ("14 Tage", "zwei Wochen") if s.who.language == "de" else ("14 days", "two weeks")
    s.label("trial.length", *_asked_twice(s, "trial.length", ("answer.trial.length",) * 2, facts=[{"fact": one}, {"fact": two}]))


@near_miss("inconsistent_answer", "more than 90 days lie between the answers", lead=110, since=130)
def a_hundred_days_apart(s: Scene) -> None:
    claims = [{"contract.notice": each} for each in ("3 months", "12 months")]
    facts = [{"fact": span(s.random, s.who.language, each)} for each in ("3 months", "12 months")]
    answers = ("answer.contract.notice",) * 2
    s.label("contract.notice", *_asked_twice(s, "contract.notice", answers, days=-100, facts=facts, claims=claims))


@near_miss("inconsistent_answer", "yes and no answer two questions", confidence="suspected")
def yes_and_no_to_two_questions(s: Scene) -> None:
    told = []
    for at, topic, staff, answer in (
        (s.day(-6), "tariff.mobile", "support-1", "answer.yes"), (0, "coverage.office", "support-2", "answer.no")
    ):  # fmt: skip
        thread = {"thread_ref": f"{s.case}:{topic}", "topic": topic}
        asked = s.say(at - 20 * MINUTE, "question", "support", "email", f"question.{topic}", **thread)
        told.append(s.say(at, "answer", "support", "email", answer, reply_to=asked, staff_ref=staff, **thread))
    s.label("tariff.mobile", *told)


# -- repeated_info_request


def _gave(s: Scene, field: str, days: int = -5) -> Touchpoint:
    """She gave a field to sales, in a case of its own."""
    about = {"case_ref": f"{s.case}:a", "fields": [field]}
    asked = s.say(s.day(days, 10), "info_request", "sales", "email", "how_to_reach", staff_ref="sales-1", **about)
    return s.say(s.day(days, 15), "info_given", "sales", "email", "here_it_is", reply_to=asked, staff_ref="sales-1", **about)


@fault("repeated_info_request", "she gave sales her bank details, finance asks again")
def asked_again_by_finance(s: Scene) -> None:
    given = _gave(s, "iban")
    asked = s.say(0, "info_request", "finance", "email", "your_details", fields=["iban"], case_ref=f"{s.case}:b")
    s.label(f"{s.case}:b", given, asked)


@fault("repeated_info_request", "the same person asks again, in another case", lead=100, since=130)
def asked_again_in_another_case(s: Scene) -> None:
    given = _gave(s, "vat_id", days=-90)
    asked = s.say(0, "info_request", "sales", "email", "your_details", fields=["vat_id"], staff_ref="sales-1",
                  case_ref=f"{s.case}:b")  # fmt: skip
    s.label(f"{s.case}:b", given, asked)


@fault("repeated_info_request", "a form asks for what she wrote in a mail")
def a_form_asks_again(s: Scene) -> None:
    given = _gave(s, "opening_hours")
    asked = s.say(0, "form_request", "legal", "web", "annex", fields=["opening_hours", "site_plan"])
    s.label(asked.touchpoint_id, given, asked)


@near_miss("repeated_info_request", "a code that proves who she is must be asked for each time")
def a_code_each_time(s: Scene) -> None:
    given = _gave(s, "verification_code")
    s.label("verification_code", given, s.say(0, "info_request", "finance", "phone", "your_code", fields=["verification_code"]))


@near_miss("repeated_info_request", "each order has its own number")
def each_order_its_number(s: Scene) -> None:
    given = _gave(s, "order_number")
    asked = s.say(0, "info_request", "delivery", "email", "your_order", fields=["order_number"], case_ref=f"{s.case}:b")
    s.label("order_number", given, asked)


@near_miss("repeated_info_request", "her bank has changed since")
def it_changed_since(s: Scene) -> None:
    given = _gave(s, "iban")
    s.say(s.day(-1), "message", "sales", "email", "new_bank", direction=IN, attributes={"changed": "iban"})
    asked = s.say(0, "info_request", "finance", "email", "your_details", fields=["iban"], case_ref=f"{s.case}:b")
    s.label("iban", given, asked)


@near_miss("repeated_info_request", "the same person asks again in the same case")
def the_same_person_once_more(s: Scene) -> None:
    given = _gave(s, "contact_hours")
    asked = s.say(0, "info_request", "sales", "email", "your_details", fields=["contact_hours"], staff_ref="sales-1",
                  case_ref=f"{s.case}:a")  # fmt: skip
    s.label("contact_hours", given, asked)


# -- form_pile_up


def _forms(s: Scene, *forms: tuple[int, str, list[str]]) -> None:
    told = [
        s.say(s.day(days) if days else 0, "form_request", department, "email", f"form.{department}", fields=fields)
        for days, department, fields in forms
    ]
    s.label("forms", *told)
    for asked, (days, department, fields) in zip(told, forms, strict=True):
        if days < -9:
            s.say(moment(asked) - s.at + 2 * DAY, "form_submitted", department, "web", fields=fields, reply_to=asked)


@fault("form_pile_up", "three departments send three forms within a month", lead=35)
def three_forms_in_a_month(s: Scene) -> None:
    _forms(s, (-20, "sales", ["site_plan"]), (-8, "finance", ["credit_limit"]), (0, "legal", ["signatory"]))


@fault("form_pile_up", "two forms ask for the same two things")
def two_forms_one_content(s: Scene) -> None:
    _forms(s, (-3, "finance", ["signatory", "register_number"]), (0, "legal", ["signatory", "register_number", "seat"]))


@near_miss("form_pile_up", "two forms, two contents")
def two_forms_two_contents(s: Scene) -> None:
    _forms(s, (-3, "finance", ["credit_limit", "payment_day"]), (0, "legal", ["signatory", "seat"]))


@near_miss("form_pile_up", "all three come from one department", lead=35)
def three_forms_of_one_department(s: Scene) -> None:
    _forms(s, (-20, "legal", ["site_plan"]), (-8, "legal", ["signatory"]), (0, "legal", ["seat"]))


@near_miss("form_pile_up", "the third form came after more than a month", lead=45)
def the_third_after_a_month(s: Scene) -> None:
    _forms(s, (-34, "sales", ["site_plan"]), (-8, "finance", ["credit_limit"]), (0, "legal", ["signatory"]))


@near_miss("form_pile_up", "the forms have one thing in common")
def one_field_in_common(s: Scene) -> None:
    _forms(s, (-3, "finance", ["signatory", "credit_limit"]), (0, "legal", ["signatory", "seat"]))


# -- inconsistent_voice


def _voices(s: Scene, *said: tuple[int, str, dict[str, Any]]) -> None:
    told = [
        s.out(s.day(days) if days else 0, department, "email", f"voice.{turn}", topic=f"news.{turn}", **how)
        for turn, (days, department, how) in enumerate(said)
    ]
    s.label("voice", *told)


def _speaks(s: Scene, language: str) -> None:
    """The customer of this story speaks this language."""
    s.who = s.who._replace(language=language, title=title_of(s.who.number % len(FIRST_NAMES), language))


VOICE: Final = {"confidence": "suspected", "since": None, "lead": 130}


@fault("inconsistent_voice", "support says du, finance Sie", **VOICE)
def du_and_sie(s: Scene) -> None:
    _speaks(s, "de")
    s.bought(120)
    du, sie = {"formal": False}, {"formal": True}
    _voices(s, (-9, "finance", sie), (-6, "support", du), (-3, "finance", sie), (0, "support", du))


@fault("inconsistent_voice", "support writes English, finance German", **VOICE)
def two_languages(s: Scene) -> None:
    _speaks(s, "en")
    s.bought(120)
    _voices(s, (-9, "support", {}), (-6, "finance", {"language": "de"}), (-3, "support", {}), (0, "finance", {"language": "de"}))


@fault("inconsistent_voice", "finance has her name wrong", **VOICE)
def two_names(s: Scene) -> None:
    s.bought(120)
    right, wrong = {"formal": True}, {"formal": True, "name": "Kesslering"}
    _voices(s, (-9, "sales", right), (-6, "finance", wrong), (-3, "sales", right), (0, "finance", wrong))


@near_miss("inconsistent_voice", "one text alone is a slip", **VOICE)
def one_slip(s: Scene) -> None:
    _speaks(s, "de")
    s.bought(120)
    sie = {"formal": True}
    _voices(s, (-9, "finance", sie), (-6, "finance", sie), (-3, "sales", sie), (0, "support", {"formal": False}))


@near_miss("inconsistent_voice", "she switched to German herself", **VOICE)
def she_switched_first(s: Scene) -> None:
    _speaks(s, "en")
    s.bought(120)
    german = {"language": "de", "formal": True}
    thread = {"thread_ref": f"{s.case}:thread", "topic": "contract.copy"}
    s.say(s.day(-5, 9), "message", "finance", "email", "call_me", direction=IN, language="de", **thread)
    _voices(s, (-9, "support", {"formal": True}), (-7, "support", {"formal": True}), (-3, "finance", german), (0, "finance", german))


@near_miss("inconsistent_voice", "the other form was used more than 90 days ago", confidence="suspected", since=None, lead=160)
def another_form_long_ago(s: Scene) -> None:
    _speaks(s, "de")
    s.bought(150)
    du, sie = {"formal": False}, {"formal": True}
    _voices(s, (-100, "support", du), (-97, "support", du), (-3, "finance", sie), (0, "finance", sie))
