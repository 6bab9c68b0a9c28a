"""Faust's Kafka transport with one event per (partition, fetch) instead of one per record.

Overrides private methods of faust-streaming 0.15.3 and reads one of aiokafka 0.14.0; a test holds them to it:
`tests/integration/test_worker_transport.py`.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any, Final

from aiokafka.errors import IllegalStateError
from faust.transport.drivers import aiokafka as driver
from faust.types import TP, ConsumerMessage

from ..ops import metrics
from .chunks import Book, Chunk, Place

MOST_RECORDS: Final = 1_000  # of one chunk: some 15 to 40 ms of work without an await
POLL_SECONDS: Final = 1.0
# Faust asks the broker to wait 1.5 s for data, and has one fetch under way: while what came is handled, the next waits
# for the partitions that had nothing, and keeps all others waiting with it.
FETCH_WAIT_MS: Final = 20


class Heartbeat:
    """When the group coordinator last answered that we are a member."""

    def __init__(self) -> None:
        self._watched: Any = None
        self._last = time.monotonic()

    @property
    def age(self) -> float:
        """Seconds since then."""
        return time.monotonic() - self._last

    def watch(self, coordinator: Any) -> None:
        """Follow `coordinator`, which has just joined the group."""
        self._last = time.monotonic()
        if coordinator is self._watched:
            return
        self._watched = coordinator
        coordinator._do_heartbeat = self._noting(coordinator._do_heartbeat)

    def _noting(self, beat: Callable[[], Awaitable[bool]]) -> Callable[[], Awaitable[bool]]:
        async def beat_and_note() -> bool:
            sent = time.monotonic()  # not when it was answered: the session is counted from its arrival
            alive = await beat()
            if alive:
                self._last = sent
            return alive

        return beat_and_note


class Hooks:
    """What the worker tells the transport, and may override: when a generation begins, is ready, is drained."""

    def __init__(self) -> None:
        self.book = Book()
        self.heartbeat = Heartbeat()

    async def begin(self, places: frozenset[Place], generation: int) -> None:
        """Called with the new assignment, before any record of it is fetched."""

    async def ready(self) -> None:
        """Awaited before each chunk: returns when the partitions of this generation may be shown one."""

    async def drain(self) -> None:
        """Awaited before partitions are given up: returns when all that was handled is delivered."""

    async def end(self) -> None:
        """Called when the partitions are given up and the last commit is made."""


class ChunkedConsumer(driver.Consumer):  # type: ignore[misc]
    """Hands out chunks, and commits what the book says."""

    logger = logging.getLogger("faust.consumer")  # else what Faust says would come under our name

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._hooks: Hooks = self.transport.hooks
        self._held: frozenset[Place] = frozenset()
        self._unfinished: set[Place] = set()  # more was fetched than handed out
        self._asked_again: dict[Place, int] = {}

    # -- fetching

    async def _drain_messages(self, fetcher: Any) -> None:
        try:
            while not (self._stopped.is_set() or fetcher._stopped.is_set()):
                await self._hand_out(await self._fetch())
        except self.consumer_stopped_errors:
            if not self.app.should_stop:
                raise
        except asyncio.CancelledError:
            if not self.app.should_stop:
                raise

    async def _fetch(self) -> Mapping[Any, list[Any]]:
        await asyncio.sleep(0)
        await self._hooks.ready()
        await self._rewind()
        records, _ = await self._wait_next_records(POLL_SECONDS)
        return records or {}

    async def _hand_out(self, fetched: Mapping[Any, list[Any]]) -> None:
        """Hand out what follows on what was handed out; the rest is fetched again.

        A rebalance may overtake a fetch: its records can be of either generation, from before or after the seek to the
        committed offsets, and of partitions that are gone. Only their offsets tell.
        """
        self._unfinished.update(Place(*tp) for tp in fetched)
        await self._hooks.ready()
        generation = self.app.consumer_generation_id
        for tp, records in fetched.items():
            place = Place(*tp)
            if not self._follows(place, records):
                continue
            self.app.monitor.track_tp_end_offset(tp, self.highwater(tp))
            for start in range(0, len(records), MOST_RECORDS):
                await self._hooks.ready()
                if generation != self._hooks.book.generation:
                    return
                chunk = Chunk(place, generation, records[start : start + MOST_RECORDS], self._read_offset[tp])
                self._hooks.book.hand_out(chunk)
                self._read_offset[tp] = chunk.end
                await self.callback(_message(tp, chunk))
            self._unfinished.discard(place)

    def _follows(self, place: Place, records: list[Any]) -> bool:
        """Whether `records` continue `place`, once those already handed out are taken from them.

        Records that are gone from the log are told from those skipped by asking once more.
        """
        expected = self._read_offset[place]
        if expected is None or place not in self._held:
            return False
        records[:] = [record for record in records if record.offset >= expected]
        if records and records[0].offset > expected:
            if self._asked_again.get(place) != expected:
                self._asked_again[place] = expected
                return False
            self.log.warning(
                "%s/%s: offsets %s to %s are gone from the broker", *place, expected, records[0].offset - 1
            )
        return bool(records)

    async def _rewind(self) -> None:
        """Go back to where handing out stopped, wherever more was fetched."""
        if not self._unfinished or not self.flow_active:
            return
        offsets = {place: self._read_offset[place] for place in self._unfinished & self._held}
        self._unfinished.clear()
        known = {TP(*place): offset for place, offset in offsets.items() if offset is not None}
        if known:
            try:
                await self.seek_wait(known)
            except IllegalStateError:  # given up meanwhile: a rebalance is under way, and seeks by itself
                return
            self._read_offset.update(known)

    async def perform_seek(self) -> None:
        """Seek to the committed offsets, or to the beginning where there is none."""
        await super().perform_seek()
        unknown = [tp for tp in self.assignment() if self._read_offset[tp] is None]
        if unknown:
            self._read_offset.update(await self.earliest_offsets(*unknown))

    # -- committing

    def _filter_tps_with_pending_acks(self, topics: Any = None) -> Iterable[Any]:
        return ()

    def _filter_committable_offsets(self, tps: Iterable[Any]) -> dict[Any, int]:
        for acked, index in zip(self._acked.values(), self._acked_index.values(), strict=False):
            acked.clear()
            index.clear()
        ends = self._hooks.book.committable()
        return {TP(*place): end for place, end in ends.items() if self._should_commit(TP(*place), end)}

    async def _commit(self, offsets: Any) -> bool:
        done = bool(await super()._commit(offsets))
        self._hooks.book.commits += done
        if done:
            metrics.COMMITTED.set_to_current_time()
        return done

    async def wait_empty(self) -> None:
        """Before partitions are given up: nothing is half-done between two awaits, so wait for deliveries only."""
        self._hooks.book.close()
        await self._hooks.drain()
        await self.commit_and_end_transactions()

    # -- membership

    async def on_partitions_revoked(self, revoked: Any) -> None:
        """Commit what is delivered, then forget everything of the old generation."""
        await super().on_partitions_revoked(revoked)
        self._held = frozenset()
        self._hooks.book.forget()
        await self._hooks.end()

    async def on_partitions_assigned(self, assigned: Any, generation_id: int = 0) -> None:
        """Begin a generation: nothing of an earlier one counts, whether its partitions were kept or not."""
        client = self._thread._ensure_consumer()
        client._fetcher._fetch_max_wait_ms = FETCH_WAIT_MS
        self._hooks.heartbeat.watch(client._coordinator)
        for per_place in (self._gap, self._acked, self._acked_index, self._read_offset, self._committed_offset):
            per_place.clear()
        self._asked_again.clear()
        self._held = frozenset(Place(*tp) for tp in assigned)
        self._hooks.book.begin(generation_id)
        await self._hooks.begin(self._held, generation_id)
        await super().on_partitions_assigned(assigned, generation_id)

    def lag(self) -> dict[Place, int]:
        """By partition, how many records in the log were not yet handed out."""
        ends = {place: self.highwater(TP(*place)) for place in self._read_offset if place in self._active_partitions}
        return {Place(*place): end - (self._read_offset[place] or 0) for place, end in ends.items() if end is not None}


class ChunkedTransport(driver.Transport):  # type: ignore[misc]
    """The transport to give to an app: `app.transport = ChunkedTransport(app.conf.broker_consumer, app, hooks=…)`."""

    Consumer = ChunkedConsumer

    def __init__(self, *args: Any, hooks: Hooks, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.hooks = hooks


def _message(tp: Any, chunk: Chunk) -> Any:
    last = chunk.records[-1]
    return ConsumerMessage(
        tp.topic, tp.partition, last.offset, last.timestamp / 1000, last.timestamp_type, [], None, chunk,
        None, 0, 0, tp, generation_id=chunk.generation,
    )  # fmt: skip
