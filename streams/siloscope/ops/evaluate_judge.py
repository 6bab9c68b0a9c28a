"""What was put in against what was told: which labels were found, when, and which alerts are false.

What counts is in docs/adr/0015-what-counts-as-found.md.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from math import ceil, sqrt
from statistics import NormalDist
from typing import Final, Literal, NamedTuple

from msgspec.structs import replace

from ..core.alert import Alert
from ..core.incident import Incident
from .simulate_scene import Label

INCIDENT: Final = "incident:"
Sureness = Literal["confirmed", "suspected", "all"]
_Z: Final = NormalDist().inv_cdf(0.975)  # 95 %, two-sided


class Share(NamedTuple):
    """`hits` of `of`, and the bounds between which the true share lies with 95 % confidence."""

    hits: int
    of: int

    @property
    def value(self) -> float | None:
        """Between 0 and 1; None of nothing."""
        return self.hits / self.of if self.of else None

    @property
    def bounds(self) -> tuple[float, float]:
        """Wilson's score interval (E. B. Wilson, Journal of the American Statistical Association 22, 1927, p. 209)."""
        if not self.of:
            return (0.0, 1.0)
        p, n = self.hits / self.of, self.of
        middle, half = p + _Z**2 / (2 * n), _Z * sqrt(p * (1 - p) / n + _Z**2 / (4 * n**2))
        scale = 1 + _Z**2 / n
        # At its ends the interval touches 0 and 1; the sum of floats may not.
        low = 0.0 if self.hits == 0 else (middle - half) / scale
        return (low, 1.0 if self.hits == n else (middle + half) / scale)


class Found(NamedTuple):
    """A label and the alert that found it."""

    label: Label
    alert: Alert

    @property
    def delay(self) -> int:
        """From when it could be known to when it was opened, in milliseconds of event time."""
        return self.alert.opened_at - self.label.found_at

    @property
    def sure(self) -> bool:
        """Whether the alert is as sure as the label says it can be."""
        return self.alert.confidence == "confirmed" or self.label.confidence == "suspected"


class FalseAlarm(NamedTuple):
    """An alert on nothing that was put in; `near` is the near miss it fell for, None where there was none."""

    alert: Alert
    near: Label | None

    @property
    def story(self) -> str:
        """What it fell for."""
        return self.near.story if self.near is not None else "(nothing was put in)"


class Judgement(NamedTuple):
    """All labels and alerts, each in one place; of near misses all, told or not.

    `again` are further alerts on a label that another alert found first: neither right nor false. `later` are labels
    whose moment lies after the end of the events: neither found nor missed.
    """

    found: list[Found]
    missed: list[Label]
    false: list[FalseAlarm]
    again: list[Alert]
    later: list[Label]
    near: list[Label]


class Score(NamedTuple):
    """The figures of one symptom at one confidence; delays in milliseconds, ascending.

    `near` is how many alerts fell for one of how many near misses.
    """

    symptom: str
    confidence: Sureness
    recall: Share
    precision: Share
    again: int
    near: Share
    delays: tuple[int, ...]

    def delay(self, share: float) -> int | None:
        """The delay that `share` of the found did not exceed (nearest rank), in milliseconds."""
        return self.delays[ceil(share * len(self.delays)) - 1] if self.delays else None


def judge(
    alerts: Sequence[Alert], labels: Iterable[Label], until: int | None = None, incidents: Iterable[Incident] = ()
) -> Judgement:
    """Match alerts with labels; `until` (epoch milliseconds) is how far time went, None: as far as any label says.

    `incidents` say of what the incidents are that alerts name; without them the first alert does.
    """
    wanted, near, later = _sorted(labels, until)
    told: list[list[Alert]] = [[] for _ in wanted]
    of_wanted, of_near = _by_touchpoint(wanted), _by_touchpoint(near)
    false: dict[str, FalseAlarm] = {}
    again: dict[str, Alert] = {}
    for alert in (*alerts, *_incidents(alerts, {each.incident_id: each for each in incidents})):
        hit = _matching(alert, wanted, of_wanted)
        for number in hit:
            told[number].append(alert)
        if not hit:
            fell_for = next((near[number] for number in _matching(alert, near, of_near)), None)
            if fell_for is None and alert.symptom.startswith(INCIDENT) and not _holds_one(alert, alerts, false):
                again[alert.alert_id] = alert  # nobody labelled it, but all that it holds is right
            else:
                false[alert.alert_id] = FalseAlarm(alert, fell_for)
    found = [Found(label, _finder(label, several)) for label, several in zip(wanted, told, strict=True) if several]
    finders = {each.alert.alert_id for each in found}
    again |= {each.alert_id: each for several in told for each in several if each.alert_id not in finders}
    missed = [label for label, several in zip(wanted, told, strict=True) if not several]
    return Judgement(found, missed, [*false.values()], [*again.values()], later, near)


def _incidents(alerts: Sequence[Alert], known: Mapping[str, Incident]) -> Iterator[Alert]:
    """Each incident as one alert on `incident:SYMPTOM`, with the evidence of all its alerts, opened when it was one."""
    held: dict[str, list[Alert]] = defaultdict(list)
    for each in alerts:
        if each.incident_id is not None:
            held[each.incident_id].append(each)
    for name, several in held.items():
        first = min(several, key=lambda each: (each.opened_at, each.alert_id))
        said = known.get(name)
        yield replace(
            first, alert_id=name, symptom=INCIDENT + (said or first).symptom, customer_id="",
            opened_at=(said or first).opened_at, evidence=tuple(part for each in several for part in each.evidence),
        )  # fmt: skip


def _holds_one(incident: Alert, alerts: Iterable[Alert], false: Mapping[str, FalseAlarm]) -> bool:
    return any(each.incident_id == incident.alert_id and each.alert_id in false for each in alerts)


def _sorted(labels: Iterable[Label], until: int | None) -> tuple[list[Label], list[Label], list[Label]]:
    wanted, near, later = [], [], []
    for each in labels:
        if not each.expected:
            near.append(each)
        elif until is not None and each.found_at > until:
            later.append(each)
        else:
            wanted.append(each)
    return wanted, near, later


_Places = dict[tuple[str, str], list[int]]


def _by_touchpoint(labels: Iterable[Label]) -> _Places:
    """Which labels, by their number, are of this symptom and rest on this touchpoint."""
    found: _Places = defaultdict(list)
    for number, label in enumerate(labels):
        for each in label.touchpoints:
            found[label.symptom, each].append(number)
    return found


def _matching(alert: Alert, labels: Sequence[Label], places: _Places) -> list[int]:
    """Those of the same symptom and the same customer or account that have a touchpoint in common."""
    numbers = {number for each in alert.evidence for number in places.get((alert.symptom, each.touchpoint_id), ())}
    return sorted(number for number in numbers if _same_customer(alert, labels[number]))


def _same_customer(alert: Alert, label: Label) -> bool:
    """An incident has many customers, of whom the label names one."""
    if alert.symptom.startswith(INCIDENT):
        return True
    return label.customer_id == alert.customer_id or (label.account is not None and label.account == alert.account)


def _finder(label: Label, alerts: Sequence[Alert]) -> Alert:
    """The first alert that is as sure as the label; where none is, the first."""
    return min(alerts, key=lambda each: (not Found(label, each).sure, each.opened_at, each.alert_id))


def scores(judged: Judgement, symptoms: Iterable[str]) -> Iterator[Score]:
    """Of each symptom that was labelled or told: confirmed, suspected, and both where both occur; incidents last."""
    names = list(symptoms)
    for symptom in (*names, *(INCIDENT + name for name in names)):
        kinds = [_score(judged, symptom, kind) for kind in ("confirmed", "suspected")]
        kinds = [each for each in kinds if each.recall.of or each.precision.of or each.again]
        yield from kinds
        if len(kinds) > 1:
            yield _score(judged, symptom, "all")


def _score(judged: Judgement, symptom: str, kind: Sureness) -> Score:
    """A confirmed label that only a suspected alert found is found, but not as confirmed."""

    def counts(each: Alert | Label) -> bool:
        return each.symptom == symptom and kind in ("all", each.confidence)

    found = [each for each in judged.found if counts(each.label) and (kind == "all" or each.sure)]
    missed = sum(map(counts, judged.missed)) + sum(
        counts(each.label) and kind != "all" and not each.sure for each in judged.found
    )
    right = len({each.alert.alert_id for each in judged.found if counts(each.alert)})
    false = [each for each in judged.false if counts(each.alert)]
    return Score(
        symptom,
        kind,
        Share(len(found), len(found) + missed),
        Share(right, right + len(false)),
        sum(map(counts, judged.again)),
        Share(sum(each.near is not None for each in false), sum(each.symptom == symptom for each in judged.near)),
        tuple(sorted(each.delay for each in found)),
    )
