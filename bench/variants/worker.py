"""Our worker as it is, watched from inside: counts what it handles, and ends when all of it is written."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterable
from typing import Any

from prometheus_client import REGISTRY

from bench.measure import Meter, Task, report, task
from bench.variants.names import Recovered
from siloscope.agents import worker
from siloscope.agents.assignment import Assignment, Found
from siloscope.agents.chunks import Chunk
from siloscope.agents.outbox import Outbox
from siloscope.agents.telling import ROUTED, TOUCHPOINTS
from siloscope.settings import load

METER = Meter()
handled = {TOUCHPOINTS: 0, ROUTED: 0}
given: Task


class Counted(Assignment):
    """Counts records as their chunk is handled."""

    def handle(self, chunk: Chunk, found: Iterable[Found]) -> None:
        METER.begin()
        super().handle(chunk, found)
        handled[chunk.place.topic] += len(chunk.records)

    async def ready(self) -> None:
        await super().ready()
        if given.events == 0 and not done:
            done.append(True)
            report(Recovered(_metric("siloscope_state_records_read"), _metric("siloscope_state_read_seconds")))
            os.kill(os.getpid(), signal.SIGTERM)


class Watched(Outbox):
    """Looks, whenever delivery reports are taken, whether everything is handled and delivered."""

    def settle(self) -> None:
        super().settle()
        if handled[TOUCHPOINTS] < given.events or not given.events or self.in_flight or done:
            return
        if handled[ROUTED] >= _metric("siloscope_touchpoints_total", how="routed"):
            done.append(True)
            report(METER.end(handled[TOUCHPOINTS]))
            os.kill(os.getpid(), signal.SIGTERM)


done: list[bool] = []


def _metric(name: str, **labels: str) -> float:
    return REGISTRY.get_sample_value(name, labels) or 0.0


def main() -> None:
    settings: Any = load(
        bootstrap_servers=given.broker,
        partitions=given.partitions,
        group_id=given.group,
        clock="stream",
        metrics_port=0,
    )
    worker.Assignment = Counted  # type: ignore[attr-defined]
    worker.Outbox = Watched  # type: ignore[attr-defined]
    worker.run(settings)


if __name__ == "__main__":
    given = task()
    main()
