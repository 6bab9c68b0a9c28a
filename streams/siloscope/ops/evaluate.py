"""`siloscope evaluate`: alerts against labels. Precision, recall and delay of each symptom, and the worst mistakes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence, Set
from pathlib import Path
from typing import Final

import msgspec
from rich.console import Console

from ..core.alert import Alert
from ..core.detection import Detection
from ..core.touchpoint import Entry, Touchpoint, entry_of
from ..core.words import listed
from ..errors import WrongUsage
from ..garbage import collect_seldom
from ..sources import touchpoints
from ..sources.mapping import load
from ..symptoms import ALL
from ..wire import Clock
from .console import output
from .evaluate_judge import INCIDENT, judge
from .evaluate_labels import alerts_of, incidents_beside, labels_of
from .evaluate_mistakes import Evaluation, as_json, evaluated
from .evaluate_picture import drawn
from .evaluate_shown import show
from .progress import progress
from .replay import CHUNK, Replay, make_directory, time_of, watching, write_lines
from .simulate_scene import Label

WORST: Final = 5  # kinds of mistakes shown of each sort


def main(
    files: Sequence[str], labels: Path, alerts: Path | None, rules: Path | None, settings: Sequence[str],
    mapping: str | None, until: str | None, out: Path | None, worst: int = WORST,
) -> None:  # fmt: skip
    """Print the table and the worst mistakes; write `evaluation.json` and `.svg` to `out`. Raises Unusable."""
    if not files and alerts is None:
        raise WrongUsage("evaluate needs the events (to replay them), or --alerts FILE as `siloscope replay` wrote it")
    watch, end = watching(settings, rules), time_of(until) if until is not None else None
    watched = [symptom.name for symptom in watch.symptoms]
    names = list(dict.fromkeys([*watched, *(each.name for each in ALL)]))
    labelled = labels_of(labels, names)
    earlier = [] if alerts is None else alerts_of(alerts, names)
    told = {each.symptom for each in earlier}  # by the rules of that time
    idle = {name: lacks for name in watched if name not in told and (lacks := watch.idle(name)) is not None}
    wanted = [each for each in labelled if (of := each.symptom.removeprefix(INCIDENT)) in watched and of not in idle]
    events = _events(files, mapping)
    if alerts is None:
        found, _ = replayed(events, wanted, watch, end)
    else:
        judged = judge(earlier, wanted, end, incidents_beside(alerts))
        found = evaluated(judged, watched, _named(events, wanted), {})
    if out is not None:
        make_directory(out)
        write_lines(out / "evaluation.json", [msgspec.json.format(msgspec.json.encode(as_json(found)), indent=2)])
        write_lines(out / "evaluation.svg", [drawn(found.scores).encode()])
    console = output()
    _say_what_does_not_count({each.symptom.removeprefix(INCIDENT) for each in labelled}, watched, idle, console)
    show(found, console, worst)


def _say_what_does_not_count(
    labelled: Set[str], watched: Collection[str], idle: Mapping[str, str], console: Console
) -> None:
    if off := sorted(labelled - {*watched}):
        console.print(f"Labels of {listed(off)} do not count: switched off by the rules.", style="dim")
    for name in sorted(labelled & idle.keys()):
        why = f"{name} watches nothing: it has no {idle[name]}; simulate --rules FILE writes the company's"
        console.print(why, style="yellow", soft_wrap=True)


def _events(files: Sequence[str], mapping: str | None) -> Iterator[Touchpoint | Clock]:
    """What the files say; what is no touchpoint is left out."""
    collect_seldom()
    mapped = load(mapping) if mapping is not None else None
    with progress("evaluate", "touchpoints") as advance:
        for path in files:
            for number, _, found in touchpoints(path, mapped):
                if isinstance(found, Touchpoint | Clock):
                    yield found
                if number % CHUNK == 0:
                    advance(CHUNK)


def replayed(
    recorded: Iterable[Touchpoint | Clock], labels: Sequence[Label], watch: Detection, until: int | None
) -> tuple[Evaluation, list[Alert]]:
    """Touchpoints replayed to `until` (epoch ms; None: the last one) and compared; also the alerts that stand then."""
    run = Replay(watch)

    def shown() -> Iterator[Touchpoint | Clock]:
        for each in recorded:
            run.take(each)
            yield each

    known = _named(shown(), labels)
    run.close(until)
    alerts, failed = run.alerts(), [each.message for _, each in run.refused if each.reason == "symptom_failed"]
    judged = judge(alerts, labels, run.partition.now, run.incidents())
    return evaluated(judged, [each.name for each in watch.symptoms], known, Counter(failed)), alerts


def _named(events: Iterable[Touchpoint | Clock], labels: Iterable[Label]) -> dict[str, Entry]:
    """The touchpoints that labels name, by their ids; reads all events."""
    wanted = {each for label in labels for each in label.touchpoints}
    return {
        each.touchpoint_id: entry_of(each)
        for each in events
        if isinstance(each, Touchpoint) and each.touchpoint_id in wanted
    }
