"""Axes: round steps for figures and for time, and where they lie."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Final, NamedTuple

from siloscope.core.touchpoint import DAY, HOUR, MINUTE

from .canvas import LINE, line, wide, words
from .fields import Look
from .units import moment, time_of_day

SECOND: Final = 1_000
_TIMES: Final = (
    5 * SECOND, 10 * SECOND, 15 * SECOND, 30 * SECOND, MINUTE, 2 * MINUTE, 5 * MINUTE, 15 * MINUTE, 30 * MINUTE, HOUR,
    3 * HOUR, 6 * HOUR, 12 * HOUR, DAY, 2 * DAY, 7 * DAY, 14 * DAY, 28 * DAY, 91 * DAY, 364 * DAY,
)  # fmt: skip
MONDAY: Final = 4 * DAY  # the first one after the epoch
TICK: Final = 86  # pixels between two times, at least


class Plot(NamedTuple):
    """Where figures lie in a drawing: the inner rectangle in pixels, and what its edges stand for."""

    left: float
    top: float
    right: float
    bottom: float
    since: float
    until: float
    least: float
    most: float
    marks: tuple[float, ...] = ()

    def x(self, at: float) -> float:
        """Of a moment in epoch milliseconds."""
        return self.left + (self.right - self.left) * (at - self.since) / max(self.until - self.since, 1)

    def y(self, value: float) -> float:
        """Of a figure."""
        return self.bottom - (self.bottom - self.top) * (value - self.least) / ((self.most - self.least) or 1)


def steps(least: float, most: float, wanted: int) -> list[float]:
    """Round figures from at most `least` to at least `most`, about `wanted` of them."""
    if most <= least:
        most = least + 1
    rough = (most - least) / max(wanted, 1)
    size = 10 ** math.floor(math.log10(rough))
    step = next(each * size for each in (1, 2, 2.5, 5, 10) if each * size >= rough * 0.999)
    first, last = math.floor(least / step + 1e-9), math.ceil(most / step - 1e-9)
    return [round(number * step, 12) for number in range(first, last + 1)]


def times(since: float, until: float, width: float) -> list[float]:
    """Round moments between the two, so that their words have room in `width` pixels."""
    most = max(1, int(width // TICK))
    step = next((each for each in _TIMES if (until - since) / each <= most), _TIMES[-1])
    origin = MONDAY if step >= 7 * DAY else 0
    first = math.ceil((since - origin) / step) * step + origin
    return [first + number * step for number in range(int((until - first) // step) + 1)]


def plot(width: float, height: float, since: float, until: float, low: float, high: float, look: Look) -> Plot:
    """Room for the figures' words on the left and for the times below."""
    marks = steps(low, high, max(2, int(height // 55)))
    left = max(wide(look.text(mark)) for mark in marks) + 10
    return Plot(left, 8, width - 8, height - 22, since, until, marks[0], marks[-1], tuple(marks))


def grid(place: Plot, look: Look) -> Iterator[str]:
    """The lines behind the figures, with what they stand for."""
    for mark in place.marks:
        y = place.y(mark)
        yield line(place.left, y, place.right, y)
        yield words(place.left - 7, y + 4, look.text(mark), anchor="end")


def clock(place: Plot) -> Iterator[str]:
    """The times below; the day where one begins."""
    marks = times(place.since, place.until, place.right - place.left)
    apart = marks[1] - marks[0] if len(marks) > 1 else DAY
    for at in marks:
        new_day = at % DAY == 0
        said = moment(at // DAY * DAY) if apart >= DAY or new_day else time_of_day(at, seconds=apart < MINUTE)
        x = place.x(at)
        if place.left + 12 <= x <= place.right - 8:
            yield line(x, place.bottom, x, place.bottom + 4, LINE)
            yield words(x, place.bottom + 17, said, anchor="middle", bold=new_day and apart < DAY)
