"""The core as every variant calls it: all partitions in one process, decided the same way."""

from __future__ import annotations

from siloscope.core.partition import Partition
from siloscope.core.touchpoint import Touchpoint
from siloscope.symptoms import detection
from siloscope.wire import decode_touchpoint

CHUNK = 1_000  # touchpoints of a partition between two tellings, as in the worker


class Detecting:
    """All symptoms over `count` partitions, in memory; copies routed to another partition are handed over."""

    def __init__(self, count: int) -> None:
        watch = detection()
        self.partitions = [Partition(watch, number, count, stateful=False) for number in range(count)]
        self.alerts = 0
        self._taken = [0] * count

    def take(self, number: int, touchpoint: Touchpoint, offset: int, raw: bytes) -> None:
        """One touchpoint of partition `number`; every `CHUNK` of them it tells what it found."""
        self.partitions[number].take(touchpoint, ("touchpoints", offset), raw)
        self._taken[number] += 1
        if self._taken[number] == CHUNK:
            self._taken[number] = 0
            self.drain(number)

    def drain(self, number: int) -> None:
        """Tell what partition `number` found, and hand over what belongs to another."""
        partition = self.partitions[number]
        partition.tick(partition.now)
        changes = partition.drain()
        self.alerts += len(changes.alerts)
        for to, customer, raw in changes.routed:
            touchpoint = decode_touchpoint(raw)
            assert isinstance(touchpoint, Touchpoint)
            self.partitions[to].take(touchpoint, ("siloscope.routed", 0), raw, customer)

    def close(self) -> None:
        """Tell what is left."""
        for number in range(len(self.partitions)):
            self.drain(number)
