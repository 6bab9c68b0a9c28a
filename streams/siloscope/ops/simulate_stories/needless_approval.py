"""A signature for a trifle, or for more than that."""

from __future__ import annotations

from typing import Final

from siloscope.core.touchpoint import HOUR, MINUTE
from siloscope.ops.simulate_scene import Kind, Scene, puts_in

STORIES: Final[list[Kind]] = []
fault, near_miss = puts_in(STORIES, True), puts_in(STORIES, False)


def _approved(s: Scene, amount: str, work: int, outcome: str = "approved") -> None:
    about = {"case_ref": s.case, "topic": "credit.goodwill"}
    opened = s.say(s.day(0, 8.1), "case_opened", "support", "phone", "credit_case", **about)
    s.say(s.day(0, 8.3), "answer", "support", "phone", "credit_wait", reply_to=opened, **about)
    start = s.day(0, 8.5)
    asked = s.say(start, "approval_requested", "support", "system", amount=amount, currency="EUR", **about)
    decided = s.say(start + work, "approval_decided", "finance", "system", refers_to=[asked], outcome=outcome, **about)
    s.label(s.case, asked, decided)
    s.say(start + work + HOUR, "case_closed", "support", "ticket", outcome="done", **about)


@fault("needless_approval", "three hours for a signature under 40 EUR")
def a_signature_for_a_trifle(s: Scene) -> None:
    _approved(s, "40.00", 3 * HOUR)


@fault("needless_approval", "more than an hour for exactly 100 EUR")
def a_signature_for_a_hundred(s: Scene) -> None:
    _approved(s, "100.00", HOUR + s.within(1, 60) * MINUTE)


@near_miss("needless_approval", "signed within the hour")
def signed_within_the_hour(s: Scene) -> None:
    _approved(s, "40.00", 58 * MINUTE)


@near_miss("needless_approval", "it was about more than a trifle")
def more_than_a_trifle(s: Scene) -> None:
    _approved(s, "101.00", 3 * HOUR)


@near_miss("needless_approval", "it was refused: the question was one")
def it_was_refused(s: Scene) -> None:
    _approved(s, "40.00", 3 * HOUR, "refused")
