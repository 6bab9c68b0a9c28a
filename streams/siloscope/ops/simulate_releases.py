"""Fernhall's releases: each working day one component, each component once in two weeks."""

from __future__ import annotations

from typing import Final, NamedTuple

from siloscope.core.touchpoint import DAY, HOUR
from siloscope.ops import simulate_calendar as calendar
from siloscope.ops.simulate_company import COMPONENTS

CYCLE: Final = 14  # days
_AT: Final = 11 * HOUR
_FIRST_MONDAY: Final = 4  # 1970-01-05, in days since 1970-01-01
_WEEK: Final = 5  # working days


class Cycle(NamedTuple):
    """The time between two releases of a component, by the number of the one that ends it, and when its bugs are fixed:
    with the release after that."""

    number: int
    fixed_at: int


def planned(component: str, number: int) -> int:
    """The day of a component's release, in days since 1970-01-01, before holidays move it."""
    week, weekday = divmod(COMPONENTS.index(component), _WEEK)
    return _FIRST_MONDAY + number * CYCLE + week * 7 + weekday


def released_at(component: str, number: int) -> int:
    """When a release goes out: on a holiday, the day after."""
    return calendar.opening(planned(component, number) * DAY + _AT) // DAY * DAY + _AT


def released_on(day: int) -> list[tuple[str, int]]:
    """The components and release numbers that go out on a day, given in days since 1970-01-01."""
    found = []
    for component in COMPONENTS:
        number = (day - planned(component, 0)) // CYCLE
        if released_at(component, number) // DAY == day:
            found.append((component, number))
    return found


def tracker_bug(component: str, number: int) -> str:
    """The bugs that were reported in the cycle that ends with this release."""
    return f"tracker:{component}-{number}"


def cycle_of(component: str, at: int) -> Cycle:
    """The cycle in which `at` lies: a bug reported then is fixed with the release after the one that ends it."""
    number = (at // DAY - planned(component, 0)) // CYCLE
    while released_at(component, number) <= at:
        number += 1
    return Cycle(number, released_at(component, number + 1))
