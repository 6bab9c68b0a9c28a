"""`experience_debt`: what went wrong for a customer, and nothing has made up for it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from .life import Change, Finding
from .rules import belongs, closes, nobody, replies, same
from .timeline import DAY, HOUR, Timeline, order


def negative(t: Any, low_score: float, sad: float) -> bool:
    """Something the customer suffered from."""
    low = (t.activity == "survey_response" and t.score is not None and t.score <= low_score) or (
        t.sentiment is not None and t.sentiment <= sad
    )
    return t.activity in ("complaint", "case_reopened") or (t.direction == "inbound" and low)


def positive(t: Any, high_score: float, glad: float) -> bool:
    """Something she was glad of."""
    if t.activity == "case_closed":
        return t.kpi is not None and t.kpi.met is True
    high = (t.activity == "survey_response" and t.score is not None and t.score >= high_score) or (
        t.sentiment is not None and t.sentiment >= glad
    )
    return t.activity == "praise" or (t.direction == "inbound" and high)


def unit(t: Any) -> str:
    """Each counts once per case, else per thread, else per touchpoint."""
    if t.case_ref:
        return f"case {t.case_ref}"
    return f"thread {t.thread_ref}" if t.thread_ref else f"touchpoint {t.touchpoint_id}"


@dataclass
class Negative:
    """A negative, until it is made good."""

    t: Any
    over: bool = False
    replied: int | None = None  # when it was first replied to (epoch ms)

    @property
    def expires(self) -> int:
        """When time alone ends it (epoch ms)."""
        end = self.t.occurred_at + 90 * DAY
        if not self.t.case_ref and self.replied is not None:
            end = min(end, self.replied + 14 * DAY)
        return int(end)


@dataclass
class State:
    """The open negatives after something happened (`timer`: after one expired), and the debt."""

    at: int
    seen: int
    timer: bool
    open: list[Any] = field(default_factory=list)  # the touchpoints of all open negatives, in order
    debt: float = 0


def course(
    timeline: Timeline, ratio: float, low_score: float, high_score: float, sad: float, glad: float
) -> list[State]:
    """How the debt goes, touchpoint by touchpoint and expiry by expiry."""
    negatives: list[Negative] = []
    states: list[State] = []

    def look(at: int, seen: int, timer: bool) -> None:
        state = State(at, seen, timer, [n.t for n in negatives if not n.over])
        if state.open:
            since = [
                t
                for t in timeline.touchpoints[:seen]
                if order(t) > order(state.open[0]) and positive(t, high_score, glad)
            ]
            state.debt = ratio * len({unit(t) for t in state.open}) - len({unit(t) for t in since})
        states.append(state)

    def expire(before: int, seen: int) -> None:
        """Those that end by time before the next touchpoint."""
        while due := [n.expires for n in negatives if not n.over and n.expires < before]:
            for n in negatives:
                n.over |= n.expires == min(due)
            look(min(due), seen, timer=True)

    for seen, t in enumerate(timeline.touchpoints, 1):
        expire(t.occurred_at, seen - 1)
        end(t, negatives)
        if negative(t, low_score, sad):
            negatives.append(Negative(t))
        look(t.occurred_at, seen, timer=False)
    expire(timeline.until + 1, len(timeline.touchpoints))
    return states


def end(t: Any, negatives: list[Negative]) -> None:
    """What `t` makes good, and what it replies to."""
    still = [n for n in negatives if not n.over]
    if t.activity == "recovered":
        things = [n.t for n in negatives]
        ended = belongs(t, things, lambda e: any(n.t is e for n in still), nobody)
        # A case made good is made good.
        units = {unit(e) for e in ended}
        for n in still:
            n.over = unit(n.t) in units
    for n in still:
        of_case, of_thread = same(n.t.case_ref, t.case_ref), same(n.t.thread_ref, t.thread_ref)
        n.over |= (t.activity == "praise" and (of_case or of_thread)) or closes(t, n.t.case_ref)
        if n.replied is None and replies(t, n.t):
            n.replied = t.occurred_at


def stretches(states: list[State]) -> list[tuple[list[State], State | None]]:
    """The times of debt: their states, and the state that ended each."""
    found: list[tuple[list[State], State | None]] = []
    running: list[State] = []
    for state in states:
        if state.debt > 0:
            running.append(state)
        elif running:
            found.append((running, state))
            running = []
    return [*found, (running, None)] if running else found


def findings(
    timeline: Timeline,
    ratio: float = 12,
    lasting: int = 72 * HOUR,
    low_score: float = 4,
    high_score: float = 8,
    sad: float = -0.5,
    glad: float = 0.5,
) -> list[Finding]:
    """All times in which a customer was owed something for three days."""
    found: dict[str, Finding] = {}
    for running, end_of_it in stretches(course(timeline, ratio, low_score, high_score, sad, glad)):
        start = running[0].at
        due, twice = start + lasting, start + 2 * lasting
        if end_of_it is not None and end_of_it.at <= due:
            continue
        then = [state for state in running if state.at <= due][-1]
        key = then.open[0].touchpoint_id
        finding = found.setdefault(key, Finding("experience_debt", key, timeline, lapses=False))
        finding.changes.append(Change(due, timeline.seen_at(due), then.open, timer=True))
        finding.changes.append(Change(twice, timeline.seen_at(twice), timer=True, twice=True))
        for state in running[running.index(then) + 1 :]:
            # What expired since is no evidence the less; what came since is.
            new = [t for t in state.open if order(t) > order(timeline.touchpoints[then.seen - 1])]
            finding.changes.append(Change(state.at, state.seen, new, timer=state.timer))
        if end_of_it is not None:
            finding.changes.append(Change(end_of_it.at, end_of_it.seen, ended="ended", timer=end_of_it.timer))
    return list(found.values())
