"""Series over time: lines, areas or bars, one above the other where they are stacked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final, NamedTuple

from . import colours
from .axes import Plot, clock, grid, plot
from .board import Panel
from .canvas import line, path, picture, rect, words
from .fields import Look, look
from .frame import Frame, Series, series_of
from .units import moment

MOST: Final = 8  # series told apart; what is beyond is drawn grey
FEW: Final = 3
BANDS: Final = 240  # places where the mouse finds figures


class Drawn(NamedTuple):
    """A series with its look and the height it starts from at each moment (0 unless stacked)."""

    series: Series
    look: Look
    colour: str
    base: dict[float, float]


def drawn(panel: Panel, frames: Sequence[Frame], since: float, until: float, width: float, height: float) -> str:
    """The drawing of a time series panel; `since` and `until` are epoch milliseconds."""
    chosen = _chosen(panel, frames)
    stacked = _custom(panel, "stacking", {}).get("mode") in ("normal", "percent")
    shown = _stacked(panel, chosen) if stacked else [_one(panel, each, n, {}) for n, each in enumerate(chosen)]
    first = shown[0].look
    tops = [value + each.base.get(at, 0) for each in shown for at, value in each.series.points if value is not None]
    low = float(first.get("min", min(0.0, *tops, 0.0)))
    high = float(first.get("max", max(tops, default=1.0) or 1.0))
    place = plot(width, height, since, until, low, high, first)
    bars = first.get("custom.drawStyle") == "bars"
    inside: list[str] = []
    for each in reversed(shown) if stacked else shown:
        inside += _bars(each, place, shown, stacked) if bars else _line(each, place)
    inside += _bands(shown, place)
    behind = [*grid(place, first), *clock(place), *_limits(panel, place, first)]
    return picture(width, height, _label(panel, shown), [*behind, *_clipped(inside, place, f"clip-{panel.key}")])


def _clipped(parts: Sequence[str], place: Plot, name: str) -> Iterator[str]:
    """What lies outside the time shown is not seen."""
    room = rect(place.left, place.top - 4, place.right - place.left, place.bottom - place.top + 6, "none")
    yield f'<clipPath id="{name}">{room}</clipPath><g clip-path="url(#{name})">{"".join(parts)}</g>'


def legend(panel: Panel, frames: Sequence[Frame]) -> list[tuple[str, str, str]]:
    """Name, colour and last figure of each series; none where there is nothing to tell apart."""
    options = panel.options.get("legend") or {}
    chosen = _chosen(panel, frames)
    if options.get("showLegend") is False or options.get("displayMode") == "hidden" or len(chosen) < 2:
        return []
    calcs = options.get("calcs") or ()
    found = []
    for number, each in enumerate(chosen):
        how = _one(panel, each, number, {})
        figure = how.look.text(each.numbers[-1] if each.numbers else None) if calcs else ""
        found.append((how.look.title, how.colour, figure))
    return found


def _custom(panel: Panel, key: str, otherwise: dict[str, str]) -> dict[str, str]:
    return (panel.defaults.get("custom") or {}).get(key) or otherwise


def _chosen(panel: Panel, frames: Sequence[Frame]) -> list[Series]:
    """The largest series, and one more that is all the others together."""
    found = [each for each in series_of(frames) if not _hidden(panel, each)]
    if len(found) > FEW and any(any(each.numbers) for each in found):
        found = [each for each in found if any(each.numbers)]  # what never happened is not told apart
    if len(found) <= MOST:
        return found
    ranked = sorted(found, key=lambda each: -sum(map(abs, each.numbers)))[: MOST - 1]
    rest: dict[float, float] = {}
    for each in found:
        if each not in ranked:
            for at, value in each.points:
                rest[at] = rest.get(at, 0.0) + (value or 0.0)
    return [*ranked, Series(f"{len(found) - len(ranked)} others", tuple(sorted(rest.items())))]


def _hidden(panel: Panel, series: Series) -> bool:
    return bool((look(panel, series.name, ref=series.ref).get("custom.hideFrom") or {}).get("viz"))


def _one(panel: Panel, series: Series, number: int, base: dict[float, float]) -> Drawn:
    how = look(panel, series.name, ref=series.ref)
    others = number == MOST - 1 and series.name.endswith(" others")
    mapped = how.colour_mode in ("thresholds", "continuous-GrYlRd")  # a line has one colour
    colour = colours.UNKNOWN if others else colours.series(number) if mapped else how.colour(0.0, number=number)
    return Drawn(series, how, colour, base)


def _stacked(panel: Panel, chosen: Sequence[Series]) -> list[Drawn]:
    found, height = [], dict[float, float]()
    for number, each in enumerate(chosen):
        found.append(_one(panel, each, number, dict(height)))
        for at, value in each.points:
            height[at] = height.get(at, 0.0) + (value or 0.0)
    return found


def _line(each: Drawn, place: Plot) -> Iterator[str]:
    fill = float(each.look.get("custom.fillOpacity", 0)) / 100
    wide = float(each.look.get("custom.lineWidth", 2))
    dash = each.look.get("custom.lineStyle", {}).get("fill") == "dash"
    step = str(each.look.get("custom.lineInterpolation", "")).startswith("step")
    more = f' stroke-width="{max(wide, 1.5):g}" stroke-linejoin="round"' + (' stroke-dasharray="5 4"' if dash else "")
    for run in _runs(each):
        if len(run) == 1:
            at, value = run[0]
            x, y = place.x(at), place.y(value + each.base.get(at, 0))
            yield f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{each.colour}"/>'
            continue
        if fill:
            yield f'<path d="{_area(run, each, place, step)}" fill="{each.colour}" fill-opacity="{fill:g}"/>'
        yield path(_through([(at, value + each.base.get(at, 0)) for at, value in run], place, step), each.colour, more)


def _runs(each: Drawn) -> Iterator[list[tuple[float, float]]]:
    """Unbroken parts: what is not known is not drawn."""
    run: list[tuple[float, float]] = []
    for at, value in each.series.points:
        if value is None:
            if run and not each.look.get("custom.spanNulls"):
                yield run
                run = []
        else:
            run.append((at, value))
    if run:
        yield run


def _through(points: Sequence[tuple[float, float]], place: Plot, step: bool) -> str:
    found = []
    for number, (at, value) in enumerate(points):
        x, y = place.x(at), place.y(min(max(value, place.least), place.most))
        if step and number:
            found.append(f"H{x:.1f}")
        found.append(f"{'L' if number else 'M'}{x:.1f} {y:.1f}")
    return "".join(found)


def _area(run: Sequence[tuple[float, float]], each: Drawn, place: Plot, step: bool) -> str:
    top = _through([(at, value + each.base.get(at, 0)) for at, value in run], place, step)
    ground = [(at, each.base.get(at, max(place.least, 0.0))) for at, _ in reversed(run)]
    return top + _through(ground, place, step).replace("M", "L", 1) + "Z"


def _bars(each: Drawn, place: Plot, shown: Sequence[Drawn], stacked: bool) -> Iterator[str]:
    moments = sorted({at for every in shown for at, _ in every.series.points})
    gaps = [later - at for at, later in pairwise(moments)]
    room = (place.right - place.left) * min(gaps, default=place.until - place.since) / (place.until - place.since)
    wide = max(1.0, min(room * 0.8, 40.0))
    part = wide if stacked else wide / len(shown)
    shift = 0.0 if stacked else part * shown.index(each)
    for at, value in each.series.points:
        if value:
            base = each.base.get(at, 0.0)
            y, foot = place.y(base + value), place.y(base)
            yield rect(place.x(at) + (room - wide) / 2 + shift, y, part - 0.5, foot - y, each.colour)


def _limits(panel: Panel, place: Plot, how: Look) -> Iterator[str]:
    if _custom(panel, "thresholdsStyle", {}).get("mode", "off") == "off":
        return
    for step in (how.get("thresholds") or {}).get("steps") or ():
        value = step.get("value")
        if value is not None and place.least < value <= place.most:
            colour = colours.css(step.get("color"))
            yield line(place.left, place.y(value), place.right, place.y(value), colour, ' stroke-dasharray="4 4"')
            yield words(place.right, place.y(value) - 5, how.text(value), colour, size=11, anchor="end")


def _bands(shown: Sequence[Drawn], place: Plot) -> Iterator[str]:
    """Unseen until the mouse is there: at each moment, the figures."""
    said: dict[float, list[str]] = {}
    for each in shown:
        for at, value in each.series.points:
            if value is not None and (value or len(shown) == 1):
                said.setdefault(at, []).append(f"{each.look.title}: {each.look.text(value)}")
    moments = sorted(said)
    wide = (place.right - place.left) / max(len(moments), 1)
    for at in moments if len(moments) <= BANDS else ():
        tip = "\n".join([moment(at), *said[at]])
        yield rect(place.x(at) - wide / 2, place.top, wide, place.bottom - place.top, "transparent", tip=tip,
                   more=' class="band"')  # fmt: skip


def _label(panel: Panel, shown: Sequence[Drawn]) -> str:
    last = (f"{each.look.title} {each.look.text(each.series.numbers[-1])}" for each in shown if each.series.numbers)
    return f"{panel.title}. Last: {', '.join(last)}"
