"""All stories put in on purpose, how often each happens in a normal company, and what their customers live through
beside them."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Final

from siloscope.core.touchpoint import DAY, HOUR
from siloscope.ops import simulate_calendar as calendar
from siloscope.ops.simulate_ordinary import ask, open_case, visit
from siloscope.ops.simulate_scene import Kind, Scene
from siloscope.ops.simulate_stories import INJECTED

NORMAL: Final = 0.01  # of the customers of a normal company, a week, one of the faults hits
# How the faults of a normal company are divided among the symptoms.
_OFTEN: Final = {
    "unanswered": 10, "stalled_wait": 10, "ticket_churn": 10, "handoff_drop": 6, "duplicate_outreach": 6,
    "repeated_info_request": 6, "inconsistent_voice": 6, "experience_debt": 6, "needless_approval": 6,
    "broken_promise": 6, "conflicting_message": 4, "inconsistent_answer": 4, "tone_deaf_outreach": 4,
    "contact_pressure": 4, "renewal_only_contact": 3, "ping_pong": 3, "ignored_bug_feedback": 3, "form_pile_up": 2,
    "back_to_go": 2, "green_silo": 2, "channel_role_breach": 2, "contact_without_consent": 2,
}  # fmt: skip
# What her customer may be busy with beside a story: nothing that any story is about.
_CASES: Final = ("voicemail.setup", "invoice.copy", "queue.order", "app.calendar")
_QUESTIONS: Final = ("howto.forwarding", "howto.conference", "hours.support", "howto.recording", "howto.export")


@cache
def shares() -> dict[str, float]:
    """How a normal company's faults, and as many near misses, divide among the stories, by name."""
    kinds: dict[tuple[str | None, bool], int] = {}
    for kind in INJECTED:
        kinds[kind.symptom, kind.expected] = kinds.get((kind.symptom, kind.expected), 0) + 1
    return {
        kind.name: _OFTEN[kind.symptom or ""] / sum(_OFTEN.values()) / kinds[kind.symptom, kind.expected]
        for kind in INJECTED
    }


def suits(kind: Kind, at: int) -> int:
    """`at`, or the same time on the last day before on which the story can happen."""
    while not all(calendar.works_on(at // DAY - days) for days in kind.duty):
        at -= DAY
    return at


def lived(s: Scene, since: int, noise: bool) -> None:
    """What the customer of a story did before, and beside it: she bought, and led an ordinary customer's life."""
    s.bought(since)
    _beside(s, "visited", visit, s.within(-20 * 24, -1) * HOUR)
    if not noise:
        return
    if s.odds(0.5):
        _beside(s, "case", have_a_case, s.day(-s.within(38, 52)))
    if s.odds(0.6):
        _beside(s, "question", ask_something, s.day(-s.within(22, 34)))
    if s.odds(0.7):
        s.say(s.day(-s.within(13, 18), 11), "promotion", "marketing", "email", "promotion", topic="offer.of_the_week",
              message_ref=f"campaign:{(s.at // DAY) // 7 - 2}", audience="customer")  # fmt: skip
    _beside(s, "visits", visit, s.within(-72, -2) * HOUR)


def have_a_case(s: Scene) -> None:
    """An ordinary case."""
    open_case(s, s.pick(*_CASES), urgent=False)


def ask_something(s: Scene) -> None:
    """An ordinary question."""
    ask(s, s.pick(*_QUESTIONS))


def _beside(s: Scene, name: str, tell: Callable[[Scene], None], after: int) -> None:
    beside = Scene(Kind(name, tell), f"{s.story}-{name}", s.at + after, s.who, s.seed)
    tell(beside)
    s.told += beside.told
