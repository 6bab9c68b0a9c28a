"""Reading `siloscope.state`: what the partitions knew, before their first chunk."""

from __future__ import annotations

import logging
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from threading import Event
from typing import Any, Final, Self, TypeVar

from confluent_kafka import OFFSET_BEGINNING, Consumer, KafkaError, KafkaException, Message, TopicPartition

from ..ops import metrics
from ..ops.progress import progress

log = logging.getLogger(__name__)

BATCH: Final = 10_000  # records per call
TIMEOUT_SECONDS: Final = 30.0  # for offsets, and without a record while some are due

LOG_SECONDS: Final = 5.0
FOLLOW_SECONDS: Final = 0.05  # that `follow` waits for records
_LOST: Final = (
    KafkaError.OFFSET_OUT_OF_RANGE, KafkaError._AUTO_OFFSET_RESET, KafkaError.UNKNOWN_TOPIC_OR_PART,
    KafkaError.TOPIC_AUTHORIZATION_FAILED, KafkaError._UNKNOWN_PARTITION, KafkaError._UNKNOWN_TOPIC,
)  # fmt: skip
# Topics that were just made, or whose leaders move: the next answer is another one.
_PASSING: Final = (
    KafkaError.NOT_LEADER_FOR_PARTITION, KafkaError.LEADER_NOT_AVAILABLE, KafkaError.NOT_COORDINATOR,
    KafkaError.COORDINATOR_NOT_AVAILABLE, KafkaError.COORDINATOR_LOAD_IN_PROGRESS, KafkaError.REPLICA_NOT_AVAILABLE,
)  # fmt: skip
_AGAIN_SECONDS: Final = 0.2

Answer = TypeVar("Answer")
Keep = Callable[[bytes, "bytes | None"], None]  # key, value (None: tombstone)


class Unreadable(Exception):
    """The state cannot be read; the message says why."""


class StateReader:
    """A plain consumer that reads whole partitions of a compacted topic and joins no group.

    `connection` are the client's settings; `group_id` is the workers' group, for its committed offsets.
    """

    def __init__(self, connection: Mapping[str, Any], topic: str, group_id: str) -> None:
        self.records_read = 0  # rises while anything is read
        self.behind = 0  # records that `follow` has not yet given
        self._next: dict[int, int] = {}  # up to where partitions were read
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

    def read(self, keep: Mapping[int, Keep], stop: Event) -> int:
        """Give the records of each partition in `keep`, in log order, to its function; returns how many there were.

        Reads up to the end that each partition has at the start; leaves early when `stop` is set.
        """
        consumer = Consumer(self._connection, logger=log)
        try:
            ends = self._ends(consumer, keep)
            self._next |= {number: end for number, (_, end) in ends.items()}
            return self._read(consumer, ends, keep, stop)
        except KafkaException as error:
            raise Unreadable(f"{self._topic}: {error.args[0].str()}") from None
        finally:
            consumer.close()

    def follow(self, stop: Event) -> Iterator[list[tuple[bytes, bytes | None]]]:
        """What comes after what was read, as lists of (key, value), in log order by partition; many are empty.

        Until `stop` is set. Raises Unreadable when the broker has not kept what comes next.
        """
        consumer = Consumer(self._connection, logger=log)
        try:
            places = [TopicPartition(self._topic, number, offset) for number, offset in self._next.items()]
            consumer.assign(places)
            while not stop.is_set():
                messages = consumer.consume(BATCH, FOLLOW_SECONDS)
                records = _records(messages)
                yield records
                self.records_read += len(records)
                self._next |= dict(map(_after, filter(_has_place, messages)))
                self.behind = self._behind(consumer, places)
        except KafkaException as error:
            raise Unreadable(f"{self._topic}: {error.args[0].str()}") from None
        finally:
            consumer.close()

    def _behind(self, consumer: Consumer, places: list[TopicPartition]) -> int:
        """How many records lie beyond what was given, as far as the client knows."""
        ends = {each.partition: consumer.get_watermark_offsets(each, cached=True)[1] for each in places}
        return sum(max(0, end - self._next[number]) for number, end in ends.items())

    def committed(self, topics: Sequence[str], numbers: Iterable[int]) -> dict[int, dict[str, int]]:
        """By partition number, up to where the group has committed it in each topic; 0 where it never has."""
        places = [TopicPartition(topic, number) for number in numbers for topic in topics]
        consumer = Consumer(self._connection, logger=log)
        try:
            found = _patiently(lambda: consumer.committed(places, TIMEOUT_SECONDS))
        except KafkaException as error:
            raise Unreadable(f"committed offsets: {error.args[0].str()}") from None
        finally:
            consumer.close()
        offsets: dict[int, dict[str, int]] = defaultdict(dict)
        for place in found:
            offsets[place.partition][place.topic] = max(place.offset, 0)
        return offsets

    def _ends(self, consumer: Consumer, numbers: Iterable[int]) -> dict[int, tuple[int, int]]:
        def ask(number: int) -> tuple[int, int]:
            place = TopicPartition(self._topic, number)
            found: tuple[int, int] = consumer.get_watermark_offsets(place, TIMEOUT_SECONDS, cached=False)
            return found

        return {number: _patiently(partial(ask, number)) for number in numbers}

    def _read(self, consumer: Consumer, ends: dict[int, tuple[int, int]], keep: Mapping[int, Keep], stop: Event) -> int:
        due = {number: end for number, (start, end) in ends.items() if end > start}
        consumer.assign([TopicPartition(self._topic, number, OFFSET_BEGINNING) for number in due])
        count, heard = 0, time.monotonic()
        with _Progress(sum(end - start for start, end in ends.values())) as progress:
            while due and not stop.is_set():
                messages = consumer.consume(BATCH, 0.2)
                if messages:
                    heard = time.monotonic()
                elif time.monotonic() - heard > TIMEOUT_SECONDS:
                    raise Unreadable(f"{self._topic}: no answer for {TIMEOUT_SECONDS:g} s, partitions {sorted(due)}")
                read = _take(messages, due, keep)
                count += read
                progress.add(read)
                self.records_read += read
        return count


def _patiently(ask: Callable[[], Answer]) -> Answer:
    """The answer, asked for again while the error is one that passes; raises KafkaException."""
    until = time.monotonic() + TIMEOUT_SECONDS
    while True:
        try:
            return ask()
        except KafkaException as error:
            if error.args[0].code() not in _PASSING or time.monotonic() > until:
                raise
        time.sleep(_AGAIN_SECONDS)


def _has_place(message: Message) -> bool:
    """Whether it is a record or the end of a partition: compaction may have left nothing before that."""
    return message.error() is None or message.error().code() == KafkaError._PARTITION_EOF


def _after(message: Message) -> tuple[int, int]:
    """Its partition, and the offset of what comes next there."""
    return message.partition(), message.offset() + (message.error() is None)


def _records(messages: list[Message]) -> list[tuple[bytes, bytes | None]]:
    """The records among the messages; raises KafkaException for an error that does not pass by itself."""
    for message in messages:
        error = message.error()
        if error is not None and error.code() in _LOST:
            raise KafkaException(error)
    return [(message.key(), message.value()) for message in messages if message.error() is None]


def _take(messages: list[Message], due: dict[int, int], keep: Mapping[int, Keep]) -> int:
    """Keep what came, and strike from `due` the partitions that are read to their end; returns how many records."""
    count = 0
    for message in messages:
        number = message.partition()
        if message.error() is None:
            keep[number](message.key(), message.value())
            count += 1
            if message.offset() + 1 >= due.get(number, 0):
                due.pop(number, None)
        elif message.error().code() == KafkaError._PARTITION_EOF:
            due.pop(number, None)  # compaction may have taken the last record
        else:
            raise KafkaException(message.error())
    return count


class _Progress:
    """How far the reading is: metrics, a line now and then, and a bar on a terminal."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._read = 0
        self._said = time.monotonic()
        self._bar = progress("reading state", "records", most)

    def __enter__(self) -> Self:
        self._advance = self._bar.__enter__()
        metrics.STATE_EXPECTED.set(self._most)
        metrics.STATE_READ.set(0)
        return self

    def __exit__(self, *exception: Any) -> None:
        self._bar.__exit__(*exception)

    def add(self, records: int) -> None:
        self._read += records
        self._advance(records)
        metrics.STATE_READ.set(self._read)
        if time.monotonic() - self._said > LOG_SECONDS:
            self._said = time.monotonic()
            log.info("reading state: %s of at most %s records", f"{self._read:,}", f"{self._most:,}")
