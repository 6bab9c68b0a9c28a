"""Cells coloured by their figure: figures over time by bucket or name, and states over time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from math import isinf
from typing import Final

from . import colours
from .axes import Plot, clock
from .board import Panel
from .canvas import INK, fitted, picture, rect, wide, words
from .fields import look
from .frame import Frame, Series, series_of
from .units import moment, shown

_MOST_NAME: Final = 0.34  # of the width


def heatmap(panel: Panel, frames: Sequence[Frame], since: float, until: float, width: float, height: float) -> str:
    """A row for each series, a cell for each moment; darker is more, grey is not known."""
    rows = _buckets(frames, str((panel.options.get("yAxis") or {}).get("unit") or ""))
    values = [value for each in rows for value in each.numbers]
    least, most = min(0.0, *values, 0.0), max(values, default=1.0) or 1.0  # nothing at all is no full cell
    scheme = ((panel.options.get("color") or {}).get("scheme") or "reds").lower()
    hue = colours.scale_of(f"continuous-{scheme}")

    def shade(value: float | None) -> str:
        return colours.UNKNOWN if value is None else colours.shade(colours.share(value, least, most), hue)

    return _cells(panel, rows, since, until, width, height, lambda _, value: shade(value))


def _buckets(frames: Sequence[Frame], unit: str) -> list[Series]:
    """The series from the highest to the lowest; buckets of a histogram, which hold all below them, each by itself."""
    rows = series_of(frames)
    try:
        rows.sort(key=lambda each: float(each.name.replace("+Inf", "inf")))
    except ValueError:
        return rows
    alone, below = [], dict[float, float]()
    for each in rows:
        edge = float(each.name.replace("+Inf", "inf"))
        name = "more" if isinf(edge) else f"≤ {shown(edge, unit)}"
        points = tuple(
            (at, None if value is None else max(value - below.get(at, 0.0), 0.0)) for at, value in each.points
        )
        below = {at: value for at, value in each.points if value is not None}
        alone.append(Series(name, points, each.ref))
    return alone[::-1]


def states(panel: Panel, frames: Sequence[Frame], since: float, until: float, width: float, height: float) -> str:
    """A row for each series, coloured by what its thresholds and mappings say."""
    rows = series_of(frames)
    return _cells(panel, rows, since, until, width, height, lambda each, value: look(panel, each.name).colour(value))


def _cells(
    panel: Panel, rows: Sequence[Series], since: float, until: float, width: float, height: float,
    colour_of: Callable[[Series, float | None], str],
) -> str:  # fmt: skip
    left = min(max((wide(each.name) for each in rows), default=0) + 12, width * _MOST_NAME)
    place = Plot(left, 4, width - 8, height - 22, since, until, 0, max(len(rows), 1))
    tall = (place.bottom - place.top) / max(len(rows), 1)
    parts = list(clock(place))
    for number, each in enumerate(rows):
        top = place.top + number * tall
        how = look(panel, each.name)
        parts.append(words(left - 8, top + tall / 2 + 4, fitted(how.title, left - 10), INK, anchor="end"))
        for at, end, value in _spans(each, until):
            tip = f"{moment(at)}\n{how.title}: {how.text(value)}"
            x = place.x(max(at, since))
            parts.append(rect(x, top + 1, place.x(min(end, until)) - x - 1, tall - 2, colour_of(each, value), tip=tip))
    return picture(width, height, panel.title, parts)


def _spans(series: Series, until: float) -> Iterator[tuple[float, float, float | None]]:
    """Each moment with its end: the next one, the last as long as the shortest."""
    times = [at for at, _ in series.points]
    usual = min((after - at for at, after in pairwise(times)), default=until - times[0])
    for number, (at, value) in enumerate(series.points):
        end = times[number + 1] if number + 1 < len(times) else at + usual
        yield at, min(end, at + usual), value
