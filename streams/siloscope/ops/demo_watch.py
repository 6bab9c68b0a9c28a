"""What the demo sees of the pipeline from outside: what is told, as it comes, and how far the readers are."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from typing import Final, TypeVar

import msgspec
from confluent_kafka import Consumer, KafkaException, Message, TopicPartition

from siloscope import wire
from siloscope.core.alert import Alert
from siloscope.core.handoff import Warning
from siloscope.core.incident import Incident
from siloscope.errors import Unusable
from siloscope.ops.demo_colleagues import ACTIONS, Colleagues
from siloscope.ops.demo_feed import TOPIC, Feed
from siloscope.ops.telling import Narrator

ALERTS: Final = "siloscope.alerts"
WARNINGS: Final = "siloscope.warnings"
INCIDENTS: Final = "siloscope.incidents"
DEAD_LETTERS: Final = "siloscope.dead-letters"
READ: Final = (TOPIC, "siloscope.routed")  # by the worker
STORED: Final = (TOPIC, ALERTS, WARNINGS, INCIDENTS, ACTIONS, DEAD_LETTERS)  # by the writer
PATIENCE_SECONDS: Final = 10  # with a broker that gives no answer
T = TypeVar("T")


class Progress:
    """How far a consumer group is, seen from outside."""

    def __init__(self, address: str, group: str, topics: Iterable[str]) -> None:
        self._consumer = Consumer({"bootstrap.servers": address, "group.id": group, "log_level": 2})
        known = self._consumer.list_topics(timeout=10).topics
        self._places = [TopicPartition(topic, part) for topic in topics for part in known[topic].partitions]

    def behind(self) -> int:
        """Records in the log which the group has not committed yet."""
        committed = _asked(lambda: self._consumer.committed(self._places, timeout=10))
        return sum(_behind(self._consumer, place) for place in committed)

    def close(self) -> None:
        """Let go of the broker."""
        self._consumer.close()


def _behind(consumer: Consumer, place: TopicPartition) -> int:
    low, high = _asked(lambda: consumer.get_watermark_offsets(TopicPartition(place.topic, place.partition), timeout=10))
    return int(high - max(place.offset, low))


def _asked(ask: Callable[[], T]) -> T:
    """The broker's answer; on a busy machine a partition's leader may just be chosen anew. Raises Unusable."""
    until = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            return ask()
        except KafkaException as error:
            if time.monotonic() > until:
                raise Unusable(f"the broker gives no answer: {error.args[0].str()}") from None
            time.sleep(0.2)


class Watch:
    """Reads what the worker tells and hands it to the narrator and the staff; measures how long an alert took."""

    def __init__(self, address: str, narrator: Narrator, feed: Feed, colleagues: Colleagues) -> None:
        self._narrator, self._feed, self._colleagues = narrator, feed, colleagues
        self._consumer = Consumer({"bootstrap.servers": address, "group.id": "siloscope-demo", "log_level": 2,
                                   "enable.auto.commit": False, "fetch.wait.max.ms": 20})  # fmt: skip
        known = self._consumer.list_topics(timeout=10).topics
        topics = (ALERTS, WARNINGS, INCIDENTS, DEAD_LETTERS)
        self._places = [TopicPartition(topic, part, 0) for topic in topics for part in known[topic].partitions]
        self._consumer.assign(self._places)
        self.letters: dict[str, str] = {}  # dead letters by id: why
        self.took: list[float] = []  # milliseconds from the sending of a touchpoint to the alert in its topic

    def read(self, seconds: float) -> None:
        """Tell what comes in the next `seconds`."""
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            for message in self._consumer.consume(100, min(left, 0.05)):
                if message.error() is None:
                    self._take(message)

    def all_read(self) -> bool:
        """Whether everything told so far has been read."""
        return all(_behind(self._consumer, place) <= 0 for place in self._consumer.position(self._places))

    def close(self) -> None:
        """Let go of the broker."""
        self._consumer.close()

    def _take(self, message: Message) -> None:
        value = message.value()
        if message.topic() == ALERTS:
            alert = msgspec.convert(wire.decode("alert", value), Alert)
            self._measure(alert, message.timestamp()[1])
            self._narrator.alert(alert)
            self._colleagues.told(alert)
        elif message.topic() == WARNINGS:
            self._narrator.warning(msgspec.convert(wire.decode("warning", value), Warning))
        elif message.topic() == INCIDENTS:
            self._narrator.incident(msgspec.convert(wire.decode("incident", value), Incident))
        else:
            letter = wire.decode("dead_letter", value)
            self.letters[letter["dead_letter_id"]] = letter["reason"]

    def _measure(self, alert: Alert, told_at: int) -> None:
        """Of an alert that a touchpoint set off; what a timer found waits for the stream's clock."""
        last = max(alert.evidence, key=lambda each: each.occurred_at)
        sent = self._feed.sent_at.get(last.touchpoint_id)
        if sent is not None and last.occurred_at == alert.updated_at and alert.status in ("open", "updated"):
            self.took.append(told_at - sent * 1000)
