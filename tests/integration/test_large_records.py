"""A record as large as a broker takes, and of no use, stops nobody: its dead letter is larger, and is taken too."""

from __future__ import annotations

import asyncio
from typing import Any, NoReturn

from confluent_kafka import Producer
from tests.integration.writer_tools import fresh_topics, held

from siloscope import wire
from siloscope.agents.connection import for_confluent
from siloscope.agents.outbox import Outbox
from siloscope.agents.telling import ALERTS, DEAD_LETTERS, LARGEST_LETTER
from siloscope.core.rejected import Rejected
from siloscope.ops.broker import Broker
from siloscope.ops.topics import topics
from siloscope.settings import Settings, load
from siloscope.stores.letters import Letters, letter_of
from siloscope.stores.storing import Refused

LARGEST = 1_048_588 - 200  # bytes: Kafka's default for a batch, less what surrounds one record
WHY = Rejected("undecodable", None, "no alert")


def test_the_largest_record_that_a_broker_takes_becomes_a_dead_letter(broker: Broker) -> None:
    settings = load(None, bootstrap_servers=broker.address, partitions=1)
    fresh_topics(settings)
    producer = Producer({"bootstrap.servers": broker.address, "message.max.bytes": 2 * LARGEST})
    producer.produce(ALERTS, bytes(LARGEST), b"key", 0)
    assert producer.flush(20) == 0
    refused = Refused(first(settings, ALERTS), WHY)

    Letters(for_confluent(settings)).send([refused])  # the writer's way
    assert wire.decode("dead_letter", first(settings, DEAD_LETTERS).value())["value"] == bytes(LARGEST)

    outbox = Outbox(for_confluent(settings), end=never)  # the worker's
    outbox.send(DEAD_LETTERS, "alerts/0/0", letter_of(refused))
    outbox.seal()
    assert asyncio.run(outbox.empty(20))


def test_the_topic_takes_what_the_processes_send() -> None:
    assert topics()[DEAD_LETTERS].largest == LARGEST_LETTER


def first(settings: Settings, topic: str) -> Any:
    """The first record of a topic."""
    return held(settings.bootstrap_servers, topic, 0)[0]


def never(why: str) -> NoReturn:
    raise AssertionError(why)
