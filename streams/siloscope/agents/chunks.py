"""Chunks: what the transport hands to an agent as one event, and the book of what may be committed."""

from __future__ import annotations

import time
from collections import defaultdict, deque
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple, Protocol

from .balance import Balance


class Place(NamedTuple):
    """A partition of a topic; equal to Faust's and aiokafka's own pairs."""

    topic: str
    partition: int


class Settled(Protocol):
    """Something produced; `delivered` once the broker has confirmed all of it and all that went before."""

    @property
    def delivered(self) -> bool: ...


class Chunk:
    """Consecutive records of one partition, fetched in one generation of the group.

    `records` are the client's own (offset, timestamp in ms, key, value, headers); `start` is the offset that was due,
    where there may be no record any more; `end` is the offset to commit when the chunk is done; `outcome` is set when
    it has been handled.
    """

    __slots__ = ("end", "generation", "outcome", "place", "records", "start")

    def __init__(self, place: Place, generation: int, records: Sequence[Any], start: int | None = None) -> None:
        self.place = place
        self.generation = generation
        self.records = records
        self.start: int = records[0].offset if start is None else start
        self.end: int = records[-1].offset + 1
        self.outcome: Settled | None = None


class Book:
    """Which chunks were handed out in this generation, and how far each partition may be committed.

    Faust's own acknowledgements are not asked: it gives them in `finally`, also for what it cancelled or skipped.
    """

    def __init__(self) -> None:
        self.balance = Balance()
        self.generation: int | None = None  # None: nothing may be handled
        self.commits = 0  # that the broker has confirmed
        self.moves = 0  # chunks found committable, and generations begun: stands still when nothing gets on
        self._open: dict[Place, deque[Chunk]] = defaultdict(deque)
        self._waiting_since: dict[Place, float] = {}

    def begin(self, generation: int) -> None:
        """Start a generation; what was handed out before counts for nothing."""
        self.forget()
        self.moves += 1
        self.generation = generation

    def close(self) -> None:
        """Let no further chunk be handled; those handled may still be committed."""
        self.generation = None

    def forget(self) -> None:
        """Drop every chunk, handled or not."""
        self.generation = None
        self.balance.given_back(self.unhandled())
        self._open.clear()
        self._waiting_since.clear()

    def hand_out(self, chunk: Chunk) -> None:
        """Note that `chunk` is on its way to an agent; chunks of a place come in the order of their offsets."""
        self._open[chunk.place].append(chunk)
        self.balance.handed_out(chunk)
        self._waiting_since.setdefault(chunk.place, time.monotonic())

    def is_current(self, chunk: Chunk) -> bool:
        """Whether `chunk` may be handled now."""
        return chunk.generation == self.generation

    def committable(self) -> Mapping[Place, int]:
        """The offset each place may be committed to: before it all is handled and what it produced is delivered."""
        ends: dict[Place, int] = {}
        for place, chunks in self._open.items():
            while chunks and chunks[0].outcome is not None and chunks[0].outcome.delivered:
                ends[place] = chunks.popleft().end
                self.moves += 1
            if place in ends:
                self._waiting_since.pop(place)
                if chunks:
                    self._waiting_since[place] = time.monotonic()
        return ends

    def unhandled(self) -> Iterator[Chunk]:
        """The chunks that are handed out and not handled."""
        return (chunk for chunks in self._open.values() for chunk in chunks if chunk.outcome is None)

    @property
    def unsettled(self) -> int:
        """How many chunks are handed out and not yet committable."""
        return sum(map(len, self._open.values()))

    @property
    def unsettled_records(self) -> int:
        """How many records those chunks hold."""
        return sum(len(chunk.records) for chunks in self._open.values() for chunk in chunks)

    @property
    def waiting_seconds(self) -> float:
        """How long the oldest uncommitted chunk has waited; 0 when none does."""
        return time.monotonic() - min(self._waiting_since.values()) if self._waiting_since else 0.0
