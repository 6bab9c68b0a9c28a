"""The replica of the state says what the partition says that wrote it, in any state of packing."""

from __future__ import annotations

import json
from typing import Any

import pytest
from tests.scenario import Scenario, every

from siloscope.core import replica as replicas
from siloscope.core.partition import Partition
from siloscope.core.replica import Replica
from siloscope.core.state import entry_record
from siloscope.core.touchpoint import BROADCASTS, Touchpoint, customer_of, entry_of
from siloscope.ops.trial import decoded
from siloscope.symptoms import detection

SCENARIOS = [each for each in every()[::2] if each.touchpoints]


def records_of(scenario: Scenario) -> list[Touchpoint]:
    found = [decoded(json.dumps(each).encode()) for each in scenario.touchpoints]
    return sorted(found, key=lambda each: each.occurred_at)


@pytest.mark.parametrize("hot", [0, 200_000], ids=["at rest", "folded"])
@pytest.mark.parametrize("scenario", SCENARIOS, ids=str)
def test_the_replica_imagines_what_the_partition_imagines(scenario: Scenario, hot: int) -> None:
    watch = detection(scenario.parameters)
    partition, replica = Partition(watch), Replica(watch, {}, hot)
    for number, each in enumerate(records_of(scenario)):
        if each.activity not in BROADCASTS:
            now = max(partition.now, each.occurred_at)  # type: ignore[type-var]
            assert replica.imagine(each, now) == partition.imagine(each)
            assert replica.knows(customer_of(each)) == partition.knows(customer_of(each))
        partition.take(each, ("touchpoints", number))
        for key, value in drained(partition):
            replica.load(key, value)
        replica.settle(keep=number % 2)
    assert replica.newest == partition.latest


def drained(partition: Partition) -> list[tuple[bytes, bytes | None]]:
    state = partition.drain().state
    while partition.busy:
        state += partition.drain().state
    return state


def many(count: int, watch: Any, cold: dict[str, bytes], hot: int) -> tuple[Partition, Replica]:
    partition, replica = Partition(watch), Replica(watch, cold, hot)
    for number in range(count):
        partition.take(sent("ann", number, "support message"), ("touchpoints", number))
        for key, value in drained(partition):
            replica.load(key, value)
    return partition, replica


def sent(customer: str, hours: int, what: str) -> Touchpoint:
    department, activity = what.split()
    return decoded(
        json.dumps({
            "touchpoint_id": f"{customer}-{hours}", "occurred_at": 1_772_668_800_000 + hours * 3_600_000,
            "activity": activity, "department": department, "channel": "email", "direction": "outbound",
            "identifiers": [{"kind": "customer_id", "value": customer}],
        }).encode()
    )  # fmt: skip


def test_a_timeline_that_is_full_loses_its_oldest_here_too() -> None:
    watch = detection(entries=8)
    partition, replica = many(20, watch, {}, 1_000)
    imagined = sent("ann", 21, "sales promotion")
    assert replica.imagine(imagined, 0) == partition.imagine(imagined)
    assert len(replica._hot["ann"].entries) == 8


def test_a_long_timeline_is_kept_folded_where_there_is_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(replicas, "LONG", 5)
    for hot, size in ((100, (1, 0)), (5, (0, 1))):
        _, replica = many(6, detection(), {}, hot)
        replica.settle()
        assert replica.size == size


def test_who_was_asked_about_longest_ago_rests_again() -> None:
    watch, cold = detection(), {}
    replica = Replica(watch, cold, 5)
    partition = Partition(watch)
    for number, name in enumerate(["ann", "ben", "cem"] * 2):
        partition.take(sent(name, number, "support message"), ("touchpoints", number))
    for key, value in drained(partition):
        replica.load(key, value)
    replica.settle()
    for name in ("ann", "ben", "cem"):
        replica.imagine(sent(name, 30, "sales promotion"), 0)
    assert set(replica._hot) == {"ben", "cem"}
    assert "ann" in cold


def test_who_rests_again_has_what_came_meanwhile() -> None:
    watch, cold = detection(), dict[str, bytes]()
    partition, replica = many(6, watch, cold, 1)
    replica.settle()
    for number in range(6, 9):
        imagined = sent("ann", 30 + number, "sales promotion")
        assert replica.imagine(imagined, 0) == partition.imagine(imagined)
        partition.take(sent("ann", number, "sales promotion"), ("touchpoints", number))
        for key, value in drained(partition):
            replica.load(key, value)
        replica.load(*of_another(number))
        replica.imagine(sent("ben", 40, "sales promotion"), 0)  # now there is no room for both
        assert set(replica._hot) == {"ben"}


def of_another(number: int) -> tuple[bytes, bytes | None]:
    return entry_record("ben", entry_of(sent("ben", number, "support message")), None)


def test_who_is_forgotten_is_gone() -> None:
    cold: dict[str, bytes] = {}
    partition, replica = many(3, detection(), cold, 0)
    replica.settle()
    assert set(cold) == {"ann"}
    assert replica.knows("ann")
    for number in range(3):
        replica.load(f"ann\0ann-{number}".encode(), None)
    assert not replica.knows("ann")
    replica.settle()
    assert not replica.knows("ann")
    assert cold == {}
    assert partition.latest == replica.newest
