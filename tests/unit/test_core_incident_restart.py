"""What a worker told of an incident before it died is taken back where it does not stand any more."""

from __future__ import annotations

from msgspec.structs import replace

from siloscope.core.incident import Cause, Parameters
from siloscope.core.incident_group import Group
from siloscope.core.incident_records import PREFIX, TELLING, load_into, record
from siloscope.core.membership import Member, group_of
from siloscope.core.settling import Cause as Input
from siloscope.core.touchpoint import DAY, MINUTE

KEY = group_of("duplicate_outreach", Cause("product", "pro"))
T = 1_772_409_600_000
NOW = T + 60 * MINUTE


def member(number: int) -> Member:
    at = T + number * MINUTE
    name, customer = f"2026-03-{number:02}", f"c{number}"
    return Member(KEY, name, "duplicate_outreach", ("a", "b"), customer, 0, at, 1, "b", True, (1, 1))


def restarted(group: Group, names: list[str]) -> Group:
    """The group as a worker finds it that starts on these records."""
    fresh = Group(KEY, Parameters(), 400 * DAY)
    for name in names:
        key, value = record(group, name, 1)
        load_into(fresh, key.decode().removeprefix(PREFIX).partition("\0")[2], value)
    fresh.load()
    return fresh


def test_an_incident_whose_alerts_left_before_the_crash_is_taken_back_after_it() -> None:
    group = Group(KEY, Parameters(), 400 * DAY)
    for number in range(12):
        group.join(member(number))
    [told] = group.settle(NOW, Input("t", 1)).incidents
    for number in range(12):  # another incident claims them; that is kept, and its consequence is not
        group.join(replace(member(number), counts=False, rank=(1, 2)))
    after = restarted(group, [*group.seats, TELLING + told.incident_id]).settle(NOW, Input("t", 2))
    assert [(each.incident_id, each.status) for each in after.incidents] == [(told.incident_id, "retracted")]


def test_one_that_stands_is_told_no_differently_after_a_crash() -> None:
    group = Group(KEY, Parameters(), 400 * DAY)
    for number in range(12):
        group.join(member(number))
    [told] = group.settle(NOW, Input("t", 1)).incidents
    after = restarted(group, [*group.seats, TELLING + told.incident_id]).settle(NOW, Input("t", 2))
    assert after.incidents == []
