"""`tone_deaf_outreach`: a promotion while the customer waits for something to be made good."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .broken_promise import let_go, promises
from .life import Change, Finding
from .rules import CASE_STATES, closes, complaint_end, open_complaints, outbound, same
from .timeline import DAY, Timeline, order

End = tuple[int, int, bool]  # when (epoch ms), how many touchpoints were seen, whether by time alone


@dataclass
class Blocker:
    """Something open that forbids outreach, by the touchpoint that says so, and its end."""

    t: Any
    end: End | None


def complaints(x: Any, timeline: Timeline) -> list[Blocker]:
    """The open complaints."""
    seen = timeline.touchpoints.index(x) + 1
    return [Blocker(c, complaint_end(timeline, c)) for c in open_complaints(timeline, seen, x.occurred_at)]


def urgent_cases(x: Any, timeline: Timeline, priorities: tuple[str, ...]) -> list[Blocker]:
    """The open cases whose latest priority is high or critical."""
    so_far = [*timeline.before(x), x]
    found = []
    for case in dict.fromkeys(t.case_ref for t in so_far if t.case_ref):
        touchpoints = [t for t in so_far if t.case_ref == case]
        states = [t.activity for t in touchpoints if t.activity in ("case_opened", "case_closed", "case_reopened")]
        told = [t for t in touchpoints if t.priority]
        if told and told[-1].priority in priorities and states[-1:] != ["case_closed"]:
            found.append(Blocker(told[-1], first(timeline, x, lambda t, case=case: closes(t, case))))
    return found


def overdue_promises(x: Any, timeline: Timeline, overdue_for: int) -> list[Blocker]:
    """The promises that are broken and still matter."""
    found = []
    for p in promises(timeline):
        if p.due is None or not p.due < x.occurred_at <= p.due + overdue_for or order(p.made) > order(x):
            continue
        # Once it is due, its case ends it for the customer where that was solved, or where she closed it.
        states = [t for t in timeline.before(x) if t.activity in CASE_STATES and same(t.case_ref, p.case_ref)]
        is_closed = bool(states) and order(states[-1]) > order(p.made) and let_go(states[-1], p.case_ref)
        closed = first(timeline, p.made if is_closed else x, lambda t, p=p: let_go(t, p.case_ref))
        kept = (p.end.occurred_at, p.seen, False) if p.end is not None else None
        late = p.due + overdue_for
        end = min(e for e in (closed, kept, (late, timeline.seen_at(late), True)) if e is not None)
        over = end[0] < x.occurred_at or (not end[2] and end[1] <= timeline.touchpoints.index(x))
        if not over:
            found.append(Blocker(p.made, end))
    return found


def first(timeline: Timeline, since: Any, test: Any) -> End | None:
    """The first touchpoint after `since` that passes, as an end."""
    for seen, t in enumerate(timeline.touchpoints, 1):
        if order(t) > order(since) and test(t):
            return t.occurred_at, seen, False
    return None


def about(x: Any, t: Any) -> bool:
    """`x` belongs to that very case (or thread, where there is no case)."""
    return same(x.case_ref, t.case_ref) or (not t.case_ref and same(x.thread_ref, t.thread_ref))


def findings(
    timeline: Timeline,
    messages: tuple[str, ...] = ("promotion", "renewal_ask", "survey_request"),
    priorities: tuple[str, ...] = ("high", "critical"),
    overdue_for: int = 90 * DAY,
) -> list[Finding]:
    """All outreach into trouble."""
    found = []
    for seen, x in enumerate(timeline.touchpoints, 1):
        if x.activity not in messages or not outbound(x):
            continue
        blockers = [
            b
            for b in [
                *complaints(x, timeline),
                *urgent_cases(x, timeline, priorities),
                *overdue_promises(x, timeline, overdue_for),
            ]
            if not about(x, b.t)
        ]
        if not blockers:
            continue
        finding = Finding("tone_deaf_outreach", x.touchpoint_id, timeline, owner="last")
        finding.changes.append(Change(x.occurred_at, seen, [*(b.t for b in blockers), x]))
        ends = [b.end for b in blockers if b.end is not None]
        if len(ends) == len(blockers):
            at, after, timer = max(ends, key=lambda e: (e[0], e[2], e[1]))
            finding.changes.append(Change(at, after, ended="ended", timer=timer))
        found.append(finding)
    return found
