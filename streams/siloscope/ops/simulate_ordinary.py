"""What happens at Fernhall on any day and hurts nobody: the traffic in which the symptoms have to be found."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from siloscope.core.touchpoint import DAY, HOUR, MINUTE, Kpi
from siloscope.ops.simulate_company import CASES, PRICES, QUESTIONS
from siloscope.ops.simulate_scene import Kind, Scene

JOINED: Final = 330 * DAY  # how long before the start the longest-standing customer came
TERM: Final = 365 * DAY  # a contract's term
CHECK_INS: Final = 85 * DAY  # what separates two check-ins of the success team


def joined(s: Scene) -> None:
    s.bought(0, renewal_at=s.at + TERM)


def checked_in(s: Scene) -> None:
    s.say(
        0,
        "message",
        "success",
        s.pick("phone", "email"),
        "check_in",
        direction="outbound",
        topic="review.usage",
        staff_ref=f"success-{s.within(1, 4)}",
    )


def renewed(s: Scene) -> None:
    s.say(0, "renewal_ask", "sales", "email", "renewal", topic="contract.renewal", renewal_at=s.at + 45 * DAY)
    s.say(5 * DAY, "contract_signed", "sales", "email", renewal_at=s.at + 45 * DAY + TERM, product=s.who.product)
    s.say(6 * DAY, "message", "success", "email", "thanks_for_staying", direction="outbound", topic="contract.thanks")


def case(s: Scene) -> None:
    topics = list(CASES)
    topic = topics[s.visit % len(topics)]
    staff, about = f"support-{s.within(1, 9)}", {"case_ref": s.case, "thread_ref": f"{s.case}:thread", "topic": topic}
    opened = s.say(
        0,
        "case_opened",
        "support",
        s.pick("ticket", "email", "phone"),
        f"case.{topic}",
        product=s.who.product,
        priority=s.pick("low", "normal", "normal"),
        **about,
    )
    minutes = s.within(8, 110)
    met = Kpi("first_response_minutes", minutes, 120, True)
    s.say(
        minutes * MINUTE,
        "answer",
        "support",
        "email",
        "case_answer",
        reply_to=opened,
        staff_ref=staff,
        kpi=met,
        **about,
    )
    done, solver = minutes * MINUTE + s.within(30 * MINUTE, 4 * HOUR), CASES[topic]
    if solver:
        s.say(
            done, "handoff_started", "support", "ticket", "please_take", to_department=solver, staff_ref=staff, **about
        )
        done += s.within(20 * MINUTE, 5 * HOUR)
        s.say(done, "handoff_accepted", solver, "ticket", staff_ref=f"{solver}-{s.within(1, 4)}", **about)
        done += s.within(10 * MINUTE, HOUR)
        s.say(done, "message", solver, "email", f"solved_by_{solver}", direction="outbound", **about)
    done += s.within(HOUR, 9 * HOUR)
    s.say(done, "case_closed", solver or "support", "ticket", outcome="solved", **about)
    if s.within(1, 6) == 1:
        s.say(done + s.within(HOUR, 8 * HOUR), "praise", "support", "survey", "praise", sentiment=0.8, **about)


def question(s: Scene) -> None:
    topic = QUESTIONS[s.visit % len(QUESTIONS)]
    department = "sales" if topic.startswith(("price", "tariff")) else "support"
    channel = s.pick("chat", "email", "phone")
    staff, about = f"{department}-{s.within(1, 6)}", {"thread_ref": f"{s.case}:thread", "topic": topic}
    asked = s.say(0, "question", department, channel, f"question.{topic}", **about)
    answered = s.within(MINUTE, 9 * MINUTE) if channel != "email" else s.within(20 * MINUTE, 20 * HOUR)
    if channel == "phone":
        held = s.say(20_000, "wait_started", department, channel, reason="hold", **about)
        s.say(answered, "wait_ended", department, channel, refers_to=[held], **about)
    s.say(answered + MINUTE, "answer", department, channel, "question_answer", reply_to=asked, staff_ref=staff, **about)


def promotion(s: Scene) -> None:
    day = datetime.fromtimestamp(s.at / 1000, UTC).date()
    s.say(0, "promotion", "marketing", "email", "promotion", message_ref=f"campaign:{day}", topic="offer.of_the_week")


def purchase(s: Scene) -> None:
    order, product = {"case_ref": f"{s.case}:order", "product": s.who.product}, s.who.product
    price = {f"price.{product}": PRICES[product]}
    s.say(
        -2 * HOUR,
        "message",
        "sales",
        "phone",
        "quote",
        direction="outbound",
        topic="price.quote",
        claims=price,
        product=product,
        filled={"price": PRICES[product]},
    )
    s.say(0, "purchase", "sales", s.pick("web", "phone"), amount=PRICES[product].split()[0], currency="EUR", **order)
    s.say(10 * MINUTE, "handoff_started", "sales", "system", "please_deliver", to_department="delivery", **order)
    accepted = s.within(40 * MINUTE, 5 * HOUR)
    s.say(accepted, "handoff_accepted", "delivery", "system", staff_ref=f"delivery-{s.within(1, 5)}", **order)
    arrives = s.within(26 * HOUR, 60 * HOUR)
    date = datetime.fromtimestamp((s.at + arrives) / 1000, UTC).date().isoformat()
    s.say(
        accepted + 30 * MINUTE,
        "message",
        "delivery",
        "sms",
        "delivery_date",
        direction="outbound",
        topic="delivery.date",
        claims={"delivery.date": date},
        filled={"date": date},
        **order,
    )
    s.say(arrives, "delivery", "delivery", "post", "delivered", **order)
    s.say(
        arrives + DAY,
        "onboarding_step",
        "success",
        "phone",
        "first_call",
        topic="onboarding.first_call",
        product=product,
    )
    s.say(
        arrives + 2 * DAY,
        "invoice",
        "finance",
        "billing",
        "invoice",
        claims=price,
        filled={"price": PRICES[product]},
        amount=PRICES[product].split()[0],
        currency="EUR",
        topic="invoice.order",
        **order,
    )
    s.say(
        arrives + 6 * DAY, "payment", "finance", "billing", amount=PRICES[product].split()[0], currency="EUR", **order
    )


def complaint(s: Scene) -> None:
    about = {"case_ref": s.case, "thread_ref": f"{s.case}:thread", "topic": "service.experience"}
    said = s.say(0, "complaint", "support", s.pick("phone", "email"), "complaint", sentiment=-0.7, **about)
    s.say(
        s.within(HOUR, 9 * HOUR), "answer", "support", "phone", "apology", reply_to=said, staff_ref="support-2", **about
    )
    s.say(s.within(12 * HOUR, 30 * HOUR), "recovered", "success", "phone", "recovered", refers_to=[said], **about)
    s.say(31 * HOUR, "case_closed", "support", "ticket", outcome="solved", **about)


def credit(s: Scene) -> None:
    about = {"case_ref": s.case, "topic": "credit.goodwill"}
    asked = s.say(0, "approval_requested", "support", "system", amount="40.00", currency="EUR", **about)
    decided = s.within(9 * MINUTE, 50 * MINUTE)
    s.say(decided, "approval_decided", "finance", "system", refers_to=[asked], outcome="approved", **about)
    s.say(decided + 5 * MINUTE, "notice", "support", "email", "credit_given", **about)


def survey(s: Scene) -> None:
    sent = s.say(
        0, "survey_request", "success", "email", "survey", message_ref=f"{s.case}:survey", topic="survey.quarter"
    )
    if s.within(1, 3) > 1:
        s.say(
            s.within(HOUR, 20 * HOUR),
            "survey_response",
            "success",
            "survey",
            reply_to=sent,
            score=float(s.within(7, 10)),
            topic="survey.quarter",
        )


def visit(s: Scene) -> None:
    s.say(0, "visit", "web", s.pick("web", "app"), topic=s.pick("page.prices", "page.help", "page.account"))


def published(s: Scene) -> None:
    """The price list goes out anew, as it was: broadcast, so no customer is named."""
    for product, price in PRICES.items():
        s.say(
            0,
            "fact_published",
            "web",
            "web",
            "price_list",
            claims={f"price.{product}": price},
            topic="price.list",
            filled={"price": price, "article": product.replace("-", " ")},
        )


# By customer and day. The same customer comes to the same topic again after months, never within a symptom's window.
TRAFFIC: Final = (
    Kind("case", 1 / 8, 0, case),
    Kind("question", 1 / 10, 0, question),
    Kind("promotion", 1 / 10, 0, promotion, hours=(10, 11)),
    Kind("purchase", 1 / 40, 2 * HOUR, purchase, hours=(6, 22)),
    Kind("complaint", 1 / 80, 0, complaint),
    Kind("credit", 1 / 90, 0, credit),
    Kind("survey", 1 / 60, 0, survey, hours=(14, 15)),
    Kind("visit", 1 / 4, 0, visit, hours=(0, 24)),
)
# Once for each customer, so long after she joined.
LIFE: Final = {
    Kind("joined", 0, 0, joined): 0,
    Kind("renewed", 0, 0, renewed): TERM - 45 * DAY,
} | {Kind(f"checked_in_{n}", 0, 0, checked_in): 30 * DAY + n * CHECK_INS for n in range(12)}
PUBLISHED: Final = Kind("published", 0, 0, published, hours=(6, 6.5))
