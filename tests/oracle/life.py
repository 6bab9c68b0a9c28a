"""The life of a finding: opening, more evidence, severity, end; and the alert that stands at the end of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from .rules import holder, open_complaints, renewal
from .rules import phase as phase_of
from .timeline import DAY, Timeline, order


@dataclass
class Change:
    """Something that happens to a finding at `at` (epoch ms), when `seen` touchpoints of the timeline were seen."""

    at: int
    seen: int
    evidence: list[Any] = field(default_factory=list)
    ended: str | None = None  # the resolution
    minutes_lost: int | None = None
    timer: bool = False  # no touchpoint made it: it comes after everything at its instant
    twice: bool = False  # it has lasted twice its limit
    warned: bool = False  # an early warning


@dataclass
class Finding:
    """A symptom seen on one customer, with all that happens to it, in order."""

    symptom: str
    key: str
    timeline: Timeline
    changes: list[Change] = field(default_factory=list)
    confirmed: bool = True
    lapses: bool = True  # rule 10 applies
    receivers: tuple[str, ...] = ()  # departments involved besides those of the evidence
    renewal_matters: bool = True
    # Who should act: who holds the case of the `first` evidence when it opens, else its department (that of the last:
    # `first case`); of what came last (`last case`); the department of the `last` evidence; the `receiver`;
    # or `=` and the department's name.
    owner: str = "first"

    @property
    def begun_by(self) -> Any:
        """The touchpoint that opens it, or starts its timer."""
        return self.changes[0].evidence[-1]


def departments_of(evidence: list[Any], finding: Finding) -> set[str]:
    """Those who did something, and those to whom something was handed."""
    handed = {t.to_department for t in evidence if t.activity in ("handoff_started", "escalated") and t.to_department}
    return {t.department for t in evidence} | handed | set(finding.receivers)


def severity(finding: Finding, evidence: list[Any], change: Change) -> str:
    """What the alert's severity would be if it were told anew at this change."""
    if change.warned:
        return "info"
    own = {t.touchpoint_id for t in evidence}
    if len(departments_of(evidence, finding)) >= 3 or change.twice:
        return "critical"
    if any(c.touchpoint_id not in own for c in open_complaints(finding.timeline, change.seen, change.at)):
        return "critical"
    known = renewal(finding.timeline, change.seen)
    if finding.renewal_matters and known is not None and 0 <= known - change.at <= 90 * DAY:
        return "critical"
    return "warning"


def united(evidence: list[Any], more: list[Any]) -> list[Any]:
    """Both, each once, in order."""
    kept = {t.touchpoint_id: t for t in [*evidence, *more]}
    return sorted(kept.values(), key=order)


def first(evidence: list[Any], name: str) -> Any:
    """The first present value of a field, in the order of the evidence."""
    return next((getattr(t, name) for t in evidence if getattr(t, name)), None)


def owner_of(finding: Finding, evidence: list[Any], change: Change) -> str:
    """Who should act, as of this change."""
    if finding.owner == "receiver":
        return finding.receivers[0]
    if finding.owner == "last":
        return str(evidence[-1].department)
    if finding.owner.startswith("="):
        return finding.owner[1:]
    about = change.evidence[-1] if finding.owner == "last case" else evidence[0]
    otherwise = evidence[-1] if finding.owner == "first case" else about
    return holder(finding.timeline, change.seen, about.case_ref) or str(otherwise.department)


def mark_parts(alerts: list[dict[str, Any]]) -> None:
    """Rule 13: what is all contained in another's evidence is part of it: of the largest, first opened, first named."""
    for alert in alerts:
        mine = set(alert["evidence"])
        wholes = [
            other
            for other in alerts
            if other is not alert
            and mine <= set(other["evidence"])
            and (mine != set(other["evidence"]) or rank(other) < rank(alert))
        ]
        best = min(wholes, key=rank, default=None)
        alert["part_of"] = (best["symptom"], best["key"]) if best else None


def rank(alert: dict[str, Any]) -> tuple[int, int, str, str]:
    """Who comes first as the whole."""
    return (-len(alert["evidence"]), alert["opened_at"], alert["symptom"], alert["key"])


def alert_of(finding: Finding, until: int) -> dict[str, Any] | None:
    """The alert as it stands at `until`, or None if it has not opened by then."""
    evidence: list[Any] = []
    opened = updated = resolved = minutes = resolution = None
    phase = owner = None
    worst = ""
    ranks = ["", "info", "warning", "critical"]
    changes = sorted(finding.changes, key=lambda c: (c.at, c.timer, c.seen))
    for change in [*changes, None]:
        if finding.lapses and opened is not None and resolved is None:
            last = evidence[-1].occurred_at + 90 * DAY
            lapse = last if last > opened else opened + 90 * DAY
            if lapse <= until and (change is None or lapse < change.at):
                resolved, resolution = lapse, "lapsed"
        if change is None or change.at > until:
            continue
        if change.ended:
            if opened is not None and resolved is None:
                resolved, resolution, minutes = change.at, change.ended, change.minutes_lost
            continue
        if change.twice and (opened is None or resolved is not None):
            continue
        more = united(evidence, change.evidence)
        now = max(worst, severity(finding, more, change), key=ranks.index)
        if len(more) > len(evidence) or now != worst or resolved is not None:
            if finding.owner != "first" or opened is None or resolved is not None:
                owner = owner_of(finding, more, change)
            updated, resolved, resolution, minutes = change.at, None, None, None
        if opened is None:
            opened, phase = change.at, phase_of(finding.timeline, change.seen, change.at)
        evidence, worst = more, now
    if opened is None:
        return None
    return {
        "symptom": finding.symptom,
        "key": finding.key,
        "customer_id": finding.timeline.customer_id,
        "account": finding.timeline.account or first(evidence, "account"),
        "status": "resolved" if resolved is not None else "updated" if updated > opened else "open",
        "opened_at": opened,
        "updated_at": updated,
        "resolved_at": resolved,
        "resolution": resolution,
        "severity": worst,
        "confidence": "confirmed" if finding.confirmed else "suspected",
        "evidence": [t.touchpoint_id for t in evidence],
        "departments": sorted(departments_of(evidence, finding)),
        "channels": sorted({t.channel for t in evidence}),
        "case_ref": first(evidence, "case_ref"),
        "product": first(evidence, "product"),
        "topic": first(evidence, "topic"),
        "message_ref": first(evidence, "message_ref"),
        "segment": first(evidence, "segment"),
        "phase": None if finding.timeline.account else first(evidence, "phase") or phase,
        "owner_department": owner,
        "minutes_lost": minutes,
    }
