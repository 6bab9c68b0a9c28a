"""Alerts and labels for tests of what compares them."""

from __future__ import annotations

from typing import Any

from siloscope.core.alert import Alert, Evidence
from siloscope.ops.simulate_scene import Label


def evidence(*ids: str) -> tuple[Evidence, ...]:
    return tuple(Evidence(each, 1_000, "sales", "email", "said", f"what {each} says") for each in ids)


def alert(name: str, *ids: str, **other: Any) -> Alert:
    """An alert called `name` on the touchpoints `ids` (none: `a`)."""
    usual: dict[str, Any] = {
        "alert_id": name, "symptom": "unanswered", "status": "open", "revision": 1, "severity": "warning",
        "confidence": "confirmed", "customer_id": "anna", "account": None, "key": name, "departments": ("sales",),
        "channels": ("email",), "case_ref": None, "product": None, "topic": None, "message_ref": None,
        "segment": None, "phase": None, "opened_at": 2_000, "updated_at": 2_000, "resolved_at": None,
        "resolution": None, "detected_at": None, "mode": "live", "incident_id": None, "part_of": None,
        "superseded_by": None, "supersedes": None, "title": f"title of {name}", "explanation": f"why {name}",
        "evidence": evidence(*(ids or ("a",))), "suggested_action": "sales: do this now.", "owner_department": "sales",
        "minutes_lost": None, "detector_version": "1",
    }  # fmt: skip
    return Alert(**(usual | other))


def label(*ids: str, **other: Any) -> Label:
    """A label on the touchpoints `ids` (none: `a`)."""
    usual: dict[str, Any] = {
        "symptom": "unanswered", "expected": True, "customer_id": "anna", "found_at": 2_000, "about": "a",
        "touchpoints": list(ids or ("a",)), "story": "never_answered", "why": "nobody answered",
    }  # fmt: skip
    return Label(**(usual | other))
