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
from siloscope.ops.simulate_company import Customer, customer
from siloscope.ops.simulate_near import NEAR_MISSES
from siloscope.ops.simulate_ordinary import JOINED, LIFE, PUBLISHED, TRAFFIC
from siloscope.ops.simulate_scene import Kind, Label, Scene, stranger
from siloscope.ops.simulate_trouble import FIRING

DEFAULT_START: Final = 1_772_409_600_000  # 2026-03-02T00:00:00Z, a Monday
INJECTED: Final = FIRING + NEAR_MISSES
PER_INJECTION: Final = 1_000  # customers for each further copy of an injected story in a day


class Plan(NamedTuple):
    """What is simulated: `days` from `start` (epoch milliseconds) on, and what customers lived through before."""

    seed: int = 1
    customers: int = 400
    start: int = DEFAULT_START
    days: int = 1

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
    for arrival in _arrivals(plan):
        while pending and pending[0][0] < arrival.begins:
            yield heapq.heappop(pending)[3]
        for t in arrival.build().told:
            at = moment(t)
            if at < plan.end:
                heapq.heappush(pending, (at, RANK[t.activity], t.touchpoint_id, t))
    while pending:
        yield heapq.heappop(pending)[3]


def moment(touchpoint: Touchpoint) -> int:
    """When a sound touchpoint happened, in epoch milliseconds."""
    assert isinstance(touchpoint.occurred_at, int)
    return touchpoint.occurred_at


def labels(plan: Plan) -> Iterator[Label]:
    """What was put in on purpose, in order of the stories' beginnings: what is to be found, and what must not be."""
    for arrival in heapq.merge(*(_injected(plan, kind, n) for n, kind in enumerate(INJECTED))):
        found = arrival.build().found
        if found is not None and found.found_at < plan.end:
            yield found


def _arrivals(plan: Plan) -> Iterator[_Arrival]:
    streams = [_traffic(plan, kind) for kind in TRAFFIC]
    streams += [_life(plan, kind, after) for kind, after in LIFE.items()]
    streams += [_injected(plan, kind, n) for n, kind in enumerate(INJECTED)]
    streams.append(_weekly(plan, PUBLISHED))
    return heapq.merge(*streams)


def _moments(plan: Plan, kind: Kind, day: int, count: int) -> Iterator[int]:
    """`count` moments of a day within the kind's hours: drawn in their order, so that none has to be kept."""
    chance, (first, last) = Random(f"{plan.seed}/{kind.name}/{day}"), kind.hours
    begins, rest = plan.start + day * DAY + int(first * HOUR), 1.0
    for remaining in range(count, 0, -1):
        rest *= chance.random() ** (1 / remaining)
        yield begins + int((1 - rest) * (last - first) * HOUR)


def _scene(plan: Plan, kind: Kind, story: str, at: int, who: Customer, visit: int = 0) -> Scene:
    scene = Scene(kind, story, at, who, plan.seed, visit)
    kind.tell(scene)
    return scene


def _traffic(plan: Plan, kind: Kind) -> Iterator[_Arrival]:
    """Customers take turns, so that none comes back to the same thing sooner than the rate says."""
    daily = kind.rate * plan.customers
    for day in range(plan.days):
        first, after = int(daily * day), int(daily * (day + 1))
        for nth, at in zip(range(first, after), _moments(plan, kind, day, after - first), strict=True):
            visit, turn = divmod(nth, plan.customers)
            story, who = f"{kind.name}-{nth}", customer(turn * 7 % plan.customers if plan.customers % 7 else turn)
            yield _Arrival(at - kind.lead, story, _builder(plan, kind, story, at, who, visit))


def _life(plan: Plan, kind: Kind, after: int) -> Iterator[_Arrival]:
    """Once for each customer, `after` milliseconds past the day she joined; those who joined first come first."""
    for number in range(plan.customers):
        day = (plan.start - JOINED + after + number * (JOINED - 5 * DAY) // plan.customers) // DAY * DAY
        if day >= plan.end:
            return
        at = day + 8 * HOUR + Random(f"{plan.seed}/{kind.name}/{number}").randrange(9 * HOUR)
        story = f"{kind.name}-{number}"
        yield _Arrival(day, story, _builder(plan, kind, story, at, customer(number)))


def _injected(plan: Plan, kind: Kind, place: int) -> Iterator[_Arrival]:
    copies = -(-plan.customers // PER_INJECTION)
    for day in range(plan.days):
        for copy, at in enumerate(_moments(plan, kind, day, copies)):
            nth = day * copies + copy
            story, who = f"{kind.name}-{nth}", stranger(nth * len(INJECTED) + place)
            yield _Arrival(at - kind.lead - 4 * DAY, story, _builder(plan, kind, story, at, who))


def _weekly(plan: Plan, kind: Kind) -> Iterator[_Arrival]:
    for day in range(0, plan.days, 7):
        at = next(_moments(plan, kind, day, 1))
        yield _Arrival(at, f"{kind.name}-{day}", _builder(plan, kind, f"{kind.name}-{day}", at, customer(0)))


def _builder(plan: Plan, kind: Kind, story: str, at: int, who: Customer, visit: int = 0) -> Callable[[], Scene]:
    return lambda: _scene(plan, kind, story, at, who, visit)
