"""What is no longer watched is freed at once: a worker's memory must not wait for the garbage collector."""

from __future__ import annotations

import gc
import weakref
from typing import ClassVar

from tests.scenario import touchpoint

from siloscope.core.fold import Fold
from siloscope.core.symptom import Symptom
from siloscope.ops.trial import Trial
from siloscope.symptoms import detection


class Watched(Symptom):
    """Counts those of its kind that are alive."""

    name = "watched"
    __slots__ = ("__weakref__",)
    alive: ClassVar[weakref.WeakSet[Symptom]] = weakref.WeakSet()

    def begin(self) -> None:
        self.alive.add(self)

    @classmethod
    def wants(cls, activity: str, direction: str) -> bool:
        return True

    def see(self, entry: object) -> None:
        assert isinstance(self.fold, Fold)


def test_a_fold_that_is_folded_again_is_freed_without_the_collector() -> None:
    trial = Trial(detection(symptoms=(Watched,)))
    gc.collect()
    gc.disable()
    try:
        for number in range(30):  # each comes before all others: the timeline is folded again
            trial.send(touchpoint({"id": f"v{number}", "at": f"-{number}d", "do": "web visit"}))
        assert len(Watched.alive) == 1
    finally:
        gc.enable()
