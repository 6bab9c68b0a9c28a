"""Everything in some topics, from the beginning or from known offsets, and then what comes; nothing is committed."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple

import msgspec
from confluent_kafka import OFFSET_BEGINNING, Consumer, KafkaError, KafkaException, TopicPartition

from siloscope import wire
from siloscope.agents.connection import for_confluent
from siloscope.agents.telling import ACTIONS, ALERTS, INCIDENTS, WARNINGS
from siloscope.core.alert import Alert
from siloscope.core.followup import Action
from siloscope.core.handoff import Warning
from siloscope.core.incident import Incident
from siloscope.core.rejected import Rejected
from siloscope.errors import Unusable
from siloscope.ops.brokers import why_no_broker
from siloscope.settings import Settings

log = logging.getLogger(__name__)

TOLD: Final = (ALERTS, WARNINGS, INCIDENTS, ACTIONS)
MOST: Final = 1_000  # records of one read
_TYPES: Final[dict[str, tuple[str, type[Any]]]] = {
    ALERTS: ("alert", Alert), WARNINGS: ("warning", Warning), INCIDENTS: ("incident", Incident),
    ACTIONS: ("action", Action),
}  # fmt: skip
_ASK_SECONDS: Final = 10

Place = tuple[str, int]  # topic, partition


class Read(NamedTuple):
    """One record of a topic; `timestamp` in epoch milliseconds, as the broker has it."""

    topic: str
    partition: int
    offset: int
    timestamp: int
    record: Any


def told(topic: str, value: bytes) -> Alert | Warning | Incident | Action:
    """A record of one of `TOLD`; raises wire.Undecodable."""
    kind, type_ = _TYPES[topic]
    try:
        found: Alert | Warning | Incident | Action = msgspec.convert(wire.decode(kind, value), type_)
    except (msgspec.ValidationError, ValueError) as error:
        raise wire.Undecodable(Rejected("wrong_type", "", f"no {kind}: {error}")) from None
    return found


class Tail:
    """All partitions of `topics`; `since` says from which offsets, the others are read from the beginning.

    A record that cannot be decoded is named in the log and passed over: the writer makes it a dead letter.
    Raises Unusable when the broker does not answer or a topic is not there.
    """

    def __init__(
        self,
        settings: Settings,
        topics: Sequence[str] = TOLD,
        since: Mapping[Place, int] | None = None,
        decode: Callable[[str, bytes], Any] = told,
    ) -> None:
        self._decode = decode
        self._settings = settings
        self._consumer = Consumer(
            {
                **for_confluent(settings), "group.id": f"{settings.group_id}-tail", "enable.auto.commit": False,
                "auto.offset.reset": "earliest", "enable.partition.eof": True,
                "fetch.wait.max.ms": 20, "queued.max.messages.kbytes": 16_384,
            },
            logger=log,
        )  # fmt: skip
        given = since or {}
        self.places = [
            TopicPartition(topic, each, given.get((topic, each), OFFSET_BEGINNING))
            for topic in topics
            for each in self._partitions(topic)
        ]
        self._left = {(each.topic, each.partition) for each in self.places}
        self._consumer.assign(self.places)

    @property
    def caught_up(self) -> bool:
        """Whether the end of every partition was reached once: what was there at the start has been read."""
        return not self._left

    @property
    def behind(self) -> int:
        """Records that the brokers have and that were not yet read, as far as they said; of the thread that reads."""
        found = 0
        for each in self._consumer.position(self.places):
            low, high = self._consumer.get_watermark_offsets(each, cached=True)
            found += max(0, high - max(low, each.offset)) if high > 0 else 0  # below 0: they have not said
        return found

    def read(self, timeout: float = 0.1) -> list[Read]:
        """What came, at most `MOST` records; waits up to `timeout` seconds for the first."""
        found = []
        for message in self._ask(lambda: self._consumer.consume(MOST, 0) or self._wait(timeout)):
            place, error = (message.topic(), message.partition()), message.error()
            if error is not None:
                if error.code() == KafkaError._PARTITION_EOF:
                    self._left.discard(place)
                else:
                    self._complain(error)
                continue
            record = self._decoded(message)
            if record is not None:
                found.append(Read(*place, message.offset(), message.timestamp()[1], record))
        return found

    def close(self) -> None:
        """Let go of the broker."""
        self._consumer.close()

    def _wait(self, timeout: float) -> list[Any]:
        first = self._consumer.poll(timeout)
        return [] if first is None else [first, *self._consumer.consume(MOST - 1, 0)]

    def _decoded(self, message: Any) -> Any:
        try:
            return self._decode(message.topic(), message.value() or b"")
        except wire.Undecodable as error:
            place = f"{message.topic()}/{message.partition()}/{message.offset()}"
            log.warning("%s is passed over: %s", place, error.rejected.message)
            return None

    def _partitions(self, topic: str) -> Iterable[int]:
        try:
            known = self._consumer.list_topics(topic, _ASK_SECONDS).topics[topic]
        except KafkaException:
            raise Unusable(why_no_broker(self._settings).text) from None
        if known.error is not None or not known.partitions:
            raise Unusable(f"there is no topic {topic}: siloscope topics --create makes it")
        return sorted(known.partitions)

    @staticmethod
    def _ask(question: Callable[[], Any]) -> Any:
        try:
            return question()
        except KafkaException as error:
            raise Unusable(f"the broker gives no answer: {error.args[0].str()}") from None

    @staticmethod
    def _complain(error: KafkaError) -> None:
        if error.fatal():
            raise Unusable(f"the broker refuses: {error.str()}")
        if error.code() == KafkaError.GROUP_AUTHORIZATION_FAILED:
            return  # it is a member of none, only the client asks
        log.warning("reading: %s", error.str())
