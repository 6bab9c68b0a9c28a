"""A stand-in for Kafka inside this process, where there is no Java: librdkafka's mock cluster."""

from __future__ import annotations

from typing import Final, Self

from confluent_kafka import Producer

LIMITS: Final = (
    "the broker is an imitation inside this process: it forgets everything at the end, keeps about 5 MB per partition "
    "and silently drops what is older, and a worker that is restarted starts from nothing"
)


class MockBroker:
    """Topics appear on first use, always with `partitions` partitions; no compaction, no topic administration.

    Produce at most 2 MB ahead of the slowest reader: the cluster drops older records without a word.
    """

    partitions: Final = 4

    def __init__(self) -> None:
        self.address = ""
        self._cluster: Producer | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        """Start it on a free port of loopback; under 2 s."""
        # The address given is never contacted: the cluster lives in this producer, which then knows the real one.
        self._cluster = Producer({"bootstrap.servers": "127.0.0.1:9", "test.mock.num.brokers": 1, "log_level": 2})
        broker = next(iter(self._cluster.list_topics(timeout=10).brokers.values()))
        self.address = f"{broker.host}:{broker.port}"

    def stop(self) -> None:
        """End it; what it kept is gone."""
        self._cluster = None
