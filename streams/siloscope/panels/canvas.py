"""What the drawings of panels are made of: an SVG that scales with its place, shapes, and words that fit."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from siloscope.ops.svg import text

INK, DIM, LINE = "var(--ink)", "var(--dim)", "var(--line)"
SIZE: Final = 13  # of words, in pixels
_NARROW, _WIDE = "iljftrI.,:;'|!()[] ", "mwMW%@—"


def picture(width: float, height: float, label: str, parts: Iterable[str]) -> str:
    """The parts as one drawing; `label` says to a screen reader what it shows."""
    return (
        f'<svg viewBox="0 0 {width:.0f} {height:.0f}" preserveAspectRatio="xMidYMin" role="img" '
        f"aria-label={quoteattr(label)}>{''.join(parts)}</svg>"
    )


def words(x: float, y: float, said: str, colour: str = DIM, *, size: int = SIZE, bold: bool = False,
          anchor: str = "start") -> str:  # fmt: skip
    """A text as in all our pictures."""
    return text(x, y, said, size, colour, bold=bold, anchor=anchor)


def rect(x: float, y: float, width: float, height: float, fill: str, *, tip: str = "", round_by: float = 0,
         more: str = "") -> str:  # fmt: skip
    """A filled rectangle; `tip` is shown where the mouse rests."""
    shape = f'x="{x:.1f}" y="{y:.1f}" width="{max(width, 0):.1f}" height="{max(height, 0):.1f}" fill="{fill}"'
    rounded = f' rx="{round_by:g}"' if round_by else ""
    return f"<rect {shape}{rounded}{more}>{_title(tip)}</rect>"


def line(x1: float, y1: float, x2: float, y2: float, colour: str = LINE, more: str = "") -> str:
    """A straight line."""
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{colour}"{more}/>'


def path(shape: str, colour: str, more: str = "", tip: str = "") -> str:
    """A line through points."""
    return f'<path d="{shape}" fill="none" stroke="{colour}"{more}>{_title(tip)}</path>'


def _title(tip: str) -> str:
    return f"<title>{escape(tip)}</title>" if tip else ""


def wide(said: str, size: float = SIZE) -> float:
    """About how wide a text is, in pixels: a little more than in the usual fonts."""
    return sum(0.34 if each in _NARROW else 0.92 if each in _WIDE else 0.61 for each in said) * size


def fitted(said: str, room: float, size: float = SIZE) -> str:
    """`said`, cut with an ellipsis where it is wider than `room`."""
    if wide(said, size) <= room:
        return said
    while said and wide(said + "…", size) > room:
        said = said[:-1]
    return said.rstrip() + "…"
