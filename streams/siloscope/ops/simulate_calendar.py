"""When Fernhall works: weekdays from eight to six (UTC), but for six Wednesdays a year."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Final

from siloscope.core.touchpoint import DAY, HOUR, MINUTE

OPENS: Final = 8 * HOUR
CLOSES: Final = 18 * HOUR
WEEKDAYS: Final = 5
# Each holiday is the first Wednesday from this day on, so that no closure is longer than a weekend.
_FROM: Final = ((1, 7), (3, 11), (5, 6), (6, 17), (10, 7), (12, 23))
_EPOCH: Final = date(1970, 1, 1)


@lru_cache(maxsize=512)
def holidays(year: int) -> frozenset[date]:
    """The company's holidays of a year."""
    return frozenset(
        first + timedelta(days=(2 - first.weekday()) % 7) for first in (date(year, *each) for each in _FROM)
    )


@lru_cache(maxsize=4_096)
def works_on(day: int) -> bool:
    """Whether the company works on a day, given in days since 1970-01-01."""
    on = _EPOCH + timedelta(days=day)
    return on.weekday() < WEEKDAYS and on not in holidays(on.year)


def is_open(at: int) -> bool:
    """Whether somebody is at work at `at` (epoch milliseconds)."""
    day, within = divmod(at, DAY)
    return OPENS <= within < CLOSES and works_on(day)


def opening(at: int) -> int:
    """`at` if somebody is at work then, else the next moment somebody is, some minutes after the doors open."""
    day, within = divmod(at, DAY)
    if within < CLOSES and works_on(day):
        return max(at, day * DAY + OPENS + at % (20 * MINUTE))
    day += 1
    while not works_on(day):
        day += 1
    return day * DAY + OPENS + at % (40 * MINUTE)


def before(at: int) -> int:
    """`at` if somebody is at work then, else a moment in the last hours before it in which somebody was."""
    day, within = divmod(at, DAY)
    if within >= OPENS and works_on(day):
        return at if within < CLOSES else day * DAY + CLOSES - 1 - at % (2 * HOUR)
    day -= 1
    while not works_on(day):
        day -= 1
    return day * DAY + CLOSES - 1 - at % (2 * HOUR)


def after(at: int, work: int) -> int:
    """The moment when `work` milliseconds of office time have passed since `at`."""
    at = opening(at)
    while True:
        left = at // DAY * DAY + CLOSES - at
        if work < left:
            return at + work
        work -= left
        at = opening(at + left)
        at = at // DAY * DAY + OPENS


def next_evening(at: int) -> int:
    """The end of the first working day after the day of `at`."""
    day = at // DAY + 1
    while not works_on(day):
        day += 1
    return day * DAY + CLOSES


def day_of(moment: int) -> str:
    """The day of a moment, as claims spell it."""
    return datetime.fromtimestamp(moment / 1000, UTC).date().isoformat()
