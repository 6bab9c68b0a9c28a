"""Reading `siloscope.state`: what the partitions knew, before their first chunk."""

from __future__ import annotations

import logging
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from threading import Event
from typing import Any, Final

from confluent_kafka import OFFSET_BEGINNING, Consumer, KafkaError, KafkaException, TopicPartition

log = logging.getLogger(__name__)

BATCH: Final = 10_000  # records per call
TIMEOUT_SECONDS: Final = 30.0  # for offsets, and without a record while some are due

Keep = Callable[[bytes, "bytes | None"], None]  # key, value (None: tombstone)
Progress = Callable[[int, int], None]  # records read, records there may be


class Unreadable(Exception):
    """The state cannot be read; the message says why."""


class StateReader:
    """A plain consumer that reads whole partitions of a compacted topic and joins no group.

    `connection` are the client's settings; `group_id` is the workers' group, for its committed offsets.
    """

    def __init__(self, connection: Mapping[str, Any], topic: str, group_id: str) -> None:
        self._topic = topic
        self._connection = {
            **connection,
            "group.id": group_id,
            "enable.auto.commit": False,
            "enable.auto.offset.store": False,
            "enable.partition.eof": True,
            "auto.offset.reset": "error",
            "fetch.message.max.bytes": 4 << 20,
            "queued.max.messages.kbytes": 32 << 10,
        }

    def read(self, keep: Mapping[int, Keep], stop: Event, progress: Progress) -> int:
        """Give the records of each partition in `keep`, in log order, to its function; returns how many there were.

        Reads up to the end that each partition has at the start; leaves early when `stop` is set.
        """
        consumer = Consumer(self._connection, logger=log)
        try:
            return self._read(consumer, self._ends(consumer, keep), keep, stop, progress)
        except KafkaException as error:
            raise Unreadable(f"{self._topic}: {error.args[0].str()}") from None
        finally:
            consumer.close()

    def committed(self, topics: Sequence[str], numbers: Iterable[int]) -> dict[int, dict[str, int]]:
        """By partition number, up to where the group has committed it in each topic; 0 where it never has."""
        places = [TopicPartition(topic, number) for number in numbers for topic in topics]
        consumer = Consumer(self._connection, logger=log)
        try:
            found = consumer.committed(places, TIMEOUT_SECONDS)
        except KafkaException as error:
            raise Unreadable(f"committed offsets: {error.args[0].str()}") from None
        finally:
            consumer.close()
        offsets: dict[int, dict[str, int]] = defaultdict(dict)
        for place in found:
            offsets[place.partition][place.topic] = max(place.offset, 0)
        return offsets

    def _ends(self, consumer: Consumer, numbers: Iterable[int]) -> dict[int, tuple[int, int]]:
        places = {number: TopicPartition(self._topic, number) for number in numbers}
        return {
            number: consumer.get_watermark_offsets(place, TIMEOUT_SECONDS, cached=False)
            for number, place in places.items()
        }

    def _read(
        self,
        consumer: Consumer,
        ends: dict[int, tuple[int, int]],
        keep: Mapping[int, Keep],
        stop: Event,
        progress: Progress,
    ) -> int:
        due = {number: end for number, (start, end) in ends.items() if end > start}
        most = sum(end - start for start, end in ends.values())
        consumer.assign([TopicPartition(self._topic, number, OFFSET_BEGINNING) for number in due])
        count, heard = 0, time.monotonic()
        while due and not stop.is_set():
            messages = consumer.consume(BATCH, 0.2)
            if messages:
                heard = time.monotonic()
            elif time.monotonic() - heard > TIMEOUT_SECONDS:
                raise Unreadable(f"{self._topic}: no answer for {TIMEOUT_SECONDS:g} s from partitions {sorted(due)}")
            for message in messages:
                number = message.partition()
                if message.error() is not None:
                    if message.error().code() != KafkaError._PARTITION_EOF:
                        raise KafkaException(message.error())
                    due.pop(number, None)
                    continue
                keep[number](message.key(), message.value())
                count += 1
                if message.offset() + 1 >= due.get(number, 0):
                    due.pop(number, None)
            progress(count, most)
        progress(count, count)
        return count
