"""What goes wrong between Fernhall's departments: the eight symptoms, each put in at a known place with its label.

A story's moment is when the symptom can first be known, unless its label says otherwise.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from siloscope.core.touchpoint import DAY, HOUR, MINUTE, Identifier
from siloscope.ops.simulate_scene import Kind, Scene, injected

OUT: Final = {"direction": "outbound"}


def day_of(moment: int) -> str:
    """The day of a moment, as claims spell it."""
    return datetime.fromtimestamp(moment / 1000, UTC).date().isoformat()


def one_offer_three_senders(s: Scene) -> None:
    s.bought(63)
    about = {"message_ref": "newsletter:video-room", "topic": "offer.video_room"}
    first = s.say(-30 * HOUR, "promotion", "marketing", "email", "video_offer", **about)
    second = s.say(-3 * HOUR, "message", "success", "email", "video_offer_success", **OUT, **about)
    third = s.say(0, "message", "sales", "phone", "video_offer_sales", **OUT, **about)
    s.label("newsletter:video-room", first, second, third, due=-3 * HOUR)


def one_fact_told_twice(s: Scene) -> None:
    s.bought(63)
    night = day_of(s.at + 4 * DAY)
    about = {"claims": {"maintenance.date": night}, "topic": "service.maintenance", "filled": {"date": night}}
    first = s.say(-26 * HOUR, "notice", "delivery", "sms", "maintenance_sms", **about)
    s.label("service.maintenance", first, s.say(0, "notice", "support", "email", "maintenance_email", **about))


def one_text_twice(s: Scene) -> None:
    s.bought(40)
    first = s.say(-28 * HOUR, "message", "finance", "email", "new_account", **OUT, topic="payment.change")
    s.label("payment.change", first, s.say(0, "message", "sales", "email", "new_account", **OUT, topic="customer.news"))


def said_and_billed(s: Scene) -> None:
    s.bought(63)
    key = f"price.headset_{s.who.number}"
    quoted = s.say(
        -4 * DAY,
        "message",
        "sales",
        "phone",
        "headset_quote",
        **OUT,
        claims={key: "35 EUR"},
        topic="price.quote",
        product="headset",
        staff_ref="sales-4",
        filled={"price": "35 EUR"},
    )
    billed = s.say(0, "invoice", "finance", "email", "headset_invoice", claims={key: "39 EUR"}, topic="invoice.headset",
                   product="headset", amount="39.00", currency="EUR", filled={"price": "39 EUR"})  # fmt: skip
    s.label(key, quoted, billed)


def two_delivery_dates(s: Scene) -> None:
    s.bought(30)
    early, late = day_of(s.at + 2 * DAY), day_of(s.at + 5 * DAY)
    order = {"case_ref": s.case, "topic": "delivery.date", "product": "router"}
    told = s.say(
        -20 * HOUR,
        "message",
        "delivery",
        "sms",
        "router_date",
        **OUT,
        **order,
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
        **order,
        claims={"delivery.date": late},
        staff_ref="support-8",
        filled={"date": late},
    )
    s.label("delivery.date", told, said)


def website_says_otherwise(s: Scene) -> None:
    s.bought(63)
    key = f"trial.days_{s.who.number}"
    page = s.say(-20 * DAY, "fact_published", "web", "web", "trial_page", claims={key: "30 days"}, topic="trial.terms",
                 product="video-room")  # fmt: skip
    told = s.say(0, "message", "success", "email", "trial_told", **OUT, claims={key: "14 days"}, topic="trial.length",
                 product="video-room")  # fmt: skip
    s.label(key, page, told)


def only_when_it_renews(s: Scene) -> None:
    s.bought(300)
    ask = s.say(0, "renewal_ask", "sales", "email", "renewal", topic="contract.renewal", renewal_at=s.at + 40 * DAY)
    s.label(day_of(s.at + 40 * DAY), ask)


def silence_before_renewal(s: Scene) -> None:
    s.bought(245, renewal_at=s.at + 120 * DAY)
    s.label(day_of(s.at + 120 * DAY), s.told[0].touchpoint_id)


def only_the_colleague_is_asked(s: Scene) -> None:
    s.who = s.who._replace(account=f"office-{s.who.customer_id}")
    s.bought(310)
    colleague = [Identifier("customer_id", f"{s.who.customer_id}-b"), Identifier("email", f"b.{s.who.email}")]
    ask = s.say(0, "renewal_ask", "sales", "phone", "renewal", identifiers=colleague, topic="contract.renewal",
                renewal_at=s.at + 25 * DAY)  # fmt: skip
    s.label(day_of(s.at + 25 * DAY), ask)


def nobody_took_the_case(s: Scene) -> None:
    s.bought(63, renewal_at=s.at + 60 * DAY)
    about = {"case_ref": s.case, "thread_ref": f"{s.case}:thread", "topic": "number.transfer"}
    s.say(-26 * HOUR, "case_opened", "support", "phone", "case.number.transfer", **about)
    s.say(-25 * HOUR, "answer", "support", "phone", "will_pass_on", staff_ref="support-5", **about)
    handed = s.say(-DAY, "handoff_started", "support", "ticket", "please_take", to_department="delivery", **about)
    s.label(s.case, handed)


def taken_too_late(s: Scene) -> None:
    s.bought(20)
    about = {"case_ref": s.case, "topic": "contract.address"}
    s.say(-6 * HOUR, "case_opened", "sales", "email", "case.contract.address", **about)
    handed = s.say(
        -4 * HOUR, "handoff_started", "sales", "email", "please_check", to_department="legal", due_at=s.at, **about
    )
    s.say(2 * HOUR, "handoff_accepted", "legal", "email", staff_ref="legal-1", **about)
    s.say(150 * MINUTE, "message", "legal", "email", "contract_changed", **OUT, **about)
    s.label(s.case, handed)


def bought_and_forgotten(s: Scene) -> None:
    s.say(-74 * HOUR, "message", "sales", "phone", "quote_video", **OUT, topic="price.quote", product="video-room")
    bought = s.say(-72 * HOUR, "purchase", "sales", "web", product="video-room", amount="79.00", currency="EUR")
    s.label("video-room", bought)


def sent_back_and_forth(s: Scene) -> None:
    s.bought(63)
    about = {"case_ref": s.case, "thread_ref": f"{s.case}:thread", "topic": "invoice.amount"}
    s.say(-30 * HOUR, "case_opened", "support", "email", "case.invoice.amount", **about)
    moves = []
    steps = (
        (-28, "support", "finance"),
        (-20, "finance", "support"),
        (-6, "support", "finance"),
        (0, "finance", "support"),
    )
    for hours, here, there in steps:
        words = "please_take" if here == "support" else "not_ours"
        moves.append(s.say(hours * HOUR, "handoff_started", here, "ticket", words, to_department=there, **about))
        s.say(hours * HOUR + 50 * MINUTE, "handoff_accepted", there, "ticket", staff_ref=f"{there}-3", **about)
    s.label(s.case, *moves, due=-6 * HOUR)  # the third move is the second return


def on_hold(s: Scene) -> None:
    s.bought(63)
    call = {"thread_ref": f"{s.case}:call", "topic": "line.quality"}
    s.say(-11 * MINUTE, "question", "support", "phone", "question.line", **call)
    held = s.say(-10 * MINUTE, "wait_started", "support", "phone", reason="hold", **call)
    s.say(12 * MINUTE, "wait_ended", "support", "phone", refers_to=[held], **call)
    s.say(14 * MINUTE, "answer", "support", "phone", "line_answer", staff_ref="support-6", **call)
    s.label(f"{s.case}:call", held)


def waiting_for_a_signature(s: Scene) -> None:
    s.bought(63, renewal_at=s.at + 80 * DAY)
    about = {"case_ref": s.case, "topic": "discount.request"}
    s.say(-25 * HOUR, "case_opened", "sales", "email", "discount_case", **about)
    s.say(-24 * HOUR - 10 * MINUTE, "answer", "sales", "email", "discount_wait", staff_ref="sales-2", **about)
    asked = s.say(-DAY, "approval_requested", "sales", "system", amount="600.00", currency="EUR", **about)
    s.say(3 * HOUR, "approval_decided", "finance", "system", refers_to=[asked], outcome="approved", **about)
    s.label(s.case, asked)


def stuck_in_the_backlog(s: Scene) -> None:
    s.bought(50)
    about = {"case_ref": s.case, "topic": "delivery.delay"}
    s.say(-75 * HOUR, "case_opened", "delivery", "phone", "case.delivery.delay", **about)
    s.say(-74 * HOUR, "answer", "delivery", "phone", "in_the_queue", staff_ref="delivery-2", **about)
    waits = s.say(-72 * HOUR, "wait_started", "delivery", "system", reason="backlog", **about)
    s.label(s.case, waits)


def never_answered(s: Scene) -> None:
    s.bought(63)
    asked = s.say(-72 * HOUR, "question", "sales", "email", "question.cancel", topic="contract.terms")
    s.label("contract.terms", asked)


def complained_to_the_air(s: Scene) -> None:
    s.bought(63)
    about = {"thread_ref": f"{s.case}:thread", "topic": "technician.visit"}
    said = s.say(-72 * HOUR, "complaint", "delivery", "phone", "complaint_visit", sentiment=-0.8, **about)
    s.say(4 * HOUR, "answer", "delivery", "phone", "apology", reply_to=said, staff_ref="delivery-4", **about)
    s.label("technician.visit", said)


def answered_with_an_advert(s: Scene) -> None:
    s.bought(63)
    asked = s.say(-72 * HOUR, "question", "marketing", "social", "question.offer", topic="offer.terms")
    s.say(
        -40 * HOUR,
        "promotion",
        "marketing",
        "email",
        "promotion",
        message_ref="campaign:reminder",
        topic="offer.of_the_week",
    )
    s.label("offer.terms", asked)


def a_new_ticket_each_time(s: Scene) -> None:
    s.bought(63)
    about = {"topic": "line.quality", "product": "office-line"}
    first = s.say(-5 * DAY, "case_opened", "support", "phone", "case.line.quality", case_ref=f"{s.case}:a", **about)
    s.say(
        -5 * DAY + HOUR,
        "answer",
        "support",
        "phone",
        "case_answer",
        case_ref=f"{s.case}:a",
        staff_ref="support-1",
        **about,
    )
    again = s.say(0, "case_opened", "support", "phone", "still_broken", case_ref=f"{s.case}:b", **about)
    s.label(f"{s.case}:a", first, again)


def told_it_three_times(s: Scene) -> None:
    s.bought(63)
    ids = []
    for n, (hours, channel) in enumerate(((-6 * 24, "chat"), (-50, "phone"), (0, "email"))):
        about = {"thread_ref": f"{s.case}:{channel}", "topic": "voicemail.setup"}
        ids.append(s.say(hours * HOUR, "message", "support", channel, f"told_{n + 1}", direction="inbound", **about))
        s.say(
            hours * HOUR + 30 * MINUTE,
            "answer",
            "support",
            channel,
            "told_answer",
            staff_ref=f"support-{n + 1}",
            **about,
        )
    s.label("voicemail.setup", *ids)


def not_solved_after_all(s: Scene) -> None:
    s.bought(63)
    about = {"case_ref": s.case, "topic": "router.reset", "product": "router"}
    s.say(-3 * DAY, "case_opened", "support", "chat", "case.router.reset", **about)
    s.say(-3 * DAY + HOUR, "answer", "support", "chat", "case_answer", staff_ref="support-7", **about)
    s.say(-2 * DAY, "case_closed", "support", "ticket", outcome="solved", **about)
    s.label(s.case, s.say(0, "case_reopened", "support", "chat", "still_broken", **about))


FIRING: Final[tuple[Kind, ...]] = (
    injected("duplicate_outreach", one_offer_three_senders, 63, "three departments send one campaign within two days"),
    injected("duplicate_outreach", one_fact_told_twice, 63, "two departments announce the same maintenance night"),
    injected("duplicate_outreach", one_text_twice, 40, "two departments send the same words"),
    injected("conflicting_message", said_and_billed, 63, "sales says 35 EUR, finance bills 39 EUR"),
    injected("conflicting_message", two_delivery_dates, 30, "delivery and support name two dates for one order"),
    injected("conflicting_message", website_says_otherwise, 63, "the website says 30 days, the success team 14"),
    injected("renewal_only_contact", only_when_it_renews, 300, "nothing but the renewal ask for 300 days"),
    injected(
        "renewal_only_contact",
        silence_before_renewal,
        245,
        "120 days before the renewal nobody has spoken to her for 241 days",
    ),
    injected("renewal_only_contact", only_the_colleague_is_asked, 310, "the same, over two people of one account"),
    injected("handoff_drop", nobody_took_the_case, 63, "handed to delivery a day ago, nobody there took it"),
    injected("handoff_drop", taken_too_late, 20, "legal takes it two hours after it was due"),
    injected("handoff_drop", bought_and_forgotten, 4, "bought three days ago, nobody has been in touch"),
    injected("ping_pong", sent_back_and_forth, 63, "support and finance hand one case to each other four times"),
    injected("stalled_wait", on_hold, 63, "on hold past ten minutes"),
    injected("stalled_wait", waiting_for_a_signature, 63, "an approval takes more than a day"),
    injected("stalled_wait", stuck_in_the_backlog, 50, "in a backlog for more than three days"),
    injected("unanswered", never_answered, 63, "a question without an answer for three days"),
    injected("unanswered", complained_to_the_air, 63, "a complaint answered after three days"),
    injected("unanswered", answered_with_an_advert, 63, "only a promotion came, which answers nothing"),
    injected("ticket_churn", a_new_ticket_each_time, 63, "a second case on an issue whose first is still open"),
    injected("ticket_churn", told_it_three_times, 63, "three conversations with three people on one issue"),
    injected("ticket_churn", not_solved_after_all, 63, "closed as solved, and reopened"),
)
