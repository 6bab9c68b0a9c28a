"""Single figures, large, with how they came to be as a small line below."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from .axes import Plot
from .bars import Figure, figures
from .board import Panel
from .canvas import path, picture
from .frame import Frame


def drawn(panel: Panel, frames: Sequence[Frame], width: float, height: float) -> str:
    """The figures of a stat panel beside one another; a grey dash is what is not known."""
    found = figures(panel, frames)
    mode = panel.options.get("textMode", "auto")
    named = mode in ("value_and_name", "name") or (mode == "auto" and len(found) > 1)
    graph = panel.options.get("graphMode", "area") != "none"
    background = str(panel.options.get("colorMode", "value")).startswith("background")
    parts = (_one(each, named, graph, background, width / len(found), height) for each in found)
    return f'<div class="stats">{"".join(parts)}</div>'


def _one(figure: Figure, named: bool, graph: bool, background: bool, width: float, height: float) -> str:
    colour = figure.colour
    name = f"<span>{escape(figure.title)}</span>" if named else ""
    curve = _curve(figure, colour, width, height * 0.35) if graph else ""
    size = "big" if len(figure.text) <= 8 else "long"
    said = f'<strong class="{size}">{escape(figure.text)}</strong>'
    tinted = " tinted" if background else ""
    return f'<div class="stat{tinted}" style="--colour:{colour}">{said}{name}{curve}</div>'


def _curve(figure: Figure, colour: str, width: float, height: float) -> str:
    known = [(at, value) for at, value in figure.points if value is not None]
    if len(known) < 3:
        return ""
    values = [value for _, value in known]
    place = Plot(0, 3, width, height - 2, known[0][0], known[-1][0], min(0.0, *values), max(values) or 1.0)
    shape = "".join(f"{'L' if n else 'M'}{place.x(at):.1f} {place.y(v):.1f}" for n, (at, v) in enumerate(known))
    curve = path(shape, colour, ' stroke-width="1.5" opacity=".7"')
    return picture(width, height, f"{figure.title} over time", [curve])
