"""Near misses: each differs in one thing from a story in which a symptom is found, and must stay silent."""

from __future__ import annotations

from typing import Final

from siloscope.core.touchpoint import DAY, HOUR, MINUTE
from siloscope.ops.simulate_scene import Kind, Scene, near_miss
from siloscope.ops.simulate_trouble import OUT, day_of


def a_cadence(s: Scene) -> None:
    s.bought(63)
    about = {"message_ref": "newsletter:video-room", "topic": "offer.video_room"}
    first = s.say(-30 * HOUR, "promotion", "marketing", "email", "video_offer", **about)
    s.label("newsletter:video-room", first, s.say(0, "promotion", "marketing", "push", "video_offer", **about))


def sent_because_she_asked(s: Scene) -> None:
    s.bought(63)
    about = {"message_ref": "newsletter:video-room", "topic": "offer.video_room", "thread_ref": f"{s.case}:thread"}
    first = s.say(-30 * HOUR, "promotion", "marketing", "email", "video_offer", **about)
    asked = s.say(
        -2 * HOUR,
        "question",
        "sales",
        "email",
        "question.video",
        thread_ref=f"{s.case}:thread",
        topic="offer.video_room",
    )
    s.label(
        "newsletter:video-room",
        first,
        s.say(0, "message", "sales", "email", "video_offer_sales", **OUT, reply_to=asked, **about),
    )


def eight_days_apart(s: Scene) -> None:
    s.bought(63)
    about = {"message_ref": "newsletter:video-room", "topic": "offer.video_room"}
    first = s.say(-8 * DAY, "promotion", "marketing", "email", "video_offer", **about)
    s.label("newsletter:video-room", first, s.say(0, "message", "sales", "phone", "video_offer_sales", **OUT, **about))


def two_orders_two_dates(s: Scene) -> None:
    s.bought(30)
    early, late = day_of(s.at + 2 * DAY), day_of(s.at + 5 * DAY)
    about = {"topic": "delivery.date", "product": "router"}
    told = s.say(
        -20 * HOUR,
        "message",
        "delivery",
        "sms",
        "router_date",
        **OUT,
        **about,
        case_ref=f"{s.case}:a",
        claims={"delivery.date": early},
        filled={"date": early},
    )
    said = s.say(
        0,
        "message",
        "support",
        "phone",
        "router_date_support",
        **OUT,
        **about,
        case_ref=f"{s.case}:b",
        claims={"delivery.date": late},
        filled={"date": late},
    )
    s.label("delivery.date", told, said)


def corrected_in_time(s: Scene) -> None:
    s.bought(63)
    key, about = f"price.desk_phone_{s.who.number}", {"topic": "price.quote", "product": "desk-phone"}
    wrong = s.say(
        -4 * DAY,
        "message",
        "sales",
        "phone",
        "headset_quote",
        **OUT,
        **about,
        claims={key: "35 EUR"},
        filled={"price": "35 EUR"},
    )
    right = s.say(
        -3 * DAY,
        "message",
        "sales",
        "phone",
        "quote_corrected",
        **OUT,
        **about,
        claims={key: "39 EUR"},
        refers_to=[wrong],
        filled={"price": "39 EUR"},
    )
    s.label(
        key,
        right,
        s.say(
            0,
            "invoice",
            "finance",
            "email",
            "headset_invoice",
            product="desk-phone",
            claims={key: "39 EUR"},
            topic="invoice.desk_phone",
            filled={"price": "39 EUR"},
        ),
    )


def called_in_between(s: Scene) -> None:
    s.bought(300)
    s.say(-100 * DAY, "message", "success", "phone", "check_in", **OUT, topic="review.usage")
    s.label(
        day_of(s.at + 40 * DAY),
        s.say(0, "renewal_ask", "sales", "email", "renewal", topic="contract.renewal", renewal_at=s.at + 40 * DAY),
    )


def a_young_customer(s: Scene) -> None:
    s.bought(170)
    s.label(
        day_of(s.at + 40 * DAY),
        s.say(0, "renewal_ask", "sales", "email", "renewal", topic="contract.renewal", renewal_at=s.at + 40 * DAY),
    )


def taken_in_time(s: Scene) -> None:
    s.bought(63)
    about = {"case_ref": s.case, "thread_ref": f"{s.case}:thread", "topic": "number.transfer"}
    s.say(-26 * HOUR, "case_opened", "support", "phone", "case.number.transfer", **about)
    handed = s.say(-DAY, "handoff_started", "support", "ticket", "please_take", to_department="delivery", **about)
    s.say(-HOUR, "handoff_accepted", "delivery", "ticket", staff_ref="delivery-3", **about)
    s.label(s.case, handed)


def bought_in_the_store(s: Scene) -> None:
    s.label(
        "headset", s.say(-72 * HOUR, "purchase", "sales", "store", product="headset", amount="35.00", currency="EUR")
    )


def back_once(s: Scene) -> None:
    s.bought(63)
    about = {"case_ref": s.case, "topic": "invoice.amount"}
    s.say(-30 * HOUR, "case_opened", "support", "email", "case.invoice.amount", **about)
    moves = []
    for hours, here, there in ((-20, "support", "finance"), (0, "finance", "support")):
        words = "please_take" if here == "support" else "not_ours"
        moves.append(s.say(hours * HOUR, "handoff_started", here, "ticket", words, to_department=there, **about))
        s.say(hours * HOUR + 50 * MINUTE, "handoff_accepted", there, "ticket", staff_ref=f"{there}-3", **about)
    s.label(s.case, *moves)


def a_short_hold(s: Scene) -> None:
    s.bought(63)
    call = {"thread_ref": f"{s.case}:call", "topic": "line.quality"}
    held = s.say(-9 * MINUTE, "wait_started", "support", "phone", reason="hold", **call)
    s.say(0, "wait_ended", "support", "phone", refers_to=[held], **call)
    s.label(f"{s.case}:call", held)


def we_wait_for_her(s: Scene) -> None:
    s.bought(63)
    about = {"case_ref": s.case, "topic": "contract.address"}
    s.say(-97 * HOUR, "case_opened", "legal", "email", "case.contract.address", **about)
    s.label(s.case, s.say(-96 * HOUR, "wait_started", "legal", "system", reason="customer", **about))


def answered_just_in_time(s: Scene) -> None:
    s.bought(63)
    thread = {"thread_ref": f"{s.case}:thread", "topic": "contract.terms"}
    asked = s.say(-72 * HOUR, "question", "sales", "email", "question.cancel", **thread)
    s.say(-HOUR, "answer", "sales", "email", "question_answer", reply_to=asked, staff_ref="sales-1", **thread)
    s.label("contract.terms", asked)


def she_withdrew_it(s: Scene) -> None:
    s.bought(63)
    about = {"case_ref": s.case, "topic": "contract.terms"}
    asked = s.say(-72 * HOUR, "question", "sales", "email", "question.cancel", **about)
    s.say(-20 * HOUR, "case_closed", "sales", "email", direction="inbound", outcome="withdrawn", **about)
    s.label(s.case, asked)


def another_issue(s: Scene) -> None:
    s.bought(63)
    first = s.say(
        -5 * DAY, "case_opened", "support", "phone", "case.line.quality", case_ref=f"{s.case}:a", topic="line.quality"
    )
    s.label(
        f"{s.case}:a",
        first,
        s.say(0, "case_opened", "support", "email", "case.login.access", case_ref=f"{s.case}:b", topic="login.access"),
    )


def after_fifteen_days(s: Scene) -> None:
    s.bought(63)
    a, b = ({"case_ref": f"{s.case}:{n}", "topic": "router.reset", "product": "router"} for n in "ab")
    first = s.say(-17 * DAY, "case_opened", "support", "chat", "case.router.reset", **a)
    s.say(-15 * DAY - HOUR, "case_closed", "support", "ticket", outcome="solved", **a)
    s.label(f"{s.case}:a", first, s.say(0, "case_opened", "support", "chat", "still_broken", **b))


NEAR_MISSES: Final[tuple[Kind, ...]] = (
    near_miss("duplicate_outreach", a_cadence, 63, "both copies come from one department"),
    near_miss("duplicate_outreach", sent_because_she_asked, 63, "the second copy answers her question"),
    near_miss("duplicate_outreach", eight_days_apart, 63, "eight days lie between the copies"),
    near_miss("conflicting_message", two_orders_two_dates, 30, "the dates are about two orders"),
    near_miss("conflicting_message", corrected_in_time, 63, "the wrong price was corrected before the invoice"),
    near_miss("renewal_only_contact", called_in_between, 300, "the success team called 100 days ago"),
    near_miss("renewal_only_contact", a_young_customer, 170, "she has been a customer for less than 180 days"),
    near_miss("handoff_drop", taken_in_time, 63, "delivery took it an hour before the day was over"),
    near_miss("handoff_drop", bought_in_the_store, 4, "what is bought in a store needs no delivery"),
    near_miss("ping_pong", back_once, 63, "the case came back once only"),
    near_miss("stalled_wait", a_short_hold, 63, "the hold ended after nine minutes"),
    near_miss("stalled_wait", we_wait_for_her, 63, "it is the customer who is waited for"),
    near_miss("unanswered", answered_just_in_time, 63, "answered after 71 hours"),
    near_miss("unanswered", she_withdrew_it, 63, "she withdrew the question"),
    near_miss("ticket_churn", another_issue, 63, "the second case is about something else"),
    near_miss("ticket_churn", after_fifteen_days, 63, "the first case was closed more than 14 days before"),
)
