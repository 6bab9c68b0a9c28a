"""The board's lists: whose desk shows what, in which order, and what changes of it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.board_tools import ANNA, BEN, NOW, Fed, alert, incident, warning

from siloscope.core.followup import Action, said_of
from siloscope.web.access import Person
from siloscope.web.filters import Filter, address_of, filter_of
from siloscope.web.live import Live
from siloscope.web.shelf import Shelf

LEAD = Person("lea", frozenset(), frozenset({"look", "act", "all_departments"}))


class Clock:
    now = NOW

    def __call__(self) -> int:
        return self.now


def desk(*records: Any) -> tuple[Live, Fed, Clock]:
    clock = Clock()
    live = Live(clock)
    fed = Fed(live)
    fed.put(*records)
    return live, fed, clock


def did(kind: str, subject: str, value: str | None = None, actor: str = "anna", action_id: str = "") -> Action:
    return Action(action_id or f"{kind}-{actor}-{subject}", NOW, actor, kind, subject, value)  # type: ignore[arg-type]


def listed(live: Live, person: Person = ANNA, **asked: str) -> list[str]:
    return [each.record.customer_id for each in Shelf(live, filter_of(asked, person), 100).shown]


def test_what_is_worst_comes_first_then_handoffs_then_the_oldest() -> None:
    live, *_ = desk(
        alert(1), alert(2, severity="critical"), warning(3), alert(4, opened_at=NOW - 5), alert(5, severity="info")
    )
    assert listed(live) == ["c-2", "c-3", "c-4", "c-1", "c-5"]


def test_a_department_sees_its_own_and_who_may_sees_all() -> None:
    live, *_ = desk(alert(1), alert(2, owner_department="sales"), alert(3, owner_department="legal"))
    assert listed(live) == ["c-1"]
    assert listed(live, BEN) == ["c-1", "c-2"]
    assert listed(live, LEAD) == ["c-1", "c-2", "c-3"]
    assert listed(live, BEN, department="sales") == ["c-2"]
    assert listed(live, BEN, department="legal") == []


def test_what_is_told_to_nobody_is_on_no_desk_but_for_review_where_it_is_only_suspected() -> None:
    live, *_ = desk(
        alert(1, mode="shadow"), alert(2, mode="backfill"), alert(3, confidence="suspected"),
        alert(4), alert(5, part_of=alert(4).alert_id), alert(6, status="resolved", resolved_at=NOW),
        alert(7, confidence="suspected", part_of=alert(4).alert_id),
    )  # fmt: skip
    assert listed(live) == ["c-4"]
    assert listed(live, shown="review") == ["c-3"]


@pytest.mark.parametrize(
    ("asked", "customers"),
    [
        ({"severity": "critical"}, ["c-2"]),
        ({"severity": "loud"}, ["c-2", "c-3", "c-1"]),
        ({"symptom": "handoff"}, ["c-3"]),
        ({"symptom": "unanswered", "severity": "warning"}, ["c-1"]),
        ({"symptom": "nothing"}, []),
        ({"shown": "everything"}, ["c-2", "c-3", "c-1"]),
    ],
)
def test_filters_narrow_and_what_they_do_not_know_is_any(asked: dict[str, str], customers: list[str]) -> None:
    live, *_ = desk(alert(1), alert(2, severity="critical"), warning(3))
    assert listed(live, **asked) == customers


def test_what_is_put_off_waits_apart_and_comes_back_by_itself() -> None:
    live, fed, clock = desk(alert(1), alert(2))
    fed.put(did("snooze", alert(1).alert_id, said_of(NOW + 60_000)))
    assert listed(live) == ["c-2"]
    assert listed(live, shown="put_off") == ["c-1"]
    shelf, changes = Shelf(live, filter_of({}, ANNA), 100), []
    live.listeners.append(lambda changed, since: changes.append((changed, since)))
    clock.now += 59_999
    live.tick()
    assert not changes
    clock.now += 1
    live.tick()
    assert changes == [({alert(1).alert_id}, None)]
    assert shelf.update(changes[0][0]).put == [("", alert(1).alert_id)]
    assert listed(live) == ["c-1", "c-2"]


def test_mine_is_what_i_accepted() -> None:
    live, fed, _ = desk(alert(1), alert(2))
    fed.put(did("accept", alert(1).alert_id))
    assert listed(live, shown="mine") == ["c-1"]
    assert listed(live, BEN, shown="mine") == []


def test_what_is_handed_on_is_on_the_other_desk_and_what_is_done_on_none() -> None:
    live, fed, _ = desk(alert(1), alert(2))
    fed.put(did("hand_on", alert(1).alert_id, "sales"), did("resolve", alert(2).alert_id))
    assert listed(live) == []
    assert listed(live, BEN) == ["c-1"]
    assert live.departments == {"support", "sales"}


def test_what_was_resolved_too_early_is_found_and_taken_up_again() -> None:
    live, fed, _ = desk(alert(1), alert(2))
    fed.put(did("resolve", alert(1).alert_id), did("resolve", alert(2).alert_id))
    fed.put(alert(2, status="resolved", revision=2))
    assert listed(live, shown="done") == ["c-1"]
    fed.put(did("accept", alert(1).alert_id))
    assert listed(live, shown="done") == []
    assert listed(live) == ["c-1"]


def test_what_was_resolved_and_arises_anew_is_on_the_desk_again_and_nobody_has_it() -> None:
    live, fed, clock = desk(alert(1))
    fed.put(did("accept", alert(1).alert_id), did("resolve", alert(1).alert_id))
    fed.put(alert(1, status="resolved", revision=2))
    clock.now += 60_000
    fed.put(alert(1, status="updated", revision=3))
    assert listed(live) == ["c-1"]
    assert listed(live, shown="done") == listed(live, shown="mine") == []
    item = live.desk.items[alert(1).alert_id]
    assert item.accepted_by is None and item.done_by is None
    fed.put(did("accept", alert(1).alert_id, actor="ben"))
    assert item.accepted_by == "ben"


def test_what_was_resolved_and_goes_on_stays_so_and_what_has_ended_is_forgotten() -> None:
    live, fed, clock = desk(alert(1), alert(2), alert(2, status="resolved", revision=2))
    fed.put(did("resolve", alert(1).alert_id))
    clock.now += 30 * 86_400_000
    live.tick()
    assert len(live.desk.items) == 2, "as long as anything older may be missing nothing is forgotten"
    changed: set[str] = set()
    live.listeners.append(lambda ids, _: changed.update(ids))
    assert live.recall([]) == 0
    live.tick()
    assert changed == {alert(2).alert_id}
    assert listed(live, shown="done") == ["c-1"]
    fed.put(alert(1, revision=2, status="updated"))
    assert listed(live) == [], "another telling does not put it back on the desk"


def test_what_workers_remember_is_on_the_desk_unless_that_knows_better() -> None:
    live, fed, _ = desk(
        did("resolve", alert(3).alert_id), did("accept", alert(4).alert_id), alert(1), incident("i-1", status="ended"),
        alert(1, status="resolved", revision=2),
    )  # fmt: skip
    since: list[int | None] = []
    live.listeners.append(lambda _, at: since.append(at))
    old = [alert(each, revision=7, opened_at=NOW - 50 * 86_400_000) for each in (1, 2, 3, 4)]
    assert live.recall([*old, incident("i-1"), incident("i-2")]) == 4
    assert listed(live) == ["c-2", "c-4"] and listed(live, shown="mine") == ["c-4"]
    assert listed(live, shown="done") == ["c-3"]
    assert {name: each.status for name, each in live.desk.incidents.items()} == {"i-1": "ended", "i-2": "open"}
    assert since == [None], "how long ago it was told is no figure of how fast the board is"
    fed.put(alert(2, revision=8, status="resolved"))
    assert listed(live) == ["c-4"]


def test_an_incident_stands_for_its_alerts_as_long_as_it_goes_on() -> None:
    live, fed, _ = desk(alert(1, incident_id="i-1"), alert(2), incident("i-1"))
    assert listed(live) == ["c-2"]
    assert listed(live, incident="i-1") == ["c-1"]
    shelf, changes = Shelf(live, filter_of({}, ANNA), 100), set()
    live.listeners.append(lambda changed, _: changes.update(changed))
    fed.put(incident("i-1", status="ended", ended_at=NOW + 1, updated_at=NOW + 1))
    assert changes == {"i-1", alert(1).alert_id}
    assert [subject for _, subject in shelf.update(changes).put] == [alert(1).alert_id]
    assert listed(live) == ["c-1", "c-2"]


def test_all_of_a_customer_is_shown_also_what_stands_behind_an_incident() -> None:
    live, *_ = desk(alert(1, incident_id="i-1"), alert(2), warning(1), incident("i-1"))
    assert listed(live, customer="c-1") == ["c-1", "c-1"]


def test_what_i_accepted_stays_mine_though_it_is_one_of_an_incident() -> None:
    live, fed, _ = desk(alert(1, incident_id="i-1"), incident("i-1"))
    fed.put(did("accept", alert(1).alert_id))
    assert listed(live, shown="mine") == ["c-1"]


def test_an_address_says_what_is_asked_and_nothing_else() -> None:
    asked = {"severity": "info", "at": "x", "symptom": "handoff", "most": ""}
    assert address_of(asked) == "/?severity=info&symptom=handoff"
    assert address_of(asked, symptom="") == "/?severity=info"
    assert address_of({}, "/events") == "/events"


NAMES = st.integers(1, 8)
CHANGES = st.one_of(
    st.tuples(st.just("told"), NAMES, st.sampled_from(["info", "warning", "critical"]), st.integers(0, 3)),
    st.tuples(st.just("ended"), NAMES, st.just(""), st.just(0)),
    st.tuples(st.sampled_from(["accept", "resolve", "note"]), NAMES, st.just(""), st.just(0)),
    st.tuples(st.just("hand_on"), NAMES, st.sampled_from(["sales", "support"]), st.just(0)),
    st.tuples(st.just("incident"), NAMES, st.sampled_from(["open", "ended"]), st.just(0)),
)


@given(st.lists(st.lists(CHANGES, min_size=1, max_size=4), max_size=12), st.integers(1, 5))
@settings(max_examples=150, deadline=None)
def test_a_page_that_takes_every_difference_shows_what_a_new_page_shows(batches: list[Any], most: int) -> None:
    live, fed, _ = desk()
    shelf, page = Shelf(live, Filter(frozenset({"support"})), most), []
    changed: set[str] = set()
    live.listeners.append(lambda ids, _: changed.update(ids))
    for step, batch in enumerate(batches, 1):
        fed.put(*(_record(step, number, each) for number, each in enumerate(batch)))
        told = shelf.update(changed)
        changed.clear()
        page = [each for each in page if each not in told.gone]
        for before, subject in told.put:
            page = [each for each in page if each != subject]
            page.insert(page.index(before) + 1 if before else 0, subject)
        fresh = Shelf(live, shelf.filter, most)
        assert page == [each.subject for each in fresh.shown] == [each.subject for each in shelf.shown]
        assert len(shelf) == len(fresh)
        assert sorted(shelf.kinds) == sorted(fresh.kinds)


def _record(step: int, place: int, change: tuple[str, int, str, int]) -> Any:
    kind, number, value, at = change
    revision = step * 10 + place
    if kind == "told":
        its = {"incident_id": "i-1"} if number % 3 == 0 else {}
        return alert(number, severity=value, revision=revision, opened_at=NOW + at, **its)
    if kind == "ended":
        return alert(number, status="resolved", resolved_at=NOW, revision=revision)
    if kind == "incident":
        return incident("i-1", status=value, updated_at=NOW + revision)
    return did(kind, alert(number).alert_id, value or None, action_id=f"a-{revision}")
