"""An invented company's days, touchpoint by touchpoint in order of time, with symptoms put in at labelled places.

The same seed, number of customers, start and days give the same events. Memory holds the stories in progress,
never the whole: any number of customers and days streams.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator
from random import Random
from typing import Final, NamedTuple

from siloscope.core.touchpoint import DAY, HOUR, RANK, Touchpoint
from siloscope.ops.simulate_company import Customer, customer, stranger
from siloscope.ops.simulate_incidents import DAYS, INCIDENTS, as_incident, hits
from siloscope.ops.simulate_injected import lived, shares, suits
from siloscope.ops.simulate_ordinary import JOINED, LIFE, ROUND, ROUNDS, VISIT, VISITS, WEEKLY
from siloscope.ops.simulate_releases import released_at, released_on, tracker_bug
from siloscope.ops.simulate_scene import MARGIN, Kind, Label, Scene, moment
from siloscope.ops.simulate_stories import INJECTED

__all__ = ["DEFAULT_START", "Label", "Plan", "labels", "moment", "simulate"]

DEFAULT_START: Final = 1_772_668_800_000  # 2026-03-05T00:00:00Z, a Thursday: three days before people were at work
PER_INJECTION: Final = 4_000  # customers for each further copy of an injected story in a day
HARD_AFTER: Final = 3  # days
YOUNGEST: Final = 12 * DAY  # how long before the start the last customer came


class Plan(NamedTuple):
    """What is simulated: `days` from `start` (epoch milliseconds) on, and what customers lived through before.

    `faults` is the share of the customers that a week's faults hit, as in a normal company; None: each story is put
    in every day, to be measured.
    """

    seed: int = 1
    customers: int = 400
    start: int = DEFAULT_START
    days: int = 1
    faults: float | None = None

    @property
    def end(self) -> int:
        """When the simulated time is over, in epoch milliseconds; nothing happens at or after it."""
        return self.start + self.days * DAY


class _Arrival(NamedTuple):
    """A story about to begin: nothing in it happens before `begins`."""

    begins: int
    story: str
    build: Callable[[], Scene]


def simulate(plan: Plan) -> Iterator[Touchpoint]:
    """All touchpoints of the plan in order of time; the history before `start` first."""
    pending: list[tuple[int, int, str, Touchpoint]] = []
    push, pop, rank, end = heapq.heappush, heapq.heappop, RANK, plan.end
    for begins, _, build in _arrivals(plan):
        while pending and pending[0][0] < begins:
            yield pop(pending)[3]
        for t in build().told:
            at: int = t.occurred_at  # type: ignore[assignment]
            if at < end:
                push(pending, (at, rank[t.activity], t.touchpoint_id, t))
    while pending:
        yield pop(pending)[3]


def labels(plan: Plan) -> Iterator[Label]:
    """What was put in on purpose, in order of the stories' beginnings: what is to be found, and what must not be."""
    streams = [_stories(plan, kind, n) for n, kind in enumerate(INJECTED)]
    if plan.faults is None:
        streams += [_incident(plan, kind) for kind in INCIDENTS]
    for arrival in heapq.merge(*streams):
        for n, label in enumerate(arrival.build().labels):
            if label.found_at < plan.end:
                if n == 0 and arrival.story.endswith("-hit-0"):
                    yield as_incident(label)
                yield label


def _arrivals(plan: Plan) -> Iterator[_Arrival]:
    streams = [_round(plan, kind, slot) for slot, kind in ROUNDS.items()]
    streams.append(_visits(plan))
    streams += [_life(plan, kind, after) for kind, after in LIFE.items()]
    for n, kind in enumerate(INJECTED):
        streams += [_stories(plan, kind, n), _histories(plan, kind, n)]
    if plan.faults is None:
        for kind in INCIDENTS:
            streams += [_incident(plan, kind), _incident_histories(plan, kind)]
    streams += [_weekly(plan, kind) for kind in WEEKLY]
    streams.append(_releases(plan))
    return heapq.merge(*streams)


# -- the ordinary life


def _moments(plan: Plan, kind: Kind, day: int, count: int) -> Iterator[int]:
    """`count` moments of a day within the kind's hours: drawn in their order, so that none has to be kept."""
    chance, (first, last) = Random(f"{plan.seed}/{kind.name}/{day}"), kind.hours
    begins, rest = plan.start + day * DAY + int(first * HOUR), 1.0
    for remaining in range(count, 0, -1):
        rest *= chance.random() ** (1 / remaining)
        yield begins + int((1 - rest) * (last - first) * HOUR)


def _turns(plan: Plan, kind: Kind, day: int, every: int, first: int) -> Iterator[tuple[int, int]]:
    """Each `every`th customer from `first` on with her moment of the day, in the moments' order."""
    count = len(range(first, plan.customers, every))
    step = next(each for each in (7_919, 7_907, 1) if count % each or each == 1)
    for nth, at in enumerate(_moments(plan, kind, day, count)):
        yield at, first + (nth * step + day * 31) % count * every


def _round(plan: Plan, kind: Kind, slot: int) -> Iterator[_Arrival]:
    """What has its day in each round of each customer; the customer's number says when hers begins."""
    for day in range(plan.days):
        turn, first = divmod(day - slot, ROUND)
        for at, number in _turns(plan, kind, day, ROUND, first):
            yield _ordinary(plan, kind, f"{kind.name}-{number}-{turn + 1}", at, number, turn + 1)


def _visits(plan: Plan) -> Iterator[_Arrival]:
    for day in range(plan.days):
        for at, number in _turns(plan, VISIT, day, VISITS, day % VISITS):
            yield _ordinary(plan, VISIT, f"visit-{number}-{day}", at, number, day)


def _life(plan: Plan, kind: Kind, after: int) -> Iterator[_Arrival]:
    """Once for each customer, `after` milliseconds past the day she joined; those who joined first come first."""
    first, last = kind.hours
    for number in range(plan.customers):
        day = (_joined(plan, number) + after) // DAY * DAY
        if day >= plan.start:
            return
        story = f"{kind.name}-{number}"
        chance = Random(f"{plan.seed}/{story}").random()
        yield _ordinary(plan, kind, story, day + int((first + (last - first) * chance) * HOUR), number, 0, day)


def _joined(plan: Plan, number: int) -> int:
    return (plan.start - JOINED + number * (JOINED - YOUNGEST) // plan.customers) // DAY * DAY


def _ordinary(
    plan: Plan, kind: Kind, story: str, at: int, number: int, visit: int, begins: int | None = None
) -> _Arrival:
    def build() -> Scene:
        scene = Scene(kind, story, at, customer(number), plan.seed, visit, _joined(plan, number))
        kind.tell(scene)
        return scene

    return _Arrival(at if begins is None else begins, story, build)


def _weekly(plan: Plan, kind: Kind) -> Iterator[_Arrival]:
    for day in range(0, plan.days, 7):
        at = next(_moments(plan, kind, day, 1))
        yield _ordinary(plan, kind, f"{kind.name}-{day}", at, 0, day)


RELEASE: Final = Kind("release", lambda scene: None)


def _releases(plan: Plan) -> Iterator[_Arrival]:
    """From some time before the start on, so that what was reported before is fixed in time."""
    for day in range(plan.start // DAY - 60, plan.end // DAY):
        for component, number in released_on(day):
            yield _release(plan, component, number)


def _release(plan: Plan, component: str, number: int) -> _Arrival:
    at, story = released_at(component, number), f"release-{component}-{number}"

    def build() -> Scene:
        scene = Scene(RELEASE, story, at, customer(0), plan.seed)
        scene.say(0, "release", "product", "web", product=component, refers_to=[tracker_bug(component, number - 1)])
        return scene

    return _Arrival(at, story, build)


# -- what is put in


class _Put(NamedTuple):
    """One copy of a story put in: which, when, with whom."""

    story: str
    at: int
    who: Customer


def _copies(plan: Plan, kind: Kind, place: int) -> Iterator[_Put]:
    nth = 0
    for day in range(plan.days):
        for at in _moments(plan, kind, day, _count(plan, kind, day)):
            yield _Put(f"{kind.name}-{nth}", at, stranger(nth * len(INJECTED) + place))
            nth += 1


def _count(plan: Plan, kind: Kind, day: int) -> int:
    """How many copies of a story a day has."""
    if plan.faults is None:
        return -(-plan.customers // PER_INJECTION) if day >= HARD_AFTER or not kind.hard else 0
    daily = plan.faults * plan.customers * shares()[kind.name] / 7
    begun = Random(f"{plan.seed}/{kind.name}").random()
    return int(daily * (day + 1) + begun) - int(daily * day + begun)


def _stories(plan: Plan, kind: Kind, place: int) -> Iterator[_Arrival]:
    for put in _copies(plan, kind, place):
        yield _story(plan, kind, put)


def _story(plan: Plan, kind: Kind, put: _Put, visit: int = 0) -> _Arrival:
    def build() -> Scene:
        scene = Scene(kind, put.story, suits(kind, put.at), put.who, plan.seed, visit)
        kind.tell(scene)
        return scene

    return _Arrival(put.at - kind.lead, put.story, build)


def _histories(plan: Plan, kind: Kind, place: int) -> Iterator[_Arrival]:
    if kind.since is not None:
        for put in _copies(plan, kind, place):
            yield _history(plan, kind, put)


def _history(plan: Plan, kind: Kind, put: _Put) -> _Arrival:
    since, story = kind.since or 0, f"{put.story}-before"

    def build() -> Scene:
        scene = Scene(kind, story, suits(kind, put.at), put.who, plan.seed)
        lived(scene, since, kind.noise)
        return scene

    return _Arrival(put.at - since * DAY - MARGIN, story, build)


def _hit(plan: Plan, kind: Kind) -> Iterator[tuple[_Put, int]]:
    for week in range(0, plan.days, DAYS):
        begins = next(_moments(plan, kind, week, 1))
        for number, after in hits(plan.customers):
            who = stranger(week // DAYS * 1_000 + number, kind.name[0])
            yield _Put(f"{kind.name}-{week}-hit-{number}", begins + after, who), week


def _incident(plan: Plan, kind: Kind) -> Iterator[_Arrival]:
    for put, week in _hit(plan, kind):
        yield _story(plan, kind, put, week)


def _incident_histories(plan: Plan, kind: Kind) -> Iterator[_Arrival]:
    for put, _ in _hit(plan, kind):
        yield _history(plan, kind, put)
