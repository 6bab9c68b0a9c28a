"""A symptom that watches only from what it begins with on knows and tells what it would had it seen everything."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given, settings
from tests.property.timelines import timelines

from siloscope import language
from siloscope.core.detection import Detection
from siloscope.core.partition import Partition
from siloscope.core.touchpoint import Entry
from siloscope.core.watch import Kind
from siloscope.ops.trial import decoded
from siloscope.symptoms import ALL, detection


class Eager(Detection):
    """Every symptom is shown all that it wants, from the first touchpoint on."""

    def shown(self, index: int, kind: Kind, *, begins: bool) -> bool:
        return super().shown(index, kind, begins=False)


def plain(thing: Any) -> Any:
    """What a symptom remembers, so that it compares."""
    if isinstance(thing, Entry):
        return thing.touchpoint_id
    if isinstance(thing, dict):
        return [(plain(key), plain(value)) for key, value in thing.items()]
    if isinstance(thing, list | tuple):
        return [plain(each) for each in thing]
    slots = [name for kind in type(thing).__mro__ for name in getattr(kind, "__slots__", ())]
    return [(name, plain(getattr(thing, name))) for name in slots if name not in ("fold", "p")] if slots else thing


def lived_through(watch: Detection, records: list[dict[str, Any]], until: int) -> tuple[list[Any], dict[Any, Any]]:
    """What is told of records as they come and of time up to `until`; what symptoms know of each customer meanwhile.

    One that does not watch yet knows what it would begin with.
    """
    partition, told = Partition(watch), list[Any]()
    for number, record in enumerate(records):
        partition.take(decoded(json.dumps(record).encode()), ("touchpoints", number))
        told += partition.drain()
    folds = [customer.folded() for customer in partition._timelines._hot.values()]
    for fold in folds:
        fold.last = (fold.last[0] + 1, 0, "")  # what would be shown next
    known = {
        (fold.name, symptom.name): plain(fold._watching.get(index) or watch.watch(index, fold))
        for fold in folds
        for index, symptom in enumerate(ALL)
    }
    partition.tick(until)
    while partition.busy:
        told += partition.drain()
    return [*told, *partition.drain()], known


@settings(max_examples=120)
@given(lived=timelines())
def test_what_came_before_a_beginning_means_nothing(lived: tuple[list[dict[str, Any]], int, dict[str, Any]]) -> None:
    records, until, parameters = lived
    eager = Eager(ALL, parameters, reader=language.shipped())
    assert lived_through(detection(parameters), records, until) == lived_through(eager, records, until)
