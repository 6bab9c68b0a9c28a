"""How far a group of consumers is behind, and how many it has; seen from outside, by asking the brokers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final, NamedTuple

from confluent_kafka import Consumer, KafkaError, KafkaException, TopicPartition
from confluent_kafka.admin import OffsetSpec

from ..agents.connection import for_confluent
from ..settings import Settings
from .brokers import silent

SECONDS: Final = 5.0
_NONE: Final = -1


class Group(NamedTuple):
    """A consumer group: its members now, and by topic how many records it has not committed yet."""

    members: int
    behind: dict[str, int]


def group(settings: Settings, client: Any, name: str, topics: Iterable[str]) -> Group:
    """Ask through an administrator's `client`; topics that are not there are left out. Raises KafkaException."""
    count = members(client, name)  # first: to a consumer a group that is forbidden is only one that is silent
    known = client.list_topics(timeout=SECONDS).topics
    places = [TopicPartition(topic, number) for topic in topics if topic in known for number in known[topic].partitions]
    ends, begins = offsets(client, places, OffsetSpec.latest()), offsets(client, places, OffsetSpec.earliest())
    committed = _committed(settings, name, places)
    behind: dict[str, int] = {}
    for place in places:
        key = place.topic, place.partition
        lag = ends[key] - max(committed.get(key, 0), begins[key])
        behind[place.topic] = behind.get(place.topic, 0) + max(0, lag)
    return Group(count, behind)


def offsets(client: Any, places: list[TopicPartition], which: Any) -> dict[tuple[str, int], int]:
    """The offset of each place that is `which` of OffsetSpec; -1 where none is as new. Raises KafkaException."""
    answers = client.list_offsets(dict.fromkeys(places, which), request_timeout=SECONDS) if places else {}
    found = {(place.topic, place.partition): answer.result().offset for place, answer in answers.items()}
    if any(offset < _NONE for offset in found.values()):  # a broker that did not answer in time is said so
        raise KafkaException(KafkaError(KafkaError._TIMED_OUT))
    return found


def _committed(settings: Settings, name: str, places: list[TopicPartition]) -> dict[tuple[str, int], int]:
    """Asked as a consumer of the group that does not join it.

    The administrator's call for it ends the process where a coordinator is not the one that it took it for
    (librdkafka issue 5040): SIGSEGV, while the group is new or a broker has just restarted.
    """
    consumer = Consumer(for_confluent(settings) | {"group.id": name, "enable.auto.commit": False}, logger=silent())
    try:
        found = consumer.committed(places, timeout=SECONDS) if places else []
    finally:
        consumer.close()
    for place in found:
        if place.error is not None:
            raise KafkaException(place.error)
    return {(place.topic, place.partition): place.offset for place in found}


def members(client: Any, name: str) -> int:
    """How many members the group has; 0 where there is none. Raises KafkaException, also where it is forbidden.

    The administrator's newer call ends the process when the connection to the coordinator breaks meanwhile (librdkafka
    issue 4605: SIGABRT). So it is asked only about a group that the older one, blind to forbidden ones, has not found.
    """
    try:
        if found := client.list_groups(name, timeout=SECONDS):
            return len(found[0].members)
    except KafkaException as error:
        if error.args[0].code() != KafkaError._PARTIAL:  # one of several brokers is away
            raise
    try:
        return len(client.describe_consumer_groups([name], request_timeout=SECONDS)[name].result().members)
    except KafkaException as error:
        if error.args[0].code() == KafkaError.GROUP_ID_NOT_FOUND:
            return 0
        raise
