"""Episodes that are folded again only where something changed are those that one would find looking at everything."""

from __future__ import annotations

from collections.abc import Iterable

from hypothesis import given, settings
from hypothesis import strategies as st

from siloscope.core.episodes import Series
from siloscope.core.incident import Parameters
from siloscope.core.membership import Member

P = Parameters(customers=3, within=4, times_usual=2, usual=20, ends=6)
Alert = tuple[int, int]  # when it opened, whose it is; its number is its id
Found = list[tuple[int, list[tuple[int, str]]]]  # when it opened, and its alerts in order


def member(number: int, alert: Alert) -> Member:
    at, customer = alert
    return Member("g", f"{number:03}", "s", ("d",), f"c{customer}", 0, at, 1, "d", True, (0, 1))


def by_looking_at_everything(standing: Iterable[tuple[int, str, str]], p: Parameters) -> Found:
    """By the words of docs/incidents.md, from when each alert opened, its id and whose it is."""
    order = sorted(standing)
    found: Found = []
    taken: set[str] = set()
    for place, (at, name, _) in enumerate(order):
        if found:
            opened_at, alerts = found[-1]
            if at <= alerts[-1][0] + p.ends and at <= opened_at + p.usual:
                alerts.append((at, name))
                taken.add(name)
                continue
        hour = [each for each in order[: place + 1] if each[0] >= at - p.within and each[1] not in taken]
        before = [each for each in order if at - p.within - p.usual <= each[0] < at - p.within]
        customers = len({customer for _, _, customer in hour})
        if customers >= p.customers and customers >= p.times_usual * len(before) * p.within / p.usual:
            found.append((at, [(when, each) for when, each, _ in hour]))
            taken.update(each for _, each, _ in hour)
    return found


alerts = st.tuples(st.integers(1, 60), st.integers(0, 9))
steps = st.lists(st.one_of(st.tuples(st.just("add"), alerts), st.tuples(st.just("take out"), st.integers(0, 40)),
                           st.just(("fold", 0))), max_size=60)  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(steps)
def test_whatever_comes_and_leaves_in_whatever_order(taken: list[tuple[str, int | Alert]]) -> None:
    series, standing = Series(P), dict[int, Alert]()
    for number, (what, which) in enumerate([*taken, ("fold", 0)]):
        if what == "add" and isinstance(which, tuple):
            standing[number] = which
            series.add(member(number, which))
        elif what == "take out" and which in standing:
            series.remove(member(int(str(which)), standing.pop(int(str(which)))))
        elif what == "fold" and series.since is not None:
            series.fold(settled=0)
            known = ((at, f"{number:03}", str(customer)) for number, (at, customer) in standing.items())
            expected = by_looking_at_everything(known, P)
            assert [each.opened_at for each in series.episodes] == [opened_at for opened_at, _ in expected]
            assert [each.first for each in series.episodes] == [of[0] for _, of in expected]
            assert [each.last for each in series.episodes] == [of[-1][0] for _, of in expected]
            assert [each.alerts for each in series.episodes] == [len(of) for _, of in expected]
            assert [each.sample for each in series.episodes] == [[name for _, name in of][:10] for _, of in expected]
