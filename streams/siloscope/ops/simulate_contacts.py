"""Stories put in on purpose: what Fernhall sends, twice, too often, at the wrong moment, through the wrong door."""

from __future__ import annotations

from typing import Final

from siloscope.core.touchpoint import DAY, HOUR, MINUTE
from siloscope.ops.simulate_calendar import day_of
from siloscope.ops.simulate_company import PRODUCTS
from siloscope.ops.simulate_scene import Kind, Scene, moment, puts_in
from siloscope.ops.simulate_text import day

CONTACTS: Final[list[Kind]] = []
fault, near_miss = puts_in(CONTACTS, True), puts_in(CONTACTS, False)
NEWS: Final = {"message_ref": "newsletter:video-room", "topic": "offer.video_room"}
YESTERDAY: Final = (0, 1)  # both days must be working days


# -- duplicate_outreach


@fault("duplicate_outreach", "three departments send one campaign within days")
def one_offer_three_senders(s: Scene) -> None:
    first = s.say(s.day(-2), "promotion", "marketing", "email", "video_offer", **NEWS)
    second = s.out(s.day(-1, 17), "success", "email", "video_offer_success", **NEWS)
    third = s.out(0, "sales", "phone", "video_offer_sales", **NEWS)
    s.label("newsletter:video-room", first, second, third, at=moment(second))


@fault("duplicate_outreach", "two departments announce the same maintenance night")
def one_fact_told_twice(s: Scene) -> None:
    night = day_of(s.at + 4 * DAY)
    about = {"claims": {"maintenance.date": night}, "topic": "service.maintenance"}
    date = {"date": day(s.random, s.who.language, night)}
    first = s.say(s.day(-1), "notice", "delivery", "sms", "maintenance_sms", facts=date, **about)
    s.label("service.maintenance", first, s.say(0, "notice", "support", "email", "maintenance_email", facts=date, **about))


@fault("duplicate_outreach", "two departments send the same words", confidence="suspected")
def one_text_twice(s: Scene) -> None:
    body = s.words("new_account")
    first = s.out(s.day(-1), "finance", "email", body=body, topic="payment.change")
    s.label("payment.change", first, s.out(0, "sales", "email", body=body, topic="customer.news"))


@fault("duplicate_outreach", "two departments send nearly the same words", confidence="suspected")
def one_text_and_a_word_more(s: Scene) -> None:
    body = s.words("new_opening")
    first = s.out(s.day(-3), "support", "email", body=body)
    s.label("service.hours", first, s.out(0, "success", "email", body=f"{body} {s.words('by_the_way')}"))


@near_miss("duplicate_outreach", "both copies come from one department")
def a_cadence(s: Scene) -> None:
    first = s.say(s.day(-2), "promotion", "marketing", "email", "video_offer", **NEWS)
    s.label("newsletter:video-room", first, s.say(0, "promotion", "marketing", "push", "video_offer", **NEWS))


@near_miss("duplicate_outreach", "the second copy answers her question", duty=YESTERDAY)
def sent_because_she_asked(s: Scene) -> None:
    thread = {"thread_ref": f"{s.case}:thread"}
    first = s.say(s.day(-2), "promotion", "marketing", "email", "video_offer", **thread, **NEWS)
    asked = s.say(s.day(-1, 17), "question", "sales", "email", "question.video", topic="offer.video_room", **thread)
    s.label("newsletter:video-room", first, s.out(0, "sales", "email", "video_offer_sales", reply_to=asked, **thread, **NEWS))


@near_miss("duplicate_outreach", "more than seven days lie between the copies", lead=14)
def eight_days_apart(s: Scene) -> None:
    first = s.say(s.day(-8, 9), "promotion", "marketing", "email", "video_offer", **NEWS)
    s.label("newsletter:video-room", first, s.out(0, "sales", "phone", "video_offer_sales", **NEWS))


@near_miss("duplicate_outreach", "the case was handed over: delivery introduces itself", duty=YESTERDAY)
def introduced_after_the_handover(s: Scene) -> None:
    about = {"case_ref": s.case, "topic": "number.transfer"}
    guide = {"message_ref": "guide:number-transfer", **about}
    s.say(s.day(-1, 9), "case_opened", "support", "email", "case.number.transfer", **about)
    first = s.out(s.day(-1, 10), "support", "email", "transfer_guide", **guide)
    s.say(s.day(-1, 17), "handoff_started", "support", "ticket", "please_take", to_department="delivery", **about)
    s.say(s.day(0, 9), "handoff_accepted", "delivery", "ticket", staff_ref="delivery-2", **about)
    s.label("guide:number-transfer", first, s.out(0, "delivery", "email", "transfer_hello", **guide))
    s.say(s.worked(0, 3 * HOUR), "case_closed", "delivery", "ticket", outcome="solved", **about)


@near_miss("duplicate_outreach", "the words are the same, the nights are two")
def same_words_other_night(s: Scene) -> None:
    told = []
    for after, department, channel, days in ((s.day(-1), "delivery", "sms", 4), (0, "support", "email", 11)):
        date = {"date": day(s.random, s.who.language, day_of(s.at + days * DAY))}
        told.append(s.say(after, "notice", department, channel, "one_night", facts=date, topic=f"maintenance.{department}"))
    s.label("maintenance", *told)


# -- contact_pressure

_WEEK: Final = (
    (-4, "promotion", "marketing", "email", "video_offer", {"topic": "offer.video_room"}),
    (-3, "message", "sales", "phone", "call_about_plan", {"topic": "offer.plan", "direction": "outbound"}),
    (-3, "survey_request", "success", "email", "survey", {"topic": "survey.year"}),
    (-2, "meeting", "success", "meeting", "review_held", {"topic": "review.year", "direction": "outbound"}),
    (-1, "promotion", "marketing", "push", "promotion", {"topic": "offer.of_the_week"}),
    (0, "info_request", "sales", "email", "how_many_seats", {"fields": ["seats_next_year"]}),
)


def _week(s: Scene, contacts: int) -> None:
    told = [
        s.say(s.day(days) if days else 0, activity, department, channel, occasion, **more)
        for days, activity, department, channel, occasion, more in _WEEK[len(_WEEK) - contacts :]
    ]
    told.sort(key=moment)
    s.label("the week", *told)


@fault("contact_pressure", "three departments contact her six times within a week")
def six_in_a_week(s: Scene) -> None:
    _week(s, 6)


@fault("contact_pressure", "two departments contact her seven times within a week")
def two_departments_in_turn(s: Scene) -> None:
    told = []
    for turn, days in enumerate((-4, -4, -3, -2, -1)):
        department = ("marketing", "success")[turn % 2]
        hour = 9 + turn
        told.append(s.out(s.day(days, hour), department, "email", f"tip_{turn}", message_ref=f"tips:{turn}"))
    told.append(s.say(0, "promotion", "marketing", "email", "video_offer", message_ref="newsletter:rooms"))
    s.label("the week", *told)
    s.out(s.worked(0, 2 * HOUR), "success", "phone", "tip_5", message_ref="tips:5")


@near_miss("contact_pressure", "five contacts are not yet too many")
def five_in_a_week(s: Scene) -> None:
    _week(s, 5)


@near_miss("contact_pressure", "all six come from one department")
def six_from_one_department(s: Scene) -> None:
    told = [
        s.say(s.day(days) if days else 0, "promotion", "marketing", "email", f"tip_{turn}", message_ref=f"tips:{turn}")
        for turn, days in enumerate((-4, -3, -3, -2, -1, 0))
    ]
    s.label("the week", *told)


@near_miss("contact_pressure", "one of the six answers her question", duty=YESTERDAY)
def one_of_them_is_an_answer(s: Scene) -> None:
    _week(s, 5)
    thread = {"thread_ref": f"{s.case}:thread", "topic": "howto.app"}
    asked = s.say(s.day(-1, 9), "question", "support", "email", "question.howto.app", **thread)
    s.out(s.day(-1, 11), "support", "email", "answer.howto.app", reply_to=asked, **thread)


@near_miss("contact_pressure", "several messages of one conversation on one day count once")
def one_conversation_counts_once(s: Scene) -> None:
    _week(s, 4)
    for turn in range(3):
        s.out(s.day(-2, 10 + turn), "legal", "chat", f"tip_{turn}", thread_ref=f"{s.case}:thread")


# -- tone_deaf_outreach


def _complained(s: Scene) -> dict[str, str]:
    about = {"case_ref": s.case, "thread_ref": f"{s.case}:thread", "topic": "technician.visit"}
    said = s.say(s.day(-1, 9), "complaint", "delivery", "phone", "complaint_visit", sentiment=-0.8, **about)
    s.say(s.day(-1, 10), "answer", "delivery", "phone", "apology", reply_to=said, staff_ref="delivery-4", **about)
    return about


@fault("tone_deaf_outreach", "an offer goes out while her complaint is open", duty=YESTERDAY)
def an_offer_to_the_angry(s: Scene) -> None:
    about = _complained(s)
    s.label(s.case, s.say(0, "promotion", "marketing", "email", "promotion", message_ref="campaign:spring"))
    s.say(30 * MINUTE, "recovered", "success", "phone", "recovered", **about)


@fault("tone_deaf_outreach", "a survey goes out while her lines are down", duty=YESTERDAY)
def a_survey_in_the_outage(s: Scene) -> None:
    about = {"case_ref": s.case, "topic": "line.quality", "priority": "critical"}
    s.say(s.day(0, 9), "case_opened", "support", "phone", "case.line.quality", **about)
    s.say(s.day(0, 9.2), "answer", "support", "phone", "case_answer", **about)
    s.label(s.case, s.say(0, "survey_request", "success", "email", "survey", message_ref="survey:spring"))
    s.say(s.worked(0, 5 * HOUR), "case_closed", "support", "ticket", outcome="solved", **about)


@fault("tone_deaf_outreach", "asked to renew while a promised call is overdue", duty=YESTERDAY)
def renewal_before_the_promised_call(s: Scene) -> None:
    about = {"case_ref": s.case, "topic": "callback"}
    due = s.day(-1, 17)
    promised = s.say(s.day(-1, 11), "promise_made", "support", "phone", "will_call_today", due_at=s.at + due, **about)
    s.label(s.case, s.say(0, "renewal_ask", "sales", "email", "renewal", facts=_term(s, 40), topic="contract.renewal",
                          renewal_at=s.at + 40 * DAY))  # fmt: skip
    s.label(s.case, promised, after=due, symptom="broken_promise")
    s.out(s.worked(0, 2 * HOUR), "support", "phone", "called_back", **about)


def _term(s: Scene, days: int) -> dict[str, str]:
    return {"date": day(s.random, s.who.language, day_of(s.at + days * DAY))}


@near_miss("tone_deaf_outreach", "the complaint was made good before", duty=YESTERDAY)
def an_offer_after_it_was_made_good(s: Scene) -> None:
    about = _complained(s)
    s.say(s.day(-1, 15), "recovered", "success", "phone", "recovered", **about)
    s.label(s.case, s.say(0, "promotion", "marketing", "email", "promotion", message_ref="campaign:spring"))


@near_miss("tone_deaf_outreach", "the survey is about that very case", duty=YESTERDAY)
def a_survey_about_that_very_case(s: Scene) -> None:
    about = {"case_ref": s.case, "topic": "line.quality", "priority": "critical"}
    s.say(s.day(0, 9), "case_opened", "support", "phone", "case.line.quality", **about)
    s.say(s.day(0, 9.2), "answer", "support", "phone", "case_answer", **about)
    s.label(s.case, s.say(0, "survey_request", "success", "email", "survey", case_ref=s.case, message_ref="survey:case"))
    s.say(s.worked(0, 2 * HOUR), "case_closed", "support", "ticket", outcome="solved", **about)


@near_miss("tone_deaf_outreach", "what is open is an ordinary case", duty=YESTERDAY)
def an_offer_beside_an_ordinary_case(s: Scene) -> None:
    about = {"case_ref": s.case, "topic": "headset.pairing", "priority": "normal"}
    s.say(s.day(-1, 9), "case_opened", "support", "phone", "case.headset.pairing", **about)
    s.say(s.day(-1, 9.5), "answer", "support", "phone", "case_answer", **about)
    s.label(s.case, s.say(0, "promotion", "marketing", "email", "promotion", message_ref="campaign:spring"))
    s.say(s.worked(0, 2 * HOUR), "case_closed", "support", "ticket", outcome="solved", **about)


@near_miss("tone_deaf_outreach", "the promised call is not due yet")
def renewal_before_the_call_is_due(s: Scene) -> None:
    about = {"case_ref": s.case, "topic": "callback"}
    s.say(s.day(0, 9), "promise_made", "support", "phone", "will_call_today", due_at=s.at + s.day(0, 17.5), **about)
    s.label(s.case, s.say(0, "renewal_ask", "sales", "email", "renewal", facts=_term(s, 40), topic="contract.renewal",
                          renewal_at=s.at + 40 * DAY))  # fmt: skip
    s.out(s.day(0, 17), "support", "phone", "called_back", **about)


# -- channel_role_breach (with the company's charter)


@fault("channel_role_breach", "marketing advertises by SMS, which is for deliveries and urgent notices")
def an_advert_by_sms(s: Scene) -> None:
    s.label("sms", s.say(0, "promotion", "marketing", "sms", "promotion", message_ref="campaign:sms"))


@fault("channel_role_breach", "sales writes where only invoices should come from")
def an_offer_on_the_bill(s: Scene) -> None:
    s.label("billing", s.out(0, "sales", "billing", "call_about_plan", topic="offer.plan"))


@near_miss("channel_role_breach", "delivery may use SMS")
def a_note_by_sms(s: Scene) -> None:
    s.label("sms", s.out(0, "delivery", "sms", "technician_soon", topic="technician.visit"))


@near_miss("channel_role_breach", "the post is free for everybody")
def an_advert_by_post(s: Scene) -> None:
    s.label("post", s.say(0, "promotion", "marketing", "post", "promotion", message_ref="campaign:post"))


# -- contact_without_consent


@fault("contact_without_consent", "a newsletter by mail, which she no longer wants", lead=14)
def a_newsletter_after_her_no(s: Scene) -> None:
    s.say(s.day(-8), "consent_withdrawn", "marketing", "email", topic="promotion")
    s.label("promotion", s.say(0, "promotion", "marketing", "email", "promotion", message_ref="campaign:spring"))


@fault("contact_without_consent", "a survey by mail, which she no longer wants", lead=30)
def a_survey_after_her_no(s: Scene) -> None:
    s.say(s.day(-24), "consent_given", "success", "email", topic="survey")
    s.say(s.day(-6), "consent_withdrawn", "success", "email", topic="survey")
    s.label("survey_request", s.say(0, "survey_request", "success", "email", "survey", message_ref="survey:spring"))


@near_miss("contact_without_consent", "she only does not want it by mail", lead=14)
def in_another_channel(s: Scene) -> None:
    s.say(s.day(-8), "consent_withdrawn", "marketing", "email", topic="promotion")
    s.label("promotion", s.say(0, "promotion", "marketing", "post", "promotion", message_ref="campaign:post"))


@near_miss("contact_without_consent", "she changed her mind", lead=14)
def she_changed_her_mind(s: Scene) -> None:
    s.say(s.day(-8), "consent_withdrawn", "marketing", "email", topic="promotion")
    s.say(s.day(-2), "consent_given", "marketing", "email", topic="promotion")
    s.label("promotion", s.say(0, "promotion", "marketing", "email", "promotion", message_ref="campaign:spring"))


@near_miss("contact_without_consent", "she asked for it", duty=YESTERDAY, lead=14)
def she_asked_for_it(s: Scene) -> None:
    s.say(s.day(-8), "consent_withdrawn", "sales", "email", topic="promotion")
    thread = {"thread_ref": f"{s.case}:thread"}
    asked = s.say(s.day(-1), "question", "sales", "email", "question.video", topic="offer.video_room", **thread)
    s.label("promotion", s.say(0, "promotion", "sales", "email", "video_offer", reply_to=asked, **thread, **NEWS))
    s.out(s.worked(0, HOUR), "sales", "email", "video_offer_sales", reply_to=asked, **thread)


@near_miss("contact_without_consent", "she withdrew another consent", lead=14)
def for_another_purpose(s: Scene) -> None:
    s.say(s.day(-8), "consent_withdrawn", "success", "email", topic="survey")
    s.label("promotion", s.say(0, "promotion", "marketing", "email", "promotion", message_ref="campaign:spring"))


# -- back_to_go


@fault("back_to_go", "an offer for people who are no customers yet")
def greeted_as_a_prospect(s: Scene) -> None:
    offer = {"audience": "prospect", "message_ref": "trial:spring", "topic": "offer.trial"}
    s.label("trial:spring", s.say(0, "promotion", "marketing", "email", "trial_offer", **offer))


@fault("back_to_go", "welcomed as a new customer after months", since=None, lead=150)
def welcomed_again(s: Scene) -> None:
    s.bought(120)
    s.label("welcome:day-1", s.out(0, "success", "email", "welcome", audience="new_customer", message_ref="welcome:day-1"))


@fault("back_to_go", "support makes the first call that the success team has made")
def first_call_again(s: Scene) -> None:
    about = {"topic": "onboarding.first_call", "product": s.who.product}
    s.label("onboarding.first_call", s.say(0, "onboarding_step", "support", "phone", "first_call", **about))


@fault("back_to_go", "the second order asks for the credit check of the first again", since=None, lead=80, duty=YESTERDAY)
def credit_check_again(s: Scene) -> None:
    second, checked = _other_product(s), []
    for days, case in ((-70, f"{s.case}:order"), (-1, f"{s.case}:second")):
        about = {"topic": "credit_check", "case_ref": case}
        asked = s.say(s.day(days, 10), "approval_requested", "finance", "system", amount="600.00", currency="EUR", **about)
        s.say(s.day(days, 12), "approval_decided", "finance", "system", refers_to=[asked], outcome="approved", **about)
        checked.append(asked)
    s.bought(67)
    order = {"case_ref": f"{s.case}:second", "product": second}
    bought = s.say(0, "purchase", "sales", "web", amount="79.00", currency="EUR", **order)
    s.out(s.worked(0, 3 * HOUR), "delivery", "email", "order_confirmed", **order)
    s.label("credit_check", checked[1], at=moment(bought))  # only now it is known what it was for


def _other_product(s: Scene) -> str:
    return next(each for each in PRODUCTS if each != s.who.product)


@near_miss("back_to_go", "the offer is about a product she does not have")
def names_another_product(s: Scene) -> None:
    offer = {"audience": "prospect", "message_ref": "trial:spring", "topic": "offer.trial", "product": _other_product(s)}
    s.label("trial:spring", s.say(0, "promotion", "marketing", "email", "trial_offer", **offer))


@near_miss("back_to_go", "she is a new customer indeed", since=None, lead=40)
def welcomed_in_time(s: Scene) -> None:
    s.bought(20)
    s.label("welcome:day-1", s.out(0, "success", "email", "welcome", audience="new_customer", message_ref="welcome:day-1"))


@near_miss("back_to_go", "the offer came before she bought", since=None)
def before_she_bought(s: Scene) -> None:
    offer = {"audience": "prospect", "message_ref": "trial:spring", "topic": "offer.trial"}
    s.label("trial:spring", s.say(s.day(-2), "promotion", "marketing", "email", "trial_offer", **offer))
    s.bought(0)


@near_miss("back_to_go", "the first call is about another product")
def first_call_for_another_product(s: Scene) -> None:
    product = {"product": _other_product(s)}
    bought = s.day(-4)
    s.say(bought, "purchase", "sales", "phone", amount="79.00", currency="EUR", **product)
    s.out(s.worked(bought, HOUR), "delivery", "email", "order_confirmed", **product)
    s.label(
        "onboarding.first_call", s.say(0, "onboarding_step", "support", "phone", "first_call", topic="onboarding.first_call", **product)
    )  # fmt: skip
