"""The words and units of the contract: activities, directions, times."""

from __future__ import annotations

from typing import Final

SECOND: Final = 1_000
MINUTE: Final = 60 * SECOND
HOUR: Final = 60 * MINUTE
DAY: Final = 24 * HOUR

EARLIEST: Final = 631_152_000_000  # 1990-01-01
LATEST: Final = 4_102_444_800_000  # 2100-01-01
TEXT_KEPT: Final = 400  # characters of text that stay on the timeline

IN, OUT, INTERNAL = "inbound", "outbound", "internal"
DIRECTIONS: Final = {name: name for name in (IN, OUT, INTERNAL)}

# What each activity's direction is where the event does not say; None: it must say.
ACTIVITIES: Final[dict[str, str | None]] = {
    "message": None, "meeting": None, "visit": IN, "promotion": OUT, "notice": OUT,
    "renewal_ask": OUT, "survey_request": OUT,
    "question": IN, "answer": OUT, "info_request": OUT, "info_given": IN, "form_request": OUT,
    "form_submitted": IN,
    "case_opened": IN, "case_updated": INTERNAL, "case_closed": INTERNAL, "case_reopened": IN,
    "handoff_started": INTERNAL, "handoff_accepted": INTERNAL, "escalated": INTERNAL,
    "wait_started": INTERNAL, "wait_ended": INTERNAL, "approval_requested": INTERNAL,
    "approval_decided": INTERNAL,
    "complaint": IN, "praise": IN, "recovered": OUT, "survey_response": IN,
    "bug_reported": IN, "bug_acknowledged": OUT, "bug_fixed": OUT,
    "consent_given": IN, "consent_withdrawn": IN,
    "promise_made": OUT, "promise_kept": OUT,
    "onboarding_step": OUT, "purchase": IN, "contract_signed": IN, "contract_cancelled": IN,
    "invoice": OUT, "payment": IN, "delivery": OUT,
    "fact_published": OUT, "release": OUT, "kpi_reported": INTERNAL,
}  # fmt: skip
HANDOFFS: Final = ("handoff_started", "escalated")
BROADCASTS: Final = frozenset({"fact_published", "release", "kpi_reported"})

# At one instant what starts, opens or asks comes before what ends or answers; a reopening after its closing.
_STARTS: Final = frozenset({
    "question", "info_request", "form_request", "case_opened", "handoff_started", "escalated", "wait_started",
    "approval_requested", "complaint", "bug_reported", "promise_made", "purchase", "contract_signed",
    "fact_published",
})  # fmt: skip
RANK: Final = {name: 0 if name in _STARTS else 2 if name == "case_reopened" else 1 for name in ACTIVITIES}
PRIORITIES: Final = ("low", "normal", "high", "critical")
