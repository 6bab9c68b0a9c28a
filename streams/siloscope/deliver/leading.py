"""Which process tells: the member of the group that has the journal's only partition; all others stand by."""

from __future__ import annotations

import logging
from typing import Any, Final

from confluent_kafka import Consumer, KafkaError, KafkaException, TopicPartition

from ..agents.connection import for_confluent
from ..agents.telling import DELIVERIES
from ..errors import Unusable
from ..settings import Settings
from .journal import PARTITION, group_of

log = logging.getLogger(__name__)

SILENT_SECONDS: Final = 300  # without a look at the group; reading the journal must be done by then


class Membership:
    """A member of the group. `leads` changes only in `look`."""

    def __init__(self, settings: Settings) -> None:
        self.leads = False
        self._consumer = Consumer(
            {
                **for_confluent(settings), "group.id": group_of(settings), "enable.auto.commit": False,
                "session.timeout.ms": int(settings.session_timeout * 1000),
                "heartbeat.interval.ms": int(settings.session_timeout * 1000) // 3,
                "max.poll.interval.ms": SILENT_SECONDS * 1000, "topic.metadata.refresh.interval.ms": 10_000,
                # With a name of its own a process that was killed goes on where it was as soon as it is back.
                **({"group.instance.id": settings.instance_id} if settings.instance_id else {}),
            },
            logger=log,
        )  # fmt: skip
        self._consumer.subscribe([DELIVERIES], on_assign=self._given, on_revoke=self._taken, on_lost=self._taken)

    def look(self, seconds: float = 0.0) -> bool:
        """Whether this process tells, as far as the group has said so; waits up to `seconds` for news."""
        try:
            message = self._consumer.poll(seconds)
        except KafkaException as error:
            raise Unusable(f"the deliveries cannot go on with Kafka: {error.args[0].str()}") from None
        if message is not None and message.error() is not None:
            said = message.error()
            if said.code() == KafkaError.UNKNOWN_TOPIC_OR_PART:
                raise Unusable(f"there is no topic {DELIVERIES}: siloscope topics --create makes it")
            if said.fatal() or said.code() in (KafkaError._FATAL, KafkaError.FENCED_INSTANCE_ID):
                raise Unusable(f"the deliveries cannot go on with Kafka: {said.str()}")
            log.warning("broker: %s", message.error().str())
        return self.leads

    def close(self) -> None:
        """Leave the group, so that another takes over at once."""
        self._consumer.close()

    def _given(self, consumer: Any, partitions: list[TopicPartition]) -> None:
        consumer.assign(partitions)
        consumer.pause(partitions)  # the journal is read otherwise; here it only says who leads
        self.leads = any(each.partition == PARTITION for each in partitions)
        log.info("this process %s", "tells" if self.leads else "stands by")

    def _taken(self, consumer: Any, partitions: list[TopicPartition]) -> None:
        self.leads = False
        log.info("this process stands by")
