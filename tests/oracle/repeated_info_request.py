"""`repeated_info_request`: asked again for what the customer has already given."""

from __future__ import annotations

import re
from typing import Any

from .life import Change, Finding
from .rules import differ, given, outbound, same
from .timeline import DAY, Timeline, order

VERIFICATION = ("verification_code", "password", "consent")
PER_CASE = (
    "order_number", "invoice_number", "date", "time", "amount", "description", "appointment",
)  # fmt: skip


def changed(t: Any) -> set[str]:
    """The fields that `t` says have changed or expired."""
    return set(re.split(r"[,\s]+", (t.attributes or {}).get("changed", ""))) - {""}


def known(field: str, ask: Any, timeline: Timeline, within: int, per_case: tuple[str, ...]) -> Any:
    """The latest touchpoint by which somebody else, or another case, already has the field; or None."""
    before = timeline.before(ask)
    changes = [t for t in [*before, ask] if field in changed(t)]
    givings = [
        t
        for t in before
        if given(t)
        and field in (t.fields or ())
        and ask.occurred_at - t.occurred_at <= within
        and not any(order(c) > order(t) for c in changes)
    ]
    for giving in reversed(givings):
        if field in per_case and not same(giving.case_ref, ask.case_ref):
            continue
        elsewhere = giving.department != ask.department or differ(giving.case_ref, ask.case_ref)
        if elsewhere or differ(giving.staff_ref, ask.staff_ref):
            return giving
    return None


def findings(
    timeline: Timeline,
    within: int = 365 * DAY,
    over_after: int = 7 * DAY,
    verification: tuple[str, ...] = VERIFICATION,
    per_case: tuple[str, ...] = PER_CASE,
) -> list[Finding]:
    """All repeated requests to a customer; those of one case are one finding."""
    found: dict[str, Finding] = {}
    for seen, ask in enumerate(timeline.touchpoints, 1):
        if ask.activity not in ("info_request", "form_request") or not outbound(ask):
            continue
        fields = [field for field in ask.fields or () if field not in verification]
        givings = [g for field in fields if (g := known(field, ask, timeline, within, per_case)) is not None]
        if givings:
            key = ask.case_ref or ask.touchpoint_id
            finding = found.setdefault(key, Finding("repeated_info_request", key, timeline, owner="last"))
            end = ask.occurred_at + over_after
            finding.changes = [c for c in finding.changes if not (c.ended and c.at >= ask.occurred_at)]
            finding.changes.append(Change(ask.occurred_at, seen, [*givings, ask]))
            finding.changes.append(Change(end, timeline.seen_at(end), ended="ended", timer=True))
    return list(found.values())
