"""Topics are made as `topics.yml` says, and what is wrong with those that are there is said with its remedy."""

from __future__ import annotations

from pathlib import Path

import pytest
from kafka.admin import ConfigResource, KafkaAdminClient
from tests.integration.writer_tools import wait_until

from siloscope.errors import Unusable
from siloscope.ops import topics
from siloscope.ops.broker import Broker, free_port
from siloscope.settings import load
from siloscope.shipped import shipped


def wrong(found: list[topics.Found]) -> dict[str, str]:
    return {each.name: each.wrong for each in found if each.wrong}


def test_making_topics_twice_changes_nothing(own_broker: Broker) -> None:
    settings = load(bootstrap_servers=own_broker.address, partitions=4)
    assert set(wrong(topics.check(settings))) == set(topics.topics())
    assert {each.state for each in topics.create(settings)} == {"made"}
    again = topics.create(settings)
    assert {each.state for each in again} == {"there"}
    assert {each.name for each in again if each.partitions != 4} == {"siloscope.deliveries"}
    assert {each.partitions for each in again if each.name == "siloscope.deliveries"} == {1}
    assert wrong(again) == {}


def test_another_partition_count_is_refused_with_the_remedy(own_broker: Broker) -> None:
    topics.create(load(bootstrap_servers=own_broker.address, partitions=4))
    found = topics.check(load(bootstrap_servers=own_broker.address, partitions=8))
    assert set(wrong(found)) == {"touchpoints", "siloscope.routed", "siloscope.state"}
    with pytest.raises(Unusable, match="topic touchpoints: has 4 partitions, the settings say 8: set partitions: 4"):
        topics.refuse_wrong(found)


def test_a_state_topic_that_forgets_is_found_and_mended(own_broker: Broker) -> None:
    settings = load(bootstrap_servers=own_broker.address)
    topics.create(settings)
    admin = KafkaAdminClient(bootstrap_servers=own_broker.address)
    admin.alter_configs(
        [
            ConfigResource("topic", "siloscope.state", configs={"cleanup.policy": "delete"}),
            ConfigResource("topic", "siloscope.alerts", configs={"retention.ms": "86400000"}),
        ]
    )
    admin.close()
    wait_until(lambda: "needs compact" in wrong(topics.check(settings)).get("siloscope.state", ""))
    mended = {each.name: each for each in topics.create(settings)}
    assert mended["siloscope.state"].wrong is None
    assert mended["siloscope.alerts"].note == "kept 24 h on this broker"


def test_a_broker_that_is_not_there_is_said_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(topics, "_SECONDS_TO_CONNECT", 1)
    settings = load(bootstrap_servers=f"127.0.0.1:{free_port()}")
    with pytest.raises(Unusable, match="no Kafka broker answers at 127") as caught:
        topics.check(settings)
    assert "\n" not in str(caught.value)


def test_every_schema_a_topic_names_is_there() -> None:
    named = {topic.schema for topic in topics.topics().values() if topic.schema}
    assert {path.stem for path in Path(shipped("schemas")).glob("*.avsc")} == named
