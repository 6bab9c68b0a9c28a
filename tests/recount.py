"""What the views must answer, counted anew in Python from the touchpoints that stand; the store has no part in it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime
from itertools import pairwise
from typing import Any, Final, NamedTuple

from siloscope.core.alert import Alert
from siloscope.core.baseline import Baseline
from siloscope.core.promises import Promises
from siloscope.core.touchpoint import HOUR, MINUTE, Entry, Touchpoint, customer_of, entry_of
from siloscope.core.view import Contract, View
from siloscope.symptoms.stalled_wait import StalledWait, _Wait

COARSE: Final = frozenset({"other", "general", "misc"})
Key = tuple[Any, ...]


def moment(at: int) -> datetime:
    """Epoch milliseconds as the store gives a time."""
    return datetime.fromtimestamp(at / 1000, UTC)


def day(at: int) -> date:
    """The day of a moment, UTC."""
    return moment(at).date()


def counts(touchpoints: Iterable[Touchpoint], unit: int = HOUR) -> dict[Key, tuple[int, int]]:
    """(bucket, department, channel, phase, direction) -> touchpoints and customers."""
    found: defaultdict[Key, list[str]] = defaultdict(list)
    for touchpoint in touchpoints:
        at: int = touchpoint.occurred_at  # type: ignore[assignment]
        bucket = moment(at - at % unit)
        key = (bucket, touchpoint.department, touchpoint.channel, touchpoint.phase or "", touchpoint.direction)
        found[key].append(customer_of(touchpoint))
    return {key: (len(customers), len(set(customers) - {""})) for key, customers in found.items()}


def timelines(touchpoints: Iterable[Touchpoint]) -> Iterator[tuple[str, list[Entry]]]:
    """Each customer with what happened, in order."""
    found: defaultdict[str, list[Entry]] = defaultdict(list)
    for touchpoint in touchpoints:
        if customer := customer_of(touchpoint):
            found[customer].append(entry_of(touchpoint))
    for customer, entries in found.items():
        yield customer, sorted(entries, key=lambda entry: entry.order)


class Ended(NamedTuple):
    """What began, and what ended it; `kept`: of a promise."""

    began: Entry
    by: Entry | None
    kept: bool = False


class _Waits(StalledWait):
    """The symptom's own pairing, without a fold."""

    def __init__(self) -> None:
        self.waits = {}
        self.ended: dict[str, Entry] = {}

    def _start(self, entry: Entry) -> None:
        self.waits[entry.touchpoint_id] = _Wait(entry)

    def see(self, entry: Entry) -> None:
        self.now = entry
        super().see(entry)

    def _end(self, wait: _Wait) -> None:
        wait.open = False
        self.ended[wait.entry.touchpoint_id] = self.now


def waits(touchpoints: Iterable[Touchpoint]) -> dict[str, Ended]:
    """By the id of what began it."""
    found: dict[str, Ended] = {}
    for _, entries in timelines(touchpoints):
        symptom = _Waits()
        for entry in entries:
            if symptom.wants(entry.activity, entry.direction):
                symptom.see(entry)
        found |= {key: Ended(wait.entry, symptom.ended.get(key)) for key, wait in symptom.waits.items()}
    return found


def promises(touchpoints: Iterable[Touchpoint]) -> dict[str, Ended]:
    """By the id of the promise."""
    found: dict[str, Ended] = {}
    for _, entries in timelines(touchpoints):
        book = Promises()
        for entry in entries:
            book.see(entry)
            found |= {each.entry.touchpoint_id: Ended(each.entry, entry, each.kept) for each in book.ended}
        for each in book.made:
            found.setdefault(each.entry.touchpoint_id, Ended(each.entry, None))
    return found


class _AnyCancellation(View):
    """The rule of the views: a cancellation ends all contracts, until the customer buys again."""

    def is_cancelled(self, contract: Contract) -> bool:
        return bool(self.cancelled) and self.cancelled[-1][1]


def phases(touchpoints: Iterable[Touchpoint], rule: type[View] = _AnyCancellation) -> dict[str, str]:
    """By touchpoint id; `rule=View`: as detection says it."""
    found: dict[str, str] = {}
    for _, entries in timelines(touchpoints):
        view = rule(COARSE, Baseline())
        for entry in entries:
            view.see(entry)
            found[entry.touchpoint_id] = entry.more.phase or view.phase(entry.at)
    return found


def transitions(touchpoints: Iterable[Touchpoint], phase: Mapping[str, str]) -> dict[Key, tuple[int, int, int]]:
    """(day, from phase, department, channel, to phase, department, channel) -> how often, customers, seconds."""
    found: defaultdict[Key, list[tuple[str, int]]] = defaultdict(list)
    for customer, entries in timelines(touchpoints):
        seen = [entry for entry in entries if entry.direction != "internal"]
        for before, after in pairwise(seen):
            ways = ((phase[each.touchpoint_id], each.department, each.channel) for each in (before, after))
            key = (day(after.at), *(part for way in ways for part in way))
            found[key].append((customer, after.at // 1000 - before.at // 1000))
    return {
        key: (len(ways), len({customer for customer, _ in ways}), sum(gap for _, gap in ways))
        for key, ways in found.items()
    }


def journey(
    touchpoints: Mapping[str, Touchpoint], alerts: Iterable[Alert], phase: Mapping[str, str], now: int
) -> dict[Key, Counter[str]]:
    """(day, phase, department, channel) -> the columns of v_journey_map."""
    found: defaultdict[Key, Counter[str]] = defaultdict(Counter)

    def at(entry: Entry) -> Counter[str]:
        return found[day(entry.at), phase[entry.touchpoint_id], entry.department, entry.channel]

    for _, entries in timelines(touchpoints.values()):
        before: Entry | None = None
        for entry in entries:
            at(entry)
            if entry.direction != "internal":
                at(entry)["touchpoints"] += 1
                if before is not None:
                    at(entry)["arrivals"] += before.department != entry.department
                    at(entry)["entered"] += phase[before.touchpoint_id] != phase[entry.touchpoint_id]
                before = entry
    for wait in waits(touchpoints.values()).values():
        if wait.began.reason != "customer":
            at(wait.began)["waits"] += 1
            at(wait.began)["open_waits"] += wait.by is None
            at(wait.began)["wait_minutes"] += (wait.by.at - wait.began.at) // MINUTE if wait.by else 0
    for promise in promises(touchpoints.values()).values():
        at(promise.began)["promises"] += 1
        at(promise.began)["broken_promises"] += state_of(promise, now) in ("overdue", "kept late")
    for alert in alerts:
        for place in {(each.department, each.channel) for each in alert.evidence}:
            found[day(alert.opened_at), alert.phase or "", *place]["alerts"] += 1
    return found


def state_of(promise: Ended, now: int) -> str:
    """As v_promises calls it."""
    due = promise.began.due_at
    due = due if due is not None and due > promise.began.at else None
    if promise.by is not None:
        late = due is not None and promise.by.at > due
        return ("kept late" if late else "kept") if promise.kept else "not needed"
    return "overdue" if due is not None and due <= now else "open"


def contracts(touchpoints: Iterable[Touchpoint], now: int) -> dict[str, tuple[int, set[str]]]:
    """Holder -> end of the term and people, of the contracts that stand at `now`."""
    found: dict[str, int] = {}
    cancelled: dict[str, bool] = {}
    people: defaultdict[str, set[str]] = defaultdict(set)
    every = [(entry.order, customer, entry) for customer, entries in timelines(touchpoints) for entry in entries]
    for _, customer, entry in sorted(every, key=lambda each: each[0]):
        holder = entry.account or customer
        people[holder].add(customer)
        if entry.more.renewal_at is not None:
            found[holder] = entry.more.renewal_at
        if entry.activity in ("purchase", "contract_signed", "contract_cancelled"):
            cancelled[holder] = entry.activity == "contract_cancelled"
    standing = (holder for holder, end in found.items() if end >= now and not cancelled.get(holder))
    return {holder: (found[holder], people[holder]) for holder in standing}
