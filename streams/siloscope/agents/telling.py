"""What leaves the worker: state, alerts, warnings, routed copies, dead letters."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, Final

from msgspec.structs import replace

from .. import wire
from ..core.partition import Changes
from ..core.touchpoint import Rejected
from ..ops import metrics
from .chunks import Place

TOUCHPOINTS: Final = "touchpoints"
ROUTED: Final = "siloscope.routed"
STATE: Final = "siloscope.state"
ALERTS: Final = "siloscope.alerts"
WARNINGS: Final = "siloscope.warnings"
DEAD_LETTERS: Final = "siloscope.dead-letters"

Send = Callable[..., None]  # topic, key, value, partition


class Teller:
    """Turns what the core found into records; `keep` is False where no state is kept between runs."""

    def __init__(self, send: Send, *, keep: bool = True) -> None:
        self._send = send
        self._keep = keep

    def tell(self, number: int, changes: Changes) -> None:
        """Produce what partition `number` changed."""
        send = self._send
        if self._keep and changes.state:
            for key, value in changes.state:
                send(STATE, key, value, number)
            metrics.STATE_WRITTEN.inc(len(changes.state))
        now = time.time_ns() // 1_000_000
        for alert in changes.alerts:
            send(ALERTS, alert.customer_id, wire.encode("alert", replace(alert, detected_at=now)))
            metrics.ALERTS_TOLD.labels(alert.symptom, alert.status).inc()
        for warning in changes.warnings:
            send(WARNINGS, warning.customer_id, wire.encode("warning", warning))
            metrics.WARNINGS_TOLD.labels(warning.status).inc()
        for to, key, raw in changes.routed:
            send(ROUTED, key, raw, to)

    def refuse(self, place: Place, record: Any, rejected: Rejected) -> None:
        """Produce a dead letter for a record that is no touchpoint, or an impossible one; the record is kept whole."""
        letter = {
            "dead_letter_id": f"{place.topic}/{place.partition}/{record.offset}",
            "topic": place.topic,
            "partition": place.partition,
            "offset": record.offset,
            "timestamp": record.timestamp,
            "key": record.key,
            "value": record.value,
            "headers": dict(record.headers),
            "reason": rejected.reason,
            "field": rejected.field,
            "message": rejected.message,
            "detected_at": time.time_ns() // 1_000_000,
        }
        metrics.REJECTED.labels(rejected.reason).inc()
        self._send(DEAD_LETTERS, letter["dead_letter_id"], wire.encode("dead_letter", letter))
