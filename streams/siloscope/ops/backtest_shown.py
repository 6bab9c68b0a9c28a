"""A back-test on a terminal: what appears green with a plus, what disappears red with a minus."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from rich.console import Console
from rich.table import Table
from rich.text import Text

from ..core.touchpoint import DAY
from ..core.words import moment
from .evaluate_told import weekly

if TYPE_CHECKING:
    from .backtest import Backtest
    from .backtest_difference import Difference, Gone

_GREEN: Final = "green"
_RED: Final = "red"


def show(found: Backtest, console: Console, examples: int) -> None:
    """Print what is compared, the table, and `examples` of what appears and disappears for each symptom."""
    days = found.span / DAY
    span = f"the {days:.0f} days" if days >= 2 else f"the {days * 24:.0f} hours"
    console.print(Text(f"{found.customers:,} customers in {span} up to {moment(found.until)}", style="bold"))
    console.print(_table(found))
    console.print(Text("rate: alerts per 1,000 customers and week; “told” is what is delivered.", style="dim"))
    changed = [each for each in found.differences if each.appears or each.disappears]
    if not changed:
        moved = sum(each.moved for each in found.differences)
        moved_too = f"; {moved:,} are told at another time" if moved else ""
        console.print(f"Nothing appears and nothing disappears{moved_too}.")
    for each in changed:
        console.print()
        console.print(Text(f"{each.symptom.replace('_', ' ')} ({each.confidence})", style="bold"))
        _examples(console, "−", _RED, each.disappears, examples, "after the change")
        _examples(console, "+", _GREEN, each.appears, examples, "before it")


def _table(found: Backtest) -> Table:
    table = Table("symptom", "", box=None, pad_edge=False)
    for name in ("before", "after", "− only before", "+ only after", "at another time", "rate before", "rate after"):
        table.add_column(name, justify="right")
    for each in found.differences:
        table.add_row(*_row(each, found))
    return table


def _row(each: Difference, found: Backtest) -> Sequence[str | Text]:
    less, more = len(each.disappears), len(each.appears)
    rates = (f"{weekly(number, found.customers, found.span):.2f}" for number in (each.before, each.after))
    return (
        each.symptom.replace("_", " "),
        "told" if each.confidence == "confirmed" else "suspected",
        f"{each.before:,}",
        f"{each.after:,}",
        Text(f"−{less:,}", style=_RED) if less else "",
        Text(f"+{more:,}", style=_GREEN) if more else "",
        f"{each.moved:,}" if each.moved else "",
        *rates,
    )


def _examples(console: Console, sign: str, colour: str, gone: Sequence[Gone], examples: int, where: str) -> None:
    for alert, why in gone[:examples]:
        head = f"{sign} {moment(alert.opened_at)} {alert.customer_id or 'the company'}: {alert.title}"
        console.print(Text.assemble("  ", (head, colour)), soft_wrap=True)
        console.print(Text(f"    {alert.explanation}"), soft_wrap=True)
        if why != "not found":
            console.print(Text(f"    {where}: {why}", style="dim"))
    if len(gone) > examples:
        console.print(Text(f"  {sign} … and {len(gone) - examples:,} more", style="dim"))
