"""The oracle: a second, slow and obvious implementation of `symptoms.md`, to judge the pipeline by.

It shares nothing with `streams/siloscope` but the touchpoint itself. Everything is judged in batch: the whole timeline
is sorted, then each symptom looks at it from front to back as often as it likes. No state, no arrival order, no timers.
"""

from __future__ import annotations

from typing import Any

from . import (
    conflicting_message,
    duplicate_outreach,
    handoff_drop,
    ping_pong,
    renewal_only_contact,
    stalled_wait,
    ticket_churn,
    unanswered,
)
from .life import Finding, alert_of
from .timeline import DAY, HOUR, MINUTE, read, touchpoint_of

BY_CUSTOMER = {
    "duplicate_outreach": duplicate_outreach.findings,
    "handoff_drop": handoff_drop.findings,
    "ping_pong": ping_pong.findings,
    "stalled_wait": stalled_wait.findings,
    "unanswered": unanswered.findings,
    "ticket_churn": ticket_churn.findings,
}


def standing(
    touchpoints: list[dict[str, Any]], until: int, parameters: dict[str, dict[str, Any]] | None = None
) -> list[dict[str, Any]]:
    """The alerts that stand at `until` (epoch ms), given touchpoints in the contract's JSON form, in any order.

    `parameters` are {symptom: {parameter: value}} as an owner writes them; what is absent has its default.
    """
    chosen = {
        symptom: {name: plain(value) for name, value in values.items()}
        for symptom, values in (parameters or {}).items()
    }
    if any(touchpoint_of(t).occurred_at > until for t in touchpoints):
        raise ValueError("the oracle judges what has happened by `until`: leave out what is later")
    company, customers, accounts = read(touchpoints, until)
    found: list[Finding] = list(conflicting_message.company_findings(company, **chosen.get("conflicting_message", {})))
    for customer in customers:
        for name, judge in BY_CUSTOMER.items():
            found += judge(customer, **chosen.get(name, {}))
        found += conflicting_message.findings(customer, company, **chosen.get("conflicting_message", {}))
    for who in [*customers, *accounts]:
        found += renewal_only_contact.findings(who, **chosen.get("renewal_only_contact", {}))
    alerts = [alert for finding in found if (alert := alert_of(finding, until))]
    return sorted(alerts, key=lambda a: (a["opened_at"], a["symptom"], a["customer_id"], a["account"] or "", a["key"]))


def plain(value: Any) -> Any:
    """A parameter's value as the oracle counts: durations in milliseconds, names as a tuple."""
    if isinstance(value, list):
        return tuple(value)
    if not isinstance(value, str):
        return value
    units = {"s": 1_000, "min": MINUTE, "h": HOUR, "d": DAY}
    number, _, unit = value.partition(" ")
    return int(number) * units[unit] if unit in units else tuple(part.strip() for part in value.split(","))


def warnings(
    touchpoints: list[dict[str, Any]], until: int, parameters: dict[str, dict[str, Any]] | None = None
) -> list[dict[str, Any]]:
    """The handoff warnings as they stand at `until`: handoff, status, departments and times."""
    chosen = {name: plain(value) for name, value in (parameters or {}).get("handoff_drop", {}).items()}
    _, customers, _ = read(touchpoints, until)
    told = [warning for customer in customers for warning in handoff_drop.warnings(customer, **chosen)]
    return sorted(told, key=lambda w: (w["handed_at"], w["handoff"]))


__all__ = ["standing", "warnings"]
