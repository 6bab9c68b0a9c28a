"""The evaluation as a picture (SVG): precision and recall of each symptom with their intervals, and the delay."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import sqrt
from typing import Final

from .evaluate_judge import Score, Share
from .evaluate_table import PRECISION, RECALL, lag, percent
from .svg import FONTS, text

INK, DIM, LINE, RED = "#1f2933", "#7b8794", "#dfe4ea", "#c4314b"
COLOURS: Final = {"confirmed": "#2f6fb5", "suspected": "#b5722f"}
WIDTH, TOP, ROW, NAME = 1160, 92, 26, 236  # pixels; NAME is where the panels begin
PANEL, GAP, FIGURES = 230, 18, 134  # width of a panel, and of the figures beside it
_MARKS: Final = (0.5, 0.8, 0.9, 0.95, 0.99, 1.0)
_LOWEST: Final = 0.5


def drawn(scores: Sequence[Score]) -> str:
    """A line for each symptom and confidence; the axis spreads what lies near 1, and ends at 0.5."""
    rows = [each for each in scores if each.confidence != "all" and each.recall.of + each.precision.of]
    height = TOP + ROW * len(rows) + 62
    size = f'viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} font-family="{FONTS}" font-size="13">',
        "<title>Precision, recall and delay of each symptom</title>",
        f'<rect width="{WIDTH}" height="{height}" rx="10" fill="#ffffff" stroke="{LINE}"/>',
        *_panel(0, "recall", rows, height - 44),
        *_panel(1, "precision", rows, height - 44),
        text(_left(2), 30, "delay", 15, INK, bold=True),
        text(_left(2), 62, "median / 95 %", 11, DIM),
        *_rows(rows),
        *_legend(height - 18),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _left(panel: int) -> int:
    return NAME + panel * (PANEL + FIGURES + GAP)


def _x(panel: int, share: float) -> float:
    """Where a share lies: the square root of what is missing to 1, so that 0.99 and 0.98 are apart."""
    missing = (1 - max(share, _LOWEST)) / (1 - _LOWEST)
    return _left(panel) + PANEL * (1 - sqrt(missing))


def _panel(panel: int, name: str, rows: Sequence[Score], bottom: int) -> Iterator[str]:
    yield text(_left(panel), 30, name, 15, INK, bold=True)
    for mark in _MARKS:
        x = _x(panel, mark)
        yield f'<line x1="{x:.1f}" y1="{TOP - 22}" x2="{x:.1f}" y2="{bottom}" stroke="{LINE}"/>'
        yield text(x, 62, f"{mark * 100:g}", 10, DIM, anchor="middle")
    for number, each in enumerate(rows):
        target = (PRECISION if name == "precision" else RECALL).get(each.confidence)
        if target is not None:
            x, y = _x(panel, target), TOP + ROW * number
            yield f'<line x1="{x:.1f}" y1="{y - 11}" x2="{x:.1f}" y2="{y + 9}" stroke="{RED}" stroke-width="1.5"/>'


def _rows(rows: Sequence[Score]) -> Iterator[str]:
    before = None
    for number, each in enumerate(rows):
        y = TOP + ROW * number
        if each.symptom != before:
            if number:
                yield f'<path d="M20 {y - 13}H{WIDTH - 20}" stroke="{LINE}" stroke-width="0.6"/>'
            yield text(24, y + 4, each.symptom.replace("_", " ").replace(":", ": "), 13, INK, bold=True)
        before = each.symptom
        for panel, share in enumerate((each.recall, each.precision)):
            yield from _share(panel, y, share, COLOURS[each.confidence], hollow=each.confidence == "suspected")
        delays = dict.fromkeys((lag(each.delay(0.5)), lag(each.delay(0.95))))
        yield text(_left(2), y + 4, " / ".join(delays), 12, INK)


def _share(panel: int, y: int, share: Share, colour: str, *, hollow: bool) -> Iterator[str]:
    figures = _left(panel) + PANEL + 14
    if share.value is None:
        yield text(figures, y + 4, "–", 12, DIM)
        return
    low, high = (_x(panel, bound) for bound in share.bounds)
    fill = "#ffffff" if hollow else colour
    yield f'<line x1="{low:.1f}" y1="{y}" x2="{high:.1f}" y2="{y}" stroke="{colour}" stroke-width="2.5"/>'
    place = f'cx="{_x(panel, share.value):.1f}" cy="{y}" r="5"'
    yield f'<circle {place} fill="{fill}" stroke="{colour}" stroke-width="2"/>'
    yield text(figures, y + 4, percent(share), 12, INK)


def _legend(y: int) -> Iterator[str]:
    x = 24
    for confidence, fill in (("confirmed", COLOURS["confirmed"]), ("suspected", "#ffffff")):
        yield f'<circle cx="{x + 5}" cy="{y - 4}" r="5" fill="{fill}" stroke="{COLOURS[confidence]}" stroke-width="2"/>'
        yield text(x + 16, y, confidence, 12, INK)
        x += 104
    yield f'<line x1="{x + 4}" y1="{y - 13}" x2="{x + 4}" y2="{y + 3}" stroke="{RED}" stroke-width="1.5"/>'
    yield text(x + 14, y, "to be reached", 12, INK)
    yield text(x + 116, y, "In per cent; the line is where the true value lies with 95 % confidence.", 12, DIM)
