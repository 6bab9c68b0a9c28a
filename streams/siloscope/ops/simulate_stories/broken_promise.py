"""A promise not kept, or kept just in time."""

from __future__ import annotations

from typing import Any, Final

from siloscope.core.touchpoint import HOUR, Touchpoint
from siloscope.ops.simulate_scene import YESTERDAY, Kind, Scene, puts_in

STORIES: Final[list[Kind]] = []
fault, near_miss = puts_in(STORIES, True), puts_in(STORIES, False)


def _promised(s: Scene, made: int, due: int, topic: str = "callback", **more: Any) -> tuple[Touchpoint, dict[str, Any]]:
    about = {"case_ref": s.case, "thread_ref": f"{s.case}:thread", "topic": topic}
    words = "will_call_today" if topic == "callback" else "will_send_today"
    return s.say(made, "promise_made", "support", "phone", words, due_at=s.at + due, **about, **more), about


@fault("broken_promise", "the promised call never came")
def the_call_never_came(s: Scene) -> None:
    promised, _ = _promised(s, s.day(0, 8.3), 0)
    s.label(s.case, promised, after=0)


@fault("broken_promise", "what was promised was sent a day late", duty=YESTERDAY)
def sent_a_day_late(s: Scene) -> None:
    promised, about = _promised(s, s.day(-1, 9), 0, "contract.copy")
    s.label(s.case, promised, after=0)
    s.say(s.worked(0, 9 * HOUR), "promise_kept", "support", "email", "sent_at_last", refers_to=[promised], **about)


@near_miss("broken_promise", "called an hour before it was due")
def called_in_time(s: Scene) -> None:
    promised, about = _promised(s, s.day(0, 8.3), 0)
    s.out(-HOUR, "support", "phone", "called_back", **about)
    s.label(s.case, promised)


@near_miss("broken_promise", "another department called in time")
def another_department_called(s: Scene) -> None:
    promised, about = _promised(s, s.day(0, 8.3), 0)
    s.out(-HOUR, "finance", "phone", "called_back", **about)
    s.label(s.case, promised)


@near_miss("broken_promise", "the case was solved before")
def solved_before_it_was_due(s: Scene) -> None:
    promised, about = _promised(s, s.day(0, 8.3), 0, "contract.copy")
    s.say(-HOUR, "case_closed", "support", "ticket", outcome="solved", **about)
    s.label(s.case, promised)
