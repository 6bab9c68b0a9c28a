"""The outbox: everything the worker produces, and the proof that the broker has it."""

from __future__ import annotations

import asyncio
import logging
import os
import time
from collections import deque
from collections.abc import Callable, Mapping
from typing import Any, Final, NoReturn

from confluent_kafka import KafkaError, KafkaException, Producer

from ..ops import metrics
from .telling import LARGEST_LETTER

log = logging.getLogger(__name__)

LINGER_MS: Final = 1  # an alert waits twice: for its state, then itself; none at all costs the broker a seventh more
MOST_IN_FLIGHT: Final = 100_000  # records; librdkafka's queue holds as many again
PATIENCE_SECONDS: Final = 30.0  # with a full queue
POLL_SECONDS: Final = 0.002


def end_process(why: str) -> NoReturn:
    """End at once and commit nothing: dying before the commit is the only failure that loses nothing."""
    log.critical("%s; the worker ends, what it had not committed will be read again", why)
    logging.shutdown()
    os._exit(1)


Record = tuple[str, bytes | str | None, bytes | None, int]  # topic, key, value, partition (-1: by key)


class Batch:
    """What one chunk or tick produced; `delivered` once the broker has confirmed it and all produced before it.

    `later` is what goes out when all else of the batch is confirmed. `since` is the broker's time (epoch ms) of what
    led to something told.
    """

    __slots__ = ("_end", "delivered", "later", "left", "since")

    def __init__(self, end: Callable[[str], NoReturn]) -> None:
        self.delivered = False
        self.left = 0  # records without a report
        self.later: list[Record] = []
        self.since: int | None = None
        self._end = end

    def report(self, error: KafkaError | None, message: Any) -> None:
        """The producer's word on one record."""
        if error is not None:
            self._end(f"the broker did not take a record of {message.topic()}: {error.str()}")
        self.left -= 1


class Outbox:
    """An idempotent producer whose records are counted batch by batch.

    A report for every record costs 0.6 µs more than one for the last record of a partition (1.6 against 1.0 µs) and
    is the only count that is exact: records that time out are outside librdkafka's gapless guarantee.
    One thread uses it. `end` is called, and must not return, when a record cannot be delivered.
    """

    def __init__(
        self,
        connection: Mapping[str, Any],
        *,
        patience: float = PATIENCE_SECONDS,
        end: Callable[[str], NoReturn] = end_process,
    ) -> None:
        self._end = end
        self._patience = patience
        self._producer = Producer(
            {
                **connection,
                "enable.idempotence": True,
                "acks": "all",
                "compression.type": "lz4",
                "message.max.bytes": LARGEST_LETTER,
                "linger.ms": LINGER_MS,
                "partitioner": "murmur2_random",  # as the Java clients do
                "queue.buffering.max.messages": 2 * MOST_IN_FLIGHT,
                "error_cb": self._on_error,
            },
            logger=log,
        )
        self._sent: deque[Batch] = deque()  # what is to be confirmed before anything is told
        self._telling: deque[Batch] = deque()  # what is told, to be confirmed
        self._begin()

    def _begin(self) -> None:
        self._batch = Batch(self._end)

    def send(self, topic: str, key: bytes | str | None, value: bytes | None, partition: int = -1) -> None:
        """Produce one record as part of the batch at hand; waits up to the patience while the queue is full."""
        self._produce(self._batch, topic, key, value, partition)

    def send_later(self, topic: str, key: bytes | str | None, value: bytes | None, partition: int = -1) -> None:
        """Produce one record when all that was sent with the batch at hand is confirmed.

        What is told goes out this way: an alert that got out while the record of its telling was lost could be
        disproved after a crash without anybody knowing that it must be retracted.
        """
        self._batch.later.append((topic, key, value, partition))

    def _produce(self, batch: Batch, topic: str, key: bytes | str | None, value: bytes | None, partition: int) -> None:
        try:
            self._producer.produce(topic, value, key, partition, batch.report)
        except BufferError:
            self._wait_for_room()
            self._produce(batch, topic, key, value, partition)
        except KafkaException as error:
            self._end(f"a record of {topic} cannot be produced: {error.args[0].str()}")
        else:
            batch.left += 1

    def seal(self, since: int | None = None) -> Batch:
        """Close the batch at hand and return it; `since` is the broker's time (ms) of what led to something told."""
        batch = self._batch
        batch.since = since
        self._sent.append(batch)
        self._begin()
        self.settle()
        return batch

    def settle(self) -> None:
        """Take the delivery reports that have come."""
        self._producer.poll(0)
        sent, telling = self._sent, self._telling
        while sent and not sent[0].left:
            batch = sent.popleft()
            telling.append(batch)
            for record in batch.later:
                self._produce(batch, *record)
            batch.later.clear()
        while telling and not telling[0].left:
            batch = telling.popleft()
            batch.delivered = True
            if batch.since is not None:
                metrics.EVENT_TO_ALERT.observe(max(0.0, time.time() - batch.since / 1000))

    @property
    def in_flight(self) -> int:
        """Records produced and not yet confirmed."""
        return len(self._producer)

    async def room(self) -> None:
        """Wait until more may be produced; ends the process when nothing moves for longer than the patience."""
        since, before = time.monotonic(), self.in_flight
        while before > MOST_IN_FLIGHT:
            await asyncio.sleep(POLL_SECONDS)
            self.settle()
            if self.in_flight < before:
                since, before = time.monotonic(), self.in_flight
            elif time.monotonic() - since > self._patience:
                self._give_up()

    async def empty(self, seconds: float) -> bool:
        """Wait until everything is delivered, at most `seconds`; whether it is."""
        until = time.monotonic() + seconds
        self.settle()
        while (self._sent or self._telling) and time.monotonic() < until:
            await asyncio.sleep(POLL_SECONDS)
            self.settle()
        return not (self._sent or self._telling)

    def _wait_for_room(self) -> None:
        until = time.monotonic() + self._patience
        before = self.in_flight
        while self.in_flight >= before:
            self._producer.poll(0.05)
            if time.monotonic() > until:
                self._give_up()

    def _give_up(self) -> NoReturn:
        self._end(f"the broker takes nothing: {self.in_flight} records have waited for more than {self._patience:g} s")

    def _on_error(self, error: KafkaError) -> None:
        if error.fatal():
            self._end(f"the producer cannot go on: {error.str()}")
