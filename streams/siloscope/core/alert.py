"""An alert as it is told: the contract's record, its id and its digest."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final, Literal

import msgspec
import xxhash

Severity = Literal["info", "warning", "critical"]
Confidence = Literal["confirmed", "suspected"]
Status = Literal["open", "updated", "resolved", "retracted"]

SEVERITIES: Final[tuple[Severity, ...]] = ("info", "warning", "critical")


class Evidence(msgspec.Struct, frozen=True, gc=False):
    """One touchpoint an alert rests on, and the part it plays."""

    touchpoint_id: str
    occurred_at: int
    department: str
    channel: str
    role: str
    excerpt: str | None = None


class Alert(msgspec.Struct, frozen=True):
    """A symptom seen on one customer: the fields of `contract.md` in its order; times in epoch milliseconds."""

    alert_id: str
    symptom: str
    status: Status
    revision: int
    severity: Severity
    confidence: Confidence
    customer_id: str
    account: str | None
    key: str
    departments: tuple[str, ...]
    channels: tuple[str, ...]
    case_ref: str | None
    product: str | None
    topic: str | None
    message_ref: str | None
    segment: str | None
    phase: str | None
    opened_at: int
    updated_at: int
    resolved_at: int | None
    resolution: str | None
    detected_at: int | None
    mode: str
    incident_id: str | None
    part_of: str | None
    superseded_by: str | None
    supersedes: str | None
    title: str
    explanation: str
    evidence: tuple[Evidence, ...]
    suggested_action: str
    owner_department: str
    minutes_lost: int | None
    detector_version: str

    def __post_init__(self) -> None:
        if not self.evidence:
            raise ValueError(f"alert {self.alert_id} rests on nothing")


def alert_id(symptom: str, key: str, anchor_id: str, anchor_at: int) -> str:
    """The id of the alert on `symptom` with `key` whose earliest evidence is `anchor_id` at `anchor_at`."""
    return f"{month_of(anchor_at)}-{xxhash.xxh3_128_hexdigest(chr(0).join((symptom, key, anchor_id)).encode())}"


def month_of(at: int) -> str:
    """The month of a time, with which ids begin."""
    return datetime.fromtimestamp(at / 1000, UTC).strftime("%Y-%m")


_encoder: Final = msgspec.msgpack.Encoder()


def digest_of(alert: Alert) -> int:
    """Hash of all that a timeline says: everything but `revision`, `detected_at` and `incident_id`."""
    told = msgspec.structs.replace(alert, revision=0, detected_at=None, incident_id=None)
    return xxhash.xxh3_64_intdigest(_encoder.encode(told))


def packed(alert: Alert) -> bytes:
    """The alert as the state topic keeps it."""
    return _encoder.encode(alert)


_decoder: Final = msgspec.msgpack.Decoder(Alert)


def unpacked(data: bytes) -> Alert:
    """The alert that `packed` wrote."""
    return _decoder.decode(data)
