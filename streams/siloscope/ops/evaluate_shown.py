"""An evaluation on a terminal: the table, its colours, and the worst mistakes in words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final

from rich.console import Console
from rich.table import Column, Table
from rich.text import Text

from ..core.words import length, moment, quote, who
from .evaluate_judge import Score, Share

if TYPE_CHECKING:
    from .evaluate_mistakes import Evaluation, Mistake

PRECISION: Final = {"confirmed": 0.99, "suspected": 0.90}  # what is to be reached
RECALL: Final = {"confirmed": 0.98}
_LEGEND: Final = (
    "In brackets: where the true value lies with 95 % confidence. Green: reached (precision: confirmed 99 %, suspected "
    "90 %; recall: confirmed 98 %); yellow: not reached, but with so few it may be chance; red: below. Again: further "
    "alerts on what another had found, neither right nor false."
)


def show(found: Evaluation, console: Console, worst: int) -> None:
    """Print the table, then `worst` kinds of false alarms and of misses with an example of each."""
    console.print(_table(found.scores))
    console.print(Text(_LEGEND, style="dim"))
    if found.later:
        console.print(Text(f"{found.later:,} labels lie after the end of the events: not counted.", style="dim"))
    for message, times in found.failed.items():
        console.print(Text(f"{times:,} times: {message}", style="bold red"))
    _worst(console, "False alarms", found.false, worst, found)
    _worst(console, "Missed", found.missed, worst, found)


def _table(scores: Sequence[Score]) -> Table:
    table = Table(Column("symptom", no_wrap=True), Column(no_wrap=True), box=None, pad_edge=False)
    for name in ("found", "recall", "right", "precision", "near misses told", "again", "delay: median", "95 %"):
        table.add_column(name, justify="right")
    before = None
    for each in scores:
        table.add_row(
            each.symptom.replace("_", " ") if each.symptom != before else "",
            each.confidence,
            _counts(each.recall),
            judged(each.recall, RECALL.get(each.confidence)),
            _counts(each.precision),
            judged(each.precision, PRECISION.get(each.confidence)),
            _counts(each.near),
            str(each.again or ""),
            lag(each.delay(0.5)),
            lag(each.delay(0.95)),
        )
        before = each.symptom
    return table


def _counts(share: Share) -> str:
    return f"{share.hits:,} of {share.of:,}" if share.of else "–"


def judged(share: Share, target: float | None) -> Text:
    """The share in per cent with its bounds, coloured by what was to be reached."""
    return Text(percent(share), style=_COLOURS[verdict(share, target)])


_COLOURS: Final = {None: "", "reached": "green", "perhaps": "yellow", "below": "bold red"}


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


def _floor(value: float) -> str:
    text = f"{int(value * 1000 + 1e-9) / 10:.1f}"
    return text.removesuffix(".0")


def lag(delay: int | None) -> str:
    """A delay in words; `early` where the alert came before the label's moment."""
    if delay is None:
        return "–"
    return "at once" if delay == 0 else length(delay) if delay > 0 else f"{length(-delay)} early"


def _worst(console: Console, title: str, mistakes: Sequence[Mistake], worst: int, found: Evaluation) -> None:
    total = sum(each.number for each in mistakes)
    console.print()
    console.print(Text(f"{title}: {total:,}" if total else f"{title}: none", style="bold"))
    for each in mistakes[:worst]:
        console.print(Text.assemble("  ", (f"{each.number:,} ×", "bold"), " ", *_head(each)))
        for line in _example(each, found):
            console.print(Text(f"      {line}"), soft_wrap=True)
    if len(mistakes) > worst:
        console.print(Text(f"  … and {len(mistakes) - worst} other kinds; --worst shows more", style="dim"))


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
