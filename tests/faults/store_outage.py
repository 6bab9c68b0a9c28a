"""The store is away while touchpoints come in at a steady rate: how much memory the writer takes meanwhile."""

from __future__ import annotations

import time
from collections.abc import Sequence
from itertools import cycle, islice
from math import inf
from typing import Final, NamedTuple

from tests.faults.store_rig import StoreRig, WriterProcess
from tests.faults.stored_input import Fed, records

from siloscope.agents.telling import TOUCHPOINTS

MEGABYTE: Final = 1 << 20
_LOOK_SECONDS: Final = 0.25
_WARM: Final = 2_000  # touchpoints


class Outage(NamedTuple):
    """What was seen: bytes of main memory at the beginning and at most, how long it took to store everything then."""

    seconds: float
    touchpoints: int
    before: int
    most: int
    last: int
    caught_up_seconds: float

    @property
    def grown(self) -> float:
        """Megabytes above those at the beginning of the outage, at most."""
        return (self.most - self.before) / MEGABYTE


def touchpoints(count: int) -> Sequence[Fed]:
    """So many, the same ones again and again: redeliveries, each a record to be stored."""
    return list(islice(cycle([each for each in records() if each.topic == TOUCHPOINTS]), count))


def outage(
    rig: StoreRig, count: int, per_second: int, seconds: float, *bug: str, enough: float = inf, patience: float = 120
) -> Outage:
    """Let the store be away for `seconds`, at least until `count` touchpoints have come in; then `patience` seconds.

    Before it the writer has some to warm up with. `enough` megabytes more than at the beginning end it at once.
    """
    rig.feed(touchpoints(_WARM))
    writer = rig.process(*bug)
    try:
        rig.wait_until_stored(writer.alive)
        rig.proxy.refuse()
        before = most = last = writer.memory()
        feeding = rig.feeding(touchpoints(count), per_second)
        started = time.monotonic()
        while (feeding.is_alive() or time.monotonic() - started < seconds) and most - before < enough * MEGABYTE:
            time.sleep(_LOOK_SECONDS)
            writer.alive()
            last = writer.memory()
            most = max(most, last)
        lasted = time.monotonic() - started
        feeding.join()
        assert rig.lag() >= 0.9 * count, "the store was not away"
        rig.proxy.listen()
        back = time.monotonic()
        if not bug:
            rig.wait_until_stored(writer.alive, patience)
        return Outage(lasted, count, before, most, last, time.monotonic() - back)
    finally:
        _end(writer)


def _end(writer: WriterProcess) -> None:
    writer.process.kill()
    writer.process.wait()
