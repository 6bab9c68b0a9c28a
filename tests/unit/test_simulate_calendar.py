"""Fernhall's working days, hours and releases."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from siloscope.core.soundness import milliseconds
from siloscope.core.touchpoint import DAY, HOUR, MINUTE
from siloscope.ops import simulate_calendar as calendar
from siloscope.ops.simulate_company import COMPONENTS
from siloscope.ops.simulate_releases import CYCLE, cycle_of, released_at, released_on, tracker_bug


def at(text: str) -> int:
    moment = milliseconds(datetime.fromisoformat(f"2026-{text}:00+00:00"), "at")
    assert isinstance(moment, int)
    return moment


def test_holidays_are_six_wednesdays_a_year():
    for year in range(2020, 2040):
        assert len(calendar.holidays(year)) == 6
        assert {each.weekday() for each in calendar.holidays(year)} == {2}
    assert date(2026, 3, 11) in calendar.holidays(2026)


@pytest.mark.parametrize(
    ("moment", "work", "then"),
    [
        ("03-05T10:00", 2 * HOUR, "03-05T12:00"),
        ("03-05T17:00", 2 * HOUR, "03-06T09:00"),
        ("03-06T17:30", HOUR, "03-09T08:30"),  # over a weekend
        ("03-10T17:30", HOUR, "03-12T08:30"),  # over the holiday
        ("03-05T10:00", 21 * HOUR, "03-09T11:00"),
    ],
)
def test_work_goes_on_when_somebody_is_there(moment, work, then):
    assert calendar.after(at(moment), work) == at(then)


@pytest.mark.parametrize("moment", ["03-05T03:00", "03-05T22:00", "03-07T12:00", "03-11T12:00"])
def test_what_happens_at_night_or_on_a_free_day_moves(moment):
    moved = calendar.opening(at(moment))
    assert calendar.is_open(moved)
    assert at(moment) < moved < at(moment) + 3 * DAY


def test_a_moment_in_office_hours_stays():
    assert calendar.opening(at("03-05T10:17")) == at("03-05T10:17")
    assert calendar.is_open(at("03-05T08:00"))
    assert not calendar.is_open(at("03-05T18:00"))


def test_the_next_evening_is_that_of_the_next_working_day():
    assert calendar.next_evening(at("03-06T09:00")) == at("03-09T18:00")


def test_each_component_is_released_once_in_two_weeks_on_working_days():
    first = at("03-02T00:00") // DAY
    released = [each for day in range(first, first + 4 * CYCLE) for each in released_on(day)]
    assert len(released) == len(set(released)) == 4 * len(COMPONENTS)
    assert all(calendar.is_open(released_at(*each)) for each in released)


def test_a_bug_is_fixed_with_the_release_after_the_next():
    for component in COMPONENTS:
        for hours in range(0, 24 * 30, 7):
            reported = at("03-02T00:00") + hours * HOUR
            cycle = cycle_of(component, reported)
            assert released_at(component, cycle.number - 1) <= reported < released_at(component, cycle.number)
            assert cycle.fixed_at == released_at(component, cycle.number + 1)
    assert tracker_bug("voicemail", 7) == "tracker:voicemail-7"


def test_opening_hours_are_kept_to_the_minute():
    assert calendar.opening(at("03-05T07:00")) < at("03-05T08:00") + 20 * MINUTE
