"""An evaluation: the figures, and the mistakes by what they are about, the worst first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple

from ..core.alert import Alert
from ..core.touchpoint import Entry
from .evaluate_judge import FalseAlarm, Judgement, Score, Share, scores
from .simulate_scene import Label

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
