"""From a touchpoint's produce call to its alert in a consumer of the alerts topic, at a steady pace."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from io import BytesIO
from itertools import count, islice
from typing import Any, Final

import fastavro
import msgspec
import psutil
from confluent_kafka import Consumer, KafkaException, Producer, TopicPartition

from bench.events import told
from bench.measure import ROOT, given_as, report
from bench.stage import PARTITIONS
from siloscope import wire
from siloscope.agents.telling import TOUCHPOINTS
from siloscope.core.customer_key import partition_of
from siloscope.core.touchpoint import Identifier, Touchpoint
from siloscope.ops.simulate import Plan
from siloscope.wire.avro import FRAME
from siloscope.wire.framing import frame

PACE: Final = 2_000  # touchpoints a second
COPIES: Final = 10  # one touchpoint in so many is a second copy, which alerts at once
_CUSTOMERS: Final = 20_000
_READY_SECONDS: Final = 60
_DRAIN_SECONDS: Final = 5.0
# The first two fields of a touchpoint, and what they are when empty: a string of length 0, and the number 0.
_HEAD: Final = fastavro.parse_schema(
    {"type": "record", "name": "Head", "fields": [{"name": "id", "type": "string"}, {"name": "at", "type": "long"}]}
)
_NOBODY_NEVER: Final = b"\x00\x00"


class Given(msgspec.Struct, frozen=True):
    """Where to produce and read, and for how many seconds; the first `warm` of them are not counted."""

    broker: str
    seconds: float
    warm: float
    group: str


class Latency(msgspec.Struct, frozen=True):
    """Milliseconds to the consumer, of `alerts` alerts; `per_second` touchpoints were produced.

    `busy` is the share of one core that the worker used meanwhile.
    """

    alerts: int
    p50: float
    p99: float
    most: float
    per_second: float
    busy: float


def main() -> None:
    given = given_as(Given)
    worker = _worker(given)
    reader = subprocess.Popen(
        [sys.executable, "-m", "bench.latency_reader", given.broker], stdout=subprocess.PIPE, cwd=ROOT, text=True
    )
    try:
        _until_ready(given.broker, given.group)
        before, started = _cpu(worker), time.monotonic()
        rate, since = _feed(given)
        busy = (_cpu(worker) - before) / (time.monotonic() - started)
        time.sleep(_DRAIN_SECONDS)
        reader.send_signal(signal.SIGTERM)
        seen = msgspec.json.decode(reader.communicate(timeout=30)[0], type=list[tuple[int, int]])
        assert worker.poll() is None, "the worker ended by itself"
    finally:
        for child in (worker, reader):
            child.kill()
            child.wait()
    report(_summary([(read - sent) / 1e6 for sent, read in seen if sent >= since], rate, busy))


def _worker(given: Given) -> subprocess.Popen[str]:
    environment = os.environ | {
        "SILOSCOPE_BOOTSTRAP_SERVERS": given.broker,
        "SILOSCOPE_PARTITIONS": str(PARTITIONS),
        "SILOSCOPE_GROUP_ID": given.group,
        "SILOSCOPE_METRICS_PORT": "0",
    }
    return subprocess.Popen([sys.executable, "-m", "siloscope", "worker"], env=environment, cwd=ROOT, text=True)


def _until_ready(broker: str, group: str) -> None:
    """Wait until the worker has committed what is in the topic so far: one clock record in each partition."""
    producer = Producer({"bootstrap.servers": broker})
    for number in range(PARTITIONS):
        producer.produce(TOUCHPOINTS, b'{"clock": 1772409600000}', None, number)
    producer.flush()
    consumer = Consumer({"bootstrap.servers": broker, "group.id": group})
    until = time.monotonic() + _READY_SECONDS
    try:
        while time.monotonic() < until:
            with suppress(KafkaException):  # a young broker has no coordinator at first
                if all(place.offset > 0 for place in consumer.committed(_places(), 10)):
                    return
            time.sleep(0.2)
    finally:
        consumer.close()
    raise SystemExit(f"the worker was not ready within {_READY_SECONDS} s")


def _places() -> list[Any]:
    return [TopicPartition(TOUCHPOINTS, number) for number in range(PARTITIONS)]


def _feed(given: Given) -> tuple[float, int]:
    """Produce at the pace; the rate reached, and from when on it counts (nanoseconds)."""
    producer = Producer({"bootstrap.servers": given.broker, "acks": "all", "linger.ms": 5, "compression.type": "lz4"})
    prepared = _prepared(int(given.seconds * PACE) + 1)
    started, number = time.monotonic(), 0
    since = time.time_ns() + int(given.warm * 1e9)
    for number, (key, body) in enumerate(prepared, 1):
        due = started + number / PACE
        while (early := due - time.monotonic()) > 0:
            producer.poll(0)
            time.sleep(early)  # librdkafka waits in whole milliseconds: it would spin
        if time.monotonic() - started > given.seconds:
            break
        producer.produce(TOUCHPOINTS, _stamped(body, number), key, partition_of(key, PARTITIONS))
    producer.flush(30)
    return number / (time.monotonic() - started), since


def _prepared(most: int) -> list[tuple[str, bytes]]:
    """The customers and touchpoints, encoded but for id and time: encoding took the producer more than half a core."""
    found = []
    for each in islice(_live_touchpoints(), most):
        each.touchpoint_id, each.occurred_at = "", 0
        key = each.identifiers[0].value
        found.append((key, wire.encode("touchpoint", each)[FRAME + len(_NOBODY_NEVER) :]))
    return found


def _stamped(body: bytes, number: int) -> bytes:
    """The touchpoint as it happens now, with the time in nanoseconds in its id."""
    head = BytesIO()
    now = time.time_ns()
    head.write(frame("touchpoint"))
    fastavro.schemaless_writer(head, _HEAD, {"id": f"{now}-{number}", "at": now // 1_000_000})
    return head.getvalue() + body


def _live_touchpoints() -> Iterator[Touchpoint]:
    """Touchpoints of the invented company given to other customers; one in `COPIES` repeats a mailing sent before."""
    chance = random.Random(1)
    ordinary = [each for each in told(Plan(seed=4, customers=2_000, days=4), 20_000) if each.identifiers]
    mailed: list[tuple[str, str]] = []
    for number in count():
        customer = f"c-{chance.randrange(_CUSTOMERS)}"
        turn = number % COPIES
        if turn == 0:
            mailing = f"mailing-{number}"
            mailed.append((customer, mailing))
            yield _mailing(customer, mailing, "marketing")
        elif turn == COPIES // 2 and mailed:
            yield _mailing(*mailed.pop(chance.randrange(len(mailed))), "sales")
        else:
            template = ordinary[number % len(ordinary)]
            yield msgspec.structs.replace(template, identifiers=[Identifier("customer_id", customer)], account=None)


def _mailing(customer: str, mailing: str, department: str) -> Touchpoint:
    return Touchpoint(
        "", 0, "promotion", department, "email", "outbound", [Identifier("customer_id", customer)],
        message_ref=mailing, text="Our offer of the week is here: look at what is new.", language="en",
    )  # fmt: skip


def _cpu(child: subprocess.Popen[str]) -> float:
    """Seconds of CPU that the child has used."""
    used = psutil.Process(child.pid).cpu_times()
    return float(used.user + used.system)


def _summary(waits: list[float], rate: float, busy: float) -> Latency:
    waits.sort()
    if not waits:
        raise SystemExit("no alert arrived")
    return Latency(len(waits), waits[len(waits) // 2], waits[int(len(waits) * 0.99)], waits[-1], rate, busy)


if __name__ == "__main__":
    main()
