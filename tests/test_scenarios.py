"""Every scenario, judged as written, by the oracle, and on every way the same touchpoints can arrive."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import pytest
from tests import oracle
from tests.detection import Pipeline, agreed, judged, warned
from tests.scenario import Scenario, every

HOUR = 3_600_000
SCENARIOS = every()
for_the_oracle = pytest.mark.parametrize("scenario", [s for s in SCENARIOS if s.oracle], ids=str)
each_scenario = pytest.mark.parametrize("scenario", SCENARIOS, ids=str)


def in_order(scenario: Scenario) -> list[dict[str, Any]]:
    return sorted(scenario.touchpoints, key=lambda t: t["occurred_at"])


def as_written(scenario: Scenario) -> Pipeline:
    pipeline = Pipeline(scenario.parameters)
    for record in in_order(scenario):
        pipeline.send(record)
    return pipeline


def picked(alert: dict[str, Any], expected: dict[str, Any]) -> dict[str, Any]:
    return {name: alert[name] for name in expected}


@each_scenario
def test_what_a_scenario_expects_is_found(scenario: Scenario) -> None:
    pipeline = as_written(scenario)
    found = [judged(a) for a in pipeline.standing(scenario.until) if a.symptom == scenario.symptom]
    assert [picked(a, e) for a, e in zip(found, scenario.expect, strict=False)] == scenario.expect
    assert len(found) == len(scenario.expect)
    if scenario.warnings is not None:
        told = [warned(w) for w in pipeline.warnings(scenario.until)]
        assert [picked(w, e) for w, e in zip(told, scenario.warnings, strict=False)] == scenario.warnings
        assert len(told) == len(scenario.warnings)


@for_the_oracle
def test_the_oracle_finds_what_a_scenario_expects(scenario: Scenario) -> None:
    alerts = oracle.standing(scenario.touchpoints, scenario.until, scenario.parameters)
    found = [a for a in alerts if a["symptom"] == scenario.symptom]
    assert [picked(a, e) for a, e in zip(found, scenario.expect, strict=False)] == scenario.expect
    assert len(found) == len(scenario.expect)


@for_the_oracle
def test_the_oracle_agrees_in_full(scenario: Scenario) -> None:
    pipeline = as_written(scenario)
    found = [judged(a) for a in pipeline.standing(scenario.until)]
    assert found == oracle.standing(scenario.touchpoints, scenario.until, scenario.parameters)
    told = [warned(w) for w in pipeline.warnings(scenario.until)]
    expected = oracle.warnings(scenario.touchpoints, scenario.until, scenario.parameters)
    assert told == [picked(w, t) for w, t in zip(expected, told, strict=True)]


def crashing(scenario: Scenario) -> Pipeline:
    pipeline = Pipeline(scenario.parameters)
    for step, record in enumerate(in_order(scenario)):
        pipeline.send(record)
        pipeline.crash(redeliver=step % 4, lost=step % 3, cut=step % 2 or None)
    return pipeline


def crashing_before_its_timers(scenario: Scenario) -> Pipeline:
    pipeline = as_written(scenario)
    pipeline.crash()
    pipeline.tick(scenario.until)
    pipeline.crash(redeliver=2, lost=1)
    return pipeline


def twice(scenario: Scenario) -> Pipeline:
    pipeline = Pipeline(scenario.parameters)
    for record in in_order(scenario):
        pipeline.send(record)
        pipeline.send(record)
    for record in in_order(scenario):
        pipeline.send(record)
    return pipeline


def shuffled(seed: int) -> Callable[[Scenario], Pipeline]:
    def run(scenario: Scenario) -> Pipeline:
        arrival = in_order(scenario)
        random.Random(seed).shuffle(arrival)
        pipeline = Pipeline(scenario.parameters)
        for record in arrival:
            pipeline.send(record)
        return pipeline

    return run


def backwards(scenario: Scenario) -> Pipeline:
    pipeline = Pipeline(scenario.parameters)
    for record in reversed(in_order(scenario)):
        pipeline.send(record)
    return pipeline


def ticking_after_each(scenario: Scenario) -> Pipeline:
    pipeline = Pipeline(scenario.parameters)
    for record in in_order(scenario):
        pipeline.send(record)
        pipeline.tick(record["occurred_at"])
    return pipeline


def ticking_often(scenario: Scenario) -> Pipeline:
    pipeline = Pipeline(scenario.parameters)
    records = in_order(scenario)
    now = records[0]["occurred_at"]
    step = max(HOUR, (scenario.until - now) // 200)
    for record in records:
        while now + step < record["occurred_at"]:
            now += step
            pipeline.tick(now)
        pipeline.send(record)
    return pipeline


def late_after_the_end(scenario: Scenario) -> Pipeline:
    """Time is up before anything but the first has arrived."""
    records = in_order(scenario)
    pipeline = Pipeline(scenario.parameters)
    pipeline.send(records[0])
    pipeline.tick(scenario.until)
    for record in records[1:]:
        pipeline.send(record)
    return pipeline


def drained_at_the_end(scenario: Scenario) -> Pipeline:
    pipeline = Pipeline(scenario.parameters, eager=False)
    for record in in_order(scenario):
        pipeline.send(record)
    return pipeline


def over_three_partitions(scenario: Scenario) -> Pipeline:
    """The producer knows no customer: what arrives where it does not belong is routed."""
    pipeline = Pipeline(scenario.parameters, count=3)
    for number, record in enumerate(in_order(scenario)):
        pipeline.send(record, number % 3)
    return pipeline


def over_three_partitions_crashing(scenario: Scenario) -> Pipeline:
    pipeline = Pipeline(scenario.parameters, count=3)
    for number, record in enumerate(in_order(scenario)):
        pipeline.send(record, number % 3)
        pipeline.crash(redeliver=1 + number % 2, lost=number % 2)
    return pipeline


WAYS = [
    crashing, crashing_before_its_timers, twice, backwards, shuffled(1), shuffled(2), shuffled(3), ticking_after_each,
    ticking_often, late_after_the_end, drained_at_the_end, over_three_partitions, over_three_partitions_crashing,
]  # fmt: skip
NAMES = [f"{way.__qualname__.split('.')[0]}_{number}" for number, way in enumerate(WAYS)]


@pytest.mark.parametrize("way", WAYS, ids=NAMES)
@each_scenario
def test_however_it_arrives_the_same_alerts_stand(scenario: Scenario, way: Callable[[Scenario], Pipeline]) -> None:
    expected, other = as_written(scenario), way(scenario)
    assert [agreed(a) for a in other.standing(scenario.until)] == [agreed(a) for a in expected.standing(scenario.until)]
    assert [warned(w) for w in other.warnings(scenario.until)] == [warned(w) for w in expected.warnings(scenario.until)]
