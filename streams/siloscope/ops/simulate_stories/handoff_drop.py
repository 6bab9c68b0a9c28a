"""Handed over and dropped, or nearly so."""

from __future__ import annotations

from typing import Final

from siloscope.core.touchpoint import DAY, HOUR, MINUTE
from siloscope.ops.simulate_scene import THREE_DAYS, YESTERDAY, Kind, Scene, puts_in

STORIES: Final[list[Kind]] = []
fault, near_miss = puts_in(STORIES, True), puts_in(STORIES, False)


@fault("handoff_drop", "handed to delivery a day ago, nobody there took it", duty=YESTERDAY)
def nobody_took_the_case(s: Scene) -> None:
    about = {"case_ref": s.case, "thread_ref": f"{s.case}:thread", "topic": "number.transfer"}
    s.say(
        s.day(-1, 8.2), "case_opened", "support", "phone", "case.number.transfer", renewal_at=s.at + 60 * DAY, **about
    )
    s.say(s.day(-1, 8.5), "answer", "support", "phone", "will_pass_on", staff_ref="support-5", **about)
    handed = s.say(-DAY, "handoff_started", "support", "ticket", "please_take", to_department="delivery", **about)
    s.label(s.case, handed, after=0)
    s.out(s.worked(0, 6 * HOUR), "delivery", "phone", "solved.number.transfer", **about)


@fault("handoff_drop", "legal takes it two hours after it was due")
def taken_too_late(s: Scene) -> None:
    about = {"case_ref": s.case, "topic": "contract.address"}
    s.say(s.day(-1, 15), "case_opened", "sales", "email", "case.contract.address", **about)
    s.say(s.day(-1, 16), "answer", "sales", "email", "will_pass_on", **about)
    handed = s.say(
        s.day(-1, 17), "handoff_started", "sales", "email", "please_check", to_department="legal", due_at=s.at, **about
    )
    s.label(s.case, handed, after=0)
    taken = s.worked(0, 2 * HOUR)
    s.say(taken, "handoff_accepted", "legal", "email", staff_ref="legal-1", **about)
    s.out(s.worked(taken, 30 * MINUTE), "legal", "email", "contract_changed", **about)


@fault("handoff_drop", "bought three days ago, nobody has been in touch", duty=THREE_DAYS, since=None)
def bought_and_forgotten(s: Scene) -> None:
    s.out(-74 * HOUR + HOUR, "sales", "phone", "quote_video", topic="price.quote", product="video-room")
    bought = s.say(-72 * HOUR, "purchase", "sales", "web", product="video-room", amount="79.00", currency="EUR")
    s.label("video-room", bought, after=0)
    s.out(s.worked(0, 5 * HOUR), "delivery", "email", "order_confirmed", product="video-room")


@near_miss("handoff_drop", "delivery took it an hour before the day was over", duty=YESTERDAY)
def taken_in_time(s: Scene) -> None:
    about = {"case_ref": s.case, "thread_ref": f"{s.case}:thread", "topic": "number.transfer"}
    opened = s.say(s.day(-1, 8.2), "case_opened", "support", "phone", "case.number.transfer", **about)
    s.say(s.day(-1, 8.5), "answer", "support", "phone", "will_pass_on", reply_to=opened, **about)
    handed = s.say(-DAY, "handoff_started", "support", "ticket", "please_take", to_department="delivery", **about)
    s.say(-HOUR, "handoff_accepted", "delivery", "ticket", staff_ref="delivery-3", **about)
    s.label(s.case, handed)
    s.say(s.worked(0, 6 * HOUR), "case_closed", "delivery", "ticket", outcome="solved", **about)


@near_miss("handoff_drop", "what is bought in a store needs no delivery", duty=THREE_DAYS, since=None)
def bought_in_the_store(s: Scene) -> None:
    s.label(
        "headset", s.say(-72 * HOUR, "purchase", "sales", "store", product="headset", amount="35.00", currency="EUR")
    )


@near_miss("handoff_drop", "delivered within the three days", duty=THREE_DAYS, since=None)
def delivered_in_time(s: Scene) -> None:
    about = {"product": "headset", "case_ref": f"{s.case}:order"}
    s.label("headset", s.say(-72 * HOUR, "purchase", "sales", "web", amount="35.00", currency="EUR", **about))
    s.say(-HOUR, "delivery", "delivery", "post", "delivered", **about)


@near_miss("handoff_drop", "the case was closed before anybody had to take it", duty=YESTERDAY)
def closed_in_between(s: Scene) -> None:
    about = {"case_ref": s.case, "topic": "number.transfer"}
    s.say(s.day(-1, 8.2), "case_opened", "support", "phone", "case.number.transfer", **about)
    s.say(s.day(-1, 8.5), "answer", "support", "phone", "will_pass_on", **about)
    handed = s.say(-DAY, "handoff_started", "support", "ticket", "please_take", to_department="delivery", **about)
    s.say(-HOUR, "case_closed", "support", "ticket", outcome="solved", **about)
    s.label(s.case, handed)
