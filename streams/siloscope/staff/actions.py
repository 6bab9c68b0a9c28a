"""What staff do, on its way into its topic: all that is done about one alert or warning stands in one order."""

from __future__ import annotations

import logging
import threading
from typing import Any, Final, NamedTuple

from confluent_kafka import KafkaError, KafkaException, Producer

from siloscope import wire
from siloscope.agents.connection import for_confluent
from siloscope.agents.telling import ACTIONS
from siloscope.core.followup import Action
from siloscope.errors import Unusable
from siloscope.settings import Settings

log = logging.getLogger(__name__)

PATIENCE_SECONDS: Final = 10.0


class Written(NamedTuple):
    """Where an action stands in its topic."""

    partition: int
    offset: int


class Actions:
    """Writes actions; for several threads."""

    def __init__(self, settings: Settings) -> None:
        self._producer = Producer(
            {
                **for_confluent(settings), "enable.idempotence": True, "acks": "all", "linger.ms": 0,
                "partitioner": "murmur2_random", "delivery.timeout.ms": int(PATIENCE_SECONDS * 1000),
            },
            logger=log,
        )  # fmt: skip

    def send(self, action: Action) -> Written:
        """Return when the broker has it; raises Unusable in one line when it does not take it in time."""
        done = threading.Event()
        said: list[Any] = []

        def report(error: KafkaError | None, message: Any) -> None:
            said.append(error or Written(message.partition(), message.offset()))
            done.set()

        try:
            self._producer.produce(ACTIONS, wire.encode("action", action), action.subject, on_delivery=report)
        except (BufferError, KafkaException) as error:
            raise Unusable(f"the broker does not take actions: {error}") from None
        while not done.is_set():
            self._producer.poll(0.05)
        if isinstance(said[0], KafkaError):
            raise Unusable(f"the broker does not take actions: {said[0].str()}")
        written: Written = said[0]
        return written

    def close(self) -> None:
        """What was sent is in the topic, if the broker takes it."""
        self._producer.flush(PATIENCE_SECONDS)
