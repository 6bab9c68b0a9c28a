"""`channel_role_breach`: a channel used for what the charter gives to others."""

from __future__ import annotations

from collections.abc import Mapping

from .life import Change, Finding
from .rules import outbound, phase
from .timeline import Timeline

Charter = tuple[Mapping[str, str], ...]


def findings(timeline: Timeline, charter: Charter = ()) -> list[Finding]:
    """All outbound touchpoints in a channel that is kept for other things."""
    found = []
    for seen, t in enumerate(timeline.touchpoints, 1):
        rows = [row for row in charter if row["channel"] == t.channel]
        if not outbound(t) or not rows:
            continue
        is_so = {
            "channel": t.channel,
            "activity": t.activity,
            "department": t.department,
            "phase": t.phase or phase(timeline, seen, t.occurred_at),
        }
        if not any(all(is_so[name] == value for name, value in row.items()) for row in rows):
            finding = Finding("channel_role_breach", t.touchpoint_id, timeline, owner="last")
            finding.changes = [Change(t.occurred_at, seen, [t]), Change(t.occurred_at, seen, ended="ended")]
            found.append(finding)
    return found
