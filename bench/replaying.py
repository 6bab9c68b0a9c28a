"""`siloscope replay` of JSON lines against the bare loop of decoder and core over the same file."""

from __future__ import annotations

from pathlib import Path

import msgspec

from bench.detecting import CHUNK
from bench.measure import Measured, Meter, given_as, report, settled
from siloscope.core.partition import Partition
from siloscope.core.touchpoint import Touchpoint
from siloscope.ops import replay
from siloscope.symptoms import detection
from siloscope.wire import decode_touchpoint


class Given(msgspec.Struct, frozen=True):
    """The file, how many lines it has, and where `replay` may write; without `out` the bare loop runs."""

    lines: str
    events: int
    out: str | None = None


def bare(given: Given) -> Measured:
    """Decode each line, show it to the core, let it tell every 1,000; keep nothing."""
    partition, meter = Partition(detection(), stateful=False), Meter()
    settled()
    meter.begin()
    with open(given.lines, "rb") as file:
        for number, line in enumerate(file, 1):
            touchpoint = decode_touchpoint(line)
            assert isinstance(touchpoint, Touchpoint)
            partition.take(touchpoint, ("", number))
            if number % CHUNK == 0:
                partition.drain()
    partition.tick(partition.latest)
    partition.drain()
    return meter.end(given.events)


def replayed(given: Given, out: Path) -> Measured:
    """The command as it is, from opening the file to the written summary."""
    meter = Meter()
    settled()
    meter.begin()
    replay.main([given.lines], out)
    return meter.end(given.events)


if __name__ == "__main__":
    given = given_as(Given)
    report(replayed(given, Path(given.out)) if given.out else bare(given))
