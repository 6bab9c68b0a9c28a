"""What is fed into a pipeline, what must stand afterwards, and how what stands differs from it."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from siloscope import wire
from siloscope.core.partition import EVERYBODY
from siloscope.core.touchpoint import Touchpoint, customer_of
from siloscope.ops.replay import Replay

Standing = dict[str, dict[str, Any]]  # alerts, warnings and incidents by id

OF_A_RUN: Final = {"revision", "detected_at", "brief"}  # two runs promise nothing about these


@dataclass
class Verdict:
    """What is wrong: ids that are missing, that nobody expected, or that differ; empty when all is right."""

    missing_touchpoints: set[str] = field(default_factory=set)
    missing: set[str] = field(default_factory=set)
    foreign: set[str] = field(default_factory=set)
    different: dict[str, set[str]] = field(default_factory=dict)

    @property
    def right(self) -> bool:
        return not (self.missing_touchpoints or self.missing or self.foreign or self.different)


class Input:
    """Touchpoints in order of time, closed at `until`, and the alerts, warnings and incidents that must stand then."""

    def __init__(self, recorded: Sequence[Touchpoint], until: int) -> None:
        self.until = until
        self.ids = {each.touchpoint_id for each in recorded}
        self.records = [(_key(each), wire.encode("touchpoint", each)) for each in recorded]
        self.standing = _expected(recorded, until)

    def parts(self, count: int) -> list[list[tuple[str, bytes]]]:
        """The records in order, in `count` parts."""
        size = -(-len(self.records) // count)
        return [self.records[start : start + size] for start in range(0, len(self.records), size)]

    def shuffled(self, seed: int) -> list[tuple[str, bytes]]:
        """In any order, a fifth of it twice."""
        chance = random.Random(seed)
        records = self.records + chance.sample(self.records, len(self.records) // 5)
        chance.shuffle(records)
        return records


def _expected(recorded: Sequence[Touchpoint], until: int) -> Standing:
    """What a replay says to stand at `until`."""
    run = Replay()
    for touchpoint in recorded:
        run.take(touchpoint)
    run.close(until)
    standing = {alert.alert_id: _read_back("alert", alert) for alert in run.alerts()}
    standing |= {warning.warning_id: _read_back("warning", warning) for warning in run.warnings()}
    return standing | {incident.incident_id: _read_back("incident", incident) for incident in run.incidents()}


def _read_back(kind: str, record: Any) -> dict[str, Any]:
    return wire.decode(kind, wire.encode(kind, record))


def _key(touchpoint: Touchpoint) -> str:
    return customer_of(touchpoint) or EVERYBODY


def compare(expected: Input, known: set[str], standing: Standing) -> Verdict:
    """How the ids of the touchpoints `known` and what is `standing` differ from what is expected."""
    verdict = Verdict(
        missing_touchpoints=expected.ids - known,
        missing=expected.standing.keys() - standing.keys(),
        foreign=standing.keys() - expected.standing.keys(),
    )
    for name in expected.standing.keys() & standing.keys():
        one, other = expected.standing[name], standing[name]
        fields = {each for each in one if one[each] != other[each]} - OF_A_RUN
        if fields:
            verdict.different[name] = fields
    return verdict
