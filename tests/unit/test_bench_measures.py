"""The benches run: on a thousand events, without a broker."""

from __future__ import annotations

from pathlib import Path

import pytest
from bench import events, replaying
from bench.measure import Measured, asked, middle
from bench.micro import Given, Micro
from bench.standing import compare, replayed

from siloscope.core.touchpoint import Touchpoint
from siloscope.ops.simulate import Plan
from siloscope.wire import decode_touchpoint

PLAN = Plan(seed=1, customers=200)
COUNT = 1_000


@pytest.fixture
def log(tmp_path: Path) -> Path:
    assert events.make(PLAN, 8, tmp_path / "events", tmp_path / "lines", COUNT) == COUNT
    return tmp_path


def test_the_events_are_whole_touchpoints_in_their_partition(log: Path) -> None:
    made = events.read(log / "events")
    assert all(isinstance(decode_touchpoint(each.value), Touchpoint) for each in made)
    assert {each.partition for each in made} == set(range(8))


def test_replay_and_the_bare_loop_measure_themselves(log: Path) -> None:
    for out in (None, str(log / "out")):
        measured = asked("bench.replaying", replaying.Given(str(log / "lines"), COUNT, out))
        assert measured.events == COUNT
        assert measured.rate > 0


def test_the_core_is_measured_alone(log: Path) -> None:
    found = asked("bench.micro", Given(str(log / "events"), COUNT, customers=5), Micro)
    assert 0 < found.core < 10_000
    assert found.folds[25] < found.folds[512]
    assert found.cold < found.hot


def test_the_median_is_one_of_the_rounds() -> None:
    rounds = [Measured(1_000, seconds, seconds) for seconds in (3.0, 1.0, 2.0)]
    assert middle(rounds) == rounds[2]


def test_what_stands_is_compared_in_every_field() -> None:
    touchpoints = [each for each in events.told(PLAN) if isinstance(each.occurred_at, int)]
    standing = replayed(touchpoints, PLAN.end).alerts
    assert standing
    assert compare(standing, dict(standing)).none
    name = next(iter(standing))
    changed = compare(standing, {name: standing[name] | {"severity": "none"}})
    assert changed.fields == {name: {"severity"}}
    assert changed.missing == sorted(standing.keys() - {name})
