"""The transport stands on private methods of Faust and aiokafka: on another version this fails and says why."""

from __future__ import annotations

import asyncio
import inspect
from importlib.metadata import version
from types import SimpleNamespace
from typing import Any

import faust.app.base
import faust.transport.consumer
import pytest
from aiokafka.consumer.fetcher import Fetcher
from aiokafka.consumer.group_coordinator import GroupCoordinator
from faust.tables.recovery import Recovery
from faust.transport.drivers import aiokafka as driver

from siloscope.agents import transport
from siloscope.agents.chunks import Place
from siloscope.agents.transport import ChunkedConsumer, Heartbeat

PINNED = {"faust-streaming": "0.15.3", "mode-streaming": "0.7.1", "aiokafka": "0.14.0"}

# What we override, call or are called from, with the parameters we count on.
SIGNATURES = {
    (driver.Consumer, "_drain_messages"): ["self", "fetcher"],
    (driver.Consumer, "_wait_next_records"): ["self", "timeout"],
    (driver.Consumer, "_filter_tps_with_pending_acks"): ["self", "topics"],
    (driver.Consumer, "_filter_committable_offsets"): ["self", "tps"],
    (driver.Consumer, "_should_commit"): ["self", "tp", "offset"],
    (driver.Consumer, "_commit_tps"): ["self", "tps", "start_new_transaction"],
    (driver.Consumer, "commit_and_end_transactions"): ["self"],
    (driver.Consumer, "wait_empty"): ["self"],
    (driver.Consumer, "perform_seek"): ["self"],
    (driver.Consumer, "seek_wait"): ["self", "partitions"],
    (driver.Consumer, "earliest_offsets"): ["self", "partitions"],
    (driver.Consumer, "on_partitions_revoked"): ["self", "revoked"],
    (driver.Consumer, "on_partitions_assigned"): ["self", "assigned", "generation_id"],
    (driver.AIOKafkaConsumerThread, "_ensure_consumer"): ["self"],
    (faust.App, "_create_directories"): ["self"],
    (driver.Consumer, "highwater"): ["self", "tp"],
    (GroupCoordinator, "_do_heartbeat"): ["self"],
}

# Who must call whom, or our overrides are never asked.
CALLS = {
    (faust.transport.consumer.Fetcher, "_fetcher"): "consumer._drain_messages(self)",
    (faust.transport.consumer.Consumer, "force_commit"): "self._commit_tps(",
    (faust.transport.consumer.Consumer, "_commit_tps"): "self._filter_committable_offsets(tps)",
    (faust.transport.consumer.Consumer, "commit_and_end_transactions"): "self.commit(",
    (faust.transport.consumer.Consumer, "on_stop"): "self.wait_empty()",
    (faust.app.base.App, "_consumer_wait_empty"): "consumer.wait_empty()",
    (faust.app.base.App, "_on_partitions_revoked"): "self._consumer_wait_empty",
    (faust.app.base.App, "_stop_consumer"): "self._consumer_wait_empty",
    (Recovery, "_resume_streams"): "consumer.perform_seek()",
    (driver.AIOKafkaConsumerThread, "_create_worker_consumer"): "self.app.conf.table_standby_replicas > 0",
    (GroupCoordinator, "_heartbeat_routine"): "await self._do_heartbeat()",
}


def source_of(method: Any) -> str:
    return inspect.getsource(inspect.unwrap(getattr(method, "fun", method)))  # a task of a service wraps its function


def test_the_transport_stands_on_the_versions_it_was_written_for() -> None:
    installed = {name: version(name) for name in PINNED}
    assert installed == PINNED, "read the overridden methods anew before moving these pins"


@pytest.mark.parametrize(("where", "name"), SIGNATURES, ids=lambda each: getattr(each, "__name__", each))
def test_what_is_overridden_takes_what_it_took(where: type, name: str) -> None:
    assert list(inspect.signature(getattr(where, name)).parameters) == SIGNATURES[where, name]


@pytest.mark.parametrize(("where", "name"), CALLS, ids=lambda each: getattr(each, "__name__", each))
def test_what_is_overridden_is_still_called(where: type, name: str) -> None:
    assert CALLS[where, name] in source_of(getattr(where, name))


def test_the_consumer_keeps_its_books_where_we_clear_them() -> None:
    source = inspect.getsource(faust.transport.consumer.Consumer.__init__)
    for name in ("_gap", "_acked", "_acked_index", "_read_offset", "_committed_offset"):
        assert f"self.{name} = defaultdict(" in source


HERE = Place("touchpoints", 0)


class Following(ChunkedConsumer):
    """A consumer without a broker, that expects an offset of one partition and notes where it is sent back to."""

    log = SimpleNamespace(warning=lambda *_: None)  # type: ignore[assignment]
    flow_active = True

    def __init__(self, expected: int | None) -> None:
        self._read_offset = {HERE: expected}
        self._held = frozenset({HERE})
        self._asked_again = {}
        self._unfinished = set()
        self.sent_to: dict[Any, int] = {}

    async def seek_wait(self, partitions: Any) -> None:
        self.sent_to |= partitions

    def taken(self, *offsets: int, place: Place = HERE) -> list[int]:
        records = [SimpleNamespace(offset=offset) for offset in offsets]
        return [record.offset for record in records] if self._follows(place, records) else []


def test_records_that_follow_are_taken() -> None:
    assert Following(5).taken(5, 6) == [5, 6]


def test_records_that_were_handed_out_are_dropped() -> None:
    assert Following(6).taken(4, 5, 6, 7) == [6, 7]
    assert Following(6).taken(4, 5) == []


def test_records_from_further_on_are_not_taken_before_those_that_were_skipped() -> None:
    consumer = Following(5)
    assert consumer.taken(9, 10) == []
    assert consumer.taken(5, 6) == [5, 6]


def test_records_that_are_gone_from_the_broker_do_not_stop_the_rest() -> None:
    consumer = Following(5)
    assert consumer.taken(9, 10) == []
    assert consumer.taken(9, 10) == [9, 10]


def test_records_of_a_partition_that_was_given_up_or_not_yet_sought_are_not_taken() -> None:
    assert Following(None).taken(0, 1) == []
    consumer = Following(5)
    consumer._held = frozenset()
    assert consumer.taken(5, 6) == []


def test_what_was_fetched_and_not_handed_out_is_fetched_again() -> None:
    consumer = Following(5)
    consumer._unfinished = {HERE, Place("touchpoints", 1)}
    asyncio.run(consumer._rewind())
    assert consumer.sent_to == {HERE: 5}
    assert consumer._read_offset == {HERE: 5}


def test_a_heartbeat_counts_from_when_it_was_sent_and_only_when_answered(monkeypatch: pytest.MonkeyPatch) -> None:
    now, alive = 100, True
    monkeypatch.setattr(transport, "time", SimpleNamespace(monotonic=lambda: now))

    async def beat() -> bool:
        nonlocal now
        now += 5
        return alive

    heartbeat, coordinator = Heartbeat(), SimpleNamespace(_do_heartbeat=beat)
    heartbeat.watch(coordinator)
    now += 2
    asyncio.run(coordinator._do_heartbeat())
    assert heartbeat.age == 5
    alive = False
    asyncio.run(coordinator._do_heartbeat())
    assert heartbeat.age == 10


def test_how_long_the_broker_may_wait_can_be_set_on_the_fetcher():
    assert "self._fetch_max_wait_ms," in inspect.getsource(Fetcher), "set FETCH_WAIT_MS where this version reads it"
