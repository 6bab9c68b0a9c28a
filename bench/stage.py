"""What a measurement needs around it: a broker of its own, our topics, and the events in them."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Final

from kafka.admin import KafkaAdminClient
from kafka.errors import UnknownTopicOrPartitionError
from msgspec.structs import replace

from bench.events import Event, produce
from bench.measure import Task
from siloscope.agents.telling import TOUCHPOINTS
from siloscope.ops import topics
from siloscope.ops.broker import Broker
from siloscope.settings import Settings, load

PARTITIONS: Final = 8
_GONE_SECONDS: Final = 30


class Stage:
    """A broker whose topic `touchpoints` holds `events`; each task gets a group and a directory of its own."""

    def __init__(self, broker: str, work: Path, events: list[Event]) -> None:
        self.settings: Settings = load(bootstrap_servers=broker, partitions=PARTITIONS)
        self.work = work
        self._events = len(events)
        self._numbers = count(1)
        self._last: Task | None = None
        topics.create(self.settings)
        if events:
            produce(broker, TOUCHPOINTS, events)

    def task(self, name: str) -> Task:
        """A task over all events that nobody has done before."""
        number = next(self._numbers)
        work = self.work / f"{name}-{number}"
        work.mkdir()
        self._last = Task(self.settings.bootstrap_servers, self._events, PARTITIONS, f"{name}-{number}", str(work))
        return self._last

    def again(self) -> Task:
        """The last task once more, with no event left to handle."""
        assert self._last is not None
        return replace(self._last, events=0)

    def forget(self) -> None:
        """Make every topic anew but `touchpoints`: nothing of an earlier worker is left."""
        names = [name for name in topics.topics() if name != TOUCHPOINTS]
        admin = KafkaAdminClient(bootstrap_servers=self.settings.bootstrap_servers)
        try:
            there = [name for name in names if name in admin.list_topics()]
            admin.delete_topics(there)
            until = time.monotonic() + _GONE_SECONDS
            while set(there) & set(admin.list_topics()) and time.monotonic() < until:
                time.sleep(0.1)
        except UnknownTopicOrPartitionError:
            pass
        finally:
            admin.close()
        topics.create(self.settings)


@contextmanager
def stage(events: list[Event]) -> Iterator[Stage]:
    """A stage of its own, gone afterwards; raises Unusable where there can be no broker."""
    with tempfile.TemporaryDirectory(prefix="siloscope-bench-") as work, Broker(heap="1g") as broker:
        yield Stage(broker.address, Path(work), events)
