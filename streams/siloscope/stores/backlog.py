"""What was read of one partition and is not yet stored, and how it is cut into batches, again in the same places."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import xxhash


class Limits(NamedTuple):
    """When a partition's records are worth an insert: rows, bytes of values, seconds since the first was read."""

    rows: int
    bytes: int
    seconds: float


TOUCHPOINT_LIMITS: Final = Limits(10_000, 16 << 20, 1.0)
ALERT_LIMITS: Final = Limits(500, 16 << 20, 0.25)


@dataclass(frozen=True, eq=False)
class Batch:
    """The records of one partition that go into one insert; Kafka messages in offset order."""

    topic: str
    partition: int
    messages: list[Any]

    @property
    def first(self) -> int:
        """Offset of the first record."""
        return int(self.messages[0].offset())

    @property
    def last(self) -> int:
        """Offset of the last record."""
        return int(self.messages[-1].offset())

    @property
    def token(self) -> str:
        """Names the batch for the store, which takes one token once.

        Offsets alone would not do: a topic that was deleted and made anew counts from 0 again.
        """
        digest = xxhash.xxh3_64()
        for message in self.messages:
            digest.update(message.value() or b"")
        return f"{self.topic}:{self.partition}:{self.first}-{self.last}:{digest.hexdigest()}"


class Backlog:
    """One assigned partition. `planned` is where a batch that was begun ends: there it is cut, after a crash too."""

    def __init__(self, topic: str, partition: int, limits: Limits, planned: int | None = None) -> None:
        self.topic = topic
        self.partition = partition
        self.planned = planned
        self._limits = limits
        self._messages: list[Any] = []
        self._since = 0.0
        self.bytes = 0
        self.stored: int | None = None  # the offset up to which the store has answered, until it is committed

    def __len__(self) -> int:
        return len(self._messages)

    def add(self, message: Any, now: float) -> None:
        """Take the next record, read at `now` (seconds of any clock that only rises)."""
        if not self._messages:
            self._since = now
        self._messages.append(message)
        self.bytes += len(message.value() or b"")

    def cut(self, now: float, *, hurry: bool = False) -> Batch | None:
        """The next batch if there is one to store (in a `hurry`: whatever is here); it stays here until `done`."""
        if not self._messages:
            return None
        if self.planned is not None:
            return self._as_planned()
        limits = self._limits
        due = hurry or len(self) >= limits.rows or self.bytes >= limits.bytes or now - self._since >= limits.seconds
        return self._batch(self._within(limits)) if due else None

    def done(self, batch: Batch, now: float) -> None:
        """The store has answered for `batch`."""
        count = len(batch.messages)
        self.bytes -= sum(len(message.value() or b"") for message in batch.messages)
        del self._messages[:count]
        self._since = now
        self.planned = None
        self.stored = batch.last + 1

    def _as_planned(self) -> Batch | None:
        assert self.planned is not None
        count = 0
        for message in self._messages:
            if message.offset() > self.planned:
                break
            count += 1
        if count == len(self) and self._messages[-1].offset() < self.planned:
            return None  # the rest of it is still to come
        if not count:
            self.planned = None  # Kafka no longer has any of it
            return None
        return self._batch(count)

    def _within(self, limits: Limits) -> int:
        """How many records fit into one batch: at least one."""
        if len(self) <= limits.rows and self.bytes <= limits.bytes:
            return len(self)
        size = count = 0
        for message in self._messages[: limits.rows]:
            size += len(message.value() or b"")
            if count and size > limits.bytes:
                break
            count += 1
        return count

    def _batch(self, count: int) -> Batch:
        return Batch(self.topic, self.partition, self._messages[:count])
