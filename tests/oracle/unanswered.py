"""`unanswered`: a question or complaint that nobody answers."""

from __future__ import annotations

from .life import Change, Finding
from .rules import answers, by_customer, closes
from .timeline import HOUR, MINUTE, Timeline


def findings(timeline: Timeline, within: int = 72 * HOUR, silent_departments: tuple[str, ...] = ()) -> list[Finding]:
    """All questions and complaints of a customer without an answer in time."""
    found = []
    for asked in timeline.touchpoints:
        if asked.activity not in ("question", "complaint") or asked.direction != "inbound":
            continue
        if asked.department in silent_departments:
            continue
        due = asked.occurred_at + within
        ends = [t for t in timeline.after(asked) if answers(t, asked) or (closes(t, asked.case_ref) and by_customer(t))]
        end = ends[0] if ends else None
        if end is not None and end.occurred_at <= due:
            continue
        finding = Finding("unanswered", asked.touchpoint_id, timeline)
        finding.changes.append(Change(due, timeline.seen_at(due), [asked], timer=True))
        twice = due + within
        finding.changes.append(Change(twice, timeline.seen_at(twice), timer=True, twice=True))
        if end is not None:
            seen = timeline.touchpoints.index(end) + 1
            lost = (end.occurred_at - asked.occurred_at) // MINUTE if answers(end, asked) else None
            finding.changes.append(Change(end.occurred_at, seen, ended="ended", minutes_lost=lost))
        found.append(finding)
    return found
