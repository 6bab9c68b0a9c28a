"""The ways in which the same touchpoints can arrive: however they do, the same alerts must stand."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Final

from ..core.detection import Detection
from ..core.touchpoint import HOUR
from ..patterns.scenarios import Scenario
from .trial import Trial

Way = Callable[[Scenario, Detection], Trial]


def as_written(scenario: Scenario, detection: Detection) -> Trial:
    """In order of time."""
    return _sent(scenario.in_order, detection)


def _sent(records: list[dict[str, object]], detection: Detection, *, eager: bool = True) -> Trial:
    trial = Trial(detection, eager=eager)
    for record in records:
        trial.send(record)
    return trial


def crashing(scenario: Scenario, detection: Detection) -> Trial:
    """With a crash after each."""
    trial = Trial(detection)
    for step, record in enumerate(scenario.in_order):
        trial.send(record)
        trial.crash(redeliver=step % 4, lost=step % 3, cut=step % 2 or None)
    return trial


def crashing_before_its_timers(scenario: Scenario, detection: Detection) -> Trial:
    """With a crash before time is up, and one after."""
    trial = as_written(scenario, detection)
    trial.crash()
    trial.tick(scenario.until)
    trial.crash(redeliver=2, lost=1)
    return trial


def twice(scenario: Scenario, detection: Detection) -> Trial:
    """Each twice, and all of it again."""
    records = scenario.in_order
    return _sent([*(record for record in records for _ in range(2)), *records], detection)


def backwards(scenario: Scenario, detection: Detection) -> Trial:
    """The newest first."""
    return _sent(scenario.in_order[::-1], detection)


def shuffled(seed: int) -> Way:
    """In an order that has nothing to do with time."""

    def run(scenario: Scenario, detection: Detection) -> Trial:
        arrival = scenario.in_order
        random.Random(seed).shuffle(arrival)
        return _sent(arrival, detection)

    return run


def ticking_after_each(scenario: Scenario, detection: Detection) -> Trial:
    """The clock ticks after each."""
    trial = Trial(detection)
    for record in scenario.in_order:
        trial.send(record)
        trial.tick(record["occurred_at"])
    return trial


def ticking_often(scenario: Scenario, detection: Detection) -> Trial:
    """The clock ticks every hour, or some 200 times where that would be too often."""
    trial = Trial(detection)
    records = scenario.in_order
    now = records[0]["occurred_at"]
    step = max(HOUR, (scenario.until - now) // 200)
    for record in records:
        while now + step < record["occurred_at"]:
            now += step
            trial.tick(now)
        trial.send(record)
    return trial


def late_after_the_end(scenario: Scenario, detection: Detection) -> Trial:
    """Time is up before anything but the first has arrived."""
    first, *rest = scenario.in_order
    trial = _sent([first], detection)
    trial.tick(scenario.until)
    for record in rest:
        trial.send(record)
    return trial


def drained_at_the_end(scenario: Scenario, detection: Detection) -> Trial:
    """All in one batch."""
    return _sent(scenario.in_order, detection, eager=False)


def over_three_partitions(scenario: Scenario, detection: Detection) -> Trial:
    """The producer knows no customer: what arrives where it does not belong is routed."""
    trial = Trial(detection, count=3)
    for number, record in enumerate(scenario.in_order):
        trial.send(record, number % 3)
    return trial


def over_three_partitions_crashing(scenario: Scenario, detection: Detection) -> Trial:
    """As before, with a crash of all after each."""
    trial = Trial(detection, count=3)
    for number, record in enumerate(scenario.in_order):
        trial.send(record, number % 3)
        trial.crash(redeliver=1 + number % 2, lost=number % 2)
    return trial


# By what a person would call them.
WAYS: Final[dict[str, tuple[Way, ...]]] = {
    "doubled": (twice,),
    "shuffled": (backwards, shuffled(1), shuffled(2), shuffled(3), late_after_the_end),
    "any tick": (ticking_after_each, ticking_often, drained_at_the_end),
    "crashes": (crashing, crashing_before_its_timers),
    "workers": (over_three_partitions, over_three_partitions_crashing),
}
