"""The owner's rules file: what it says holds, and what is wrong in it is told with its line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.scenario import moment, touchpoint

from siloscope.errors import WrongUsage
from siloscope.ops.trial import Trial
from siloscope.rules import Rules, load

HOUR = 3_600_000


def rules(folder: Path, text: str) -> Rules:
    file = folder / "rules.yml"
    file.write_text(text, encoding="utf-8")
    return load(file)


def told(given: Rules, *short: dict[str, Any], until: str, symptom: str) -> list[Any]:
    """What stands of one symptom after these touchpoints, in whatever order they come."""
    found = []
    for records in (list(short), list(reversed(short))):
        pipeline = Trial(given.detection())
        for record in records:
            pipeline.send(touchpoint(record))
        pipeline.crash(redeliver=1)
        found.append([each for each in pipeline.standing(moment(until)) if each.symptom == symptom])
    assert [each.alert_id for each in found[0]] == [each.alert_id for each in found[1]]
    return found[0]


def question(**more: Any) -> dict[str, Any]:
    return {"id": "q", "at": "0d", "do": "support question", **more}


def opened(given: Rules, *short: dict[str, Any], symptom: str = "unanswered", until: str = "40d") -> list[int]:
    return [each.opened_at for each in told(given, *short, until=until, symptom=symptom)]


def test_a_parameter_holds_for_everybody(tmp_path: Path) -> None:
    given = rules(tmp_path, "symptoms: {unanswered: {within: 48 h}}")
    assert opened(given, question()) == [moment("2d")]


def test_an_override_holds_where_it_says(tmp_path: Path) -> None:
    given = rules(
        tmp_path,
        """
        overrides:
          - {where: {segment: vip}, symptoms: {unanswered: {within: 8 h}}}
          - {where: {department: [support, sales], channel: chat}, symptoms: {unanswered: {within: 1 h}}}
        """,
    )
    assert opened(given, question()) == [moment("3d")]
    assert opened(given, question(segment="vip")) == [moment("0d 08:00")]
    assert opened(given, question(channel="chat")) == [moment("0d 01:00")]
    assert opened(given, question(do="finance question", channel="chat")) == [moment("3d")]


def test_the_segment_is_the_customers_where_the_touchpoint_does_not_say_it(tmp_path: Path) -> None:
    given = rules(tmp_path, "overrides: [{where: {segment: vip}, symptoms: {unanswered: {within: 8 h}}}]")
    before = {"id": "b", "at": "-1d", "do": "support visit", "segment": "vip"}
    assert opened(given, before, question()) == [moment("0d 08:00")]


def test_of_several_overrides_the_strictest_counts(tmp_path: Path) -> None:
    given = rules(
        tmp_path,
        """
        overrides:
          - {where: {segment: vip}, symptoms: {unanswered: {within: 8 h}}}
          - {where: {channel: email}, symptoms: {unanswered: {within: 24 h}}}
        """,
    )
    assert opened(given, question(segment="vip")) == [moment("0d 08:00")]


FRIDAY_NOON = "4d 03:00"  # the scenarios' first day is a Monday, 09:00 UTC
WORKING = """
calendars:
  legal: {hours: {mon-fri: "08:00-12:00, 13:00-17:00"}, holidays: [2026-03-09]}
"""


def test_a_handoff_on_friday_noon_is_not_late_on_saturday(tmp_path: Path) -> None:
    handed = {"id": "h", "at": FRIDAY_NOON, "do": "support handoff_started", "to_department": "legal"}
    without = rules(tmp_path, "owners: {}")
    assert opened(without, handed, symptom="handoff_drop") == [moment("5d 03:00")]
    # 4 h are left on Friday; Monday is a holiday; then 8 h a day: 24 h are over on Thursday at 12:00.
    assert opened(rules(tmp_path, WORKING), handed, symptom="handoff_drop") == [moment("10d 03:00")]


def test_a_due_time_that_was_said_is_no_matter_of_calendars(tmp_path: Path) -> None:
    handed = {"id": "h", "at": FRIDAY_NOON, "do": "support handoff_started", "to_department": "legal"}
    found = opened(rules(tmp_path, WORKING), {**handed, "due_at": "5d"}, symptom="handoff_drop")
    assert found == [moment("5d")]


def test_another_department_is_no_matter_of_the_calendar(tmp_path: Path) -> None:
    handed = {"id": "h", "at": FRIDAY_NOON, "do": "support handoff_started", "to_department": "finance"}
    assert opened(rules(tmp_path, WORKING), handed, symptom="handoff_drop") == [moment("5d 03:00")]


def test_the_usual_calendar_is_for_all_others(tmp_path: Path) -> None:
    handed = {"id": "h", "at": FRIDAY_NOON, "do": "support handoff_started", "to_department": "finance"}
    given = rules(tmp_path, 'calendars: {"*": {hours: {mon-fri: 00:00-24:00}}}')
    assert opened(given, handed, symptom="handoff_drop") == [moment("7d 03:00")]


def test_summer_time_moves_the_hours_with_the_wall_clock(tmp_path: Path) -> None:
    given = rules(tmp_path, "calendars: {support: {hours: {mon-sun: 09:00-10:00}, zone: Europe/Berlin}}")
    calendar = given.detection().calendar_of("support")
    assert calendar is not None
    day_before = 1_774_684_800_000  # 2026-03-28T08:00:00Z, 09:00 in Berlin; summer time begins on the 29th
    assert calendar.after(day_before, 2 * HOUR) == day_before + 24 * HOUR  # 29 March 10:00 in Berlin is 08:00 UTC
    assert calendar.after(day_before, HOUR) == day_before + HOUR


def test_the_owner_is_whom_the_file_names(tmp_path: Path) -> None:
    [alert] = told(rules(tmp_path, "owners: {unanswered: success}"), question(), until="4d", symptom="unanswered")
    assert alert.owner_department == "success"
    assert alert.suggested_action.startswith("success")


def test_a_symptom_in_shadow_is_stored_and_tells_nobody(tmp_path: Path) -> None:
    [alert] = told(
        rules(tmp_path, "symptoms: {unanswered: {mode: shadow}}"), question(), until="4d", symptom="unanswered"
    )
    assert alert.mode == "shadow"


def test_a_symptom_that_is_off_is_not_watched(tmp_path: Path) -> None:
    given = rules(tmp_path, "{symptoms: {unanswered: {mode: off, within: 8 h}}, owners: {unanswered: support}}")
    assert opened(given, question()) == []


@pytest.mark.parametrize(
    ("window", "mode"),
    [
        ("{from: 2026-03-05T09:00:00Z, until: 2026-03-05T10:00:00Z}", "shadow"),  # the question is late at 09:00:00
        ("{from: 2026-03-05T08:00:00Z, until: 2026-03-05T09:00:00Z}", "live"),
        ("{from: 2026-03-05T09:00:00.001Z, until: 2026-03-05T10:00:00Z}", "live"),
        ("{from: 2026-03-05T10:00:00+01:00, until: 2026-03-06T00:00:00Z, departments: [support]}", "shadow"),
        ("{from: 2026-03-05T00:00:00Z, until: 2026-03-06T00:00:00Z, departments: [sales]}", "live"),
        ("{from: 2026-03-05T00:00:00Z, until: 2026-03-06T00:00:00Z, symptoms: [ping_pong]}", "live"),
        ("{from: 2026-03-05T00:00:00Z, until: 2026-03-06T00:00:00Z, symptoms: [unanswered]}", "shadow"),
    ],
)
def test_what_opens_in_a_maintenance_window_tells_nobody(tmp_path: Path, window: str, mode: str) -> None:
    given = rules(tmp_path, f"maintenance: [{window}]")
    [alert] = told(given, question(), until="4d", symptom="unanswered")
    assert alert.mode == mode


def test_every_alert_says_by_which_rules_it_was_found(tmp_path: Path) -> None:
    def version(text: str) -> str:
        [alert] = told(rules(tmp_path, text), question(), until="8d", symptom="unanswered")
        return str(alert.detector_version)

    plain = version("owners: {}")
    tuned = version("symptoms: {unanswered: {within: 48 h}}")
    overridden = version("overrides: [{where: {segment: vip}, symptoms: {unanswered: {within: 8 h}}}]")
    assert plain == "1"
    assert len({plain, tuned, overridden, version(WORKING)}) == 4
    assert tuned == version("symptoms: {unanswered: {within: 2 d}}")
    assert version("symptoms: {ping_pong: {returns: 3}}") == plain


def test_rules_change_without_losing_state(tmp_path: Path) -> None:
    """What was told stays what it is; what the new rules find otherwise is told or taken back."""
    pipeline = Trial(rules(tmp_path, "symptoms: {unanswered: {within: 24 h}}").detection())
    pipeline.send(touchpoint(question()))
    pipeline.send(touchpoint(question(id="q2", at="1d", customer="bob")))
    assert [each.opened_at for each in pipeline.standing(moment("1d 01:00"))] == [moment("1d")]
    pipeline.detection = rules(tmp_path, "symptoms: {unanswered: {within: 36 h}}").detection()
    pipeline.crash()
    found = pipeline.standing(moment("3d"))
    assert [(each.customer_id, each.opened_at) for each in found] == [
        ("ann", moment("1d 12:00")),
        ("bob", moment("2d 12:00")),
    ]


def test_stricter_rules_find_what_was_not_one_before(tmp_path: Path) -> None:
    trial = Trial(rules(tmp_path, "symptoms: {unanswered: {within: 72 h}}").detection())
    trial.send(touchpoint(question()))
    assert trial.standing(moment("1d")) == []
    trial.detection = rules(tmp_path, "symptoms: {unanswered: {within: 8 h}}").detection()
    trial.crash()
    assert [each.opened_at for each in trial.standing(moment("1d"))] == [moment("0d 08:00")]


def test_a_restart_with_the_same_rules_judges_nobody_anew(tmp_path: Path) -> None:
    trial = Trial(rules(tmp_path, WORKING).detection())
    trial.send(touchpoint(question()))
    trial.standing(moment("1d"))
    trial.detection = rules(tmp_path, WORKING).detection()
    trial.crash()
    assert trial.partitions[0].next_due == moment("3d")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("symptom: {}", "line 1: symptom: unknown key 'symptom': did you mean symptoms?"),
        ("symptoms:\n  unansweredd: {within: 48 h}", "line 2: symptoms.unansweredd: unknown key"),
        ("symptoms:\n  unanswered:\n    withn: 48 h", "line 3: unanswered.withn: there is no such parameter; did you"),
        ("symptoms:\n  unanswered:\n    within: 48", "line 3: unanswered.within=48: write a number with its unit"),
        ("symptoms:\n  unanswered:\n    mode: silent", "line 3: symptoms.unanswered.mode: 'silent' is none of"),
        ("overrides:\n- {where: {colour: red}, symptoms: {}}", "line 2: overrides[1].where.colour: unknown key"),
        ("overrides:\n- {where: {}}", "line 2: overrides[1]: write where:"),
        ("calendars:\n  legal:\n    zone: UTC", "line 3: calendars.legal: hours are missing: write hours:"),
        ("calendars:\n  legal:\n    hours: {mo: 08:00-17:00}", "line 3: calendars.legal.hours.mo: mo names no days"),
        ("calendars:\n  legal:\n    hours: {mon: 17:00-08:00}", "line 3: calendars.legal.hours.mon: 17:00-08:00 are"),
        ("calendars:\n  legal: {hours: {mon: 08:00-17:00}, zone: Mars}", "line 2: calendars.legal.zone: Mars is no"),
        (
            "calendars:\n  legal: {hours: {mon: 08:00-17:00}, holidays: [Xmas]}",
            "line 2: calendars.legal.holidays[1]: Xmas is no day",
        ),
        ("owners: {unanswerd: support}", "line 1: owners.unanswerd: unknown key 'unanswerd': did you mean unanswered?"),
        ("maintenance:\n- {from: 2026-03-05T00:00:00Z}", "line 2: maintenance[1]: write from: and until:"),
        (
            "maintenance:\n- {from: 2026-03-05T00:00:00, until: 2026-03-06T00:00:00Z}",
            "line 2: maintenance[1].from: 2026-03-05T00:00:00 is no time with its offset",
        ),
        (
            "maintenance:\n- {from: 2026-03-05T00:00:00Z, until: 2026-03-04T00:00:00Z}",
            "line 2: maintenance[1].until: the window ends before it begins",
        ),
        ("incidents:\n  customers: few", "line 2: incidents.customers=few: write a whole number, 1 or more"),
        ("inhibit: {unanswered: [ticket_chur]}", "line 1: inhibit.unanswered[1]: 'ticket_chur' is none of"),
        ("own_symptoms: [nothing.yml]", "line 1: own_symptoms[1]: there is no"),
        ("lexicons: nowhere", "line 1: lexicons: there is no"),
        ("a: [", "no YAML"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(WrongUsage) as error:
        rules(tmp_path, text)
    assert said in str(error.value)
    assert str(error.value).startswith(str(tmp_path / "rules.yml"))


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(WrongUsage, match="cannot read the rules"):
        load(tmp_path / "none.yml")
