"""The oracle: a second, slow and obvious implementation of `symptoms.md`, to judge the pipeline by.

It shares nothing with `streams/siloscope` but the touchpoint itself. Everything is judged in batch: the whole timeline
is sorted, then each symptom looks at it from front to back as often as it likes. No state, no arrival order, no timers.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from . import (
    back_to_go,
    broken_promise,
    channel_role_breach,
    conflicting_message,
    contact_pressure,
    contact_without_consent,
    duplicate_outreach,
    experience_debt,
    form_pile_up,
    green_silo,
    handoff_drop,
    ignored_bug_feedback,
    inconsistent_answer,
    inconsistent_voice,
    needless_approval,
    ping_pong,
    renewal_only_contact,
    repeated_info_request,
    stalled_wait,
    ticket_churn,
    tone_deaf_outreach,
    unanswered,
)
from .life import Finding, alert_of, mark_parts
from .timeline import DAY, HOUR, MINUTE, Timeline, read, touchpoint_of

Override = tuple[Mapping[str, Sequence[str]], Mapping[str, Mapping[str, Any]]]  # where, and the parameters there

# What is found on a customer's own touchpoints; and what needs the company's broadcasts too.
BY_CUSTOMER: dict[str, Any] = {
    "duplicate_outreach": duplicate_outreach.findings,
    "inconsistent_answer": inconsistent_answer.findings,
    "repeated_info_request": repeated_info_request.findings,
    "inconsistent_voice": inconsistent_voice.findings,
    "handoff_drop": handoff_drop.findings,
    "ping_pong": ping_pong.findings,
    "stalled_wait": stalled_wait.findings,
    "unanswered": unanswered.findings,
    "needless_approval": needless_approval.findings,
    "ticket_churn": ticket_churn.findings,
    "form_pile_up": form_pile_up.findings,
    "back_to_go": back_to_go.findings,
    "experience_debt": experience_debt.findings,
    "green_silo": green_silo.findings,
    "tone_deaf_outreach": tone_deaf_outreach.findings,
    "contact_pressure": contact_pressure.findings,
    "channel_role_breach": channel_role_breach.findings,
    "broken_promise": broken_promise.findings,
    "contact_without_consent": contact_without_consent.findings,
}
WITH_COMPANY: dict[str, Any] = {
    "conflicting_message": conflicting_message.findings,
    "ignored_bug_feedback": ignored_bug_feedback.findings,
}
SYMPTOMS = ("renewal_only_contact", *BY_CUSTOMER, *WITH_COMPANY)


def standing(
    touchpoints: list[dict[str, Any]],
    until: int,
    parameters: dict[str, dict[str, Any]] | None = None,
    only: Collection[str] | None = None,
    overrides: Sequence[Override] = (),
) -> list[dict[str, Any]]:
    """The alerts that stand at `until` (epoch ms), given touchpoints in the contract's JSON form, in any order.

    `parameters` are {symptom: {parameter: value}} as an owner writes them; what is absent has its default. With `only`
    it looks for those symptoms alone. `overrides` are (where, parameters): for symptoms that judge touchpoint by
    touchpoint alone.
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
            found += overridden(name, judge, customer, chosen.get(name, {}), overrides)
        for name, judge_with in WITH_COMPANY.items():
            found += judge_with(customer, company, **chosen.get(name, {}))
    for who in [*customers, *accounts]:
        found += renewal_only_contact.findings(who, **chosen.get("renewal_only_contact", {}))
    found = [finding for finding in found if only is None or finding.symptom in only]
    alerts = [alert for finding in found if (alert := alert_of(finding, until))]
    for whose in {a["customer_id"] for a in alerts}:
        mark_parts([a for a in alerts if a["customer_id"] == whose])
    return sorted(alerts, key=lambda a: (a["opened_at"], a["symptom"], a["customer_id"], a["account"] or "", a["key"]))


def overridden(
    name: str, judge: Any, customer: Timeline, usual: dict[str, Any], overrides: Sequence[Override]
) -> list[Finding]:
    """Each finding as the parameters in force for the touchpoint that began it make it."""
    if not any(name in parameters for _, parameters in overrides):
        return judge(customer, **usual)  # type: ignore[no-any-return]
    found: list[Finding] = []
    for t in customer.touchpoints:
        segments = [o.segment for o in [*customer.before(t), t] if o.segment]
        place = {"segment": segments[-1] if segments else None, "department": t.department, "channel": t.channel}
        tuned: dict[str, Any] = {}
        for where, parameters in overrides:
            if all(place[what] in names for what, names in where.items()):
                for parameter, value in parameters.get(name, {}).items():
                    # The strictest; of lists the later.
                    number = plain(value)
                    stricter = not isinstance(number, tuple) and parameter in tuned
                    tuned[parameter] = min(tuned[parameter], number) if stricter else number
        found += [each for each in judge(customer, **{**usual, **tuned}) if each.begun_by is t]
    return found


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
