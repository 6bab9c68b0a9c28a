"""`siloscope evaluate`: alerts against labels. Precision, recall and delay of each symptom, and the worst mistakes."""

from __future__ import annotations

import gc
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

import msgspec
from rich.console import Console

from ..core.alert import Alert
from ..core.detection import Detection
from ..core.rejected import Rejected
from ..core.touchpoint import Entry, Touchpoint, entry_of
from ..core.words import listed
from ..errors import WrongUsage
from ..sources import touchpoints
from ..sources.mapping import load
from ..symptoms import ALL
from .evaluate_judge import INCIDENT, FalseAlarm, Judgement, Score, Share, judge, scores
from .evaluate_labels import alerts_of, incidents_beside, labels_of
from .evaluate_picture import drawn
from .evaluate_shown import show
from .progress import progress
from .replay import CHUNK, Replay, make_directory, time_of, watching, write_lines
from .simulate_scene import Label

PIPE_WIDTH: Final = 170  # columns, where there is no terminal to ask
WORST: Final = 5  # kinds of mistakes shown of each sort
EXAMPLES: Final = 20  # kinds of mistakes in the JSON


class Mistake(NamedTuple):
    """Mistakes of one kind: how many, and one of them. Without an alert it was missed.

    `told` says of a missed one whether a merely suspected alert was on it.
    """

    symptom: str
    confidence: str
    story: str
    why: str
    number: int
    alert: Alert | None
    label: Label | None
    told: bool = False


class Evaluation(NamedTuple):
    """What a comparison of alerts with labels came to; `known` are the labels' touchpoints as the events had them.

    `failed` says how often a symptom failed on a touchpoint, by what it said: the figures are then not to be trusted.
    """

    scores: list[Score]
    false: list[Mistake]
    missed: list[Mistake]
    later: int
    known: Mapping[str, Entry]
    failed: Mapping[str, int]


def main(
    files: Sequence[str], labels: Path, alerts: Path | None, rules: Path | None, settings: Sequence[str],
    mapping: str | None, until: str | None, out: Path | None, worst: int = WORST,
) -> None:  # fmt: skip
    """Print the table and the worst mistakes; write `evaluation.json` and `.svg` to `out`. Raises Unusable."""
    if not files and alerts is None:
        raise WrongUsage("evaluate needs the events (to replay them), or --alerts FILE as `siloscope replay` wrote it")
    watch, end = watching(settings, rules), time_of(until) if until is not None else None
    names = [symptom.name for symptom in watch.symptoms]
    known_names = list(dict.fromkeys([*names, *(each.name for each in ALL)]))
    labelled = labels_of(labels, known_names)
    wanted = [each for each in labelled if each.symptom.removeprefix(INCIDENT) in names]
    told = alerts_of(alerts, known_names) if alerts is not None else None
    run, known = Replay(watch), {}
    if files:
        known = _read(files, run if told is None else None, mapping, wanted)
    if told is None or alerts is None:
        run.close(end)
        told, end, incidents = run.alerts(), run.partition.now, run.incidents()
    else:
        incidents = incidents_beside(alerts)
    found = evaluated(judge(told, wanted, end, incidents), names, known, failures(run))
    if out is not None:
        make_directory(out)
        write_lines(out / "evaluation.json", [msgspec.json.format(msgspec.json.encode(as_json(found)), indent=2)])
        write_lines(out / "evaluation.svg", [drawn(found.scores).encode()])
    console = Console()
    if off := sorted({each.symptom for each in labelled} - {each.symptom for each in wanted}):
        console.print(f"Labels of {listed(off)} do not count: the rules switch it off.", style="dim")
    show(found, console if console.is_terminal else Console(width=PIPE_WIDTH), worst)


def _read(files: Sequence[str], run: Replay | None, mapping: str | None, labels: Iterable[Label]) -> dict[str, Entry]:
    """Show the events to the detection, if any; answers the touchpoints that labels name."""
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)  # as for a replay: what is there stays
    named = {each for label in labels for each in label.touchpoints}
    known: dict[str, Entry] = {}
    mapped = load(mapping) if mapping is not None else None
    with progress("evaluate", "touchpoints") as advance:
        for path in files:
            for number, _, found in touchpoints(path, mapped):
                if isinstance(found, Rejected):
                    continue
                if run is not None:
                    run.take(found)
                if isinstance(found, Touchpoint) and found.touchpoint_id in named:
                    known[found.touchpoint_id] = entry_of(found)
                if number % CHUNK == 0:
                    advance(CHUNK)
    return known


def replayed(
    recorded: Iterable[Touchpoint], labels: Sequence[Label], watch: Detection, until: int
) -> tuple[Evaluation, list[Alert]]:
    """Touchpoints from code replayed to `until` (epoch milliseconds) and compared; also the alerts that stand then."""
    named = {each for label in labels for each in label.touchpoints}
    run, known = Replay(watch), {}
    for touchpoint in recorded:
        run.take(touchpoint)
        if touchpoint.touchpoint_id in named:
            known[touchpoint.touchpoint_id] = entry_of(touchpoint)
    run.close(until)
    alerts = run.alerts()
    names = [each.name for each in watch.symptoms]
    return evaluated(judge(alerts, labels, until, run.incidents()), names, known, failures(run)), alerts


def failures(run: Replay) -> Counter[str]:
    """How often a symptom failed on a touchpoint, by what it said."""
    return Counter(refused.message for _, refused in run.refused if refused.reason == "symptom_failed")


def evaluated(
    judged: Judgement, symptoms: Sequence[str], known: Mapping[str, Entry], failed: Mapping[str, int]
) -> Evaluation:
    """The figures of a judgement, and its mistakes by kind, the worst first."""
    figures, later = [*scores(judged, symptoms)], len(judged.later)
    return Evaluation(figures, _false(judged.false), _missed(judged), later, known, failed)


_GRAVE: Final = {"critical": 0, "warning": 1, "info": 2}


def _false(alarms: Iterable[FalseAlarm]) -> list[Mistake]:
    """Confirmed before suspected, grave before light, many before few."""
    ordered = sorted(alarms, key=lambda each: (_GRAVE[each.alert.severity], each.alert.opened_at, each.alert.alert_id))
    kinds: dict[tuple[str, str, str], list[FalseAlarm]] = {}
    for each in ordered:
        kinds.setdefault((each.alert.symptom, each.alert.confidence, each.story), []).append(each)
    mistakes = [
        Mistake(*kind, each[0].near.why if each[0].near else "", len(each), each[0].alert, each[0].near)
        for kind, each in kinds.items()
    ]
    grave = {kind[:3]: _GRAVE[each[0].alert.severity] for kind, each in kinds.items()}
    return sorted(mistakes, key=lambda each: (each.confidence, grave[each[:3]], -each.number, each.symptom))


def _missed(judged: Judgement) -> list[Mistake]:
    """Many before few; those on which at least a suspected alert was told after those with none."""
    labels = [(label, False) for label in judged.missed] + [
        (each.label, True) for each in judged.found if not each.sure
    ]
    counts = Counter((label.symptom, label.story, told) for label, told in labels)
    first: dict[tuple[str, str, bool], Label] = {}
    for label, told in labels:
        first.setdefault((label.symptom, label.story, told), label)
    mistakes = [
        Mistake(label.symptom, label.confidence, label.story, label.why, counts[kind], None, label, kind[2])
        for kind, label in first.items()
    ]
    return sorted(mistakes, key=lambda each: (each.told, each.confidence, -each.number, each.symptom))


def as_json(found: Evaluation) -> dict[str, Any]:
    """The evaluation as JSON has it: shares between 0 and 1 with their bounds, delays in milliseconds."""
    return {
        "symptoms": [
            {
                "symptom": each.symptom, "confidence": each.confidence, "recall": _share(each.recall),
                "precision": _share(each.precision), "more_of_the_same": each.again,
                "near_misses": {"told": each.near.hits, "of": each.near.of},
                "delay_ms": {"median": each.delay(0.5), "p95": each.delay(0.95)},
            }
            for each in found.scores
        ],
        "false_alarms": [_mistake(each) for each in found.false[:EXAMPLES]],
        "missed": [_mistake(each) for each in found.missed[:EXAMPLES]],
        "labels_after_the_end": found.later,
        "failed": dict(found.failed),
    }  # fmt: skip


def _share(share: Share) -> dict[str, Any]:
    low, high = share.bounds
    return {"hits": share.hits, "of": share.of, "value": share.value, "low": low, "high": high}


def _mistake(mistake: Mistake) -> dict[str, Any]:
    alert, label = mistake.alert, mistake.label
    example: dict[str, Any] = {}
    if alert is not None:
        example = {name: getattr(alert, name) for name in ("customer_id", "alert_id", "title", "explanation")}
        example["touchpoints"] = [each.touchpoint_id for each in alert.evidence]
    elif label is not None:
        example = {"customer_id": label.customer_id, "touchpoints": label.touchpoints}
    kind = {name: getattr(mistake, name) for name in ("symptom", "confidence", "story", "why", "number")}
    return kind | ({} if alert is not None else {"suspected_only": mistake.told}) | {"example": example}
