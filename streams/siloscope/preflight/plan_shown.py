"""A planned rule's trial, shown: on a terminal, as a page, as JSON."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import msgspec
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from rich.table import Column, Table
from rich.text import Text

from .. import panels
from ..core.touchpoint import DAY
from ..core.words import counted, day
from ..digest.say import hours
from ..digest.say import name as spoken
from ..errors import Unusable, WrongUsage
from ..ops.backtest_difference import Gone
from ..ops.console import output
from ..ops.replay import make_directory
from ..wire import rfc3339
from .plan_trial import Row, Tried

EXAMPLES: Final = 3  # of each symptom and department


def check_out(out: Path | None) -> None:
    """Raise WrongUsage or Unusable where the trial cannot be written to `out`."""
    if out is None:
        return
    if out.suffix not in (".html", ".json"):
        raise WrongUsage(f"--out {out}: name a file that ends with .html or .json")
    make_directory(out.parent)


def write(found: Tried, out: Path) -> None:
    """Write it as a page or as JSON; raises Unusable."""
    made = page(found).encode() if out.suffix == ".html" else msgspec.json.format(_json(found), indent=2)
    try:
        out.write_bytes(made)
    except OSError as error:
        raise Unusable(f"cannot write {out}: {error.strerror}; name another file with --out") from None


def said(found: Tried) -> list[str]:
    """The trial in a few sentences, the most important first."""
    over = counted(max(1, round(found.span / DAY)), "day")
    begun = f"In {over} up to {day(found.until)} it would have begun {counted(found.begun, 'time')}"
    if not found.begun:
        return [f"{begun}: nothing that happened fits its `after`. Look at the activity and segments it names."]
    sentences = [
        f"{begun}, with {counted(found.customers, 'customer')}, and added {counted(found.added, 'touchpoint')}.",
        f"{counted(found.hurt, 'customer')} would have been hurt who were not." if found.hurt else
        "Nobody would have been hurt who was not, as far as the symptoms see.",
    ]  # fmt: skip
    if found.waiting is None:
        sentences.append("It begins a wait that it does not end: add the wait_ended or approval_decided you expect.")
    elif found.waiting:
        sentences.append(f"Its own waits and approvals take {hours(found.waiting)} of customers' time.")
    before, after = found.minutes
    if before != after:
        sentences.append(f"What customers lost by symptoms goes from {hours(before)} to {hours(after)}.")
    same = sum(row.before for row in found.rows) - sum(row.before for row in found.changed)
    if same and found.changed:
        sentences.append(f"Below is what differs; {counted(same, 'other alert')} would be as they were.")
    return sentences


# -- on a terminal


def show(found: Tried) -> None:
    """Print it."""
    console = output(highlight=False)
    console.print(Text(found.plan, style="bold"))
    for sentence in said(found):
        console.print(Text(sentence))
    if not found.changed:
        return
    right: Any = {"justify": "right", "no_wrap": True}
    figures = [Column(name, **right) for name in ("without", "with", "new", "gone", "lost")]
    table = Table(Column("symptom", no_wrap=True), "should act", "", *figures, box=None)
    for row in found.changed:
        new, gone = Text(f"+{len(row.appears):,}", "red"), Text(f"−{len(row.disappears):,}", "green")
        table.add_row(
            row.symptom, row.department, kind(row), f"{row.before:,}", f"{row.after:,}", new if row.appears else "",
            gone if row.disappears else "", lost(row),
        )  # fmt: skip
    console.print(table)
    for row in found.changed:
        for each in row.appears[:EXAMPLES]:
            console.print(Text.assemble(("+ ", "red"), example(each)), soft_wrap=True)


def kind(row: Row) -> str:
    """Whether its alerts are told."""
    return "told" if row.confidence == "confirmed" else "suspected"


def lost(row: Row) -> str:
    """What customers lose by it more than without."""
    more = row.minutes_after - row.minutes_before
    return "" if more == 0 else f"{'+' if more > 0 else '−'}{hours(abs(more))}"


def example(gone: Gone) -> str:
    """One of the alerts, in a line."""
    alert = gone.alert
    several = f" ({gone.alerts} alerts of one incident)" if gone.alerts > 1 else ""
    return f"{alert.symptom}, {alert.customer_id or 'the company'}: {alert.title}{several}"


# -- for others


def page(found: Tried) -> str:
    """As one HTML page, nothing fetched."""
    here = [Path(__file__).parent, Path(panels.__file__).parent]
    made = Environment(loader=FileSystemLoader(here), autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    return made.get_template("plan.html").render(
        found=found, said=said(found), kind=kind, lost=lost, name=spoken, counted=counted, examples=EXAMPLES
    )


def _json(found: Tried) -> bytes:
    whole = found._asdict() | {
        "until": rfc3339(found.until), "days": round(found.span / DAY, 3), "hurt": found.hurt,
        "rows": [_row(row) for row in found.rows],
    }  # fmt: skip
    del whole["span"]
    return msgspec.json.encode(whole)


def _row(row: Row) -> dict[str, Any]:
    return row._asdict() | {"appears": list(map(_gone, row.appears)), "disappears": list(map(_gone, row.disappears))}


def _gone(gone: Gone) -> dict[str, Any]:
    alert = gone.alert
    named = ("alert_id", "customer_id", "severity", "title", "explanation")
    return {name: getattr(alert, name) for name in named} | {
        "opened_at": rfc3339(alert.opened_at), "alerts": gone.alerts,
        "touchpoints": [each.touchpoint_id for each in alert.evidence],
    }  # fmt: skip
