"""What two runs over the same events tell differently."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import NamedTuple

from ..core.alert import Alert
from ..core.told import shown, told, why_untold


class Gone(NamedTuple):
    """An alert told on one side only; `why` it is not told on the other; of an incident the first of `alerts`."""

    alert: Alert
    why: str
    alerts: int = 1


class Difference(NamedTuple):
    """One symptom at one confidence, before and after the change; `moved` are told on both sides, at another time."""

    symptom: str
    confidence: str
    before: int
    after: int
    disappears: list[Gone]
    appears: list[Gone]
    moved: int


def differences(
    before: Sequence[Alert], after: Sequence[Alert], symptoms: Iterable[str], since: int = 0,
    shadow: tuple[Collection[str], Collection[str]] = ((), ()),
) -> Iterator[Difference]:  # fmt: skip
    """Of each symptom that either side told or suspected from `since` on (epoch milliseconds), in the given order.

    `shadow` names the symptoms that the rules of either side have in shadow.
    """
    for confidence, choose in (("confirmed", told), ("suspected", shown)):
        left, right = ([each for each in choose(side) if each.opened_at >= since] for side in (before, after))
        pairs, only_left, only_right = paired(left, right)
        on_the_left, on_the_right = _Side(before, since, shadow[0]), _Side(after, since, shadow[1])
        for symptom in symptoms:
            mine = [pair for pair in pairs if pair[0].symptom == symptom]
            gone = [_gone(each, on_the_left, on_the_right) for each in only_left if each.symptom == symptom]
            new = [_gone(each, on_the_right, on_the_left) for each in only_right if each.symptom == symptom]
            if mine or gone or new:
                moved = sum(one.opened_at != other.opened_at for one, other in mine)
                sides = (len(mine) + len(gone), len(mine) + len(new))
                yield Difference(symptom, confidence, *sides, gone, new, moved)


def paired(
    left: Sequence[Alert], right: Sequence[Alert]
) -> tuple[list[tuple[Alert, Alert]], list[Alert], list[Alert]]:
    """Pairs of what is the same, and what is on either side only: the same id, else evidence in common."""
    unpaired = {each.alert_id: each for each in right}
    pairs = [(each, unpaired.pop(each.alert_id)) for each in left if each.alert_id in unpaired]
    same = {one.alert_id for one, _ in pairs}
    places = _by_evidence(unpaired.values())
    alone = []
    for each in (each for each in left if each.alert_id not in same):
        twin = next((twin for twin in _alike(each, places) if twin.alert_id in unpaired), None)
        if twin is None:
            alone.append(each)
        else:
            pairs.append((each, unpaired.pop(twin.alert_id)))
    return pairs, alone, list(unpaired.values())


_Places = dict[tuple[str, str], list[Alert]]


def _by_evidence(alerts: Iterable[Alert]) -> _Places:
    places: _Places = defaultdict(list)
    for alert in alerts:
        for each in alert.evidence:
            places[alert.symptom, each.touchpoint_id].append(alert)
    return places


def _alike(alert: Alert, places: _Places) -> Iterator[Alert]:
    """Of the same symptom and customer, with evidence in common."""
    for each in alert.evidence:
        for other in places.get((alert.symptom, each.touchpoint_id), ()):
            if (other.customer_id, other.account) == (alert.customer_id, alert.account):
                yield other


class _Side:
    """All alerts of one run, to ask why one of the other is not told here."""

    def __init__(self, alerts: Sequence[Alert], since: int, shadow: Collection[str]) -> None:
        self.since, self.shadow = since, shadow
        self.places = _by_evidence(alerts)
        self.incidents = Counter(each.incident_id for each in alerts if each.incident_id is not None)

    def why(self, alert: Alert) -> str:
        other = next(_alike(alert, self.places), None)
        if other is None:
            return "not found"
        if other.opened_at < self.since:
            return "told before these days"
        if other.mode == "shadow":
            return "in shadow (mode: shadow)" if other.symptom in self.shadow else "in shadow (maintenance window)"
        if other.incident_id is not None:
            return "told with an incident"
        return why_untold(other) or "told as another alert"


def _gone(alert: Alert, here: _Side, there: _Side) -> Gone:
    return Gone(alert, there.why(alert), here.incidents[alert.incident_id] if alert.incident_id is not None else 1)
