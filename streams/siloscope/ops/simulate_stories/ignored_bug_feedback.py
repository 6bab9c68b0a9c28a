"""A bug that nobody hears of, or that is seen to."""

from __future__ import annotations

from typing import Any, Final

from siloscope.core.touchpoint import DAY, HOUR, Touchpoint
from siloscope.ops.simulate_releases import released_at, released_on, tracker_bug
from siloscope.ops.simulate_scene import Kind, Scene, puts_in

STORIES: Final[list[Kind]] = []
fault, near_miss = puts_in(STORIES, True), puts_in(STORIES, False)


def _release(s: Scene) -> tuple[str, int, int]:
    """A component released on the day of the story: its name, the release's number, and its moment as an offset."""
    component, number = s.pick(*released_on(s.at // DAY))
    return component, number, released_at(component, number) - s.at


def _reported(s: Scene, component: str, after: int, refs: tuple[str, ...] = ()) -> tuple[Touchpoint, dict[str, Any]]:
    about: dict[str, Any] = {"topic": f"bug.{component}", "product": component, "thread_ref": f"{s.case}:thread",
                             "facts": {"article": component.replace("-", " ")}}  # fmt: skip
    return s.say(after, "bug_reported", "support", "ticket", "bug", refers_to=refs, **about), about


RELEASED: Final = {"hours": (11.5, 16), "lead": 60, "since": 90}


@fault("ignored_bug_feedback", "a release does not fix her bug, and nobody ever answered", **RELEASED)
def never_heard_of_it_again(s: Scene) -> None:
    component, _, at = _release(s)
    found, about = _reported(s, component, s.day(-20))
    s.label(found.touchpoint_id, found, after=at)
    s.say(s.worked(0, 3 * HOUR), "bug_acknowledged", "product", "email", "bug_seen", refers_to=[found], **about)


@fault("ignored_bug_feedback", "acknowledged once, weeks ago; since then release after release", **RELEASED)
def acknowledged_long_ago(s: Scene) -> None:
    component, _, at = _release(s)
    found, about = _reported(s, component, s.day(-45))
    s.say(s.day(-40), "bug_acknowledged", "product", "email", "bug_seen", refers_to=[found], **about)
    s.label(found.touchpoint_id, found, after=at)
    s.say(s.worked(0, 3 * HOUR), "bug_fixed", "product", "email", "bug_gone", refers_to=[found], **about)


@near_miss("ignored_bug_feedback", "this release fixes it", **RELEASED)
def fixed_by_this_release(s: Scene) -> None:
    component, number, _ = _release(s)
    found, _ = _reported(s, component, s.day(-20), (tracker_bug(component, number - 1),))
    s.label(found.touchpoint_id, found)


@near_miss("ignored_bug_feedback", "the product team wrote to her last week", **RELEASED)
def acknowledged_last_week(s: Scene) -> None:
    component, _, _ = _release(s)
    found, about = _reported(s, component, s.day(-20))
    s.say(s.day(-8), "bug_acknowledged", "product", "email", "bug_seen", refers_to=[found], **about)
    s.label(found.touchpoint_id, found)
    s.say(s.worked(0, 3 * HOUR), "bug_fixed", "product", "email", "bug_gone", refers_to=[found], **about)


@near_miss("ignored_bug_feedback", "the bug is younger than two weeks", **RELEASED)
def reported_ten_days_ago(s: Scene) -> None:
    component, _, _ = _release(s)
    found, about = _reported(s, component, s.day(-10))
    s.label(found.touchpoint_id, found)
    s.say(s.worked(0, 3 * HOUR), "bug_fixed", "product", "email", "bug_gone", refers_to=[found], **about)
