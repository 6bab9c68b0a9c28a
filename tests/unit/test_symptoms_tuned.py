"""What an owner sets for a segment, department or channel holds there, and nowhere else."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from tests.detection import Pipeline
from tests.scenario import moment, touchpoint

from siloscope.core.calendar import Calendar
from siloscope.core.detection import Override
from siloscope.core.parameters import BadParameter
from siloscope.symptoms import detection

OFFICE = Calendar((((540, 1020),),) * 5 + ((), ()), frozenset())  # 9 to 17 UTC, Monday to Friday; 0d is Monday 09:00


def keys(symptom: str, until: str, text: str, **options: Any) -> list[str]:
    """The keys of the symptom's alerts on touchpoints written as in a scenario."""
    pipeline = Pipeline(**options)
    for short in yaml.safe_load(text):
        pipeline.send(touchpoint(short))
    return [alert.key for alert in pipeline.standing(moment(until)) if alert.symptom == symptom]


def tuned(where: dict[str, tuple[str, ...]], symptom: str, until: str, text: str, **parameters: Any) -> list[str]:
    """The same where an owner has set other `parameters` for some touchpoints."""
    return keys(symptom, until, text, overrides=[Override(where, {symptom: parameters})])


@pytest.mark.parametrize(("decided", "found"), [("7d 00:30", []), ("7d 00:30:00.001", ["a"])])
def test_nobody_is_slow_to_approve_on_a_weekend(decided: str, found: list[str]) -> None:
    text = f"""
    - {{id: a, at: 4d 07:30, do: support approval_requested, amount: "40", case_ref: c1}}
    - {{id: d, at: {decided}, do: finance approval_decided, case_ref: c1}}
    """
    assert keys("needless_approval", "8d", text, calendars={"finance": OFFICE}) == found
    assert keys("needless_approval", "8d", text, calendars={"support": OFFICE}) == ["a"]


@pytest.mark.parametrize(("segment", "found"), [("vip", ["a"]), ("private", [])])
def test_another_segment_may_get_fewer_contacts(segment: str, found: list[str]) -> None:
    text = f"""
    - {{id: a, at: 0d, do: sales message, direction: outbound}}
    - {{id: b, at: 1d, do: sales message, direction: outbound}}
    - {{id: c, at: 2d, do: marketing promotion, segment: {segment}}}
    """
    assert tuned({"segment": ("vip",)}, "contact_pressure", "2d", text, cap=2) == found


@pytest.mark.parametrize(("department", "found"), [("finance", ["a"]), ("legal", ["b"])])
def test_a_longer_time_for_one_department_looks_further_back_than_the_usual(department: str, found: list[str]) -> None:
    text = f"""
    - {{id: a, at: 0d, do: sales form_request}}
    - {{id: b, at: 31d, do: sales form_request}}
    - {{id: c, at: 40d, do: sales form_request}}
    - {{id: d, at: 50d, do: {department} form_request}}
    """
    assert tuned({"department": ("finance",)}, "form_pile_up", "50d", text, within="60 d", forms=4) == found


@pytest.mark.parametrize(("channel", "found"), [("sms", ["m"]), ("email", [])])
def test_consent_may_be_required_in_one_channel(channel: str, found: list[str]) -> None:
    text = f"- {{id: m, at: 0d, do: marketing promotion, channel: {channel}}}"
    assert tuned({"channel": ("sms",)}, "contact_without_consent", "0d", text, required="marketing") == found


@pytest.mark.parametrize(("department", "found"), [("marketing", ["m"]), ("sales", [])])
def test_a_charter_may_be_for_one_department(department: str, found: list[str]) -> None:
    text = f"- {{id: m, at: 0d, do: {department} promotion, channel: sms}}"
    charter = [{"channel": "sms", "activity": "delivery"}]
    assert tuned({"department": ("marketing",)}, "channel_role_breach", "0d", text, charter=charter) == found


@pytest.mark.parametrize(("channel", "found"), [("phone", []), ("email", ["p"])])
def test_what_keeps_a_promise_is_said_by_how_it_was_made(channel: str, found: list[str]) -> None:
    text = f"""
    - {{id: p, at: 0d, do: sales promise_made, due_at: 4d, case_ref: c1, topic: offer, channel: {channel}}}
    - {{id: m, at: 3d, do: sales message, direction: outbound, case_ref: c1}}
    """
    assert tuned({"channel": ("phone",)}, "broken_promise", "4d", text, callbacks="offer") == found


@pytest.mark.parametrize(("department", "found"), [("product", ["b"]), ("web", [])])
def test_a_release_counts_sooner_for_who_ships_weekly(department: str, found: list[str]) -> None:
    text = f"""
    - {{id: b, at: 0d, do: support bug_reported, product: pro}}
    - {{id: r, at: 7d, do: {department} release, product: pro}}
    """
    assert tuned({"department": ("product",)}, "ignored_bug_feedback", "7d", text, after="7 d") == found


def test_a_charter_may_be_written_in_capitals() -> None:
    parameters = {"channel_role_breach": {"charter": [{"channel": "SMS", "department": "Delivery"}]}}
    for department, found in (("delivery", []), ("marketing", ["m"])):
        text = f"- {{id: m, at: 0d, do: {department} notice, channel: sms}}"
        assert keys("channel_role_breach", "0d", text, parameters=parameters) == found


@pytest.mark.parametrize(
    ("symptom", "values", "said"),
    [
        ("contact_pressure", {"contacts": "mesage"}, "contacts=mesage: there is no mesage; did you mean message?"),
        ("broken_promise", {"kept_by": ["delivry"]}, "there is no delivry; did you mean delivery?"),
        ("channel_role_breach", {"charter": [{"channel": "sms", "activity": "notise"}]}, "did you mean notice?"),
        ("channel_role_breach", {"charter": [{"activity": "notice"}]}, "a row lacks channel; write it like {channel"),
        ("channel_role_breach", {"charter": "sms"}, "write a list of rows like {channel: …, phase: …,"),
        ("needless_approval", {"amount": "much"}, "needless_approval.amount=much: write a number"),
        ("form_pile_up", {"forms": 0}, "form_pile_up.forms=0: write a whole number, 1 or more"),
        ("ignored_bug_feedback", {"after": 14}, "ignored_bug_feedback.after=14: write a number with its unit"),
    ],
)
def test_what_can_find_nothing_or_everything_is_refused(symptom: str, values: dict[str, Any], said: str) -> None:
    with pytest.raises(BadParameter) as refused:
        detection({symptom: values})
    assert said in str(refused.value)
