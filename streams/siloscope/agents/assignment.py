"""The partitions one worker holds in one generation: loading them, showing them chunks, letting time pass."""

from __future__ import annotations

import asyncio
import gc
import logging
import time
from collections.abc import Callable, Sequence
from threading import Event
from typing import Any, Final

import msgspec

from ..core.membership import Member, Note, Verdict, is_note, unpacked
from ..core.partition import Partition
from ..core.touchpoint import Rejected, Touchpoint
from ..ops import metrics
from ..wire import Clock, RegistryDown, decode_touchpoint
from .chunks import Chunk, Place
from .figures import Figures
from .outbox import Outbox, end_process
from .state import StateReader, Unreadable
from .telling import ROUTED, TOUCHPOINTS, Teller
from .transport import Hooks

log = logging.getLogger(__name__)

INPUTS: Final = (TOUCHPOINTS, ROUTED)
DRAIN_SECONDS: Final = 20.0
RETRY_SECONDS: Final = 0.2

Found = Touchpoint | Clock | Note | Rejected
Open = Callable[[int, int], Partition]  # partition number, generation (rises with every assignment)


class Assignment(Hooks):
    """One `Partition` for each number, fed by `touchpoints` and `siloscope.routed`; what it says goes to `teller`.

    `reader` is None where nothing is kept between runs. `grace` (ms) is how far a partition's clock stays behind the
    wall clock; None: the clock is that of the events. `session` (s) is how long the group waits for a sign of life.
    `end` ends the process and does not return.
    """

    def __init__(
        self,
        open_partition: Open,
        outbox: Outbox,
        teller: Teller,
        reader: StateReader | None,
        *,
        session: float,
        grace: int | None,
        end: Callable[[str], Any] = end_process,
    ) -> None:
        super().__init__()
        self._open = open_partition
        self._outbox = outbox
        self._teller = teller
        self._reader = reader
        self._session = session
        self._grace = grace
        self._end = end
        self._figures = Figures(wall=grace is not None)
        self._partitions: dict[int, Partition] = {}
        self._loading: asyncio.Task[None] | None = None
        self._stop = Event()
        self._is_ready = asyncio.Event()

    # -- generations

    async def begin(self, places: frozenset[Place], generation: int) -> None:
        """Start loading the partitions of a new generation."""
        await self.end()
        held = {topic: sorted(place.partition for place in places if place.topic == topic) for topic in INPUTS}
        if held[TOUCHPOINTS] != held[ROUTED]:
            self._end(
                f"partitions {held[TOUCHPOINTS]} of {TOUCHPOINTS} came with {held[ROUTED]} of {ROUTED}: "
                "both topics need the same count of partitions; see `siloscope topics`"
            )
        metrics.GENERATIONS.inc()
        metrics.COMMITTED.set_to_current_time()
        metrics.PARTITIONS_ASSIGNED.set(len(held[TOUCHPOINTS]))
        self._loading = asyncio.create_task(self._load(held[TOUCHPOINTS]))

    async def _load(self, numbers: list[int]) -> None:
        self._stop = stop = Event()
        # The group's own numbers start again when it is forgotten; the time of an assignment does not.
        generation = time.time_ns() // 1_000_000
        partitions = {number: self._open(number, generation) for number in numbers}
        if self._reader is not None and partitions:
            try:
                await asyncio.to_thread(self._read, self._reader, partitions, stop)
            except Unreadable as error:
                self._end(f"the state cannot be read: {error}")
        if not stop.is_set():
            gc.unfreeze()  # those of the generation before are gone
            gc.collect()
            gc.freeze()
            self._partitions = partitions
            metrics.PARTITIONS.set(len(partitions))
            self._is_ready.set()

    def _read(self, reader: StateReader, partitions: dict[int, Partition], stop: Event) -> None:
        started = time.monotonic()
        load = {number: partition.load for number, partition in partitions.items()}
        count = reader.read(load, stop)
        if stop.is_set():
            return
        for number, offsets in reader.committed(INPUTS, partitions).items():
            partitions[number].loaded(offsets)
        seconds = time.monotonic() - started
        metrics.STATE_SECONDS.set(seconds)
        log.info("partitions %s: %s state records read in %.1f s", sorted(partitions), f"{count:,}", seconds)

    async def ready(self) -> None:
        """Wait until all partitions of this generation are loaded, and there is room for what a chunk produces."""
        await self._is_ready.wait()
        await self._outbox.room()

    async def drain(self) -> None:
        """Wait until everything produced is delivered; the process ends when it cannot be."""
        if not await self._outbox.empty(DRAIN_SECONDS):
            self._end(f"{self._outbox.in_flight} records could not be delivered within {DRAIN_SECONDS:g} s")

    async def end(self) -> None:
        """Drop all that is known of the partitions."""
        self._stop.set()
        self._is_ready.clear()
        self._partitions = {}
        metrics.PARTITIONS.set(0)
        metrics.PARTITIONS_ASSIGNED.set(0)
        metrics.LAG.clear()
        if self._loading is not None:
            await self._loading
            self._loading = None

    # -- work

    async def turn(self, chunk: Chunk) -> None:
        """Handle `chunk` once this worker is known to be a member of the group; whatever fails ends the process."""
        while self.book.is_current(chunk):
            found = _decoded(chunk) if self.is_member else None
            if found is None:
                await asyncio.sleep(RETRY_SECONDS)
                continue
            try:
                self.handle(chunk, found)
            except Exception:
                log.exception("%s/%s up to offset %s", *chunk.place, chunk.end)
                self._end("a chunk could not be handled")
            return

    def pass_time(self) -> None:
        """Let time pass in every partition; whatever fails ends the process."""
        try:
            self.tick()
        except Exception:
            log.exception("letting time pass")
            self._end("time could not pass")

    @property
    def is_member(self) -> bool:
        """Whether the group has said within the session's time that this worker belongs to it."""
        return self.heartbeat.age < self._session

    @property
    def missing(self) -> str | None:
        """What it lacks before it can handle chunks, in words; None: nothing."""
        if not self.is_member:
            return f"the group of workers has not answered for {self.heartbeat.age:.0f} s"
        if not self._is_ready.is_set():
            return "it waits for its share of the partitions" if self._loading is None else "the state is being read"
        return None

    @property
    def records_loaded(self) -> int:
        """How many records of state were read so far, in all generations."""
        return self._reader.records_read if self._reader else 0

    @property
    def busy(self) -> bool:
        """Whether some partition still has customers to look at: let time pass again soon."""
        return any(partition.busy for partition in self._partitions.values())

    # -- nothing below awaits

    def handle(self, chunk: Chunk, found: Sequence[Found]) -> None:
        """Show the touchpoints found in a chunk to its partition, first to last, and produce what follows from them."""
        place, dead = chunk.place, 0
        partition = self._partitions[place.partition]
        with metrics.CHUNK_SECONDS.time():
            self._let_pass(partition)
            for record, each in zip(chunk.records, found, strict=True):
                refused = self._take(partition, place, record, each)
                if refused is not None:
                    self._teller.refuse(place, record, refused)
                    dead += 1
            told = self._finish(place.partition, partition)
            chunk.outcome = self._outbox.seal(chunk.records[0].timestamp if told else None)
        self.book.balance.handled(place.topic, len(chunk.records) - dead, dead)
        if place.topic == TOUCHPOINTS:
            self._figures.touchpoints(found)

    def _take(self, partition: Partition, place: Place, record: Any, found: Found) -> Rejected | None:
        if isinstance(found, Rejected):
            return found
        if isinstance(found, Clock):
            if self._grace is None:
                partition.tick(found.at)
            return None
        customer = (record.key or b"").decode(errors="replace") if place.topic == ROUTED else None
        try:
            if isinstance(found, Member | Verdict):
                partition.take_note(found, (place.topic, record.offset))
                return None
            return partition.take(found, (place.topic, record.offset), record.value, customer)
        except Exception as error:  # a mistake of ours: one touchpoint must not stop all others
            log.exception("%s/%s offset %s cannot be applied", *place, record.offset)
            return Rejected("impossible", None, f"the touchpoint cannot be applied ({error!r:.200}): report it")

    def tick(self) -> None:
        """Let time pass in every partition, and produce what follows from it."""
        if not self.is_member:
            return
        for number, partition in self._partitions.items():
            self._let_pass(partition)
            self._finish(number, partition)
        self._outbox.seal()

    def _let_pass(self, partition: Partition) -> None:
        if self._grace is not None:
            partition.tick(time.time_ns() // 1_000_000 - self._grace)

    def _finish(self, number: int, partition: Partition) -> bool:
        """Produce what follows from what the partition was shown; whether anything is told."""
        partition.tick(partition.now)  # timers of customers that had no touchpoint
        changes = partition.drain()
        self._teller.tell(number, changes)
        self._figures.told(changes)
        self._figures.came(partition.counts)
        partition.counts.clear()
        return bool(changes.alerts or changes.warnings or changes.incidents)

    def measure(self) -> None:
        """Say in the metrics what stands, and what became of all that was handed out."""
        self._figures.look(self._partitions.values())
        self.book.balance.publish(self.book.unhandled())
        metrics.UNCOMMITTED_SECONDS.set(self.book.waiting_seconds)


def _decoded(chunk: Chunk) -> list[Found] | None:
    """What the records of a chunk are; None while a schema they need cannot be had."""
    try:
        if chunk.place.topic == ROUTED:
            return [_routed(record.value or b"") for record in chunk.records]
        return [decode_touchpoint(record.value or b"") for record in chunk.records]
    except RegistryDown as error:
        log.warning("%s/%s waits: %s", *chunk.place, error)
        return None


def _routed(value: bytes) -> Found:
    if not is_note(value):
        return decode_touchpoint(value)
    try:
        return unpacked(value)
    except msgspec.MsgspecError as error:
        return Rejected("undecodable", None, f"the note is none of ours ({error}): report it")
