"""`ping_pong`: responsibility for a case returns to departments that had handed it away."""

from __future__ import annotations

from .life import Change, Finding
from .rules import closes, explicit
from .timeline import DAY, Timeline


def findings(timeline: Timeline, returns: int = 2) -> list[Finding]:
    """All cases of a customer that were sent to and fro."""
    cases = dict.fromkeys(t.case_ref for t in timeline.touchpoints if t.case_ref)
    found = [judge(timeline, case, returns) for case in cases]
    return [finding for finding in found if finding.changes]


def judge(timeline: Timeline, case: str, returns: int) -> Finding:
    """One case from its first touchpoint to the last."""
    finding = Finding("ping_pong", case, timeline, owner="last case")
    holder = None  # to whom it was handed last
    away: set[str] = set()
    returned = 0
    moves: list[object] = []
    is_open = False
    for seen, t in enumerate(timeline.touchpoints, 1):
        if t.case_ref != case:
            continue
        if explicit(t) and t.to_department != holder:
            away.add(t.department)
            moves.append(t)
            back = t.to_department in away
            returned += back
            lapsed = bool(finding.changes) and t.occurred_at - finding.changes[-1].at > 90 * DAY
            if (is_open and not lapsed) or (back and returned >= returns):
                finding.changes.append(Change(t.occurred_at, seen, list(moves)))
                is_open = True
            holder = t.to_department
        if closes(t, case) and is_open:
            finding.changes.append(Change(t.occurred_at, seen, ended="ended"))
            is_open = False
    return finding
