"""Shares of a whole, as a ring."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from . import colours
from .bars import Figure, figures
from .board import Panel
from .canvas import DIM, INK, picture, words
from .frame import Frame
from .units import shown


def drawn(panel: Panel, frames: Sequence[Frame], width: float, height: float) -> str:
    """The ring, with each part's name, figure and share beside it."""
    parts = [(each, float(each.value)) for each in figures(panel, frames) if isinstance(each.value, int | float)]
    whole = sum(value for _, value in parts) or 1.0
    radius = min(height / 2 - 6, width * 0.2)
    drawing = list(_ring(parts, whole, radius, height / 2))
    left, row = radius * 2 + 34, min(24.0, height / max(len(parts), 1))
    top = height / 2 - row * len(parts) / 2 + row / 2 + 4
    for number, (each, value) in enumerate(parts):
        y = top + row * number
        drawing.append(f'<circle cx="{left:.1f}" cy="{y - 4:.1f}" r="5" fill="{_colour(each)}"/>')
        drawing.append(words(left + 12, y, f"{each.title}  {each.text}", INK))
        drawing.append(words(width - 8, y, shown(value / whole, "percentunit"), DIM, anchor="end"))
    said = ", ".join(f"{each.title} {each.text}" for each, _ in parts)
    return picture(width, height, f"{panel.title}: {said}", drawing)


def _ring(parts: Sequence[tuple[Figure, float]], whole: float, radius: float, middle: float) -> Iterator[str]:
    thick, turned = radius * 0.36, 0.0
    round_ = 2 * math.pi * (radius - thick / 2)
    for each, value in parts:
        part = value / whole * round_
        place = f'cx="{radius + 8:.1f}" cy="{middle:.1f}" r="{radius - thick / 2:.1f}"'
        dashes = f'stroke-dasharray="{max(part - 1, 0):.1f} {round_:.1f}" stroke-dashoffset="{-turned:.1f}"'
        turn = f'transform="rotate(-90 {radius + 8:.1f} {middle:.1f})"'
        yield f'<circle {place} fill="none" stroke="{_colour(each)}" stroke-width="{thick:.1f}" {dashes} {turn}/>'
        turned += part


def _colour(figure: Figure) -> str:
    return colours.series(figure.number) if figure.look.colour_mode == "thresholds" else figure.colour
