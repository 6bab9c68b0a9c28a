"""Bars for things with names: one for each row of the answer, or one for each figure of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final, NamedTuple

from . import colours
from .board import Panel
from .canvas import DIM, INK, LINE, fitted, line, picture, rect, wide, words
from .fields import Look, look_of
from .frame import Field, Frame, Value, reduced, series_of

ROW: Final = (17, 34)  # least and most height of a bar with its gap, in pixels


class Bar(NamedTuple):
    """One bar of parts; a part is its figure, name, colour and what is said of it."""

    name: str
    parts: tuple[tuple[float | None, str, str, str], ...]
    said: str

    @property
    def length(self) -> float:
        return sum(value or 0.0 for value, *_ in self.parts)


def columns(panel: Panel, frames: Sequence[Frame], width: float, height: float) -> str:
    """The drawing of a bar chart: names on one side, a bar for each row; several figures are stacked, or lie apart."""
    bars = list(_rows(panel, frames))
    if panel.options.get("stacking", "none") == "none":
        bars = [part for each in bars for part in _apart(each)]
    return _drawn(panel, bars, width, height)


def gauges(panel: Panel, frames: Sequence[Frame], width: float, height: float) -> str:
    """The drawing of a bar gauge: each figure against the most there can be."""
    return _drawn(panel, [_gauge(each) for each in figures(panel, frames)], width, height, track=True)


class Figure(NamedTuple):
    """A figure of a panel with its name and look; `points` is how it came to be, for a small line."""

    name: str
    value: Value
    look: Look
    points: tuple[tuple[float, float | None], ...] = ()
    number: int = 0

    @property
    def title(self) -> str:
        """What it is called."""
        return str(self.look.get("displayName") or self.name.replace("_", " "))

    @property
    def text(self) -> str:
        """The figure in words."""
        return self.look.text(self.value)

    @property
    def colour(self) -> str:
        """Its colour; grey where it is not known."""
        return self.look.colour(self.value, number=self.number)


def figures(panel: Panel, frames: Sequence[Frame]) -> list[Figure]:
    """What a stat, gauge or bar gauge shows: every row, or one figure of each column."""
    options = panel.options.get("reduceOptions") or {}
    calc = (options.get("calcs") or ["lastNotNull"])[0]
    found: list[Figure] = []
    for frame in frames:
        words_of, numbers = frame.of("string"), frame.of("number")
        if options.get("values") and numbers:
            found += _each_row(panel, frame, words_of, numbers)
        elif frame.of("time") and numbers:
            found += [Figure(each.name, reduced((value for _, value in each.points), calc),
                             look_of(panel, Field(each.name, "number", ()), frame.ref), each.points)
                      for each in series_of([frame])]  # fmt: skip
        else:
            found += [Figure(each.name, reduced(each.values, calc), look_of(panel, each, frame.ref))
                      for each in numbers or frame.of("time", "string")]  # fmt: skip
    return [each._replace(number=number) for number, each in enumerate(found)]


def _each_row(panel: Panel, frame: Frame, words_of: list[Field], numbers: list[Field]) -> Iterator[Figure]:
    for place in range(len(frame)):
        label = ", ".join(str(each.values[place]) for each in words_of)
        for each in numbers:
            name = f"{label} {each.name}".strip() if len(numbers) > 1 or not label else label
            yield Figure(name, each.values[place], look_of(panel, each, frame.ref))


def _apart(bar: Bar) -> Iterator[Bar]:
    """Its parts as bars of their own below one another; the first bears the name."""
    for number, part in enumerate(bar.parts):
        yield Bar("" if number else bar.name, (part,), part[3].rpartition(": ")[2])


def _gauge(figure: Figure) -> Bar:
    value = figure.value if isinstance(figure.value, int | float) else None
    return Bar(figure.title, ((value, "", figure.colour, f"{figure.title}: {figure.text}"),), figure.text)


def _rows(panel: Panel, frames: Sequence[Frame]) -> Iterator[Bar]:
    for frame in frames:
        named = panel.options.get("xField")
        names = next((each for each in frame.fields if each.name == named), None)
        names = names or next(iter(frame.of("string") or frame.of("time")), None)
        numbers = [each for each in frame.of("number") if each is not names]
        looks = [look_of(panel, each, frame.ref) for each in numbers]
        keep = [n for n, how in enumerate(looks) if not (how.get("custom.hideFrom") or {}).get("viz")]
        for place in range(len(frame)):
            name = look_of(panel, names, frame.ref).text(names.values[place], names.kind) if names else ""
            yield _bar(str(name), [(looks[n], numbers[n].values[place], n) for n in keep])


def _bar(name: str, parts: Iterable[tuple[Look, Value, int]]) -> Bar:
    found, total, how = [], 0.0, None
    for look, value, number in parts:
        known = float(value) if isinstance(value, int | float) else None
        plain = look.colour_mode == "thresholds" and len(look.get("thresholds", {}).get("steps", ())) < 2
        colour = colours.series(number) if plain else look.colour(value, number=number)
        found.append((known, look.title, colour, f"{name}, {look.title}: {look.text(value)}"))
        total, how = total + (known or 0.0), how or look
    known_any = any(value is not None for value, *_ in found)
    return Bar(name, tuple(found), how.text(total if known_any else None) if how else "")


def legend(panel: Panel, frames: Sequence[Frame]) -> list[tuple[str, str, str]]:
    """Name and colour of the parts, where a bar has several."""
    first = next(iter(_rows(panel, frames)), None)
    if first is None or len(first.parts) < 2 or (panel.options.get("legend") or {}).get("showLegend") is False:
        return []
    return [(name, colour, "") for _, name, colour, _ in first.parts]


def _drawn(panel: Panel, bars: Sequence[Bar], width: float, height: float, *, track: bool = False) -> str:
    room = max(1, int(height // ROW[0]))
    shown = list(bars if len(bars) <= room else bars[: room - 1])
    names = min(max((wide(each.name) for each in shown), default=0) + 12, width * 0.42)
    right = width - max((wide(each.said) for each in shown), default=0) - 12
    row = min(ROW[1], height / max(len(shown) + (len(bars) > room), 1))
    most = float(panel.defaults.get("max") or max((each.length for each in shown), default=1.0) or 1.0)
    parts: list[str] = []
    for number, each in enumerate(shown):
        middle = row * number + row / 2
        thick = min(row * 0.62, 18)
        parts.append(words(names - 8, middle + 4, fitted(each.name, names - 10), INK, anchor="end"))
        if track:
            parts.append(rect(names, middle - thick / 2, right - names, thick, "var(--page)", round_by=2))
        parts += _laid(each, names, middle - thick / 2, thick, (right - names) / most)
        end = right if track else names + max(0.0, each.length) * (right - names) / most
        parts.append(words(end + 7, middle + 4, each.said, DIM if each.said == "–" else INK))
    if len(bars) > room:
        parts.append(words(names, row * len(shown) + row / 2 + 4, f"{len(bars) - len(shown)} more", DIM))
    parts.append(line(names, 0, names, row * len(shown), LINE))
    said = ", ".join(f"{each.name} {each.said}" for each in shown)
    return picture(width, height, f"{panel.title}: {said}", parts)


def _laid(bar: Bar, left: float, top: float, thick: float, scale: float) -> Iterator[str]:
    x = left
    for value, _, colour, tip in bar.parts:
        long = min(max(0.0, value or 0.0) * scale, 1e5)
        if long:
            yield rect(x, top, max(long - (1 if len(bar.parts) > 1 else 0), 1), thick, colour, tip=tip, round_by=2)
        x += long
