"""A planned rule tried on what happened: the same days with and without it, and what is told differently."""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final, NamedTuple

import msgspec

from ..core.alert import Alert
from ..core.baseline import Baseline
from ..core.detection import Detection
from ..core.told import certain, shown, told
from ..core.touchpoint import BROADCASTS, DAY, MINUTE, Touchpoint, customer_of, entry_of
from ..core.view import View
from ..errors import Unusable
from ..ops.backtest_difference import Gone, differences, paired
from ..ops.replay import HOT, Replay
from ..patterns.scope import Situation
from ..wire import decode_touchpoint
from .plan_file import TAKEN_OVER, Added, Plan

_ENDS: Final = {"wait_started": ("wait_ended",), "approval_requested": ("approval_decided", "wait_ended")}
Recorded = Callable[[str, "int | None"], Iterable[Touchpoint]]  # for what, and how many there are


class Row(NamedTuple):
    """One symptom and the department that should act, at one confidence: alerts and minutes lost without and with."""

    symptom: str
    department: str
    confidence: str
    before: int
    after: int
    minutes_before: int
    minutes_after: int
    appears: list[Gone]
    disappears: list[Gone]


class Tried(NamedTuple):
    """The rule over `span` milliseconds up to `until`: it would have begun `begun` times, with `customers` customers.

    To `hurt` customers something certain would have happened that did not, with each one of an incident. `waiting` is
    how many minutes its own waits and approvals would have taken; None where one of them has no end.
    """

    plan: str
    until: int
    span: int
    begun: int
    customers: int
    added: int
    waiting: int | None
    hurt: int
    rows: list[Row]

    @property
    def changed(self) -> list[Row]:
        """Where the rule makes a difference."""
        return [row for row in self.rows if row.appears or row.disappears or row.minutes_before != row.minutes_after]

    @property
    def minutes(self) -> tuple[int, int]:
        """Minutes that customers lost, without and with the rule, as far as alerts know."""
        return sum(row.minutes_before for row in self.rows), sum(row.minutes_after for row in self.rows)


def trial(plan: Plan, recorded: Recorded, before: Detection, after: Detection, days: int) -> Tried:
    """Try the plan on the last `days`; `recorded` gives what happened, twice. Raises Unusable where nothing did."""
    until = total = 0
    for each in recorded("how far it goes", None):
        until, total = max(until, _at(each)), total + 1
    if not total:
        raise Unusable("nothing happened: there is no touchpoint in what --history or the store gives")
    since = until - days * DAY
    planned = _Planned(plan, since, until)
    without, with_it = (Replay(watch, hot=HOT // 2) for watch in (before, after))  # together they need what one does
    first = until
    for touchpoint in recorded("with and without the plan", total):
        first = min(first, _at(touchpoint))
        for each in planned.due(_at(touchpoint)):
            with_it.take(each)
        for run in (without, with_it):
            run.take(touchpoint)
        planned.see(touchpoint)
    for each in planned.due(until):
        with_it.take(each)
    for run in (without, with_it):
        run.close(until)
    waits = waiting(plan.adds)
    sides = without.alerts(), with_it.alerts()
    rows = list(_rows(*sides, [each.name for each in before.symptoms], since))
    return Tried(
        plan.name, until, until - max(since, first), planned.begun, len(planned.customers), planned.added,
        None if waits is None else planned.begun * waits // MINUTE, _hurt(*sides, since), rows,
    )  # fmt: skip


def _at(touchpoint: Touchpoint) -> int:
    return touchpoint.occurred_at  # type: ignore[return-value]  # a sound one


class _Known:
    """What conditions may ask of a customer's fold: what is known of her so far."""

    def __init__(self) -> None:
        self.view = View(frozenset(), Baseline())


class _Planned:
    """Sees what happened, and gives what the plan adds when it is due."""

    def __init__(self, plan: Plan, since: int, until: int) -> None:
        self.begun = self.added = 0
        self.customers: set[str] = set()
        self._plan = plan
        self._since, self._until = since, until
        self._known: dict[str, _Known] = {}
        self._last: dict[str, int] = {}  # when it last began with a customer
        self._due: list[tuple[int, str, Touchpoint]] = []

    def see(self, touchpoint: Touchpoint) -> None:
        """The next touchpoint that happened."""
        if touchpoint.activity in BROADCASTS:
            return
        customer, entry = customer_of(touchpoint), entry_of(touchpoint)
        known = self._known.setdefault(customer, _Known())
        known.view.see(entry)
        situation = Situation(entry, {}, None, known, _belongs)  # type: ignore[arg-type]  # asked for its view only
        if entry.at < self._since or not all(holds(situation) for holds in self._plan.conditions):
            return
        if entry.at < self._last.get(customer, -self._plan.every) + self._plan.every:
            return
        self._last[customer] = entry.at
        self.begun += 1
        self.customers.add(customer)
        for number, each in enumerate(self._plan.adds, 1):
            if entry.at + each.after <= self._until:
                self.added += 1
                imagined = _imagined(touchpoint, each, number)
                heapq.heappush(self._due, (_at(imagined), imagined.touchpoint_id, imagined))

    def due(self, at: int) -> Iterator[Touchpoint]:
        """What it adds up to `at`, in order of time."""
        while self._due and self._due[0][0] <= at:
            yield heapq.heappop(self._due)[2]


def _belongs(_: str) -> bool:
    return False


def _imagined(touchpoint: Touchpoint, added: Added, number: int) -> Touchpoint:
    over: dict[str, Any] = {name: getattr(touchpoint, name) for name in TAKEN_OVER}
    name = f"planned-{touchpoint.touchpoint_id}"
    ours = {"touchpoint_id": f"{name}-{number}", "occurred_at": _at(touchpoint) + added.after, "thread_ref": name}
    given = {each: value for each, value in over.items() if value is not None}
    found = decode_touchpoint(msgspec.json.encode(ours | given | dict(added.fields)))
    assert isinstance(found, Touchpoint), found  # the plan was checked when it was read
    return found


def waiting(adds: Iterable[Added]) -> int | None:
    """Milliseconds that the plan's own waits take each time it begins; None where one of them has no end."""
    total, adds = 0, list(adds)
    for number, each in enumerate(adds):
        if each.activity in _ENDS:
            ends = [other.after for other in adds[number + 1 :] if other.activity in _ENDS[each.activity]]
            if not ends:
                return None
            total += ends[0] - each.after
    return total


def _four(counts: list[Counter[tuple[str, str]]], key: tuple[str, str]) -> tuple[int, int, int, int]:
    before, after, minutes_before, minutes_after = (count[key] for count in counts)
    return before, after, minutes_before, minutes_after


def _hurt(before: list[Alert], after: list[Alert], since: int) -> int:
    _, _, new = paired(*([each for each in certain(side) if each.opened_at >= since] for side in (before, after)))
    return len({each.customer_id for each in new if each.customer_id is not None})


def _rows(before: list[Alert], after: list[Alert], names: Iterable[str], since: int) -> Iterator[Row]:
    """By symptom in the reference's order, those departments first for whom most is new.

    An incident is told once, but what is lost by it each of its customers loses.
    """
    sides = {confidence: [Counter[tuple[str, str]]() for _ in range(4)] for confidence in ("confirmed", "suspected")}
    for confidence, choose, lose in (("confirmed", told, certain), ("suspected", shown, shown)):
        for place, alerts in enumerate((before, after)):
            for alert in choose(alerts):
                if alert.opened_at >= since:
                    sides[confidence][place][alert.symptom, alert.owner_department] += 1
            for alert in lose(alerts):
                if alert.opened_at >= since:
                    key = (alert.symptom, alert.owner_department)
                    sides[confidence][2 + place][key] += alert.minutes_lost or 0
    for each in differences(before, after, names, since):
        counts = sides[each.confidence]
        of_it = {department for count in counts for symptom, department in count if symptom == each.symptom}
        rows = [
            Row(
                each.symptom, department, each.confidence, *_four(counts, (each.symptom, department)),
                [gone for gone in each.appears if gone.alert.owner_department == department],
                [gone for gone in each.disappears if gone.alert.owner_department == department],
            )
            for department in sorted(of_it)
        ]  # fmt: skip
        yield from sorted(rows, key=lambda row: -len(row.appears))
