"""From where to read what was told."""

from __future__ import annotations

from collections.abc import Mapping

from confluent_kafka import KafkaException, TopicPartition
from confluent_kafka.admin import OffsetSpec

from ..errors import Unusable
from ..ops.behind import offsets
from ..ops.brokers import administration, why_no_broker
from ..settings import Settings
from ..staff.tail import TOLD, Place


def where(settings: Settings, spec: OffsetSpec) -> Mapping[Place, int]:
    """Of each partition of what is told the offset that `spec` means, its end where there is none. Raises Unusable."""
    client = administration(settings, [])
    try:
        known = client.list_topics(timeout=10).topics
        places = [TopicPartition(topic, each) for topic in TOLD if topic in known for each in known[topic].partitions]
        found, ends = offsets(client, places, spec), offsets(client, places, OffsetSpec.latest())
    except KafkaException:
        raise Unusable(why_no_broker(settings).text) from None
    return {place: offset if offset >= 0 else ends[place] for place, offset in found.items()}
