"""`broken_promise`: what was promised by a day that is over; and what became of all promises."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .life import Change, Finding
from .rules import belongs, by_customer, names, nobody, outbound, refs, same
from .timeline import MINUTE, Timeline


@dataclass
class Promise:
    """A promise, when it is due (epoch ms), and what ended it: kept, or void before it was due."""

    made: Any
    due: int | None
    end: Any = None
    void: bool = False
    seen: int = 0  # how many touchpoints were seen at its end

    @property
    def touchpoint_id(self) -> str:
        return str(self.made.touchpoint_id)

    @property
    def case_ref(self) -> str | None:
        return self.made.case_ref  # type: ignore[no-any-return]

    @property
    def thread_ref(self) -> str | None:
        return self.made.thread_ref  # type: ignore[no-any-return]


def let_go(t: Any, case_ref: str | None) -> bool:
    """`t` closes that case as solved, or by the customer: she waits for nothing more in it."""
    return t.activity == "case_closed" and same(t.case_ref, case_ref) and (t.outcome == "solved" or by_customer(t))


def keeps(t: Any, promise: Promise, kept_by: tuple[str, ...], callbacks: tuple[str, ...]) -> bool:
    """A delivery or payment in its case (or that names it); a contact of the case, if a call back was promised."""
    in_case = same(t.case_ref, promise.case_ref)
    if t.activity in kept_by:
        return in_case or names(t, promise.made) or (bool(promise.case_ref) and promise.case_ref in refs(t))
    return promise.made.topic in callbacks and outbound(t) and in_case


def promises(
    timeline: Timeline, kept_by: tuple[str, ...] = ("delivery", "payment"), callbacks: tuple[str, ...] = ("callback",)
) -> list[Promise]:
    """All promises made to a customer, each with its end."""
    made: list[Promise] = []
    for seen, t in enumerate(timeline.touchpoints, 1):
        is_open = [p for p in made if p.end is None]
        kept = belongs(t, made, lambda p: p.end is None, nobody) if t.activity == "promise_kept" else []
        kept = [*kept, *(p for p in is_open if keeps(t, p, kept_by, callbacks) and p not in kept)]
        void = [p for p in is_open if let_go(t, p.case_ref) and (p.due is None or t.occurred_at <= p.due)]
        for p in [*kept, *void]:
            p.end, p.void, p.seen = t, p in void, seen
        if t.activity == "promise_made" and t.direction != "inbound":
            due = t.due_at if t.due_at is not None and t.due_at > t.occurred_at else None
            made.append(Promise(t, due))
    return made


def findings(timeline: Timeline, **parameters: Any) -> list[Finding]:
    """All promises to a customer that were not kept in time."""
    found = []
    for p in promises(timeline, **parameters):
        if p.due is None or (p.end is not None and p.end.occurred_at <= p.due):
            continue
        finding = Finding("broken_promise", p.touchpoint_id, timeline)
        finding.changes.append(Change(p.due, timeline.seen_at(p.due), [p.made], timer=True))
        twice = 2 * p.due - p.made.occurred_at
        finding.changes.append(Change(twice, timeline.seen_at(twice), timer=True, twice=True))
        if p.end is not None:
            lost = (p.end.occurred_at - p.due) // MINUTE
            finding.changes.append(Change(p.end.occurred_at, p.seen, ended="ended", minutes_lost=lost))
        found.append(finding)
    return found
