"""`siloscope simulate --to-broker` fills the topic as a producer would, and says in one line when it cannot."""

from __future__ import annotations

import time

import pytest
from confluent_kafka import Consumer

from siloscope.core.customer_key import partition_of
from siloscope.core.touchpoint import HOUR, Touchpoint, customer_of
from siloscope.errors import Unusable
from siloscope.ops.simulate import Plan, simulate
from siloscope.ops.simulate_command import send
from siloscope.ops.topics import create
from siloscope.settings import Settings
from siloscope.wire import decode_touchpoint

SMALL = Plan(seed=4, customers=20)


def test_every_touchpoint_arrives_once_where_its_customer_belongs(own_broker):
    settings = Settings(bootstrap_servers=own_broker.address, partitions=3)
    create(settings)
    send(SMALL, settings, 0, None)
    consumer = Consumer({"bootstrap.servers": own_broker.address, "group.id": "t", "auto.offset.reset": "earliest"})
    consumer.subscribe(["touchpoints"])
    told = {touchpoint.touchpoint_id: touchpoint for touchpoint in simulate(SMALL)}
    until, arrived = time.monotonic() + 30, []
    while len(arrived) < len(told) and time.monotonic() < until:
        arrived += consumer.consume(500, timeout=0.5)
    arrived += consumer.consume(500, timeout=0.5)
    consumer.close()
    assert len(arrived) == len(told)
    for message in arrived:
        found = decode_touchpoint(message.value())
        assert isinstance(found, Touchpoint)
        assert found == told[found.touchpoint_id]
        assert message.key().decode() == (customer_of(found) or "*")
        assert message.partition() == partition_of(message.key().decode(), 3)


def test_a_multiple_of_real_time_is_kept(own_broker):
    settings = Settings(bootstrap_servers=own_broker.address, partitions=1)
    create(settings)
    started = time.monotonic()
    send(SMALL, settings, 24 * HOUR / 1000 / 4, None)
    assert 3 < time.monotonic() - started < 15


def test_a_broker_without_the_topic_is_one_line(own_broker):
    with pytest.raises(Unusable, match="has no topic touchpoints: make the topics"):
        send(SMALL, Settings(bootstrap_servers=own_broker.address), 0, None)
