"""Touchpoints too far ahead of stream time to be believed on one customer's word."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from itertools import takewhile
from typing import Final, NamedTuple

from .touchpoint import DAY, Entry

CONFIRMED_WITHIN: Final = 30 * DAY  # in stream time, further ahead needs another customer's word


class Waiting(NamedTuple):
    """One touchpoint that waits, and whose it is."""

    at: int
    customer: str
    entry: Entry

    def age(self) -> tuple[int, str]:
        """Its place among those that wait."""
        return self.entry.age


class Held:
    """Those that wait, the earliest first. What is held for two customers is believed."""

    __slots__ = ("_waiting",)

    def __init__(self) -> None:
        self._waiting: list[Waiting] = []

    def __bool__(self) -> bool:
        return bool(self._waiting)

    def put(self, customer: str, entry: Entry) -> bool:
        """Let `entry` wait; whether it is new here."""
        waiting, one = self._waiting, Waiting(entry.at, customer, entry)
        place = bisect_left(waiting, entry.age, key=Waiting.age)
        if one in takewhile(lambda held: held.at == entry.at, waiting[place:]):
            return False
        waiting.insert(place, one)
        return True

    def believed(self, customer: str) -> Iterator[int]:
        """Up to when time has come now that `customer`'s was put, over and over while what waits is not one's alone."""
        waiting = self._waiting
        if waiting[0].customer == customer == waiting[-1].customer:
            return  # what the others had here was believed before
        while waiting and any(each.customer != waiting[0].customer for each in waiting):
            yield waiting[0].at

    def pop(self, now: int) -> Waiting | None:
        """The earliest, if it is near enough to `now`."""
        waiting = self._waiting
        return waiting.pop(0) if waiting and waiting[0].at <= now + CONFIRMED_WITHIN else None

    @property
    def first(self) -> int | None:
        """The time of the earliest."""
        return self._waiting[0].at if self._waiting else None

    @property
    def last(self) -> int:
        """The time of the latest, 0 where none waits."""
        return self._waiting[-1].at if self._waiting else 0
