"""What the demo sends: the invented company's days at a pace, or one's own log; with the clock of the stream."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from typing import Final, NamedTuple

from confluent_kafka import Producer

from siloscope import wire
from siloscope.core.rejected import Rejected
from siloscope.core.touchpoint import DAY, HOUR, MINUTE, Touchpoint, customer_of, entry_of
from siloscope.ops.simulate import Plan, moment, simulate
from siloscope.ops.telling import Memory

TOPIC: Final = "touchpoints"
CLOCK_EVERY: Final = 10 * MINUTE  # of simulated time
OPENS, CLOSES, NIGHT = 7, 19, 0.1  # office hours pass at full pace, the rest of the day ten times as fast
REMEMBERED: Final = 20_000  # touchpoints whose sending time is known, to measure how long an alert took
AHEAD: Final = 1 << 20  # bytes sent before the readers must have caught up, where the broker forgets


class Record(NamedTuple):
    """One record to send: `at` is its event time; a clock record has no customer."""

    at: int
    key: str
    value: bytes
    touchpoint: Touchpoint | None


def company(plan: Plan) -> Iterator[Record]:
    """The company's days, and now and then something that is no touchpoint, as every real source sends it."""
    unreadable = [plan.start + day * DAY + hour * HOUR for day in range(plan.days) for hour in (10, 15)]
    for touchpoint in simulate(plan):
        at = moment(touchpoint)
        while unreadable and unreadable[0] <= at:
            yield _unreadable(unreadable.pop(0))
        yield Record(at, customer_of(touchpoint) or "*", wire.encode("touchpoint", touchpoint), touchpoint)


def _unreadable(at: int) -> Record:
    when = wire.rfc3339(at)
    spoilt = f'{{"touchpoint_id": "crm:{at}", "occurred_at": "{when}", "activity": "complain", "department": "sales", '
    spoilt += '"channel": "phone", "identifiers": [{"kind": "customer_id", "value": "mira-kim-0052"}]}'
    return Record(at, "mira-kim-0052", spoilt.encode() if at // HOUR % 2 else spoilt[:60].encode(), None)


def own_log(path: str, mapping: str | None) -> Iterator[Record | str]:
    """One's own log, through a mapping if one is given; of a line that is no touchpoint what is wrong with it."""
    from siloscope.sources import touchpoints
    from siloscope.sources.mapping import load

    for number, _, found in touchpoints(path, load(mapping) if mapping else None):
        if isinstance(found, Touchpoint):
            yield Record(moment(found), customer_of(found) or "*", wire.encode("touchpoint", found), found)
        elif isinstance(found, Rejected):
            yield f"line {number}: {found.message}"


class Feed(threading.Thread):
    """Sends `records` in their order; simulated time from `begins` on takes `day_seconds` a day, what was before none.

    `now` is the time of the stream; `sent` counts touchpoints; `refused` lines of a log, `why` is what was wrong with
    the first of these. `failed` is what ended it, if it was not the end of the records. `caught_up` waits for the
    readers, which must not be far behind a `forgetful` broker.
    """

    def __init__(
        self, address: str, partitions: int, records: Iterator[Record | str], memory: Memory, *,
        caught_up: Callable[[], None], forgetful: bool, begins: int = 0, day_seconds: float = 0.0,
        until: int | None = None,
    ) -> None:  # fmt: skip
        super().__init__(daemon=True, name="feed")
        self._producer = Producer(
            {"bootstrap.servers": address, "partitioner": "murmur2_random", "linger.ms": 5, "log_level": 2}
        )
        self._partitions = partitions
        self._records = records
        self._memory = memory
        self._begins, self._day_seconds, self._until = begins, day_seconds, until
        self._caught_up, self._forgetful = caught_up, forgetful
        self._halt = threading.Event()
        self._ahead = 0
        self.now = 0
        self.sent = self.refused = 0
        self.why = ""
        self.failed: BaseException | None = None
        self.sent_at: OrderedDict[str, float] = OrderedDict()

    def run(self) -> None:
        """Send until all is sent or `stop` is called; then say in every partition how late it is."""
        try:
            self._send_all()
            self._tell_time(self._until if self._until and not self._halt.is_set() else self.now)
            self._producer.flush(30)
        except BaseException as error:  # noqa: BLE001  # told by the demo, which watches
            self.failed = error

    def stop(self) -> None:
        """Send nothing more."""
        self._halt.set()

    def _send_all(self) -> None:
        started, told = 0.0, 0
        for record in self._records:
            if isinstance(record, str):
                self.refused += 1
                self.why = self.why or record
                continue
            if self._day_seconds and record.at >= self._begins:
                started = started or self._history_sent()
                for clock in range(max(told, self._begins) + CLOCK_EVERY, record.at, CLOCK_EVERY):
                    self._wait_until(started + self._seconds(clock))
                    self._tell_time(clock)
                    told = clock
                self._wait_until(started + self._seconds(record.at))
            if self._halt.is_set():
                return
            self._send(record)

    def _history_sent(self) -> float:
        """The paced part begins when the readers know all that was before; the moment it does."""
        self._producer.flush(30)
        self._caught_up()
        return time.monotonic()

    def _seconds(self, at: int) -> float:
        """How long after the beginning of the paced part `at` comes, in seconds."""
        day, within = divmod(at - self._begins, DAY)
        hours = within / HOUR
        passed = min(hours, OPENS) * NIGHT + max(0.0, min(hours, CLOSES) - OPENS) + max(0.0, hours - CLOSES) * NIGHT
        whole = CLOSES - OPENS + (24 - CLOSES + OPENS) * NIGHT
        return self._day_seconds * (day + passed / whole)

    def _wait_until(self, moment: float) -> None:
        left = moment - time.monotonic()
        if left > 0.002:
            self._producer.poll(0)
            self._halt.wait(left)

    def _send(self, record: Record) -> None:
        self._produce(record.key, record.value)
        self.now = max(self.now, record.at)
        if record.touchpoint is None:
            return
        self.sent += 1
        entry = entry_of(record.touchpoint)
        self._memory.see(record.key, entry)
        if record.at >= self._begins and self._day_seconds:
            self.sent_at[entry.touchpoint_id] = time.time()
            if len(self.sent_at) > REMEMBERED:
                self.sent_at.popitem(last=False)

    def _tell_time(self, at: int) -> None:
        """A clock record into every partition."""
        self.now = max(self.now, at)
        if not self.now:
            return
        for partition in range(self._partitions):
            self._producer.produce(TOPIC, b'{"clock": %d}' % at, partition=partition)
        self._producer.poll(0)

    def _produce(self, key: str, value: bytes) -> None:
        while True:
            try:
                self._producer.produce(TOPIC, value, key)
                break
            except BufferError:
                self._producer.poll(0.1)
        self._producer.poll(0)
        self._ahead += len(value)
        if self._forgetful and self._ahead > AHEAD:
            self._producer.flush(10)
            self._caught_up()
            self._ahead = 0
