"""What is told to whom and when, and what is not: the planner, tried on what was told and done in its time."""

from __future__ import annotations

from typing import Any

import pytest
from tests.planning_tools import (
    DAY,
    HOUR,
    MINUTE,
    NOW,
    a_warning,
    an_action,
    an_alert,
    an_incident,
    delivery,
    read,
    said,
    told,
)  # fmt: skip

from siloscope.core.calendar import Calendar
from siloscope.core.followup import said_of
from siloscope.deliver.planning import Planner
from siloscope.deliver.subject import Subject

OFFICE = Calendar(tuple(((9 * 60, 17 * 60),) if day < 5 else () for day in range(7)))
EVENING = NOW + 10 * HOUR  # 19:00
ALL = [{"to": ["desk"]}]


def planner(routes: list[dict[str, Any]], *receivers: str, **other: Any) -> Planner:
    return Planner(delivery(routes, *receivers, **other), {"*": OFFICE})


def sent(routes: list[dict[str, Any]], names: tuple[str, ...], *reads: Any, **other: Any) -> Any:
    return said(told(planner(routes, *names, **other), *reads))


DESK = ("desk",)
OPEN = read(NOW, an_alert())
RESOLVED = read(NOW + HOUR, an_alert(status="resolved", revision=2))


def test_an_alert_is_told_after_the_wait_for_its_incident_and_its_end_at_once() -> None:
    assert sent(ALL, DESK, OPEN, RESOLVED) == [(10, "desk", "opening"), (3600, "desk", "ended")]


def test_what_is_over_before_it_is_due_is_not_told_nor_is_its_end() -> None:
    assert sent(ALL, DESK, OPEN, read(NOW + 5_000, an_alert(status="resolved", revision=2))) == []


def test_an_alert_of_an_incident_is_told_as_the_incident_once() -> None:
    many = [read(NOW, an_alert(f"a{each}")) for each in range(5)]
    joined = [read(NOW + 2_000, an_alert(f"a{each}", incident_id="i1", revision=2)) for each in range(5)]
    grown = read(NOW + MINUTE, an_incident(updated_at=NOW + MINUTE, customers=20))
    over = read(NOW + DAY, an_incident(status="ended", updated_at=NOW + DAY))
    found = sent(ALL, DESK, *many, read(NOW + 2_000, an_incident()), *joined, grown, over)
    assert found == [(2, "desk", "opening"), (86400, "desk", "ended")]


def test_the_end_of_an_incident_that_lost_its_last_alert_is_told() -> None:
    grown = an_incident(updated_at=NOW + HOUR)
    over = an_incident(status="ended", updated_at=NOW + MINUTE)
    assert sent(ALL, DESK, read(NOW, grown), read(NOW + 2 * HOUR, over)) == [
        (0, "desk", "opening"), (7200, "desk", "ended"),
    ]  # fmt: skip


def test_a_route_for_alerts_gets_incidents_in_their_place() -> None:
    found = sent([{"to": ["desk"], "kinds": ["alert"]}], DESK, read(NOW, an_incident()), read(NOW, a_warning()))
    assert found == [(0, "desk", "opening")]


@pytest.mark.parametrize(
    "other",
    [{"mode": "shadow"}, {"mode": "backfill"}, {"confidence": "suspected"}, {"part_of": "a0"}, {"incident_id": "i1"}],
)
def test_nobody_is_told_of(other: dict[str, Any]) -> None:
    assert sent(ALL, DESK, read(NOW, an_alert(**other)), read(NOW + HOUR, an_alert(status="resolved", **other))) == []


def test_a_part_is_told_when_the_whole_tells_nobody() -> None:
    whole, part = an_alert("a0", mode="shadow"), an_alert("a1", part_of="a0")
    assert sent(ALL, DESK, read(NOW, whole), read(NOW, part)) == [(10, "desk", "opening")]


def test_what_is_only_suspected_goes_into_a_digest_that_asks_for_it() -> None:
    routes = [{"to": ["desk"]}, {"to": ["quality"], "suspected": True, "digest": ["16:00"]}]
    both = [read(NOW, an_alert("a1", confidence="suspected")), read(NOW, an_alert("a2", confidence="suspected"))]
    assert sent(routes, ("desk", "quality"), *both) == [(7 * 3600, "quality", "digest of 2")]


def test_what_was_suspected_and_is_confirmed_is_told_as_new() -> None:
    routes = [{"to": ["desk"]}, {"to": ["desk"], "suspected": True, "digest": ["16:00"]}]
    found = sent(routes, DESK, read(NOW, an_alert(confidence="suspected")), read(NOW + 8 * HOUR, an_alert(revision=2)))
    assert found == [(7 * 3600, "desk", "digest of 1"), (8 * 3600 + 10, "desk", "opening")]


def test_a_rise_in_severity_is_told_once_to_who_knows_and_opens_for_who_asked_for_it() -> None:
    routes = [{"to": ["desk"]}, {"to": ["lead"], "severity": "critical"}]
    worse = an_alert(severity="critical", revision=2, status="updated")
    found = sent(routes, ("desk", "lead"), OPEN, read(NOW + HOUR, worse), read(NOW + HOUR + 1, worse, 99))
    assert found == [(10, "desk", "opening"), (3600, "desk", "worse"), (3610, "lead", "opening")]


def test_a_rise_before_it_was_told_is_told_with_the_opening() -> None:
    worse = an_alert(severity="critical", revision=2, status="updated")
    assert sent(ALL, DESK, OPEN, read(NOW + 5_000, worse)) == [(10, "desk", "opening")]


def test_an_alert_that_supersedes_another_is_an_update_and_not_news() -> None:
    old = an_alert("a1", status="retracted", superseded_by="a2", revision=2)
    new, over = an_alert("a2", supersedes="a1"), an_alert("a2", supersedes="a1", status="resolved", revision=2)
    pair = [read(NOW + HOUR, old), read(NOW + HOUR, new)]
    end = read(NOW + 2 * HOUR, over)
    assert sent(ALL, DESK, OPEN, *pair, end) == [(10, "desk", "opening"), (7200, "desk", "ended")]
    assert sent(ALL, DESK, OPEN, *reversed(pair), end) == [(10, "desk", "opening"), (7200, "desk", "ended")]


def test_what_is_taken_back_is_taken_back_where_it_was_told() -> None:
    assert sent(ALL, DESK, OPEN, read(NOW + HOUR, an_alert(status="retracted", revision=2)))[1:] == [
        (3600, "desk", "retracted")
    ]


def test_a_warning_is_told_at_once_overdue_accepted_and_closed() -> None:
    steps = ("pending", "overdue", "accepted", "closed")
    reads = [read(NOW + each * HOUR, a_warning(status=step, revision=each + 1)) for each, step in enumerate(steps)]
    assert sent(ALL, DESK, *reads) == [(each * 3600, "desk", step) for each, step in enumerate(steps)]


def test_a_route_may_tell_less() -> None:
    steps = ("pending", "overdue", "accepted", "closed")
    reads = [read(NOW + each * HOUR, a_warning(status=step, revision=each + 1)) for each, step in enumerate(steps)]
    assert sent([{"to": ["desk"], "tell": ["overdue", "closed"]}], DESK, *reads) == [
        (3600, "desk", "overdue"), (3 * 3600, "desk", "closed")
    ]  # fmt: skip


def test_who_should_act_is_told_and_nobody_else() -> None:
    routes = [{"to": ["sales"], "departments": ["sales"]}, {"to": ["support"], "departments": ["support"]}]
    assert sent(routes, ("sales", "support"), OPEN, read(NOW, a_warning())) == [
        (0, "support", "pending"), (10, "sales", "opening")
    ]  # fmt: skip


def test_a_route_with_teams_is_for_warnings_alone_and_one_with_symptoms_for_alerts() -> None:
    routes = [{"to": ["desk"], "teams": ["billing"]}, {"to": ["lead"], "symptoms": ["ping_pong"]}]
    warnings = [read(NOW, a_warning(team="billing")), read(NOW, a_warning("w2", team="other"))]
    alerts = [read(NOW, an_alert()), read(NOW, an_alert("a2", symptom="ping_pong"))]
    found = sent(routes, ("desk", "lead"), *warnings, *alerts)
    assert found == [(0, "desk", "pending"), (10, "lead", "opening")]


def test_outside_working_hours_it_waits_unless_it_is_critical() -> None:
    routes = [{"to": ["desk"], "hours": True}]
    assert sent(routes, DESK, read(EVENING, an_alert())) == [(24 * 3600, "desk", "opening")]
    assert sent(routes, DESK, read(EVENING, an_alert(severity="critical"))) == [(36010, "desk", "opening")]
    never = [{"to": ["desk"], "hours": True, "urgent": "never"}]
    assert sent(never, DESK, read(EVENING, an_alert(severity="critical"))) == [(24 * 3600, "desk", "opening")]


def test_a_digest_holds_what_came_since_and_still_stands() -> None:
    routes = [{"to": ["desk"], "digest": ["08:00", 16 * 60]}]
    reads = [read(NOW + each * MINUTE, an_alert(f"a{each}")) for each in range(4)]
    over = read(NOW + HOUR, an_alert("a0", status="resolved", revision=2))
    later = read(NOW + 8 * HOUR, an_alert("a9"))
    assert sent(routes, DESK, *reads, over, later) == [
        (7 * 3600, "desk", "digest of 3"),
        (23 * 3600, "desk", "digest of 1"),
    ]


def test_what_is_over_the_cap_comes_as_one_summary_when_the_hour_is_over() -> None:
    capped = {"receivers": {"desk": {"kind": "file", "path": "/nowhere", "per_hour": 3}}}
    reads = [read(NOW + each, a_warning(f"w{each}")) for each in range(10)]
    found = sent(ALL, DESK, *reads, read(NOW + HOUR + 5_000, a_warning("w10")), **capped)
    assert found == [(0, "desk", "pending")] * 3 + [(3600, "desk", "summary of 7"), (3605, "desk", "pending")]


def test_what_is_over_the_cap_and_told_again_is_in_the_summary_once() -> None:
    capped = {"receivers": {"desk": {"kind": "file", "path": "/nowhere", "per_hour": 1}}}
    reads = [read(NOW + each, a_warning(f"w{each}")) for each in range(2)]
    again = [read(NOW + MINUTE * each, a_warning("w1", revision=each + 1)) for each in range(1, 4)]
    found = sent(ALL, DESK, *reads, *again, **capped)
    assert found == [(0, "desk", "pending"), (3600, "desk", "summary of 1")]


def test_what_nobody_accepts_goes_to_the_next() -> None:
    steps = [{"after_minutes": 30, "to": ["lead"]}, {"after_minutes": 90, "to": ["head"]}]
    routes = [{"to": ["desk"], "escalate": steps}]
    receivers = ("desk", "lead", "head")
    started = read(NOW, a_warning())
    messages = told(planner(routes, *receivers), started)
    assert said(messages) == [(0, "desk", "pending"), (1800, "lead", "pending"), (5400, "head", "pending")]
    assert [each.message.notices[0].unaccepted for each in messages] == [None, 30, 90]
    accepted = read(NOW + HOUR, an_action("accept", "w1"))
    assert sent(routes, receivers, started, accepted) == [
        (0, "desk", "pending"), (1800, "lead", "pending"), (3600, "desk", "accepted"), (3600, "lead", "accepted")
    ]  # fmt: skip
    taken_over = read(NOW + HOUR, a_warning(status="accepted", revision=2))
    assert (5400, "head", "pending") not in sent(routes, receivers, started, taken_over)


def test_escalation_counts_working_time_where_the_route_keeps_hours() -> None:
    routes = [{"to": ["desk"], "hours": True, "escalate": [{"after_minutes": 30, "to": ["lead"]}]}]
    found = sent(routes, ("desk", "lead"), read(EVENING, a_warning(handed_at=EVENING, due_at=EVENING + DAY)))
    assert found == [(24 * 3600, "desk", "pending"), (24 * 3600 + 1800, "lead", "pending")]
    urgent = a_warning(handed_at=EVENING, due_at=EVENING + DAY, urgency="critical")
    found = sent(routes, ("desk", "lead"), read(EVENING, urgent))
    assert found == [(36_000, "desk", "pending"), (36_000 + 1800, "lead", "pending")]


def test_what_was_accepted_before_it_was_due_is_not_told() -> None:
    assert sent(ALL, DESK, OPEN, read(NOW + 5_000, an_action("accept"))) == []


def test_an_accept_is_told_to_who_knew_of_it_with_who_it_was() -> None:
    messages = told(planner(ALL), OPEN, read(NOW + MINUTE, an_action("accept")))
    assert said(messages) == [(10, "desk", "opening"), (60, "desk", "accepted")]
    notice = messages[1].message.notices[0]
    assert notice.by == "ana" and notice.opening == messages[0].message.notices[0].id


def test_what_is_put_off_comes_back_and_what_is_done_with_does_not() -> None:
    until = said_of(NOW + 2 * HOUR)
    asleep = read(NOW + 1_000, an_action("snooze", value=until))
    assert sent(ALL, DESK, OPEN, asleep) == [(7200, "desk", "opening")]
    assert sent(ALL, DESK, OPEN, asleep, read(NOW + HOUR, an_action("resolve"))) == []


def test_what_is_handed_on_is_news_for_the_other_department() -> None:
    routes = [{"to": ["sales"], "departments": ["sales"]}, {"to": ["support"], "departments": ["support"]}]
    handed = an_action("hand_on", value="support")
    found = sent(routes, ("sales", "support"), OPEN, read(NOW + MINUTE, an_action("accept")), read(NOW + HOUR, handed))
    assert found == [(10, "sales", "opening"), (60, "sales", "accepted"), (3610, "support", "opening")]
    assert sent(routes, ("sales", "support"), OPEN, read(NOW + 1_000, handed)) == [(11, "support", "opening")]


def test_who_gets_what_was_handed_on_is_told_by_whom_and_who_has_it_back_is_not() -> None:
    routes = [{"to": ["sales"], "departments": ["sales"]}, {"to": ["support"], "departments": ["support"]}]
    handed, back = an_action("hand_on", value="support"), an_action("hand_on", value="sales")
    planned = planner(routes, "sales", "support")
    (message,) = told(planned, OPEN, read(NOW + 1_000, handed), until=NOW + MINUTE)
    (notice,) = message.message.notices
    assert (notice.handed_to, notice.handed_by) == ("support", "ana")
    (again,) = told(planned, read(NOW + HOUR, back))
    assert (again.message.receiver, again.message.notices[0].handed_to) == ("sales", None)


def _handed(*departments: str, every: int = HOUR) -> list[Any]:
    actions = [an_action("hand_on", value=each, name=f"h{number}") for number, each in enumerate(departments)]
    return [read(NOW + (number + 1) * every, action, number) for number, action in enumerate(actions)]


@pytest.mark.parametrize("order", [1, -1])
def test_what_is_handed_to_and_fro_is_told_each_time(order: int) -> None:
    routes = [{"to": ["sales"], "departments": ["sales"]}, {"to": ["support"], "departments": ["support"]}]
    found = sent(routes, ("sales", "support"), OPEN, *_handed("support", "sales", "support"))
    assert found == [
        (10, "sales", "opening"), (3610, "support", "opening"), (7210, "sales", "opening"),
        (10810, "support", "opening"),
    ]  # fmt: skip
    to_and_fro = _handed("support", "sales", every=1_000)[::order]
    assert sent(routes, ("sales", "support"), OPEN, *to_and_fro) == [(10, "sales", "opening")]


def test_what_waits_for_a_digest_is_in_it_once_however_often_it_was_handed_to_and_fro() -> None:
    routes = [{"to": ["desk"], "digest": ["16:00"]}]
    found = sent(routes, DESK, OPEN, *_handed("support", "sales", "support"))
    assert found == [(7 * 3600, "desk", "digest of 1")]


def test_who_has_it_back_and_lets_it_lie_is_escalated_about() -> None:
    routes = [{"to": ["desk"], "escalate": [{"after_minutes": 150, "to": ["lead"]}]}]
    found = sent(routes, ("desk", "lead"), OPEN, *_handed("support", "sales"))
    assert [each for each in found if each[1] == "lead"] == [(9010, "lead", "opening")]


def test_what_was_accepted_and_ended_and_arises_anew_is_told_again() -> None:
    accepted = read(NOW + MINUTE, an_action("accept"))
    again = read(NOW + 2 * HOUR, an_alert(status="updated", revision=3, updated_at=NOW + 2 * HOUR))
    found = sent([{"to": ["desk"], "tell": ["opening"]}], DESK, OPEN, accepted, RESOLVED, again)
    assert found == [(10, "desk", "opening"), (7210, "desk", "opening")]


def test_what_began_long_ago_is_not_told_unless_asked_for() -> None:
    old = read(NOW, an_alert(at=NOW - 2 * DAY))
    assert sent(ALL, DESK, old) == []
    assert sent(ALL, DESK, old, newest_hours=False) == [(10, "desk", "opening")]
    overdue = read(NOW, a_warning(status="overdue", handed_at=NOW - 3 * DAY, due_at=NOW - MINUTE))
    assert sent(ALL, DESK, overdue) == [(0, "desk", "overdue")]


def test_an_opening_that_was_dropped_is_told_when_it_opens_again() -> None:
    over = an_alert(status="resolved", revision=2)
    found = sent(ALL, DESK, OPEN, read(NOW + 5_000, over), read(NOW + HOUR, an_alert(status="updated", revision=3)))
    assert found == [(3610, "desk", "opening")]


def test_what_was_told_to_be_over_and_stands_again_is_news_and_so_is_its_second_end() -> None:
    again = read(NOW + 2 * HOUR, an_alert(status="updated", revision=3, updated_at=NOW + 2 * HOUR))
    over = read(NOW + 3 * HOUR, an_alert(status="resolved", revision=4, updated_at=NOW + 3 * HOUR))
    found = told(planner(ALL), OPEN, RESOLVED, again, over)
    assert said(found) == [
        (10, "desk", "opening"), (3600, "desk", "ended"), (7210, "desk", "opening"), (10800, "desk", "ended"),
    ]  # fmt: skip
    assert len({each.message.id for each in found}) == 4


def test_what_was_resolved_by_staff_and_arises_anew_is_told_again() -> None:
    done = [read(NOW + MINUTE, an_action("accept")), read(NOW + 2 * MINUTE, an_action("resolve"))]
    again = read(NOW + 2 * HOUR, an_alert(status="updated", revision=3, updated_at=NOW + 2 * HOUR))
    found = sent([{"to": ["desk"], "tell": ["opening"]}], DESK, OPEN, *done, RESOLVED, again)
    assert found == [(10, "desk", "opening"), (7210, "desk", "opening")]


def test_what_stands_again_before_its_end_was_told_is_no_news() -> None:
    routes = [{"to": ["desk"], "tell": ["opening"]}, {"to": ["desk"], "tell": ["ended"], "digest": ["16:00"]}]
    again = read(NOW + 2 * HOUR, an_alert(status="updated", revision=3))
    over = read(NOW + 3 * HOUR, an_alert(status="resolved", revision=4))
    found = sent(routes, DESK, OPEN, RESOLVED, again, over)
    assert found == [(10, "desk", "opening"), (7 * 3600, "desk", "digest of 1")]


def test_an_import_of_what_ended_and_began_again_years_ago_calls_nobody() -> None:
    then = NOW - 900 * DAY
    course = [("open", then), ("resolved", then + DAY), ("updated", then + 2 * DAY)]
    reads = [
        read(NOW + number, an_alert(at=then, status=status, revision=number, updated_at=at))
        for number, (status, at) in enumerate(course)
    ]
    assert sent(ALL, DESK, *reads) == []


@pytest.mark.parametrize("digest", [{}, {"digest": ["16:00"]}])
def test_what_becomes_anothers_before_it_is_told_is_told(digest: dict[str, Any]) -> None:
    theirs = read(NOW + 5_000, an_alert(owner_department="support", revision=2, status="updated"))
    found = sent([{"to": ["desk"], **digest}], DESK, OPEN, theirs)
    assert found == ([(7 * 3600, "desk", "digest of 1")] if digest else [(15, "desk", "opening")])


def test_what_supersedes_an_alert_of_another_department_before_that_was_told_is_told() -> None:
    routes = [{"to": ["desk"], "departments": ["sales"]}, {"to": ["desk"], "departments": ["support"]}]
    new = read(NOW + 5_000, an_alert("a2", supersedes="a1", owner_department="support"))
    old = read(NOW + 5_001, an_alert(status="retracted", superseded_by="a2", revision=2))
    assert sent(routes, DESK, OPEN, new, old) == [(15, "desk", "opening")]


def test_each_receiver_is_told_by_its_first_route() -> None:
    routes = [{"to": ["desk"], "severity": "critical"}, {"to": ["desk", "lead"], "digest": ["16:00"]}, {"to": ["desk"]}]
    found = sent(routes, ("desk", "lead"), OPEN)
    assert found == [(7 * 3600, "desk", "digest of 1"), (7 * 3600, "lead", "digest of 1")]


def test_what_waits_for_a_digest_and_becomes_urgent_comes_at_once() -> None:
    routes = [{"to": ["desk"], "severity": "critical"}, {"to": ["desk"], "digest": ["16:00"]}]
    worse = read(NOW + HOUR, an_alert(severity="critical", revision=2, status="updated"))
    assert sent(routes, DESK, OPEN, worse) == [(3610, "desk", "opening")]


def test_what_is_over_for_days_is_forgotten_and_what_stands_is_not() -> None:
    tried = planner(ALL)
    told(tried, OPEN, read(NOW, an_alert("a2")), RESOLVED, read(NOW, an_action("accept", "a3")), until=NOW + DAY)
    list(tried.book.changes())
    assert tried.forget(NOW + 2 * DAY) == 0
    assert tried.forget(NOW + 4 * DAY) == 2
    assert tried.book.subjects["a2"].record is not None
    assert tried.book.subjects["a1"] == Subject("a1", ["a1"], place=(2, NOW + HOUR), turn=1, told_at=NOW + HOUR)
    gone = [key for key, value in tried.book.changes() if value is None]
    assert len(gone) == 3  # the opening, the end, and what staff did
    assert tried.forget(NOW + 300 * DAY) == 0
    assert tried.forget(NOW + 500 * DAY) == 2 and not tried.book.notices


def test_what_stands_again_after_it_was_forgotten_is_news_under_new_ids() -> None:
    tried = planner(ALL)
    found = told(tried, OPEN, RESOLVED, until=NOW + DAY)
    tried.forget(NOW + 4 * DAY)
    journal, tried = dict(tried.book.changes()), planner(ALL)
    for key, value in journal.items():
        tried.book.load(key, value)
    tried.loaded()
    again = read(NOW + 5 * DAY, an_alert(status="updated", revision=3, updated_at=NOW + 5 * DAY))
    over = read(NOW + 6 * DAY, an_alert(status="resolved", revision=4, updated_at=NOW + 6 * DAY))
    found += told(tried, RESOLVED, again, over)
    assert [each.message.notices[0].what for each in found] == ["opening", "ended", "opening", "ended"]
    assert len({each.message.id for each in found}) == 4
    assert found[2].message.notices[0].opening is None
    tried.forget(NOW + 40 * DAY)
    assert tried.book.subjects["a1"].turn == 2
