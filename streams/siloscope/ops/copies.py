"""How many brokers there are, and which topics would go with one of them."""

from __future__ import annotations

from collections.abc import Sequence

from confluent_kafka import TopicCollection

from ..settings import Settings
from .brokers import SECONDS, administration


def brokers(settings: Settings) -> int:
    """How many brokers the cluster has; raises KafkaException where none answers."""
    return len(administration(settings, []).list_topics(timeout=SECONDS).brokers)


def lonely(settings: Settings, topics: Sequence[str]) -> list[str]:
    """Topics with a partition in one copy, though there are brokers for more."""
    client = administration(settings, [])
    if len(client.list_topics(timeout=SECONDS).brokers) < 2:
        return []
    described = client.describe_topics(TopicCollection(list(topics)), request_timeout=SECONDS)
    return [name for name in topics if any(len(part.replicas) < 2 for part in described[name].result().partitions)]
