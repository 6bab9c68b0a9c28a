"""The invented company's days: the same again for the same seed, in order, in bounded memory, sound."""

from __future__ import annotations

import tracemalloc
from itertools import islice

from siloscope.core.touchpoint import ACTIVITIES, BROADCASTS, DAY, RANK, sound
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
    assert [sound(t) for t in told if sound(t) is not None] == []
    assert len({t.touchpoint_id for t in told}) == len(told)


def test_nothing_happens_after_the_end():
    plan = DAY_OF_60._replace(days=2)
    assert max(t.occurred_at for t in simulate(plan)) < plan.end == plan.start + 2 * DAY


def test_longer_runs_begin_as_shorter_ones_do():
    short = {t.touchpoint_id for t in simulate(DAY_OF_60) if t.occurred_at >= DAY_OF_60.start}
    long = {t.touchpoint_id for t in simulate(DAY_OF_60._replace(days=3))}
    assert short <= long


def test_all_departments_take_part_and_most_activities_occur():
    told = list(simulate(Plan(customers=300, days=3)))
    assert {t.department for t in told} == {
        "marketing",
        "sales",
        "support",
        "finance",
        "legal",
        "success",
        "delivery",
        "web",
    }
    assert len({t.activity for t in told}) > len(ACTIVITIES) // 2
    assert {t.language for t in told} == {"en", "de", None}


def test_what_is_published_names_no_customer():
    assert all(bool(t.identifiers) is (t.activity not in BROADCASTS) for t in simulate(DAY_OF_60))


def test_many_customers_stream_in_bounded_memory():
    tracemalloc.start()
    for _ in islice(simulate(Plan(customers=1_000_000)), 3_000):
        pass
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 40_000_000
