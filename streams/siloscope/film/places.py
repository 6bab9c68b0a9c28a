"""Where things stand in a film: time from left to right, long silences shortened but longer than short ones."""

from __future__ import annotations

from bisect import bisect_right
from math import log2
from typing import Final

from ..core.touchpoint import MINUTE
from .scene import Film

WIDTH, LEFT, RIGHT = 1120, 128, 40
TOP, LANE, STRIP = 112, 58, 24
_NEXT: Final = 1.0  # how far apart two touchpoints at one time are; a silence adds its logarithm
_SHORT: Final = 10 * MINUTE


class Places:
    """Positions in pixels of times (epoch ms), lanes and strips."""

    def __init__(self, film: Film) -> None:
        self._times = [entry.at for entry in film.entries]
        steps = [0.0]
        for before, after in zip(self._times, self._times[1:], strict=False):
            steps.append(steps[-1] + _NEXT + 0.35 * log2(1 + (after - before) / _SHORT))
        tail = _NEXT if film.until > (self._times[-1] if self._times else 0) else 0.0
        self._unit = (WIDTH - LEFT - RIGHT - 30) / max(steps[-1] + tail, 1.0)
        self._xs = [LEFT + 24 + step * self._unit for step in steps]
        self._until, self._last = film.until, self._xs[-1] + tail * self._unit
        self.bottom = TOP + LANE * len(film.lanes)

    def entry(self, number: int) -> float:
        """The x of a touchpoint by its place in the order."""
        return self._xs[number]

    def time(self, at: int) -> float:
        """The x of a time."""
        times, xs = self._times, self._xs
        place = bisect_right(times, at)
        if place == 0:
            return xs[0] - 12
        if place == len(times):
            rest = max(self._until - times[-1], 1)
            return xs[-1] + (self._last - xs[-1]) * min(1.0, (at - times[-1]) / rest)
        share = (at - times[place - 1]) / max(times[place] - times[place - 1], 1)
        return xs[place - 1] + share * (xs[place] - xs[place - 1])

    @property
    def end(self) -> float:
        """The x of the end of the film."""
        return self._last

    def lane(self, number: int) -> float:
        """The y of a lane."""
        return TOP + 28 + LANE * number

    def strip(self, number: int) -> float:
        """The y of a symptom's strip, below the lanes."""
        return self.bottom + 34 + STRIP * number
