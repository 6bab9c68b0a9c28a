"""The invented company's days: the same again for the same seed, in order, in bounded memory, sound."""

from __future__ import annotations

import tracemalloc
from collections import Counter
from copy import deepcopy
from itertools import islice

from siloscope.core.touchpoint import ACTIVITIES, BROADCASTS, DAY, MINUTE, RANK, sound
from siloscope.ops import simulate_calendar as calendar
from siloscope.ops.simulate import Plan, labels, simulate

DAY_OF_60 = Plan(seed=7, customers=60)


def test_the_same_seed_gives_the_same_days():
    assert list(simulate(DAY_OF_60)) == list(simulate(DAY_OF_60))
    assert list(labels(DAY_OF_60)) == list(labels(DAY_OF_60))


def test_another_seed_gives_other_days():
    assert list(simulate(DAY_OF_60)) != list(simulate(DAY_OF_60._replace(seed=8)))


def test_touchpoints_come_in_the_order_of_their_time():
    order = [(t.occurred_at, RANK[t.activity]) for t in simulate(DAY_OF_60._replace(days=3))]
    assert order == sorted(order)


def test_every_touchpoint_is_sound_and_has_its_own_id():
    told = list(simulate(DAY_OF_60))
    for touchpoint in told:
        as_it_was = deepcopy(touchpoint)
        assert sound(touchpoint) is None, touchpoint
        assert touchpoint == as_it_was
    assert len({t.touchpoint_id for t in told}) == len(told)


def test_nothing_happens_after_the_end():
    plan = DAY_OF_60._replace(days=2)
    assert max(t.occurred_at for t in simulate(plan)) < plan.end == plan.start + 2 * DAY


def test_longer_runs_begin_as_shorter_ones_do():
    short = [t for t in simulate(DAY_OF_60) if t.activity not in BROADCASTS]
    long = {t.touchpoint_id: t for t in simulate(DAY_OF_60._replace(days=3))}
    assert all(long[t.touchpoint_id] == t for t in short)


def test_all_departments_take_part_and_most_activities_occur():
    told = list(simulate(Plan(customers=100, days=3)))
    assert {t.department for t in told} == {
        "marketing",
        "sales",
        "support",
        "finance",
        "legal",
        "success",
        "delivery",
        "product",
        "web",
    }
    assert {*ACTIVITIES} - {t.activity for t in told} == {"escalated", "case_updated", "contract_signed"}
    assert {t.language for t in told} == {"en", "de", None}


def test_what_is_said_to_everybody_names_no_customer():
    assert all(bool(t.identifiers) is (t.activity not in BROADCASTS) for t in simulate(DAY_OF_60))


THREE_WEEKS = Plan(seed=5, customers=150, days=21)
BY_ITSELF = {"system", "billing", "push", "app", "web", "survey"}  # channels in which no person need be at work


def test_nobody_works_at_night_on_weekends_and_on_holidays():
    for t in simulate(THREE_WEEKS):
        if t.direction != "inbound" and t.activity not in BROADCASTS and t.channel not in BY_ITSELF:
            # Who is on the phone at six goes home after the call.
            assert calendar.is_open(t.occurred_at) or calendar.is_open(t.occurred_at - 15 * MINUTE), t


def test_customers_are_quiet_on_weekends_and_holidays_too():
    told = Counter(t.occurred_at // DAY for t in simulate(THREE_WEEKS) if t.activity != "visit")
    days = [THREE_WEEKS.start // DAY + day for day in range(THREE_WEEKS.days)]
    working = [told[day] for day in days if calendar.works_on(day)]
    closed = [told[day] for day in days if not calendar.works_on(day)]
    assert len(closed) == 7  # three weekends and Wednesday, 11 March
    assert sum(closed) / len(closed) < sum(working) / len(working) / 4


def test_two_texts_are_rarely_equal():
    plan = Plan(customers=300, days=10, faults=0.0)
    texts = [t.text for t in simulate(plan) if t.activity in ("answer", "question", "message")]
    assert len(set(texts)) > len(texts) / 2


def test_each_customer_is_spoken_to_in_one_language():
    spoken: dict[str, set[str]] = {}
    for t in simulate(Plan(customers=200, days=5, faults=0.0)):
        if t.text and t.identifiers:
            spoken.setdefault(t.identifiers[0].value, set()).add(t.language or "")
    assert all(len(languages) == 1 for languages in spoken.values())


def test_many_customers_stream_in_bounded_memory():
    assert _peak(Plan(customers=1_000_000), 3_000) < 40_000_000


def test_memory_does_not_grow_with_the_days():
    plan = Plan(customers=20, days=60, faults=0.0)
    list(simulate(plan))  # fills what is computed once
    assert _peak(plan, 10**6) < _peak(plan._replace(days=20), 10**6) * 1.2


def _peak(plan: Plan, touchpoints: int) -> int:
    """The bytes that so many touchpoints take at most, while nobody keeps them."""
    tracemalloc.start()
    for _ in islice(simulate(plan), touchpoints):
        pass
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak
