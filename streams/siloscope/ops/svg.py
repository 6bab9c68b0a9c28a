"""What all our pictures are written with: one font, one way to place a text."""

from __future__ import annotations

from typing import Final
from xml.sax.saxutils import escape

FONTS: Final = "system-ui, -apple-system, Segoe UI, Roboto, sans-serif"


def text(x: float, y: float, said: str, size: int, colour: str, *, bold: bool = False, anchor: str = "start") -> str:
    """A text element at `x`, `y` in pixels; `anchor` is SVG's `text-anchor`."""
    weight = ' font-weight="600"' if bold else ""
    place = f'x="{x:.0f}" y="{y:.0f}" text-anchor="{anchor}"'
    return f'<text {place} font-size="{size}" fill="{colour}"{weight}>{escape(said)}</text>'
