"""How far a group of consumers is behind, and how many it has; seen from outside, by asking the brokers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final, NamedTuple

from confluent_kafka import ConsumerGroupTopicPartitions, KafkaError, KafkaException, TopicPartition
from confluent_kafka.admin import OffsetSpec

SECONDS: Final = 5.0


class Group(NamedTuple):
    """A consumer group: its members now, and by topic how many records it has not committed yet."""

    members: int
    behind: dict[str, int]


def group(client: Any, name: str, topics: Iterable[str]) -> Group:
    """Ask through an administrator's client; topics that are not there are left out. Raises KafkaException."""
    known = client.list_topics(timeout=SECONDS).topics
    places = [TopicPartition(topic, number) for topic in topics if topic in known for number in known[topic].partitions]
    ends, begins = _offsets(client, places, OffsetSpec.latest()), _offsets(client, places, OffsetSpec.earliest())
    committed = _committed(client, name)
    behind: dict[str, int] = {}
    for place in places:
        key = place.topic, place.partition
        lag = ends[key] - max(committed.get(key, 0), begins[key])
        behind[place.topic] = behind.get(place.topic, 0) + max(0, lag)
    return Group(_members(client, name), behind)


def _offsets(client: Any, places: list[TopicPartition], which: Any) -> dict[tuple[str, int], int]:
    answers = client.list_offsets(dict.fromkeys(places, which), request_timeout=SECONDS) if places else {}
    return {(place.topic, place.partition): answer.result().offset for place, answer in answers.items()}


def _committed(client: Any, name: str) -> dict[tuple[str, int], int]:
    asked = client.list_consumer_group_offsets([ConsumerGroupTopicPartitions(name)], request_timeout=SECONDS)
    try:
        found = asked[name].result().topic_partitions
    except KafkaException as error:
        if error.args[0].code() == KafkaError.GROUP_ID_NOT_FOUND:
            return {}
        raise
    return {(place.topic, place.partition): place.offset for place in found if place.error is None}


def _members(client: Any, name: str) -> int:
    try:
        return len(client.describe_consumer_groups([name], request_timeout=SECONDS)[name].result().members)
    except KafkaException as error:
        if error.args[0].code() == KafkaError.GROUP_ID_NOT_FOUND:
            return 0
        raise
