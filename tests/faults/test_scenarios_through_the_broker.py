"""Every scenario at once through a real broker and two workers: what stands is what a replay finds."""

from __future__ import annotations

from typing import Any

import msgspec
from tests.faults.expected import Input
from tests.faults.rig import Rig
from tests.scenario import Scenario, every

from siloscope.core.touchpoint import Touchpoint, sound

NAMES = ("touchpoint_id", "case_ref", "thread_ref", "message_ref", "account", "reply_to")


def apart(scenario: Scenario, number: int) -> list[dict[str, Any]]:
    """The scenario's touchpoints with ids, customers, cases and threads that no other scenario has."""
    return [_renamed(record, f"{number}-") for record in scenario.touchpoints]


def _renamed(record: dict[str, Any], prefix: str) -> dict[str, Any]:
    renamed = record | {name: prefix + record[name] for name in NAMES if record.get(name)}
    if "refers_to" in record:
        renamed["refers_to"] = [prefix + each for each in record["refers_to"]]
    if "identifiers" in record:
        renamed["identifiers"] = [each | {"value": prefix + each["value"]} for each in record["identifiers"]]
    return renamed


def touchpoint(record: dict[str, Any]) -> Touchpoint:
    found = msgspec.convert(record, Touchpoint)
    assert sound(found) is None
    return found


def together() -> Input:
    """All scenarios with default parameters, side by side, in order of time."""
    scenarios = [each for each in every() if not each.parameters]
    records = [record for number, each in enumerate(scenarios) for record in apart(each, number)]
    records.sort(key=lambda record: record["occurred_at"])
    return Input([touchpoint(record) for record in records], max(each.until for each in scenarios))


def test_all_scenarios_at_once_in_any_order_over_two_workers_one_of_which_is_killed(rig: Rig) -> None:
    world = together()
    records = world.shuffled(seed=5)
    half = len(records) // 2
    rig.feed(records[:half], 3_000)
    rig.work()
    killed = rig.work()
    rig.wait_until_at_work(killed)
    rig.wait_for(half // 2)
    rig.kill9(killed)
    rig.feed(records[half:], 100_000)
    rig.work()
    rig.close(world.until)
    verdict = rig.verdict(world)
    assert len({each["symptom"] for each in world.standing.values() if "symptom" in each}) >= 8
    assert verdict.right, verdict
