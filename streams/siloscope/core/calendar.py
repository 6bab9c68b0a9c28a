"""A department's business calendar: when it works, and when a limit it must keep is over."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from typing import Final

_FURTHEST: Final = 4_000  # days: a calendar that never works leaves a limit where it would be without one


@dataclass(frozen=True)
class Calendar:
    """Working hours by weekday (Monday first, as minutes of the day) in a time zone, and days off."""

    week: tuple[tuple[tuple[int, int], ...], ...]
    holidays: frozenset[date] = frozenset()
    zone: tzinfo = UTC

    def after(self, at: int, duration: int) -> int:
        """When `duration` of working time past `at` is over; all in milliseconds, `at` since the epoch."""
        left = duration
        for begins, ends in self._shifts(at):
            worked = ends - max(begins, at)
            if worked >= left:
                return max(begins, at) + left
            left -= worked
        return at + duration

    def _shifts(self, at: int) -> Iterator[tuple[int, int]]:
        """The shifts that end after `at`, in order, in epoch milliseconds."""
        day = datetime.fromtimestamp(at / 1000, self.zone).date()
        for number in range(_FURTHEST):
            today = day + timedelta(days=number)
            for first, last in () if today in self.holidays else self.week[today.weekday()]:
                ends = moment_of(today, last, self.zone)
                if ends > at:
                    yield moment_of(today, first, self.zone), ends


def moment_of(day: date, minute: int, zone: tzinfo) -> int:
    """When it is that minute of that day in the zone, in milliseconds since the epoch."""
    midnight = datetime(day.year, day.month, day.day)  # noqa: DTZ001 - the zone is added with the hours
    return round((midnight + timedelta(minutes=minute)).replace(tzinfo=zone).timestamp() * 1000)
