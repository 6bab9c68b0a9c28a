"""`siloscope backtest`: what would a change of rules or parameters have told over the last days, as a difference."""

from __future__ import annotations

import gc
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

import msgspec
from rich.console import Console

from ..core.alert import Alert
from ..core.detection import Detection
from ..core.rejected import Rejected
from ..core.touchpoint import DAY, Touchpoint, customer_of
from ..errors import WrongUsage
from ..settings import Settings
from ..sources import touchpoints
from ..sources.mapping import load
from ..wire import rfc3339
from .backtest_shown import show
from .evaluate_told import shown, told, weekly, why_untold
from .progress import progress
from .replay import Replay, make_directory, watching, write_lines

PIPE_WIDTH: Final = 170  # columns, where there is no terminal to ask
EXAMPLES: Final = 3  # of each symptom, of what appears and of what disappears
_STEP: Final = 1_000  # touchpoints between two words to the progress bar


class Gone(NamedTuple):
    """An alert told on one side only; `why` it is not told on the other."""

    alert: Alert
    why: str


class Difference(NamedTuple):
    """One symptom at one confidence, before and after the change; `moved` are told on both sides, at another time."""

    symptom: str
    confidence: str
    before: int
    after: int
    disappears: list[Gone]
    appears: list[Gone]
    moved: int


class Backtest(NamedTuple):
    """All differences, for `customers` over the `span` (milliseconds) up to `until` (epoch milliseconds)."""

    differences: list[Difference]
    customers: int
    span: int
    until: int


def main(
    files: Sequence[str], mapping: str | None, store: Settings | None, settings: Sequence[str], rules: Path | None,
    against: Path | None, days: int | None, out: Path | None, examples: int = EXAMPLES,
) -> None:  # fmt: skip
    """Replay the events with both, print the difference; write `backtest.json` to `out`. Raises Unusable."""
    if bool(files) == (store is not None):
        raise WrongUsage("backtest needs events: name files, or a store with --store DIR or --from-store")
    if not settings and rules is None:
        raise WrongUsage("backtest needs a change: --set SYMPTOM.PARAM=VALUE or --rules NEW.yml")
    # With only --set the change is made on the rules it is compared with.
    before, after = watching((), against), watching(settings, rules or against)
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)  # as for a replay: what is there stays
    with progress("backtest", "touchpoints") as advance:
        recorded = _from_files(files, mapping) if store is None else _from_store(store)
        found = compared(_told_of(recorded, advance), before, after, days)
    if out is not None:
        make_directory(out)
        write_lines(out / "backtest.json", [msgspec.json.format(msgspec.json.encode(as_json(found)), indent=2)])
    console = Console()
    show(found, console if console.is_terminal else Console(width=PIPE_WIDTH), examples)


def _from_files(files: Sequence[str], mapping: str | None) -> Iterator[Touchpoint]:
    mapped = load(mapping) if mapping is not None else None
    for path in files:
        for _, _, found in touchpoints(path, mapped):
            if isinstance(found, Touchpoint):
                yield found


def _from_store(store: Settings) -> Iterator[Touchpoint]:
    from ..stores.recorded import recorded

    return (each for each in recorded(store) if not isinstance(each, Rejected))


def _told_of(recorded: Iterable[Touchpoint], advance: Any) -> Iterator[Touchpoint]:
    for number, each in enumerate(recorded, 1):
        yield each
        if number % _STEP == 0:
            advance(_STEP)


def compared(recorded: Iterable[Touchpoint], before: Detection, after: Detection, days: int | None = None) -> Backtest:
    """Both detections over the same touchpoints; what opened in the last `days` (None: in all of them) counts."""
    runs = Replay(before), Replay(after)
    customers: set[str] = set()
    first: int | None = None
    for touchpoint in recorded:
        for run in runs:
            if run.take(touchpoint) is None and isinstance(touchpoint.occurred_at, int):
                first = min(first or touchpoint.occurred_at, touchpoint.occurred_at)
        customers.add(customer_of(touchpoint))
    for run in runs:
        run.close()
    until = runs[0].partition.now
    since = until - days * DAY if days is not None else first or until
    names = list(dict.fromkeys(each.name for watch in (before, after) for each in watch.symptoms))
    found = differences(runs[0].alerts(), runs[1].alerts(), names, since)
    return Backtest([*found], len(customers - {""}), until - max(since, first or since), until)


def differences(
    before: Sequence[Alert], after: Sequence[Alert], symptoms: Iterable[str], since: int = 0
) -> Iterator[Difference]:
    """Of each symptom that either side told or suspected from `since` on (epoch milliseconds), in the given order."""
    for confidence, choose in (("confirmed", told), ("suspected", shown)):
        left, right = ([each for each in choose(side) if each.opened_at >= since] for side in (before, after))
        pairs, only_left, only_right = _paired(left, right)
        on_the_left, on_the_right = _by_evidence(before), _by_evidence(after)
        for symptom in symptoms:
            mine = [pair for pair in pairs if pair[0].symptom == symptom]
            gone = [Gone(each, _why(each, on_the_right, since)) for each in only_left if each.symptom == symptom]
            new = [Gone(each, _why(each, on_the_left, since)) for each in only_right if each.symptom == symptom]
            if mine or gone or new:
                moved = sum(one.opened_at != other.opened_at for one, other in mine)
                sides = (len(mine) + len(gone), len(mine) + len(new))
                yield Difference(symptom, confidence, *sides, gone, new, moved)


def _paired(
    left: Sequence[Alert], right: Sequence[Alert]
) -> tuple[list[tuple[Alert, Alert]], list[Alert], list[Alert]]:
    """Pairs of what is the same, and what is on one side only: the same id, else evidence in common."""
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


def _why(alert: Alert, others: _Places, since: int) -> str:
    """Why the other side does not tell it."""
    other = next(_alike(alert, others), None)
    if other is None:
        return "not found"
    if other.opened_at < since:
        return "told before these days"
    if other.incident_id is not None:
        return "told with an incident"
    return why_untold(other) or "told as another alert"


def as_json(found: Backtest) -> dict[str, Any]:
    """The back-test as JSON has it; every alert that appears or disappears with its words."""
    return {
        "until": rfc3339(found.until),
        "days": round(found.span / DAY, 3),
        "customers": found.customers,
        "symptoms": [
            {
                "symptom": each.symptom, "confidence": each.confidence, "before": each.before, "after": each.after,
                "per_1000_customers_and_week": {
                    "before": weekly(each.before, found.customers, found.span),
                    "after": weekly(each.after, found.customers, found.span),
                },
                "only_before": [_gone(gone) for gone in each.disappears],
                "only_after": [_gone(gone) for gone in each.appears], "moved": each.moved,
            }
            for each in found.differences
        ],
    }  # fmt: skip


def _gone(gone: Gone) -> dict[str, Any]:
    alert = gone.alert
    named = ("alert_id", "customer_id", "severity", "title", "explanation")
    said = {name: getattr(alert, name) for name in named} | {"opened_at": rfc3339(alert.opened_at)}
    return said | {"on_the_other_side": gone.why, "touchpoints": [each.touchpoint_id for each in alert.evidence]}
