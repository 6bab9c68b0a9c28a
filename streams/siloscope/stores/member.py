"""Membership in the writers' group: reads partitions, stores what they hold, commits what the store has answered."""

from __future__ import annotations

import logging
import threading
import time
from collections import Counter
from collections.abc import Sequence
from typing import Any, Final

from confluent_kafka import Consumer, KafkaError, KafkaException, TopicPartition

from siloscope.agents.connection import for_confluent
from siloscope.errors import Unusable
from siloscope.ops import metrics
from siloscope.ops.health import Health
from siloscope.settings import Settings
from siloscope.stores.backlog import Backlog, Batch
from siloscope.stores.kinds import KINDS
from siloscope.stores.storing import Storing

log = logging.getLogger(__name__)

READ_AT_ONCE: Final = 10_000  # records
READ_SECONDS: Final = 0.1
MOST_WAITING: Final = 128 << 20  # bytes of values read and not stored; librdkafka holds FETCHED_KIB besides
FETCHED_KIB: Final = 32 << 10
SILENT_SECONDS: Final = 30.0  # without a word to Kafka, between slow inserts; after 300 it would take us for dead
LAG_SECONDS: Final = 1.0
PAUSED_LAG_SECONDS: Final = 5.0
BOUNDS_SECONDS: Final = 0.2  # for one partition

Key = tuple[str, int]  # topic, partition


class LetGo(Exception):
    """The batch at hand is no longer ours, or we are to stop: whoever comes next stores it."""


class Member:
    """One member of the writers' group. `store` takes inserts, `letters` what cannot be stored.

    How far it is goes to the metrics and to `health`, also while the store does not answer.
    """

    def __init__(
        self, settings: Settings, store: Any, letters: Any, stop: threading.Event, health: Health | None = None
    ) -> None:
        self._stop = stop
        self._storing = Storing(store, self._hold, self._keep_in_touch)
        self._letters = letters
        self._health = health or Health("writer")
        self._commits = 0  # of what is stored
        self._assigned_once = False
        self._began: dict[Key, int] = {}  # where reading a partition began
        self._backlogs: dict[Key, Backlog] = {}
        self._at_hand: Backlog | None = None
        self._lag_told = 0.0
        self._heard = time.monotonic()
        self._consumer = Consumer(_consumer(settings), logger=log)
        self._consumer.subscribe(list(KINDS), on_assign=self._assigned, on_revoke=self._revoked, on_lost=self._lost)

    def run(self) -> None:
        """Store what comes until told to stop; raises Unusable when it cannot go on."""
        try:
            while not self._stop.is_set():
                self._read(READ_SECONDS)
                self._store_due()
        except KafkaException as error:
            raise Unusable(_ended_by(error.args[0])) from None
        finally:
            self._consumer.close()

    def _read(self, seconds: float, *, paused: bool = False) -> None:
        messages = self._consumer.consume(READ_AT_ONCE, seconds)
        now = self._heard = time.monotonic()
        read: Counter[str] = Counter()
        for message in messages:
            error = message.error()
            if error is None:
                key = _key(message)
                self._backlogs[key].add(message, now)
                read[key[0]] += 1
            elif _is_fatal(error):
                raise KafkaException(error)
            else:
                log.warning("broker: %s", error.str())
        for topic, count in read.items():
            metrics.WRITER_READ.labels(topic).inc(count)
        self._tell_waiting()
        self._tell_lag(paused=paused)

    def _store_due(self) -> None:
        """One batch of each partition that has one due: planned, stored, committed."""
        now = time.monotonic()
        hurry = sum(backlog.bytes for backlog in self._backlogs.values()) >= MOST_WAITING
        due = [(backlog, batch) for backlog in self._backlogs.values() if (batch := backlog.cut(now, hurry=hurry))]
        if due and self._plan(due):
            for backlog, batch in due:
                try:
                    self._store(backlog, batch)
                except LetGo:
                    if self._stop.is_set():
                        return
        self._commit_stored(list(self._backlogs.values()))

    def _plan(self, due: Sequence[tuple[Backlog, Batch]]) -> bool:
        """Write down where each batch ends. Those of before a crash still stand written."""
        new = [(backlog, batch) for backlog, batch in due if backlog.planned is None]
        plans = [TopicPartition(batch.topic, batch.partition, batch.first, str(batch.last)) for _, batch in new]
        if plans and not self._commit(plans):
            return False
        for backlog, batch in new:
            backlog.planned, backlog.stored = batch.last, None
        return True

    def _store(self, backlog: Backlog, batch: Batch) -> None:
        if not self._ours(backlog):
            raise LetGo  # it went away while we waited with another
        self._at_hand = backlog
        self._letters.send(self._storing.store(batch))
        backlog.done(batch, time.monotonic())
        self._tell_waiting()
        age = time.time() - batch.messages[0].timestamp()[1] / 1000
        metrics.WRITER_STORED_SECONDS.labels(KINDS[batch.topic].table).observe(max(0.0, age))

    def _tell_waiting(self) -> None:
        metrics.WRITER_WAITING.set(sum(map(len, self._backlogs.values())))

    def _commit_stored(self, backlogs: Sequence[Backlog]) -> None:
        stored = [backlog for backlog in backlogs if backlog.stored is not None]
        offsets = [TopicPartition(backlog.topic, backlog.partition, backlog.stored) for backlog in stored]
        if offsets and self._commit(offsets):
            self._commits += 1
            metrics.WRITER_COMMITTED.set_to_current_time()
            for backlog in stored:
                backlog.stored = None

    def _commit(self, offsets: list[TopicPartition]) -> bool:
        """Commit and tell whether Kafka has taken it; if not, the next round tries again."""
        try:
            answers = self._consumer.commit(offsets=offsets, asynchronous=False)
        except KafkaException as error:
            return _uncommitted(error.args[0])
        for answer in answers:
            if answer.error is not None:
                return _uncommitted(answer.error)
        return True

    def _hold(self, seconds: float) -> None:
        """Pass the time until the store may answer again: stay in the group, read nothing."""
        until = time.monotonic() + seconds
        try:
            while (left := until - time.monotonic()) > 0:
                self._consumer.pause(self._consumer.assignment())
                self._read(min(left, READ_SECONDS), paused=True)
                if self._stop.is_set() or not self._ours(self._at_hand):
                    raise LetGo
        finally:
            self._consumer.resume(self._consumer.assignment())

    def _keep_in_touch(self) -> None:
        """Between inserts: say a word to Kafka before it takes us for dead."""
        if time.monotonic() - self._heard > SILENT_SECONDS:
            self._hold(READ_SECONDS)

    def _ours(self, backlog: Backlog | None) -> bool:
        """Whether the partition was ours all the time since this backlog was begun."""
        return backlog is not None and self._backlogs.get((backlog.topic, backlog.partition)) is backlog

    def _assigned(self, consumer: Consumer, partitions: list[TopicPartition]) -> None:
        for found in self._committed(consumer, partitions):
            planned = int(found.metadata) if (found.metadata or "").isdigit() else None
            limits = KINDS[found.topic].limits
            self._began[found.topic, found.partition] = max(found.offset, 0)
            self._backlogs[found.topic, found.partition] = Backlog(found.topic, found.partition, limits, planned)
        self._assigned_once = True
        log.info("reading %d partitions", len(self._backlogs))

    def _committed(self, consumer: Consumer, partitions: list[TopicPartition]) -> list[TopicPartition]:
        """Where the partitions stand, and the batches that were begun; nothing may start before Kafka has said so."""
        while True:
            try:
                found: list[TopicPartition] = consumer.committed(partitions, timeout=10)
                if all(one.error is None for one in found):
                    return found
            except KafkaException as error:
                log.warning("broker: %s", error.args[0].str())
            if self._stop.wait(0.5):
                return []

    def _revoked(self, consumer: Consumer, partitions: list[TopicPartition]) -> None:
        """No insert is in flight here: Kafka calls back only between them. What the store has answered is committed."""
        self._commit_stored(self._forget(partitions))

    def _lost(self, consumer: Consumer, partitions: list[TopicPartition]) -> None:
        self._forget(partitions)

    def _forget(self, partitions: list[TopicPartition]) -> list[Backlog]:
        metrics.WRITER_LAG.clear()
        popped = [self._backlogs.pop((one.topic, one.partition), None) for one in partitions]
        gone = [backlog for backlog in popped if backlog is not None]
        for backlog in gone:
            metrics.WRITER_GIVEN_BACK.labels(backlog.topic).inc(len(backlog))
        self._tell_waiting()
        return gone

    def _tell_lag(self, *, paused: bool) -> None:
        """Once in a while; what is `paused` is not fetched, so that Kafka must be asked where its log ends."""
        if time.monotonic() - self._lag_told < (PAUSED_LAG_SECONDS if paused else LAG_SECONDS):
            return
        behind = 0
        for here in self._consumer.position([TopicPartition(*key) for key in self._backlogs]):
            low, high = self._bounds(here, cached=not paused)
            key = here.topic, here.partition
            reached = here.offset if here.offset >= 0 else self._began[key]
            lag = max(0, high - max(reached, low)) + len(self._backlogs[key])
            behind += lag
            if high >= 0:
                metrics.WRITER_LAG.labels(*key).set(lag)
        self._health.look(self._commits, behind, None if self._assigned_once else "it waits for its partitions")
        self._lag_told = time.monotonic()

    def _bounds(self, place: TopicPartition, *, cached: bool) -> tuple[int, int]:
        """The first offset of a partition and the next to be written; negative where they are not known."""
        try:
            return self._consumer.get_watermark_offsets(place, BOUNDS_SECONDS, cached=cached) or (-1, -1)
        except KafkaException:
            return -1, -1


def group_of(settings: Settings) -> str:
    """The consumer group of the writers."""
    return f"{settings.group_id}-writer"


def _consumer(settings: Settings) -> dict[str, Any]:
    session = int(settings.session_timeout * 1000)
    return for_confluent(settings) | {
        "group.id": group_of(settings),
        "enable.auto.commit": False,
        "auto.offset.reset": "earliest",
        "partition.assignment.strategy": "cooperative-sticky",
        "session.timeout.ms": session,
        "heartbeat.interval.ms": session // 3,
        "topic.metadata.refresh.interval.ms": 10_000,
        "queued.max.messages.kbytes": FETCHED_KIB,
        "fetch.message.max.bytes": 4 << 20,
        # One process at a time has an embedded store, so its name in the group can be fixed: a restart need not wait
        # until the session of the one before has run out.
        **({} if settings.store.url else {"group.instance.id": "embedded"}),
    }


def _ended_by(error: KafkaError) -> str:
    if "fenced" in error.str():
        return (
            "another writer with an embedded store reads for this group: stop one, or give it a group_id of its own; "
            "if there is none, Kafka took this one for dead: start it again"
        )
    return f"the writer cannot go on with Kafka: {error.str()}"


def _is_fatal(error: KafkaError) -> bool:
    """Whether this client can do nothing more; among other things, because another has taken its name in the group."""
    return bool(error.fatal() or error.code() in (KafkaError._FATAL, KafkaError.FENCED_INSTANCE_ID))


def _uncommitted(error: KafkaError) -> bool:
    if _is_fatal(error):
        raise KafkaException(error)
    log.warning("not committed, will be tried again: %s", error.str())
    return False


def _key(message: Any) -> Key:
    return message.topic(), message.partition()
