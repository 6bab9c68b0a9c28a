"""Every scenario, judged as written, by the oracle, and on every way the same touchpoints can arrive."""

from __future__ import annotations

from typing import Any

import pytest
from tests import oracle
from tests.detection import agreed, compared, judged, warned
from tests.scenario import Scenario, every

from siloscope.ops import trial_ways
from siloscope.symptoms import detection

SCENARIOS = every()
for_the_oracle = pytest.mark.parametrize("scenario", [s for s in SCENARIOS if s.oracle], ids=str)
each_scenario = pytest.mark.parametrize("scenario", SCENARIOS, ids=str)


def as_written(scenario: Scenario) -> trial_ways.Trial:
    return trial_ways.as_written(scenario, detection(scenario.parameters))


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
    found = compared(pipeline.standing(scenario.until))
    assert found == oracle.standing(scenario.touchpoints, scenario.until, scenario.parameters)
    told = [warned(w) for w in pipeline.warnings(scenario.until)]
    expected = oracle.warnings(scenario.touchpoints, scenario.until, scenario.parameters)
    assert told == [picked(w, t) for w, t in zip(expected, told, strict=True)]


WAYS = [(name, way) for name, ways in trial_ways.WAYS.items() for way in ways]
NAMES = [f"{name}_{number}" for number, (name, _) in enumerate(WAYS)]


@pytest.mark.parametrize("way", [way for _, way in WAYS], ids=NAMES)
@each_scenario
def test_however_it_arrives_the_same_alerts_stand(scenario: Scenario, way: trial_ways.Way) -> None:
    expected, other = as_written(scenario), way(scenario, detection(scenario.parameters))
    assert [agreed(a) for a in other.standing(scenario.until)] == [agreed(a) for a in expected.standing(scenario.until)]
    assert [warned(w) for w in other.warnings(scenario.until)] == [warned(w) for w in expected.warnings(scenario.until)]
