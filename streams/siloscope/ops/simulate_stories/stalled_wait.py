"""Somebody waits for too long, or not quite."""

from __future__ import annotations

from typing import Final

from siloscope.core.touchpoint import DAY, HOUR, MINUTE
from siloscope.ops.simulate_scene import THREE_DAYS, YESTERDAY, Kind, Scene, puts_in

STORIES: Final[list[Kind]] = []
fault, near_miss = puts_in(STORIES, True), puts_in(STORIES, False)


@fault("stalled_wait", "on hold past ten minutes")
def on_hold(s: Scene) -> None:
    call = {"thread_ref": f"{s.case}:call", "topic": "line.quality"}
    s.say(-11 * MINUTE, "question", "support", "phone", "question.line", **call)
    held = s.say(-10 * MINUTE, "wait_started", "support", "phone", reason="hold", **call)
    s.label(f"{s.case}:call", held, after=0)
    s.say(s.within(2, 40) * MINUTE, "wait_ended", "support", "phone", refers_to=[held], **call)
    s.say(42 * MINUTE, "answer", "support", "phone", "line_answer", staff_ref="support-6", **call)


@fault("stalled_wait", "an approval takes more than a day", duty=YESTERDAY)
def waiting_for_a_signature(s: Scene) -> None:
    about = {"case_ref": s.case, "topic": "discount.request"}
    s.say(s.day(-1, 8.2), "case_opened", "sales", "email", "discount_case", renewal_at=s.at + 80 * DAY, **about)
    s.say(s.day(-1, 8.5), "answer", "sales", "email", "discount_wait", staff_ref="sales-2", **about)
    asked = s.say(-DAY, "approval_requested", "sales", "system", amount="600.00", currency="EUR", **about)
    s.label(s.case, asked, after=0)
    s.say(
        s.worked(0, 3 * HOUR), "approval_decided", "finance", "system", refers_to=[asked], outcome="approved", **about
    )


@fault("stalled_wait", "in a backlog for more than three days", duty=THREE_DAYS)
def stuck_in_the_backlog(s: Scene) -> None:
    about = {"case_ref": s.case, "topic": "delivery.delay"}
    s.say(s.day(-3, 8.2), "case_opened", "delivery", "phone", "case.delivery.delay", **about)
    s.say(s.day(-3, 8.5), "answer", "delivery", "phone", "in_the_queue", staff_ref="delivery-2", **about)
    waits = s.say(-72 * HOUR, "wait_started", "delivery", "system", reason="backlog", **about)
    s.label(s.case, waits, after=0)
    s.say(s.worked(0, 7 * HOUR), "wait_ended", "delivery", "system", refers_to=[waits], **about)


@near_miss("stalled_wait", "the hold ended after nine minutes")
def a_short_hold(s: Scene) -> None:
    call = {"thread_ref": f"{s.case}:call", "topic": "line.quality"}
    held = s.say(-9 * MINUTE, "wait_started", "support", "phone", reason="hold", **call)
    s.say(0, "wait_ended", "support", "phone", refers_to=[held], **call)
    s.label(f"{s.case}:call", held)


@near_miss("stalled_wait", "it is the customer who is waited for")
def we_wait_for_her(s: Scene) -> None:
    about = {"case_ref": s.case, "topic": "contract.address"}
    s.say(s.day(-4, 9), "case_opened", "legal", "email", "case.contract.address", **about)
    s.say(s.day(-4, 10), "answer", "legal", "email", "tell_more", **about)
    s.label(s.case, s.say(s.day(-4, 10.1), "wait_started", "legal", "system", reason="customer", **about))


@near_miss("stalled_wait", "signed an hour before the day was over", duty=YESTERDAY)
def signed_within_the_day(s: Scene) -> None:
    about = {"case_ref": s.case, "topic": "discount.request"}
    s.say(s.day(-1, 8.2), "case_opened", "sales", "email", "discount_case", **about)
    s.say(s.day(-1, 8.5), "answer", "sales", "email", "discount_wait", staff_ref="sales-2", **about)
    asked = s.say(-DAY, "approval_requested", "sales", "system", amount="600.00", currency="EUR", **about)
    s.say(-HOUR, "approval_decided", "finance", "system", refers_to=[asked], outcome="approved", **about)
    s.label(s.case, asked)


@near_miss("stalled_wait", "it was said to take five days, and takes four", lead=10, duty=(0, 4))
def it_was_said_how_long(s: Scene) -> None:
    about = {"case_ref": s.case, "topic": "number.transfer"}
    waits = s.say(-4 * DAY, "wait_started", "delivery", "system", reason="carrier", due_at=s.at + DAY, **about)
    s.say(0, "wait_ended", "delivery", "system", refers_to=[waits], **about)
    s.label(s.case, waits)
