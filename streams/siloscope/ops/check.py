"""The command `check`: tries one's own symptoms on their scenarios, in whatever way the touchpoints arrive."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final, NamedTuple

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from ..core.detection import Detection
from ..core.parameters import BadParameter
from ..core.symptom import Symptom
from ..core.touchpoint import ACTIVITIES, DIRECTIONS
from ..errors import Unusable
from ..patterns.loading import distinct, symptoms_in, text_of, tree
from ..patterns.scenarios import Scenario, read_scenarios
from ..symptoms import detection
from .check_differences import arrived_otherwise, expected_otherwise
from .console import output
from .trial import Failed, Trial
from .trial_ways import WAYS, Way, as_written

_AS_WRITTEN: Final = "as written"
_FEW: Final = 10


class Subject(NamedTuple):
    """A file to check: its symptoms and their scenarios."""

    file: Path
    symptoms: tuple[type[Symptom], ...]
    scenarios: list[Scenario]


def main(files: Sequence[Path]) -> None:
    """Check each file and show what holds; ends with 1 where something does not.

    Raises Unusable for a file that is no symptom, WrongUsage for one that is not there.
    """
    console = output(highlight=False)
    held = [_check(subject(file), console) for file in files]
    if not all(held):
        raise typer.Exit(1)


def subject(file: Path) -> Subject:
    """What there is to check in a file: a pattern with its scenarios, or a Python file with FILE.yml beside it."""
    beside = file.with_suffix(".py")
    if file.suffix in (".yml", ".yaml") and beside.is_file() and isinstance(tree(file).value, list):
        file = beside  # the scenarios were named instead of what they are of
    symptoms = distinct((str(file), each) for each in symptoms_in(file))
    place, under = file, "scenarios" if file.suffix != ".py" else None
    if file.suffix == ".py":
        place = next((each for each in (file.with_suffix(".yml"), file.with_suffix(".yaml")) if each.is_file()), file)
    if place.suffix == ".py":
        raise Unusable(f"{file}: no scenarios: write them into {file.with_suffix('.yml')}")
    scenarios = read_scenarios(text_of(place), str(place), symptoms[0].name, under)
    if not scenarios:
        raise Unusable(f"{place}: no scenarios: write one that is told and one that is not")
    for each in scenarios:
        if each.symptom not in {symptom.name for symptom in symptoms}:
            raise Unusable(f"{place}: scenario {each.name!r}: {file} has no symptom {each.symptom}")
    return Subject(file, symptoms, scenarios)


def _check(what: Subject, console: Console) -> bool:
    for symptom in what.symptoms:
        console.print(_about(symptom, what.file))
    table = Table(box=None, padding=(0, 2, 0, 0), show_edge=False, pad_edge=False, header_style="dim")
    table.add_column("scenario")
    for column in (_AS_WRITTEN, *WAYS):
        table.add_column(column, no_wrap=True)
    wrong: list[str] = []
    failing = 0
    for scenario in what.scenarios:
        outcomes = dict(_outcomes(scenario, what.symptoms))
        table.add_row(
            escape(scenario.name), *("[red]FAILS[/]" if lines else "[green]ok[/]" for lines in outcomes.values())
        )
        failing += any(outcomes.values())
        for column, lines in outcomes.items():
            wrong += [f"[red]{escape(scenario.name)}, {column}:[/] {escape(line)}" for line in lines]
    console.print(table)
    for line in wrong:
        console.print(line, soft_wrap=True)
    console.print(_verdict(what.scenarios, failing) + "\n")
    return not failing


def _about(symptom: type[Symptom], file: Path) -> str:
    kinds = [(activity, direction) for activity in ACTIVITIES for direction in DIRECTIONS]
    wanted = [kind for kind in kinds if symptom.wants(*kind)]
    names = list(dict.fromkeys(activity for activity, _ in wanted))
    of_what = f": {', '.join(names)}" if len(names) <= _FEW else ""
    return (
        f"[bold]{symptom.name}[/] ({escape(str(file))}, version {symptom.version}) is shown {len(wanted)} of "
        f"{len(kinds)} kinds of touchpoints{of_what}"
    )


def _verdict(scenarios: list[Scenario], failing: int) -> str:
    several = "scenario" if len(scenarios) == 1 else "scenarios"
    if failing:
        return f"[red]{failing} of {len(scenarios)} {several} fail{'s' if failing == 1 else ''}[/]"
    said = f"[green]{len(scenarios)} {several} hold{'s' if len(scenarios) == 1 else ''}[/]"
    if not any(each.expect for each in scenarios):
        return said + "; none of them expects an alert: write one that does"
    if all(each.expect for each in scenarios):
        return said + "; each expects an alert: write one that must stay silent, best one that differs in one thing"
    return said


def _outcomes(scenario: Scenario, symptoms: tuple[type[Symptom], ...]) -> Iterator[tuple[str, list[str]]]:
    """By column what is wrong, line by line."""
    try:
        trying = detection(scenario.parameters, symptoms)
    except BadParameter as error:
        raise Unusable(f"scenario {scenario.name!r}: {error}") from None
    first = _tried(as_written, scenario, trying)
    if isinstance(first, str):
        yield _AS_WRITTEN, [first]
        yield from ((column, [first]) for column in WAYS)
        return
    found = first.standing(scenario.until)
    yield _AS_WRITTEN, expected_otherwise(scenario, [each for each in found if each.symptom == scenario.symptom])
    for column, ways in WAYS.items():
        lines: list[str] = []
        for way in ways:
            trial = _tried(way, scenario, trying)
            if isinstance(trial, str):
                lines.append(trial)
            else:
                lines += arrived_otherwise(found, trial.standing(scenario.until))
        yield column, list(dict.fromkeys(lines))


def _tried(way: Way, scenario: Scenario, trying: Detection) -> Trial | str:
    """The trial, with its time up; or what a symptom did wrong."""
    try:
        trial = way(scenario, trying)
        trial.tick(scenario.until)
        return trial
    except Failed as error:
        return str(error)
