"""The input of all measurements: an invented company's days as full records, in order of time."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import msgspec
from confluent_kafka import Producer

from siloscope import wire
from siloscope.core.customer_key import EVERYBODY, partition_of
from siloscope.core.touchpoint import Touchpoint, customer_of
from siloscope.ops.simulate import Plan, simulate


class Event(NamedTuple):
    """One framed Avro touchpoint, its key and its partition."""

    partition: int
    key: str
    value: bytes


_decoder = msgspec.msgpack.Decoder(list[Event])


def told(plan: Plan, most: int | None = None) -> Iterator[Touchpoint]:
    """The plan's touchpoints in order of time, the first `most` of them."""
    return islice(simulate(plan), most)


def make(plan: Plan, partitions: int, avro: Path, lines: Path, most: int | None = None) -> int:
    """Write the events to `avro`, and as JSON lines to `lines`; returns how many there are."""
    events = []
    with lines.open("wb") as file:
        for touchpoint in told(plan, most):
            key = customer_of(touchpoint) or EVERYBODY
            partition = partition_of(key, partitions) if key != EVERYBODY else 0
            events.append(Event(partition, key, wire.encode("touchpoint", touchpoint)))
            file.write(wire.json_line(touchpoint) + b"\n")
    avro.write_bytes(msgspec.msgpack.encode(events))
    return len(events)


def read(avro: Path) -> list[Event]:
    """The events that `make` wrote."""
    return _decoder.decode(avro.read_bytes())


def produce(broker: str, topic: str, events: list[Event]) -> None:
    """Put the events into the topic; raises SystemExit when the broker does not take them all."""
    producer = Producer(
        {"bootstrap.servers": broker, "linger.ms": 20, "compression.type": "lz4", "enable.idempotence": True}
    )
    for number, event in enumerate(events):
        producer.produce(topic, event.value, event.key, event.partition)
        if number % 10_000 == 0:
            while len(producer) > 50_000:
                producer.poll(0.05)
            producer.poll(0)
    if producer.flush(60):
        raise SystemExit("bench: the broker did not take the events within 60 s")
