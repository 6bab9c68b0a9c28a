"""The figures of an evaluation as a table: the fullest that the terminal has room for, and no name cut."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

from rich.console import Console
from rich.measure import Measurement
from rich.table import Column, Table
from rich.text import Text

from ..core.words import length
from .evaluate_judge import INCIDENT, Score, Share

PRECISION: Final = {"confirmed": 0.99, "suspected": 0.90}  # what is to be reached
RECALL: Final = {"confirmed": 0.98}
_COLOURS: Final = {None: "", "reached": "green", "perhaps": "yellow", "below": "bold red"}
_UNITS: Final = {" minutes": " min", " hours": " h", " days": " d", " seconds": " s"}


def verdict(share: Share, target: float | None) -> str | None:
    """`reached`, `perhaps` (the interval still holds the target), `below`; None where nothing is to be reached."""
    if target is None or share.value is None:
        return None
    if share.value >= target:
        return "reached"
    return "perhaps" if share.bounds[1] >= target else "below"


def percent(share: Share) -> str:
    """`98.7 % (97.1–99.5)`; a dash of nothing. Rounded down, so that 100 is all of them."""
    if share.value is None:
        return "–"
    low, high = share.bounds
    return f"{_floor(share.value)} % ({_floor(low)}–{_floor(high)})"


def at_least(share: Share) -> str:
    """`98.7 % ≥97`, with the lower bound; a dash of nothing."""
    return "–" if share.value is None else f"{_floor(share.value)} % ≥{int(share.bounds[0] * 100 + 1e-9)}"


def _floor(value: float) -> str:
    text = f"{int(value * 1000 + 1e-9) / 10:.1f}"
    return text.removesuffix(".0")


def lag(delay: int | None) -> str:
    """A delay in words; `early` where the alert came before the label's moment."""
    if delay is None:
        return "–"
    return "at once" if delay == 0 else length(delay) if delay > 0 else f"{length(-delay)} early"


def _short(words: str) -> str:
    for unit, sign in _UNITS.items():
        words = words.replace(unit, sign)
    return words


def _counts(share: Share) -> str:
    return f"{share.hits:,} of {share.of:,}" if share.of else "–"


def _narrow(share: Share) -> str:
    return f"{share.hits}/{share.of}" if share.of else "–"


class _Layout(NamedTuple):
    """Columns behind the symptom's name and the confidence: head, and what stands below it; `gap` lies between two."""

    gap: int
    columns: dict[str, Callable[[Score], str | Text]]


def _recall(said: Callable[[Share], str]) -> Callable[[Score], Text]:
    return lambda each: Text(said(each.recall), _COLOURS[verdict(each.recall, RECALL.get(each.confidence))])


def _precision(said: Callable[[Share], str]) -> Callable[[Score], Text]:
    return lambda each: Text(said(each.precision), _COLOURS[verdict(each.precision, PRECISION.get(each.confidence))])


_FULL: Final = _Layout(2, {
    "found": lambda each: _counts(each.recall),
    "recall": _recall(percent),
    "right": lambda each: _counts(each.precision),
    "precision": _precision(percent),
    "near misses told": lambda each: _counts(each.near),
    "again": lambda each: str(each.again or ""),
    "delay: median": lambda each: lag(each.delay(0.5)),
    "95 %": lambda each: lag(each.delay(0.95)),
})  # fmt: skip
_NARROW: Final = _Layout(1, {
    "found": lambda each: _narrow(each.recall),
    "recall": _recall(at_least),
    "right": lambda each: _narrow(each.precision),
    "precision": _precision(at_least),
    "delay": lambda each: _short(lag(each.delay(0.5))),
})  # fmt: skip
_NARROWEST: Final = _Layout(1, {name: _NARROW.columns[name] for name in ("recall", "precision", "delay")})


def table_for(scores: Sequence[Score], console: Console) -> tuple[Table, bool]:
    """The fullest table that fits the console, and whether it is the full one."""
    for layout in (_FULL, _NARROW, _NARROWEST):
        table = _table(scores, layout)
        if fits(table, console):
            break
    return table, layout is _FULL


def fits(table: Table, console: Console) -> bool:
    """Whether nothing of the table need be cut or wrapped."""
    return Measurement.get(console, console.options.update(max_width=1_000), table).maximum <= console.width


def _table(scores: Sequence[Score], layout: _Layout) -> Table:
    columns = [Column("symptom", no_wrap=True), Column(no_wrap=True)]
    columns += [Column(name, justify="right", no_wrap=True) for name in layout.columns]
    table = Table(*columns, box=None, pad_edge=False, padding=(0, layout.gap, 0, 0))
    before = ""
    for each in scores:
        if each.symptom.startswith(INCIDENT) and not before.startswith(INCIDENT):
            table.add_row(Text("incidents of", "bold"))
        name = each.symptom.removeprefix(INCIDENT) if each.symptom != before else ""
        table.add_row(name, each.confidence, *(cell(each) for cell in layout.columns.values()))
        before = each.symptom
    return table
