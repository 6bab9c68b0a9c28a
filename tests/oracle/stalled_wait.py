"""`stalled_wait`: the customer still waits when the limit is past."""

from __future__ import annotations

from typing import Any

from .life import Change, Finding
from .rules import belongs, closes, names, nobody, refs, same
from .timeline import HOUR, MINUTE, Timeline, order


def limit(wait: Any, hold: int, approval: int, other: int) -> int:
    """How long this wait may last (ms)."""
    if wait.due_at is not None and wait.due_at > wait.occurred_at:
        return int(wait.due_at - wait.occurred_at)
    if wait.reason == "hold":
        return hold
    return approval if wait.activity == "approval_requested" or wait.reason == "approval" else other


def named_by(t: Any, wait: Any) -> bool:
    return names(t, wait) or (bool(wait.case_ref) and wait.case_ref in refs(t))


def ends(timeline: Timeline) -> dict[str, tuple[Any, int]]:
    """Which touchpoint ended each wait, and how many were seen then."""
    over: dict[str, tuple[Any, int]] = {}
    waits: list[Any] = []

    def is_open(wait: Any) -> bool:
        return wait.touchpoint_id not in over

    for seen, t in enumerate(timeline.touchpoints, 1):
        ended: list[Any] = []
        if t.activity in ("wait_ended", "approval_decided"):
            by_wait_ended = [w for w in waits if w.activity == "wait_started" or named_by(t, w)]
            approvals = [w for w in waits if w.activity == "approval_requested" or w.reason == "approval"]
            by_decision = [w for w in waits if w in approvals or named_by(t, w)]
            ended = belongs(t, by_wait_ended if t.activity == "wait_ended" else by_decision, is_open, nobody)
        if t.activity == "case_closed":
            ended = [w for w in waits if is_open(w) and (closes(t, w.case_ref) or same(t.thread_ref, w.thread_ref))]
        for wait in ended:
            over[wait.touchpoint_id] = (t, seen)
        if t.activity in ("wait_started", "approval_requested"):
            waits.append(t)
    return over


def findings(
    timeline: Timeline, hold: int = 10 * MINUTE, approval: int = 24 * HOUR, other: int = 72 * HOUR
) -> list[Finding]:
    """All waits of a customer that lasted too long."""
    over = ends(timeline)
    found = []
    for wait in sorted(timeline.touchpoints, key=order):
        if wait.activity not in ("wait_started", "approval_requested") or wait.reason == "customer":
            continue
        allowed = limit(wait, hold, approval, other)
        due = wait.occurred_at + allowed
        end, seen = over.get(wait.touchpoint_id, (None, 0))
        if end is not None and end.occurred_at <= due:
            continue
        finding = Finding("stalled_wait", wait.touchpoint_id, timeline)
        finding.changes.append(Change(due, timeline.seen_at(due), [wait], timer=True))
        twice = due + allowed
        finding.changes.append(Change(twice, timeline.seen_at(twice), timer=True, twice=True))
        if end is not None:
            lost = (end.occurred_at - wait.occurred_at) // MINUTE
            finding.changes.append(Change(end.occurred_at, seen, ended="ended", minutes_lost=lost))
        found.append(finding)
    return found
