"""`ignored_bug_feedback`: a release without the fix, and nobody said a word about the bug she reported."""

from __future__ import annotations

from typing import Any

from .life import Change, Finding
from .rules import answers, refs, same, substantive
from .timeline import DAY, Timeline, order


def names_bug(t: Any, bug: Any) -> bool:
    """`t` names the report, its case or the tracker's bug."""
    known = {bug.touchpoint_id, bug.case_ref, *(bug.refers_to or [])} - {None}
    return not known.isdisjoint(refs(t))


def belonging(t: Any, bugs: list[Any], fixed: list[Any]) -> list[Any]:
    """Rule 5, where a report may also be named by the tracker's bug."""
    named = [bug for bug in bugs if names_bug(t, bug)]
    if named:
        return named
    still = [bug for bug in bugs if bug not in fixed]
    for fits in (lambda b: same(b.thread_ref, t.thread_ref), lambda b: same(b.case_ref, t.case_ref)):
        if fitting := [bug for bug in still if fits(bug)]:
            return fitting[-1:]
    return []


def findings(
    timeline: Timeline, company: Timeline, after: int = 14 * DAY, silence: int = 30 * DAY, again_after: int = 30 * DAY
) -> list[Finding]:
    """All reports of a customer that releases passed by."""
    releases = [t for t in company.touchpoints if t.activity == "release"]
    bugs: list[Any] = []
    fixed: list[Any] = []
    heard: dict[str, list[Any]] = {}  # what acknowledged or answered each report
    found: dict[str, Finding] = {}
    for t in sorted([*timeline.touchpoints, *releases], key=order):
        seen = sum(1 for other in timeline.touchpoints if order(other) <= order(t))
        ended = []
        if t.activity == "release":
            ended = [bug for bug in bugs if same(bug.product, t.product) and names_bug(t, bug)]
        if t.activity == "bug_fixed":
            ended = belonging(t, bugs, fixed)
        fixed += [bug for bug in ended if bug not in fixed]
        if t.activity == "bug_acknowledged":
            ended = belonging(t, bugs, fixed)
        for bug in bugs:
            said = t.activity != "release" and (answers(t, bug) or (substantive(t) and names_bug(t, bug)))
            if bug in ended or said:
                heard[bug.touchpoint_id].append(t)
            if bug in ended and bug.touchpoint_id in found:
                found[bug.touchpoint_id].changes.append(Change(t.occurred_at, seen, ended="ended"))
            if t.activity == "release" and same(bug.product, t.product) and bug not in fixed:
                spoken = any(t.occurred_at - h.occurred_at <= silence for h in heard[bug.touchpoint_id])
                passed = (
                    [c.at for c in found[bug.touchpoint_id].changes if c.evidence] if bug.touchpoint_id in found else []
                )
                recent = any(t.occurred_at - at <= again_after for at in passed)
                if t.occurred_at - bug.occurred_at >= after and not spoken and not recent:
                    finding = found.setdefault(
                        bug.touchpoint_id,
                        Finding("ignored_bug_feedback", bug.touchpoint_id, timeline, owner="first case"),
                    )
                    finding.changes.append(Change(t.occurred_at, seen, [bug, t]))
        if t.activity == "bug_reported" and t.product:
            bugs.append(t)
            heard[t.touchpoint_id] = []
    return list(found.values())
