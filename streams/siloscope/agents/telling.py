"""What leaves the worker: state, alerts, warnings, incidents, routed copies and notes, dead letters."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, Final

import msgspec
from msgspec.structs import replace

from .. import wire
from ..core.partition import Changes
from ..core.touchpoint import Entry, Rejected
from ..ops import metrics
from .chunks import Place

TOUCHPOINTS: Final = "touchpoints"
ROUTED: Final = "siloscope.routed"
STATE: Final = "siloscope.state"
ALERTS: Final = "siloscope.alerts"
WARNINGS: Final = "siloscope.warnings"
INCIDENTS: Final = "siloscope.incidents"
ACTIONS: Final = "siloscope.actions"
DEAD_LETTERS: Final = "siloscope.dead-letters"
DELIVERIES: Final = "siloscope.deliveries"
AUDIT: Final = "siloscope.audit"
LARGEST_LETTER: Final = 4 << 20  # bytes, as schemas/topics.yml lets it be: a dead letter holds a whole record, and more

Send = Callable[..., None]  # topic, key, value, partition


class Teller:
    """Turns what the core found into records."""

    def __init__(self, send: Send, send_later: Send) -> None:
        self._send = send
        self._send_later = send_later

    def tell(self, number: int, changes: Changes) -> None:
        """Produce what partition `number` changed; what is told, and notes, once the state is confirmed."""
        send = self._send
        if changes.state:
            for key, value in changes.state:
                send(STATE, key, value, number)
            metrics.STATE_WRITTEN.inc(len(changes.state))
        now = _now()
        for alert in changes.alerts:
            self._send_later(ALERTS, alert.customer_id, wire.encode("alert", replace(alert, detected_at=now)))
        for warning in changes.warnings:
            self._send_later(WARNINGS, warning.customer_id, wire.encode("warning", warning))
        for incident in changes.incidents:
            self._send_later(INCIDENTS, incident.incident_id, wire.encode("incident", incident))
        for to, group, note in changes.notes:
            self._send_later(ROUTED, group, note, to)
        for to, customer, raw in changes.routed:
            send(ROUTED, customer, raw, to)
        for entry, rejected in changes.refused:
            self._refuse_entry(number, entry, rejected)

    def refuse(self, place: Place, record: Any, rejected: Rejected) -> None:
        """Produce a dead letter for a record that is no touchpoint, or an impossible one; the record is kept whole."""
        self._bury(
            rejected,
            dead_letter_id=f"{place.topic}/{place.partition}/{record.offset}",
            topic=place.topic,
            partition=place.partition,
            offset=record.offset,
            timestamp=record.timestamp,
            key=record.key,
            value=record.value,
            headers=[{"name": name, "value": value} for name, value in record.headers],
        )

    def _refuse_entry(self, number: int, entry: Entry, rejected: Rejected) -> None:
        """A touchpoint that lost its id or failed a symptom: what the timeline kept is left, without its offset."""
        self._bury(
            rejected,
            dead_letter_id=f"{TOUCHPOINTS}/{entry.touchpoint_id}/{entry.content:x}",
            topic=TOUCHPOINTS,
            partition=number,
            offset=-1,
            timestamp=entry.at,
            key=None,
            value=msgspec.json.encode(entry),
            headers=[],
        )

    def _bury(self, rejected: Rejected, **whence: Any) -> None:
        metrics.REJECTED.labels(rejected.reason).inc()
        why = {"reason": rejected.reason, "field": rejected.field, "message": rejected.message, "detected_at": _now()}
        self._send(DEAD_LETTERS, whence["dead_letter_id"], wire.encode("dead_letter", whence | why))


def _now() -> int:
    return time.time_ns() // 1_000_000
