"""The bare loops: a confluent consumer with our decoder (`decode`), the same loop with our core (`core`)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from confluent_kafka import Consumer

from bench.detecting import Detecting
from bench.measure import Measured, Meter, Task, report, settled, task
from siloscope.agents.telling import TOUCHPOINTS
from siloscope.core.touchpoint import Touchpoint
from siloscope.garbage import collect_young
from siloscope.wire import decode_touchpoint

BATCH = 1_000


def decode(given: Task) -> Measured:
    """Consume and decode, nothing more."""
    meter, read = Meter(), 0
    for messages in _batches(given):
        meter.begin()
        for message in messages:
            decode_touchpoint(message.value())
        read += len(messages)
    return meter.end(read)


def core(given: Task) -> Measured:
    """Consume, decode, detect; write nothing."""
    meter, read, detecting = Meter(), 0, Detecting(given.partitions)
    for messages in _batches(given):
        meter.begin()
        for message in messages:
            value = message.value()
            touchpoint = decode_touchpoint(value)
            assert isinstance(touchpoint, Touchpoint)
            detecting.take(message.partition(), touchpoint, message.offset(), value)
        read += len(messages)
    detecting.close()
    return meter.end(read)


def _batches(given: Task) -> Iterator[list[Any]]:
    """Batches of messages until the task's events are read."""
    consumer = Consumer(
        {
            "bootstrap.servers": given.broker,
            "group.id": given.group,
            "auto.offset.reset": "earliest",
            "enable.auto.commit": False,
            "fetch.message.max.bytes": 4 << 20,
        }
    )
    consumer.subscribe([TOUCHPOINTS])
    settled(collect_young)  # as the worker
    left = given.events
    while left > 0:
        messages = consumer.consume(min(BATCH, left), 1.0)
        if messages:
            left -= len(messages)
            yield messages
    consumer.close()


if __name__ == "__main__":
    given = task()
    report((core if given.group.startswith("core") else decode)(given))
