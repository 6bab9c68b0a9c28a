"""`contact_pressure`: several departments contact one customer again and again within days."""

from __future__ import annotations

from typing import Any

from .life import Change, Finding
from .rules import outbound, reply
from .timeline import DAY, Timeline

CONTACTS = (
    "message", "promotion", "meeting", "renewal_ask", "survey_request", "info_request", "form_request",
)  # fmt: skip


def counted_of(timeline: Timeline, contacts: tuple[str, ...]) -> list[Any]:
    """What the customer was not waiting for; a thread counts once a day (UTC)."""
    counted: list[Any] = []
    spoken: set[tuple[str, int]] = set()
    for t in timeline.touchpoints:
        if t.activity not in contacts or not outbound(t) or reply(t, timeline):
            continue
        if t.thread_ref:
            today = (t.thread_ref, t.occurred_at // DAY)
            if today in spoken:
                continue
            spoken.add(today)
        counted.append(t)
    return counted


def findings(
    timeline: Timeline,
    cap: int = 5,
    within: int = 7 * DAY,
    departments: int = 2,
    contacts: tuple[str, ...] = CONTACTS,
) -> list[Finding]:
    """All times of a customer in which there were too many contacts."""
    found: list[Finding] = []
    counted = counted_of(timeline, contacts)
    end: int | None = None  # when the open one ends if nothing more comes
    for n, x in enumerate(counted):
        seen = timeline.touchpoints.index(x) + 1
        window = [c for c in counted[: n + 1] if x.occurred_at - c.occurred_at <= within]
        if end is not None and x.occurred_at <= end:
            more = [x]
        elif len(window) > cap and len({c.department for c in window}) >= departments:
            found.append(Finding("contact_pressure", window[0].touchpoint_id, timeline, owner="last"))
            more = window
        else:
            continue
        # The count falls to the cap when the (cap + 1)th last contact is a week old.
        end = int(counted[n - cap].occurred_at + within)
        ends = Change(end, timeline.seen_at(end), ended="ended", timer=True)
        found[-1].changes = [c for c in found[-1].changes if not c.ended]
        found[-1].changes += [Change(x.occurred_at, seen, more), ends]
    return found
