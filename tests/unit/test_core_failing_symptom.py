"""A symptom that makes a mistake is named with the touchpoint, and stops nobody else."""

from __future__ import annotations

from typing import Any

import pytest

from siloscope.core import settling, timelines
from siloscope.core.detection import Detection
from siloscope.core.partition import Partition
from siloscope.core.symptom import Symptom, Words
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


def partition_with_questions(*customers: str, symptoms: Any = ALL) -> Partition:
    partition = Partition(Detection(symptoms))
    for offset, customer in enumerate(customers):
        take(partition, offset, f"q-{customer}", customer, "question")
    partition.drain()
    return partition


def take(partition: Partition, offset: int, name: str, customer: str, activity: str, at: int = BASE) -> None:
    touchpoint = Touchpoint(name, at, activity, "support", "email", identifiers=[Identifier("customer_id", customer)])
    assert sound(touchpoint) is None
    assert partition.take(touchpoint, ("touchpoints", offset)) is None


class Speechless(Clumsy):
    """Finds each question, and says nothing that anybody could read."""

    name = "speechless"
    said: Any = None
    __slots__ = ()

    def see(self, entry: Any) -> None:
        self.fold.open(self, entry.touchpoint_id, [(entry, "asked")])

    @classmethod
    def words(cls, finding: Any) -> Any:
        return cls.said or finding.facts["of no use"]


@pytest.mark.parametrize("said", [None, "text", Words("a", "b", None), ("a", "b", "c")])
def test_an_alert_that_cannot_be_put_into_words_is_named_once_and_keeps_no_other_back(said, monkeypatch):
    monkeypatch.setattr(Speechless, "said", said)
    partition = Partition(Detection((Speechless, *ALL)))
    take(partition, 0, "q1", "ann", "question")
    refused = partition.drain().refused
    partition.tick(BASE + 4 * DAY)
    changes = partition.drain()
    assert [alert.symptom for alert in changes.alerts] == ["unanswered"]
    assert changes.alerts[0].part_of is None
    [(entry, failed)] = [*refused, *changes.refused]
    assert (entry.touchpoint_id, failed.reason, failed.symptom, failed.customer) == (
        "q1", "symptom_failed", "speechless", "ann",
    )  # fmt: skip
    assert failed.message.startswith("speechless failed on this touchpoint (")
    if said is None:
        assert "KeyError('of no use') in test_core_failing_symptom.py line " in failed.message
    else:
        assert "words must return Words of three texts" in failed.message
    assert partition.counts["impossible"] == 0


def test_what_is_told_is_the_same_when_the_timeline_is_folded_again():
    partition = partition_with_questions("ann", symptoms=(Speechless, *ALL))
    partition.tick(BASE + 4 * DAY)
    [alert] = partition.drain().alerts
    take(partition, 1, "before", "ann", "visit", BASE - DAY)
    assert partition.drain().alerts == []
    assert alert.symptom == "unanswered"


def test_an_alert_whose_words_fail_later_is_taken_back(monkeypatch):
    monkeypatch.setattr(
        Speechless, "see", lambda self, entry: self.fold.open(self, "all", [(entry, "asked")], count=entry.outcome)
    )
    monkeypatch.setattr(
        Speechless, "words", lambda finding: Words("a", "b", "c") if len(finding.evidence) == 1 else finding.facts[""]
    )
    partition = Partition(Detection((Speechless,)))
    take(partition, 0, "q1", "ann", "question")
    assert [alert.status for alert in partition.drain().alerts] == ["open"]
    take(partition, 1, "q2", "ann", "question", BASE + DAY)
    assert [alert.status for alert in partition.drain().alerts] == ["retracted"]
    take(partition, 2, "q0", "ann", "visit", BASE - DAY)
    assert partition.drain().alerts == []


def test_a_brief_names_the_alerts_that_have_words():
    partition = partition_with_questions("ann", symptoms=(Speechless, *ALL))
    partition.tick(BASE + 4 * DAY)
    partition.drain()
    handed = Touchpoint("h1", BASE + 4 * DAY + 1, "handoff_started", "support", "internal", to_department="sales")
    handed.identifiers = [Identifier("customer_id", "ann")]
    assert sound(handed) is None
    assert partition.take(handed, ("touchpoints", 1)) is None
    partition.tick(BASE + 5 * DAY)
    [warning] = partition.drain().warnings[-1:]
    assert len(warning.brief.open_alerts) == 1
    assert partition.counts["impossible"] == 0


@pytest.mark.parametrize("method", ["begin", "__init__"])
def test_a_symptom_that_cannot_begin_is_told_with_the_touchpoint_and_the_others_go_on(method, monkeypatch):
    class Stillborn(Clumsy):
        name = "stillborn"
        __slots__ = ()

    def fail(self: Any, *_: Any) -> None:
        raise ZeroDivisionError("of no use")

    monkeypatch.setattr(Stillborn, method, fail)
    partition = Partition(Detection((Stillborn, *ALL)))
    for offset in range(2):
        take(partition, offset, f"q{offset}", "ann", "question", BASE + offset)
    partition.tick(BASE + 4 * DAY)
    changes = partition.drain()
    assert {alert.symptom for alert in changes.alerts} == {"unanswered"}
    [(entry, refused)] = changes.refused
    assert (entry.touchpoint_id, refused.reason) == ("q0", "symptom_failed")
    assert "in test_core_failing_symptom.py line" in refused.message


def test_evidence_or_departments_of_no_use_keep_back_only_the_alert(monkeypatch):
    monkeypatch.setattr(Speechless, "said", Words("a", "b", "c"))
    for given in ({"evidence": []}, {"evidence": [None]}, {"involved": (None,)}):
        def see(self: Any, entry: Any, given: Any = given) -> None:
            self.fold.open(self, "k", **{"evidence": [(entry, "asked")], **given})

        monkeypatch.setattr(Speechless, "see", see)
        partition = Partition(Detection((Speechless, *ALL)))
        take(partition, 0, "q1", "ann", "question")
        partition.tick(BASE + 4 * DAY)
        changes = partition.drain()
        assert [alert.symptom for alert in changes.alerts] == ["unanswered"]
        assert {refused.symptom for _, refused in changes.refused} == {"speechless"}


def test_what_goes_wrong_elsewhere_stops_neither_the_other_customers_nor_the_state(monkeypatch):
    partition = partition_with_questions("ann", "bob")

    def settle_all_but_ann(customer: Any, *rest: Any) -> Any:
        if customer.key == "ann":
            raise KeyError("a mistake of ours")
        return settling.settle(customer, *rest)

    monkeypatch.setattr(timelines, "settle", settle_all_but_ann)
    partition.tick(BASE + 4 * DAY)
    assert [alert.customer_id for alert in partition.drain().alerts] == ["bob"]
    assert partition.counts["impossible"] == 1
