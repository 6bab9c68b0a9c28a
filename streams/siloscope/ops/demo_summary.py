"""The demo's last words: what was told and what is in the store, was it right, how fast, where to look next."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any, NamedTuple

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from siloscope.core.alert import Alert
from siloscope.core.incident import Incident
from siloscope.core.words import counted
from siloscope.ops.evaluate_judge import judge
from siloscope.ops.simulate_scene import Label
from siloscope.ops.telling import Narrator
from siloscope.symptoms import ALL


class Outcome(NamedTuple):
    """What a run of the demo came to.

    `why` is what was wrong with the first line `refused`, `stored` what the store says (None: there is none), `took`
    the milliseconds from sending to alert, `labels` what was put in on purpose (None: one's own log), `next_steps` what
    to try.
    """

    narrator: Narrator
    sent: int
    refused: int
    why: str
    letters: Counter[str]
    stored: dict[str, Any] | None
    took: list[float]
    labels: list[Label] | None
    next_steps: list[str]


def show(console: Console, outcome: Outcome) -> None:
    """Print it."""
    standing = [alert for alert in outcome.narrator.alerts.values() if alert.status != "retracted"]
    console.print()
    console.print(_by_symptom(standing, outcome.stored))
    for line in _lines(standing, outcome):
        console.print(line, highlight=False)


def _by_symptom(standing: list[Alert], stored: dict[str, Any] | None) -> Table:
    told = Counter(alert.symptom for alert in standing)
    critical = Counter(alert.symptom for alert in standing if alert.severity == "critical")
    open_ones = Counter(alert.symptom for alert in standing if alert.resolved_at is None)
    kept = stored["alerts"] if stored else {}
    table = Table("what customers suffered from", "told live", "in the store", "critical", "still open", box=None)
    for column in table.columns[1:]:
        column.justify = "right"
    for name in [symptom.name for symptom in ALL]:
        counts = (told[name], kept.get(name, 0) if stored else "–", critical[name], open_ones[name])
        table.add_row(name.replace("_", " "), *(str(count) for count in counts))
    total = sum(kept.values()) if stored else "–"
    table.add_row(
        "together", str(len(standing)), str(total), str(critical.total()), str(open_ones.total()), style="bold"
    )
    return table


def _lines(standing: list[Alert], outcome: Outcome) -> Iterable[str]:
    stored = outcome.stored
    in_store = f"; {stored['touchpoints']:,} in the store" if stored else ""
    why = escape(outcome.why)
    refused = f"; {counted(outcome.refused, 'line')} of the log refused ({why})" if outcome.refused else ""
    yield ""
    yield f"{counted(outcome.sent, 'touchpoint')} sent{in_store}{refused}"
    yield f"{counted(len(outcome.narrator.warnings), 'handoff')} announced to the receiving department" + (
        f"; {stored['warnings']:,} in the store" if stored else ""
    )
    incidents = sum(incident.status != "retracted" for incident in outcome.narrator.incidents.values())
    if incidents:
        yield f"{counted(incidents, 'incident')}: one cause, many customers" + (
            f"; {stored['incidents']:,} in the store" if stored else ""
        )
    if outcome.letters:
        why = ", ".join(f"{count} {reason}" for reason, count in outcome.letters.most_common())
        yield f"{outcome.letters.total():,} records were no touchpoints and are kept whole as dead letters ({why})"
    if outcome.labels:
        yield _judgement(standing, outcome.labels, outcome.narrator.incidents.values())
    if len(outcome.took) >= 5:
        took = sorted(outcome.took)
        yield (
            f"from a touchpoint to its alert: half within {took[len(took) // 2]:.0f} ms, the slowest {took[-1]:.0f} ms "
            f"({len(took)} alerts, this machine, this run)"
        )
    yield ""
    yield from outcome.next_steps


def _judgement(standing: list[Alert], labels: list[Label], incidents: Iterable[Incident]) -> str:
    """How many of those put in were found, and whether anything else was."""
    judged = judge(standing, labels, None, incidents)
    found, put_in = len(judged.found), len(judged.found) + len(judged.missed)
    fallen_for = {id(each.near) for each in judged.false if each.near is not None}
    foreign = sum(each.near is None for each in judged.false)
    return (
        f"{found} of the {put_in} symptoms and incidents that were put in were found, "
        f"{len(fallen_for)} of {len(judged.near)} near misses were taken for one, "
        f"{counted(foreign, 'alert')} on anything else"
    )
