"""The writer's dead letters: records that cannot be stored go to their topic, whole, before they are committed."""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping, Sequence
from typing import Any, Final

from confluent_kafka import KafkaError, Producer

from siloscope import wire
from siloscope.agents.telling import DEAD_LETTERS, LARGEST_LETTER
from siloscope.errors import Unusable
from siloscope.ops import metrics
from siloscope.stores.storing import Refused

log = logging.getLogger(__name__)

PATIENCE_SECONDS: Final = 60.0


class Letters:
    """Produces dead letters and waits for the broker's word on each."""

    def __init__(self, connection: Mapping[str, Any]) -> None:
        letters = {"enable.idempotence": True, "acks": "all", "message.max.bytes": LARGEST_LETTER}
        self._connection = {**connection, **letters}
        self._producer: Producer | None = None
        self._error: KafkaError | None = None

    def send(self, refused: Sequence[Refused]) -> None:
        """Return when all of them are in the topic; raises Unusable when the broker does not take them."""
        letters = [one for one in refused if one.message.topic() != DEAD_LETTERS]
        for one in refused:
            metrics.WRITER_REFUSED.labels(one.message.topic(), one.rejected.reason).inc()
            log.error("%s cannot be stored: %s", _place(one.message), one.rejected.message)
        if not letters:
            return
        producer = self._producer = self._producer or Producer(self._connection, logger=log)
        for one in letters:
            producer.produce(DEAD_LETTERS, letter_of(one), _place(one.message), on_delivery=self._report)
        left = producer.flush(PATIENCE_SECONDS)
        if left or self._error:
            raise Unusable(
                f"the broker takes no dead letters ({self._error or 'no answer'}): is there a topic {DEAD_LETTERS}?"
            )

    def _report(self, error: KafkaError | None, _message: Any) -> None:
        self._error = self._error or error


def letter_of(refused: Refused) -> bytes:
    """The dead letter of one record, as its topic takes it."""
    message, rejected = refused
    letter = {
        "dead_letter_id": _place(message),
        "topic": message.topic(),
        "partition": message.partition(),
        "offset": message.offset(),
        "timestamp": message.timestamp()[1],
        "key": message.key(),
        "value": message.value(),
        "headers": [{"name": name, "value": value} for name, value in message.headers() or ()],
        "reason": rejected.reason,
        "field": rejected.field,
        "message": rejected.message,
        "detected_at": time.time_ns() // 1_000_000,
    }
    return wire.encode("dead_letter", letter)


def _place(message: Any) -> str:
    return f"{message.topic()}/{message.partition()}/{message.offset()}"
