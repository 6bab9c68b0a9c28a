"""The core alone, in one process: time per touchpoint in order, time of a fold, memory of a customer."""

from __future__ import annotations

import gc
import time
import tracemalloc
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import median
from typing import Final

import msgspec

from bench import events
from bench.detecting import CHUNK
from bench.measure import given_as, report, settled
from siloscope.core.bulletin import Bulletin
from siloscope.core.customer import Customer
from siloscope.core.detection import Detection
from siloscope.core.partition import Partition
from siloscope.core.touchpoint import Entry, Touchpoint, customer_of, entry_of
from siloscope.ops.simulate import Plan, simulate
from siloscope.symptoms import detection
from siloscope.wire import decode_touchpoint, encode

ROUNDS: Final = 3
FOLDS: Final = (25, 100, 512)
REMEMBERED: Final = 25  # touchpoints of a customer whose memory is measured
_LIVES: Final = Plan(seed=2, customers=24, days=395, faults=0.0)
_COMPANY: Final = Plan(seed=3, customers=500, days=35, faults=0.0)


class Given(msgspec.Struct, frozen=True):
    """The file of events, how many of them to use, and how many customers to fold and weigh."""

    avro: str
    events: int
    customers: int


class Micro(msgspec.Struct, frozen=True):
    """Microseconds of CPU per touchpoint, milliseconds of CPU per fold by entries, bytes per customer."""

    core: float
    core_stateful: float
    folds: dict[int, float]
    cold: float
    hot: float


def main() -> None:
    given = given_as(Given)
    found = [decode_touchpoint(event.value) for event in events.read(Path(given.avro))[: given.events]]
    touchpoints = [each for each in found if isinstance(each, Touchpoint)]
    settled()
    core = [(_in_order(touchpoints, False), _in_order(touchpoints, True)) for _ in range(ROUNDS)]
    folds = {entries: _fold(entries, given.customers) for entries in FOLDS}
    cold, hot = _memory(given.customers)
    report(Micro(median(each[0] for each in core), median(each[1] for each in core), folds, cold, hot))


def _in_order(touchpoints: list[Touchpoint], stateful: bool) -> float:
    """Microseconds of `take` and `drain` per touchpoint, in one partition; state records are made if `stateful`."""
    partition = Partition(detection(), hot=len(touchpoints), stateful=stateful)
    gc.collect()
    started = time.process_time()
    for first in range(0, len(touchpoints), CHUNK):
        for offset, touchpoint in enumerate(touchpoints[first : first + CHUNK], first):
            partition.take(touchpoint, ("touchpoints", offset))
        partition.tick(partition.now)
        partition.drain()
    return (time.process_time() - started) / len(touchpoints) * 1e6


def _fold(entries: int, customers: int) -> float:
    """Milliseconds to fold a timeline of `entries`, the mean over customers; no text was seen before."""
    watch, took = detection(), []
    for lived in _lives(entries, customers):
        customer = Customer("c", watch, Bulletin())
        for entry in lived:
            customer.insert(entry)
        customer.fold = None
        watch.readings.read.cache_clear()
        started = time.process_time()
        customer.folded()
        took.append(time.process_time() - started)
    return sum(took) / len(took) * 1e3


def _lives(entries: int, customers: int) -> Iterator[list[Entry]]:
    """The newest `entries` touchpoints of customers who have so many."""
    lives: dict[str, list[Entry]] = {}
    for touchpoint in simulate(_LIVES._replace(customers=min(customers, _LIVES.customers))):
        lives.setdefault(customer_of(touchpoint), []).append(entry_of(touchpoint))
    lives.pop("", None)
    for _, lived in sorted(lives.items(), key=lambda item: -len(item[1]))[:customers]:
        if len(lived) >= entries:
            yield lived[-entries:]


def _memory(customers: int) -> tuple[float, float]:
    """Bytes of a customer with `REMEMBERED` touchpoints at rest, and live with her fold."""
    raws = list(_remembered(customers))
    watch = detection()
    records = _live(raws, Partition(watch))  # and what is made once for all is made

    def hot() -> Partition:
        partition = Partition(watch, stateful=False)
        _live(raws, partition)
        return partition

    def cold() -> Partition:
        partition = Partition(watch)
        for key, value in records:
            partition.load(key, value)
        partition.loaded({"touchpoints": len(raws)})  # all committed: nothing is told again
        return partition

    count = len(raws) / REMEMBERED
    return _bytes(cold, watch) / count, _bytes(hot, watch) / count


def _bytes(make: Callable[[], Partition], watch: Detection) -> int:
    """Memory that the partition keeps, without what is read of texts."""
    gc.collect()
    tracemalloc.start()
    partition = make()
    watch.readings.read.cache_clear()
    gc.collect()
    size = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    del partition
    return size


def _remembered(customers: int) -> Iterator[bytes]:
    """`REMEMBERED` framed touchpoints of each customer; without account, so that they lie on one timeline."""
    kept: dict[str, list[Touchpoint]] = {}
    for touchpoint in simulate(_COMPANY._replace(customers=customers)):
        if touchpoint.identifiers:
            kept.setdefault(customer_of(touchpoint), []).append(touchpoint)
    for each in kept.values():
        for touchpoint in each[:REMEMBERED] if len(each) >= REMEMBERED else ():
            touchpoint.account = None
            yield encode("touchpoint", touchpoint)


def _live(raws: list[bytes], partition: Partition) -> list[tuple[bytes, bytes | None]]:
    """Take in framed touchpoints, as a worker does; the state records that came of it."""
    records = []
    for number, raw in enumerate(raws):
        touchpoint = decode_touchpoint(raw)
        assert isinstance(touchpoint, Touchpoint)
        partition.take(touchpoint, ("touchpoints", number))
        if number % CHUNK == CHUNK - 1 or number == len(raws) - 1:
            records += partition.drain().state
    return records


if __name__ == "__main__":
    main()
