"""A back-test on a terminal: what appears green with a plus, what disappears red with a minus."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from rich.console import Console
from rich.table import Column, Table
from rich.text import Text

from ..core.told import weekly
from ..core.touchpoint import DAY
from ..core.words import counted, day, length, moment
from .evaluate_table import fits

if TYPE_CHECKING:
    from .backtest import Backtest
    from .backtest_difference import Difference, Gone

_GREEN: Final = "green"
_RED: Final = "red"


def show(found: Backtest, console: Console, examples: int) -> None:
    """Print what is compared, the table, and `examples` of what appears and disappears for each symptom."""
    begins, days = found.until - found.span, round(found.span / DAY)
    over = counted(days, "day") if days >= 2 else length(found.span)
    told = f"{counted(found.customers, 'customer')}: alerts and rates of {over}, {day(begins)} to {day(found.until)}"
    console.print(Text(told, style="bold"), soft_wrap=True)
    if found.all_read:
        console.print(Text("These are all that were read, history too; --days N: only the last N.", style="dim"))
    table = _table(found, _FULL, 2)
    console.print(table if fits(table, console) else _table(found, _NARROW, 1))
    console.print(
        Text("rate: alerts per 1,000 customers and week; “told” is what is delivered, an incident once.", style="dim")
    )
    changed = [each for each in found.differences if each.appears or each.disappears]
    if not changed:
        moved = sum(each.moved for each in found.differences)
        moved_too = f"; {moved:,} are told at another time" if moved else ""
        console.print(f"Nothing appears and nothing disappears{moved_too}.")
    for each in changed:
        console.print()
        console.print(Text(f"{each.symptom} ({each.confidence})", style="bold"))
        _examples(console, "−", _RED, each.disappears, examples, "after the change")
        _examples(console, "+", _GREEN, each.appears, examples, "before it")


_FULL: Final = ("before", "after", "− only before", "+ only after", "at another time", "rate before → after")
_NARROW: Final = ("before", "after", "−", "+", "moved", "rate")


def _table(found: Backtest, heads: Sequence[str], gap: int) -> Table:
    columns = [Column("symptom", no_wrap=True), Column(no_wrap=True)]
    columns += [Column(name, justify="right", no_wrap=True) for name in heads]
    table = Table(*columns, box=None, pad_edge=False, padding=(0, gap, 0, 0))
    for each in found.differences:
        table.add_row(*_row(each, found))
    return table


def _row(each: Difference, found: Backtest) -> Sequence[str | Text]:
    less, more = len(each.disappears), len(each.appears)
    before, after = (_rate(weekly(number, found.customers, found.span)) for number in (each.before, each.after))
    return (
        each.symptom,
        "told" if each.confidence == "confirmed" else "suspected",
        f"{each.before:,}",
        f"{each.after:,}",
        Text(f"−{less:,}", style=_RED) if less else "",
        Text(f"+{more:,}", style=_GREEN) if more else "",
        f"{each.moved:,}" if each.moved else "",
        f"{before} → {after}" if before != after else before,
    )


def _rate(number: float) -> str:
    return f"{number:.2f}" if number < 10 else f"{number:.1f}" if number < 100 else f"{number:,.0f}"


def _examples(console: Console, sign: str, colour: str, gone: Sequence[Gone], examples: int, where: str) -> None:
    for alert, why, number in gone[:examples]:
        several = f"{number} alerts of one incident; the first: " if number > 1 else ""
        head = f"{sign} {moment(alert.opened_at)} {several}{alert.customer_id or 'the company'}: {alert.title}"
        console.print(Text.assemble("  ", (head, colour)), soft_wrap=True)
        console.print(Text(f"    {alert.explanation}"), soft_wrap=True)
        if why != "not found":
            console.print(Text(f"    {where}: {why}", style="dim"))
    if len(gone) > examples:
        console.print(Text(f"  {sign} … and {len(gone) - examples:,} more", style="dim"))
