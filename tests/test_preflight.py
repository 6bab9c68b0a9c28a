"""What is imagined is what comes: a touchpoint sets off what preflight said it would, and asking changes nothing."""

from __future__ import annotations

import json
from threading import Lock
from typing import Any

import pytest
from msgspec.structs import replace
from tests.scenario import Scenario, every, touchpoint

from siloscope.core.alert import Alert
from siloscope.core.bulletin import Bulletin
from siloscope.core.customer import Customer
from siloscope.core.preflight import Harm, Unjudged, advice, harms
from siloscope.core.touchpoint import BROADCASTS, Touchpoint, entry_of
from siloscope.ops.replay import Replay
from siloscope.ops.trial import decoded
from siloscope.symptoms import detection
from siloscope.symptoms.tone_deaf_outreach import ToneDeafOutreach

SCENARIOS = every()


def told_of(alert: Alert) -> Alert:
    """An alert without what only the telling of it decides."""
    return replace(
        alert, revision=0, detected_at=None, incident_id=None, part_of=None, supersedes=None, superseded_by=None
    )


def events(short: list[dict[str, Any]]) -> list[Touchpoint]:
    return [decoded(json.dumps(touchpoint(each)).encode()) for each in short]


@pytest.mark.parametrize("scenario", SCENARIOS, ids=str)
def test_what_is_imagined_is_what_comes(scenario: Scenario) -> None:
    run = Replay(detection(scenario.parameters))
    records = [decoded(json.dumps(each).encode()) for each in scenario.touchpoints]
    for sent in sorted(records, key=lambda each: each.occurred_at):
        imagined = [] if sent.activity in BROADCASTS else run.partition.imagine(sent)
        run.take(sent)
        run.close(sent.occurred_at)
        if sent.activity in BROADCASTS:
            continue
        resting = {each.alert_id: each for each in run.alerts() if sent.touchpoint_id in _ids(each)}
        assert {each.alert.alert_id: told_of(each.alert) for each in imagined}.items() <= {
            alert_id: told_of(alert) for alert_id, alert in resting.items()
        }.items()
        unsaid = [each for each in resting.values() if each.alert_id not in {i.alert.alert_id for i in imagined}]
        assert all(each.part_of in resting for each in unsaid)


@pytest.mark.parametrize("scenario", SCENARIOS[::5], ids=str)
def test_asking_changes_nothing(scenario: Scenario) -> None:
    records = [decoded(json.dumps(each).encode()) for each in scenario.touchpoints]
    asked, silent = Replay(detection(scenario.parameters)), Replay(detection(scenario.parameters))
    for number, sent in enumerate(records):
        for other in records[number:]:
            if other.activity not in BROADCASTS:
                asked.partition.imagine(other)
        asked.take(sent)
        silent.take(sent)
    for run in (asked, silent):
        run.close(scenario.until)
    assert asked.alerts() == silent.alerts()
    assert asked.warnings() == silent.warnings()


@pytest.mark.parametrize("scenario", SCENARIOS[::3], ids=str)
def test_a_fold_at_hand_says_what_a_fold_anew_says(scenario: Scenario) -> None:
    watch = detection(scenario.parameters)
    records = [decoded(json.dumps(each).encode()) for each in scenario.touchpoints]
    records = [each for each in records if each.activity not in BROADCASTS]
    for number in range(1, len(records), 3):
        at_hand, anew = (Customer("c", watch, Bulletin()) for _ in range(2))
        for each in records[:number]:
            for customer in (at_hand, anew):
                customer.insert(entry_of(each))
        anew.fold_again()
        for imagined in map(entry_of, records[number:]):
            now = max(imagined.at, at_hand.folded().at)
            assert harms(at_hand, imagined, watch, now) == harms(anew, imagined, watch, now)
            assert at_hand.fold is not None and anew.fold is None


@pytest.mark.parametrize("entries", [512, 3], ids=["whole", "cut"])
@pytest.mark.parametrize("scenario", SCENARIOS[::5], ids=str)
def test_without_telling_the_same_is_imagined(scenario: Scenario, entries: int) -> None:
    runs = [Replay(detection(scenario.parameters, entries=entries), hot=2, telling=each) for each in (True, False)]
    for sent in [decoded(json.dumps(each).encode()) for each in scenario.touchpoints]:
        if sent.activity not in BROADCASTS:
            told, untold = (run.partition.imagine(sent) for run in runs)
            assert untold == told
        for run in runs:
            run.take(sent)
            run.close()
    assert not runs[1].alerts()
    assert not runs[1].warnings()


def test_what_a_symptom_remembers_need_not_be_copied() -> None:
    class Locked(ToneDeafOutreach):
        __slots__ = ("lock",)

        def begin(self) -> None:
            super().begin()
            self.lock = Lock()

    run = Replay(detection(symptoms=[Locked]))
    for each in events([COMPLAINT]):
        run.take(each)
    run.close()
    found = run.partition.imagine(events([{"id": "p", "at": "2d", "do": "sales promotion"}])[0])
    assert [each.alert.symptom for each in found] == ["tone_deaf_outreach"]


def _ids(alert: Alert) -> set[str]:
    return {each.touchpoint_id for each in alert.evidence}


def ask(history: list[dict[str, Any]], message: dict[str, Any], **parameters: Any) -> list[Harm]:
    run = Replay(detection(parameters))
    for each in events(history):
        run.take(each)
    return run.partition.imagine(events([message])[0])


COMPLAINT = {"id": "c", "at": "1d", "do": "support complaint", "case_ref": "k"}


def test_a_promotion_into_an_open_complaint_is_held() -> None:
    found = ask([COMPLAINT], {"id": "p", "at": "2d", "do": "sales promotion"})
    assert [each.alert.symptom for each in found] == ["tone_deaf_outreach"]
    assert advice(found) == "hold"


def test_a_promotion_to_a_stranger_is_clear() -> None:
    assert advice(ask([], {"id": "p", "at": "2d", "do": "sales promotion"})) == "clear"


def test_what_the_customer_suffers_from_anyway_is_a_caution() -> None:
    sent = [{"id": f"m{n}", "at": f"0d 0{n}:00", "do": "sales promotion"} for n in range(5)]
    sent += [{"id": "o", "at": "0d 06:00", "do": "marketing promotion"}]
    found = ask(sent, {"id": "p", "at": "0d 07:00", "do": "sales promotion"})
    assert [(each.alert.symptom, each.stands) for each in found] == [("contact_pressure", True)]
    assert advice(found) == "caution"


def test_what_a_message_from_before_the_timeline_sets_off_cannot_be_said() -> None:
    history = [{"id": f"v{day}", "at": f"{day}d", "do": "sales visit"} for day in range(0, 501, 25)]
    with pytest.raises(Unjudged, match="too_old"):
        ask(history, {"id": "p", "at": "1d", "do": "sales promotion"})


@pytest.mark.parametrize(
    "again",
    [COMPLAINT, COMPLAINT | {"at": "2d", "do": "sales promotion"}, COMPLAINT | {"at": "0d", "do": "sales promotion"}],
    ids=["the same", "a later one", "an earlier one"],
)
def test_what_a_message_sets_off_whose_id_stands_already_cannot_be_said(again: dict[str, Any]) -> None:
    with pytest.raises(Unjudged, match="duplicate"):
        ask([COMPLAINT], again)
