"""`form_pile_up`: forms from all sides, or two departments' forms that ask the same."""

from __future__ import annotations

from typing import Any

from .life import Change, Finding
from .rules import given, outbound
from .timeline import DAY, Timeline


def findings(
    timeline: Timeline, forms: int = 3, departments: int = 2, overlap: int = 2, within: int = 30 * DAY
) -> list[Finding]:
    """All piles of forms before a customer."""
    found: list[Finding] = []
    sent: list[Any] = []
    end: int | None = None
    for seen, x in enumerate(timeline.touchpoints, 1):
        if x.activity != "form_request" or not outbound(x):
            continue
        sent.append(x)
        if end is not None and x.occurred_at <= end:
            more = [x]
        elif more := pile(x, sent, timeline, forms, departments, overlap, within):
            found.append(Finding("form_pile_up", more[0].touchpoint_id, timeline, owner="last"))
        else:
            continue
        end = x.occurred_at + within
        ends = Change(end, timeline.seen_at(end), ended="ended", timer=True)
        found[-1].changes = [c for c in found[-1].changes if not c.ended]
        found[-1].changes += [Change(x.occurred_at, seen, more), ends]
    return found


def pile(
    x: Any, sent: list[Any], timeline: Timeline, forms: int, departments: int, overlap: int, within: int
) -> list[Any]:
    """The forms that with `x` (the last of `sent`) are too many, or ask the same; none if they are not."""
    window = [f for f in sent if x.occurred_at - f.occurred_at <= within]
    if len(window) >= forms and len({f.department for f in window}) >= departments:
        return window
    known = {field for t in timeline.before(x) if given(t) for field in t.fields or ()}
    asked = set(x.fields or ()) - known
    others = [f for f in window if f.department != x.department and len(asked & set(f.fields or ())) >= overlap]
    return [*others, x] if others else []
