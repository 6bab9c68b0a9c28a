"""An evaluation on a terminal: the table, its colours, and the worst mistakes in words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

from rich.console import Console
from rich.text import Text

from ..core.words import counted, moment, quote, who
from .evaluate_table import table_for

if TYPE_CHECKING:
    from .evaluate_mistakes import Evaluation, Mistake

_FULL: Final = "In brackets: where the true value lies with 95 % confidence."
_NARROW: Final = (
    "≥: the lower end of the 95 % interval; delay: the median. A terminal of 160 columns, a pipe and --out show all."
)
_COLOURS: Final = (
    "Green: reached (precision: confirmed 99 %, suspected 90 %; recall: confirmed 98 %); yellow: not reached, but with "
    "so few it may be chance; red: below."
)
_AGAIN: Final = "Again: further alerts on what another had found, neither right nor false."


def show(found: Evaluation, console: Console, worst: int) -> None:
    """Print the table, then `worst` kinds of false alarms and of misses with an example of each."""
    table, full = table_for(found.scores, console)
    console.print(table)
    console.print(Text(" ".join([_FULL, _COLOURS, _AGAIN] if full else [_NARROW, _COLOURS]), style="dim"))
    if found.later:
        late = counted(found.later, "label")
        console.print(Text(f"Not counted: {late} whose moment lies after the end of the events.", style="dim"))
    for message, times in found.failed.items():
        console.print(Text(f"{counted(times, 'time')}: {message}", style="bold red"))
    _worst(console, "False alarms", found.false, worst, found)
    _worst(console, "Missed", found.missed, worst, found)


def _worst(console: Console, title: str, mistakes: Sequence[Mistake], worst: int, found: Evaluation) -> None:
    total = sum(each.number for each in mistakes)
    console.print()
    console.print(Text(f"{title}: {total:,}" if total else f"{title}: none", style="bold"))
    for each in mistakes[:worst]:
        console.print(Text.assemble("  ", (f"{each.number:,} ×", "bold"), " ", *_head(each)))
        for line in _example(each, found):
            console.print(Text(f"      {line}"), soft_wrap=True)
    if len(mistakes) > worst:
        console.print(Text(f"  … and {counted(len(mistakes) - worst, 'other kind')}; --worst shows more", style="dim"))


def _head(mistake: Mistake) -> Iterator[tuple[str, str] | str]:
    yield (mistake.symptom, "red" if mistake.confidence == "confirmed" else "yellow")
    yield f" ({mistake.confidence}), {mistake.story}"
    if mistake.why:
        yield f": {mistake.why}"
    if mistake.told:
        yield " (told, but only as suspected)"


def _example(mistake: Mistake, found: Evaluation) -> Iterator[str]:
    alert, label = mistake.alert, mistake.label
    if alert is not None:
        yield f"{alert.customer_id or 'the company'}: {alert.title} ({alert.severity})"
        yield alert.explanation
        for each in alert.evidence:
            said = f": “{each.excerpt}”" if each.excerpt else ""
            by = f"{each.department} by {each.channel}, {each.role}"
            yield f"{moment(each.occurred_at)} {by}{said} [{each.touchpoint_id}]"
    elif label is not None:
        yield f"{label.customer_id or 'the company'}, about {label.about}: to be known on {moment(label.found_at)}"
        for name in label.touchpoints:
            entry = found.known.get(name)
            words = f"{moment(entry.at)} {who(entry)}, {entry.activity}: {quote(entry)} " if entry is not None else ""
            yield f"{words}[{name}]"
