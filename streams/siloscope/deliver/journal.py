"""The journal: what the deliveries remember, in a compacted topic of one partition, each round whole or not at all.

A round is a Kafka transaction. Who begins to lead shuts out whoever led before: an old leader that slept and wakes
writes nothing any more.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from threading import Event
from typing import Any, Final

import msgspec
from confluent_kafka import KafkaException, Producer

from ..agents.connection import for_confluent
from ..agents.state import StateReader, Unreadable
from ..agents.telling import DELIVERIES
from ..errors import Unusable
from ..settings import Settings
from ..staff.tail import Place

log = logging.getLogger(__name__)

PARTITION: Final = 0
LARGEST: Final = 4 << 20  # bytes of a record, as schemas/topics.yml lets it be
PATIENCE_SECONDS: Final = 30.0  # until the brokers must have taken a round
LETTING_GO_SECONDS: Final = 5.0  # until they must have taken back one that was broken off
_PLACE: Final = b"p"

_encode: Final = msgspec.msgpack.Encoder().encode
_offsets: Final = msgspec.msgpack.Decoder(list[tuple[str, int, int]])

Keep = Callable[[bytes, "bytes | None"], None]


class Lost(Exception):
    """What was written last may or may not be there: read the journal again. The message says why."""


def group_of(settings: Settings) -> str:
    """The consumer group of the deliveries, and the name under which its leader writes."""
    return f"{settings.group_id}-deliver"


class Journal:
    """Written by one process at a time. Raises Lost where it cannot be written or read now."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._in_round = False
        self._producer = Producer(
            {
                **for_confluent(settings), "transactional.id": group_of(settings), "linger.ms": 0,
                "transaction.timeout.ms": int(PATIENCE_SECONDS * 1000), "message.max.bytes": LARGEST,
            },
            logger=log,
        )  # fmt: skip

    def load(self, keep: Keep, stop: Event) -> Mapping[Place, int]:
        """Shut out who led before and give all that was written to `keep`; up to where which partition was read."""
        place: dict[Place, int] = {}

        def take(key: bytes, value: bytes | None) -> None:
            if key == _PLACE and value is not None:
                place.update({(topic, number): offset for topic, number, offset in _offsets.decode(value)})
            else:
                keep(key, value)

        reader = StateReader(for_confluent(self._settings), DELIVERIES, group_of(self._settings))
        try:
            self._try(lambda: self._producer.init_transactions(PATIENCE_SECONDS))
            reader.read({PARTITION: take}, stop)
        except Unreadable as error:
            raise Lost(str(error)) from None
        return place

    def write(self, changes: Iterable[tuple[bytes, bytes | None]], place: Mapping[Place, int]) -> None:
        """One round; when it returns, it is there."""
        self._in_round = True
        try:
            self._producer.begin_transaction()
            for key, value in changes:
                self._produce(key, value)
            self._produce(_PLACE, _encode([(*each, offset) for each, offset in place.items()]))
        except KafkaException as error:
            raise Lost(error.args[0].str()) from None
        self._try(lambda: self._producer.commit_transaction(PATIENCE_SECONDS))
        self._in_round = False

    def close(self) -> None:
        """Let go of the brokers; a round that was broken off is taken back, or the next leader's start does that."""
        if self._in_round:
            # librdkafka (2.12) aborts the whole process when a producer ends while it enters a partition into a round.
            with suppress(KafkaException):
                self._producer.abort_transaction(LETTING_GO_SECONDS)
        self._producer.purge()

    def _produce(self, key: bytes, value: bytes | None) -> None:
        while True:
            try:
                self._producer.produce(DELIVERIES, value, key, PARTITION)
                return
            except BufferError:
                self._producer.poll(0.1)

    @staticmethod
    def _try(call: Callable[[], Any]) -> None:
        until = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                call()
                return
            except KafkaException as error:
                said = error.args[0]
                if said.fatal() and "authorization" in said.str().lower():
                    raise Unusable(f"{said.str()}: allow it (docs/deploy.md has the list)") from None
                if not said.retriable() or time.monotonic() > until:
                    raise Lost(said.str()) from None
                time.sleep(0.2)
