"""All symptoms on trial, and what is compared of what they find."""

from __future__ import annotations

from typing import Any

from siloscope.ops.trial import Trial, agreed, decoded, judged, latest
from siloscope.symptoms import detection

__all__ = ["Pipeline", "agreed", "compared", "decoded", "judged", "latest", "warned"]

# What the oracle judges besides what a scenario may expect; an account has no phase of its own.
ORACLE_FIELDS = ("phase", "owner_department")


class Pipeline(Trial):
    """A trial of all symptoms; `options` go to the detection."""

    def __init__(
        self, parameters: dict[str, Any] | None = None, count: int = 1, *, eager: bool = True, **options: Any
    ) -> None:
        super().__init__(detection(parameters or {}, **options), count, eager=eager)


def compared(alerts: list[Any]) -> list[dict[str, Any]]:
    """What the oracle says of standing alerts, from the core's; `part_of` is (symptom, key) of the whole."""
    names = {alert.alert_id: (alert.symptom, alert.key) for alert in alerts}
    return [
        judged(alert)
        | {name: getattr(alert, name) for name in ORACLE_FIELDS}
        | {"part_of": names[alert.part_of] if alert.part_of else None}
        | ({"phase": None} if alert.customer_id.startswith("account:") else {})
        for alert in alerts
    ]


def warned(warning: Any) -> dict[str, Any]:
    """What two runs agree on about a warning, and the handoff that it is about."""
    names = (
        "status",
        "customer_id",
        "from_department",
        "to_department",
        "implied",
        "handed_at",
        "due_at",
        "accepted_at",
    )
    return {name: getattr(warning, name) for name in (*names, "closed_at")} | {"handoff": warning.evidence[0]}
