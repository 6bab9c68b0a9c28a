"""What workers remember to have told: what stands, though the topics of tellings have it no more."""

from __future__ import annotations

from threading import Event

from confluent_kafka import KafkaException

from ..agents.connection import for_confluent
from ..agents.state import StateReader, Unreadable
from ..agents.telling import STATE
from ..core.remembered import Remembered, Standing
from ..errors import Unusable
from ..ops.brokers import administration, why_no_broker
from ..settings import Settings


def remembered(settings: Settings, stop: Event) -> list[Standing]:
    """All that stands, by the whole state topic; less once `stop` is set. Takes minutes where that is large.

    Raises Unusable in one line when it cannot be read.
    """
    known = Remembered()
    reader = StateReader(for_confluent(settings), STATE, settings.group_id)
    try:
        partitions = administration(settings, []).list_topics(timeout=10).topics.get(STATE)
        if partitions is not None and partitions.error is None:
            reader.read(dict.fromkeys(partitions.partitions, known.load), stop)
    except KafkaException:
        raise Unusable(why_no_broker(settings).text) from None
    except Unreadable as error:
        raise Unusable(str(error)) from None
    return known.standing
