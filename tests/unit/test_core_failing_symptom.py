"""A symptom that makes a mistake is named with the touchpoint, and stops nobody else."""

from __future__ import annotations

from typing import Any

import pytest

from siloscope.core.detection import Detection
from siloscope.core.partition import Partition
from siloscope.core.symptom import Symptom
from siloscope.core.touchpoint import DAY, Identifier, Touchpoint, sound
from siloscope.symptoms import ALL

BASE = 1_772_442_000_000


class Clumsy(Symptom):
    """Fails on the touchpoint `when`, in `see` or in the timer it sets."""

    name = "clumsy"
    when = "see"
    __slots__ = ()

    @classmethod
    def wants(cls, activity: str, direction: str) -> bool:
        return activity == "question"

    def see(self, entry: Any) -> None:
        if self.when == "see":
            raise ZeroDivisionError("of no use")
        self.fold.wake(self, entry.touchpoint_id, entry.at + DAY)

    def wake(self, key: str) -> None:
        raise ZeroDivisionError("of no use")


@pytest.mark.parametrize("when", ["see", "wake"])
def test_a_failing_symptom_is_told_with_the_touchpoint_and_the_others_go_on(when, monkeypatch):
    monkeypatch.setattr(Clumsy, "when", when)
    partition = Partition(Detection((Clumsy, *ALL)))
    touchpoint = Touchpoint("q1", BASE, "question", "support", "email", identifiers=[Identifier("customer_id", "ann")])
    assert sound(touchpoint) is None
    assert partition.take(touchpoint, ("touchpoints", 0)) is None
    partition.tick(BASE + 4 * DAY)
    changes = partition.drain()
    assert [alert.symptom for alert in changes.alerts] == ["unanswered"]
    [(entry, refused)] = changes.refused
    assert (entry.touchpoint_id, refused.reason) == ("q1", "symptom_failed")
    assert "clumsy" in refused.message
    assert partition.drain().refused == []


def test_words_that_fail_stop_neither_the_other_customers_nor_the_state(monkeypatch):
    def speechless(finding: Any) -> Any:
        raise KeyError("no words")

    partition = Partition(Detection(ALL))
    for offset, customer in enumerate(("ann", "bob")):
        asked = Touchpoint(f"q-{customer}", BASE, "question", "support", "email")
        asked.identifiers = [Identifier("customer_id", customer)]
        assert sound(asked) is None
        assert partition.take(asked, ("touchpoints", offset)) is None
    partition.drain()
    [unanswered] = [symptom for symptom in ALL if symptom.name == "unanswered"]
    words = unanswered.words
    monkeypatch.setattr(
        unanswered, "words", lambda finding: speechless(finding) if "q-ann" in finding.evidence else words(finding)
    )
    partition.tick(BASE + 4 * DAY)
    assert [alert.customer_id for alert in partition.drain().alerts] == ["bob"]
    assert partition.counts["impossible"] == 1
