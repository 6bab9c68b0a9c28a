"""The demo's staff: it acts some time after an alert, the same way in every run, and never on what was taken back."""

from __future__ import annotations

from typing import Any

import pytest
from tests.unit.alert_tools import alert

from siloscope import wire
from siloscope.core.alert import Alert
from siloscope.ops import demo_colleagues
from siloscope.ops.demo_colleagues import LATEST, SOONEST, Colleagues

HALF_A_DAY = 12 * 3_600_000


class Topic:
    """In place of a producer."""

    def __init__(self, _: Any) -> None:
        self.sent: list[dict[str, Any]] = []

    def produce(self, topic: str, value: bytes, key: str) -> None:
        assert topic == "siloscope.actions"
        action = wire.decode("action", value)
        assert action["subject"] == key
        self.sent.append(action)

    def poll(self, _: float) -> None:
        pass


@pytest.fixture
def staff(monkeypatch: pytest.MonkeyPatch) -> Colleagues:
    monkeypatch.setattr(demo_colleagues, "Producer", Topic)
    return Colleagues("nowhere")


def alerts(count: int, **values: Any) -> list[Alert]:
    both = ("finance", "sales")
    return [alert(f"a{number}", updated_at=1_000, departments=both, **values) for number in range(count)]


def done(staff: Colleagues, now: int) -> list[dict[str, Any]]:
    staff.act(now)
    sent: list[dict[str, Any]] = staff._producer.sent  # type: ignore[attr-defined]
    return sent


def test_staff_acts_when_some_time_has_passed_and_once(staff: Colleagues) -> None:
    for each in alerts(100) * 2:
        staff.told(each)
    assert done(staff, 1_000 + SOONEST - 1) == []
    sent = list(done(staff, 1_000 + LATEST + HALF_A_DAY))
    assert 40 < sum(each["kind"] == "accept" for each in sent) < 95
    verdicts = [each["value"] for each in sent if each["kind"] == "feedback"]
    accepted = {each["subject"] for each in sent if each["kind"] == "accept"}
    gone_on = [each for each in sent if each["kind"] in ("resolve", "hand_on", "note")]
    assert {each["subject"] for each in gone_on} <= accepted and len({each["kind"] for each in gone_on}) == 3
    assert set(verdicts) == {"useful", "false"} and verdicts.count("false") < len(verdicts) / 4
    assert len({each["action_id"] for each in sent}) == len(sent)
    assert done(staff, 1 << 50) == sent


def test_nobody_acts_on_what_was_taken_back(staff: Colleagues) -> None:
    for each in alerts(50, status="retracted"):
        staff.told(each)
    assert done(staff, 1 << 50) == []


def test_it_is_the_same_in_every_run(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(demo_colleagues, "Producer", Topic)
    runs = []
    for _ in range(2):
        staff = Colleagues("nowhere")
        for each in alerts(30):
            staff.told(each)
        runs.append(done(staff, 1 << 50))
    assert runs[0] == runs[1] != []
