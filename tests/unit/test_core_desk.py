"""What is on staff's desks does not depend on how the topics' records come together, nor on their repetition."""

from __future__ import annotations

from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from tests.unit.alert_tools import alert as any_alert

from siloscope.core.alert import Alert
from siloscope.core.desk import KEPT, Desk, Item, Record
from siloscope.core.followup import Action, FollowUp, Taken, moment_of, said_of
from siloscope.core.handoff import NO_BRIEF, Warning
from siloscope.core.incident import Cause, Incident

NOW: Final = 1_772_400_000_000
MINUTE: Final = 60_000


def alert(name: str = "2026-03-a", **more: Any) -> Alert:
    usual = {"customer_id": "c-1", "opened_at": NOW, "updated_at": NOW, "owner_department": "support"}
    return any_alert(name, **(usual | more))


def warning(name: str = "w-1", **more: Any) -> Warning:
    return replace(
        Warning(
            name, "pending", "c-1", None, "case-1", "sales", "success", None, False, "normal", NOW, NOW + MINUTE, None,
            None, None, None, 1, ("t-2",), NO_BRIEF,
        ),
        **more,
    )  # fmt: skip


def action(kind: Any, actor: str = "ana", subject: str = "2026-03-a", value: str | None = None, n: int = 0) -> Action:
    return Action(f"{actor}-{kind}-{value}-{n}", NOW + n, actor, kind, subject, value)


def incident(**more: Any) -> Incident:
    first = Incident(
        "2026-03-i", "open", "unanswered", ("support",), Cause("topic", "x"), "warning", NOW, NOW, None, 12, 12,
        ("2026-03-a",), "support",
    )  # fmt: skip
    return replace(first, **more)


def shown(desk: Desk) -> Any:
    """All that anybody can see of it."""

    def of(item: Item) -> Any:
        follow = item.follow
        names = ("accepted_by", "accepted_at", "handed_to", "snoozed_until", "done_by", "verdicts", "actions", "late")
        return item.record, item.open, item.department, item.rank, [getattr(follow, name) for name in names]

    return {name: of(each) for name, each in desk.items.items()}, desk.incidents


# -- one subject


def test_the_first_accept_wins_and_the_second_is_told_who() -> None:
    follow = FollowUp()
    first, second = action("accept", "ana"), action("accept", "ben", n=5)
    follow.take(first, NOW)
    follow.take(second, NOW + 5)
    assert follow.late == {second.action_id: Taken("ana", NOW)}
    assert follow.accepted_by == "ana"
    assert [each.actor for each in follow.actions] == ["ana"], "what did not count is not shown"


def test_the_same_action_twice_counts_once() -> None:
    follow = FollowUp()
    for _ in range(2):
        follow.take(action("note"), NOW)
    assert [each.kind for each in follow.actions] == ["note"]


def test_what_is_handed_on_may_be_accepted_by_another() -> None:
    follow = FollowUp()
    follow.take(action("accept", "ana"), NOW)
    follow.take(action("hand_on", "ana", value="finance", n=1), NOW)
    assert (follow.accepted_by, follow.handed_to) == (None, "finance")
    follow.take(action("accept", "ben", n=2), NOW)
    assert follow.accepted_by == "ben" and not follow.late


def test_who_accepts_what_was_done_with_takes_it_up_again() -> None:
    follow = FollowUp()
    follow.take(action("accept", "ana"), NOW)
    follow.take(action("resolve", "ana", n=1), NOW)
    follow.take(action("accept", "ben", n=2), NOW)
    assert (follow.accepted_by, follow.done_by) == ("ben", None)


def test_what_is_handed_on_after_it_was_resolved_is_open_on_the_other_desk() -> None:
    desk = Desk()
    desk.take(alert(), 0, NOW)
    desk.take(action("resolve"), 0, NOW + 1)
    desk.take(action("hand_on", "ben", value="finance"), 1, NOW + 2)
    assert [each.subject for each in desk.on(["finance"], NOW + 3)] == ["2026-03-a"]


def test_who_accepted_it_before_it_ended_and_arose_anew_has_it_no_more() -> None:
    desk = Desk()
    desk.take(alert(), 0, NOW)
    desk.take(action("accept", "ana"), 0, NOW + 1)
    desk.take(alert(revision=2, status="resolved"), 1, NOW + 2)
    assert desk.items["2026-03-a"].accepted_by == "ana"
    desk.take(alert(revision=3, status="updated"), 2, NOW + 3)
    assert desk.items["2026-03-a"].accepted_by is None
    desk.take(action("accept", "ben", n=4), 1, NOW + 4)
    assert desk.items["2026-03-a"].accepted_by == "ben"


def test_what_supersedes_another_is_the_same_to_staff() -> None:
    """Under which name ever it was accepted: in a message there may still be the first one."""
    desk = Desk()
    told = [
        alert(), alert(status="retracted", superseded_by="2026-03-b", revision=2),
        alert("2026-03-b", supersedes="2026-03-a", opened_at=NOW + 5),
    ]  # fmt: skip
    desk.take(told[0], 0, NOW)
    desk.take(action("accept", "ana"), 0, NOW + 1)
    for offset in (1, 2):
        desk.take(told[offset], offset, NOW + 10)
    assert [(each.subject, each.accepted_by) for each in desk.on(None, NOW)] == [("2026-03-b", "ana")]
    changed = desk.take(action("resolve", "ana", n=11), 1, NOW + 11)
    assert changed == {"2026-03-a", "2026-03-b"} and not desk.on(None, NOW)
    desk.forget(NOW + KEPT + 100)
    assert list(desk.items) == ["2026-03-b"] and desk.items["2026-03-b"].done_by == "ana"


def test_what_is_told_again_after_its_end_stays_done() -> None:
    desk = Desk()
    desk.take(alert(), 0, NOW)
    desk.take(action("resolve", "ana"), 0, NOW + 1)
    for revision in (2, 3):
        desk.take(alert(revision=revision, status="resolved"), revision, NOW + revision)
    assert desk.items["2026-03-a"].done_by == "ana"


def test_feedback_is_kept_apart_and_the_last_of_each_person_counts() -> None:
    follow = FollowUp()
    for number, (who, verdict) in enumerate([("ana", "false"), ("ben", "useful"), ("ana", "known")]):
        follow.take(action("feedback", who, value=verdict, n=number), NOW)
    assert {who: each.value for who, each in follow.verdicts.items()} == {"ana": "known", "ben": "useful"}
    assert len(follow.actions) == 3, "nothing is overwritten"


def test_a_snooze_that_says_no_time_changes_nothing() -> None:
    follow = FollowUp()
    follow.take(action("snooze", value=said_of(NOW)), NOW)
    follow.take(action("snooze", value="tomorrow", n=1), NOW)
    assert follow.asleep(NOW - 1) and not follow.asleep(NOW)


@pytest.mark.parametrize("said", [None, "", "tomorrow", "2026-03-01T09:00:00", "2026-13-01T09:00:00Z"])
def test_what_is_no_time_with_its_offset_is_none(said: str | None) -> None:
    assert moment_of(said) is None


@given(st.integers(0, 4_000_000_000))
def test_a_time_is_read_as_it_was_said(seconds: int) -> None:
    assert moment_of(said_of(seconds * 1000)) == seconds * 1000


# -- the desk


def test_an_older_telling_changes_nothing() -> None:
    desk = Desk()
    desk.take(alert(revision=3, severity="critical"), 9, NOW)
    assert desk.take(alert(revision=2), 10, NOW) == set()
    assert desk.items["2026-03-a"].severity == "critical"


def test_it_is_on_the_desk_of_whom_it_was_handed_on_to() -> None:
    desk = Desk()
    desk.take(alert(), 0, NOW)
    desk.take(action("hand_on", value="finance"), 0, NOW)
    assert [each.subject for each in desk.on({"finance"}, NOW)] == ["2026-03-a"]
    assert desk.on({"support"}, NOW) == []


def test_what_is_put_off_comes_back() -> None:
    desk = Desk()
    desk.take(alert(), 0, NOW)
    desk.take(action("snooze", value=said_of(NOW + 60 * MINUTE)), 0, NOW)
    assert desk.on(None, NOW) == [] and len(desk.on(None, NOW, asleep=True)) == 1
    assert len(desk.on(None, NOW + 60 * MINUTE)) == 1


def test_what_arises_again_after_it_was_done_with_is_open_again() -> None:
    desk = Desk()
    desk.take(alert(), 0, NOW)
    desk.take(action("resolve"), 0, NOW + MINUTE)
    desk.take(alert(revision=2, status="resolved"), 1, NOW + 2 * MINUTE)
    assert not desk.items["2026-03-a"].open
    desk.take(alert(revision=3, status="updated"), 2, NOW + 3 * MINUTE)
    assert desk.items["2026-03-a"].open


def test_what_was_done_with_stays_so_when_only_its_later_tellings_are_in_the_topic() -> None:
    desk = Desk()
    desk.take(action("resolve"), 0, NOW + MINUTE)
    desk.take(alert(revision=7, status="updated"), 9, NOW + 2 * MINUTE)
    assert not desk.items["2026-03-a"].open
    desk = Desk()
    desk.take(action("resolve"), 0, NOW + MINUTE)
    desk.take(alert(revision=7, opened_at=NOW + 2 * MINUTE), 9, NOW + 2 * MINUTE)
    assert desk.items["2026-03-a"].open, "it opened again after that"


def test_what_nobody_is_told_of_is_on_no_desk_and_the_suspected_are_for_review() -> None:
    desk = Desk()
    desk.take(alert("2026-03-b", confidence="suspected"), 0, NOW)
    desk.take(alert("2026-03-c", mode="shadow"), 1, NOW)
    desk.take(alert("2026-03-d"), 2, NOW)
    desk.take(alert("2026-03-e", part_of="2026-03-d"), 3, NOW)
    desk.take(alert("2026-03-f", part_of="2026-03-b"), 4, NOW)
    assert {each.subject[-1] for each in desk.on(None, NOW)} == {"d", "f"}, "a whole told to nobody lets its part tell"
    assert [each.subject[-1] for each in desk.items.values() if desk.for_review(each)] == ["b"]


def test_the_most_urgent_is_first() -> None:
    desk = Desk()
    told = [
        alert("2026-03-a", severity="info"), alert("2026-03-b", severity="critical", opened_at=NOW + 1), warning("w-1"),
        warning("w-2", status="overdue"), alert("2026-03-c"), alert("2026-03-d", opened_at=NOW - 1),
    ]  # fmt: skip
    for number, each in enumerate(told):
        desk.take(each, number, NOW)
    assert [each.subject[-1] for each in desk.on(None, NOW)] == ["2", "b", "1", "d", "c", "a"]


def test_what_ended_is_forgotten_after_a_week_and_what_is_open_never() -> None:
    desk = Desk()
    desk.take(alert(), 0, NOW)
    desk.take(alert("2026-03-b", status="resolved"), 1, NOW)
    desk.take(warning(status="closed"), 2, NOW)
    desk.take(incident(status="ended", ended_at=1), 3, NOW)
    assert desk.forget(NOW + KEPT) == 0
    assert desk.forget(NOW + KEPT + 1) == 3
    assert list(desk.items) == ["2026-03-a"] and not desk.incidents
    assert [each.subject for each in desk.of_customer("c-1")] == ["2026-03-a"]


def test_an_incident_that_lost_its_last_alert_and_ended_does_not_go_on_for_ever() -> None:
    desk = Desk()
    desk.take(incident(updated_at=NOW + MINUTE), 7, NOW)
    desk.take(incident(status="ended", updated_at=NOW, ended_at=NOW + MINUTE), 8, NOW)
    desk.take(incident(updated_at=NOW + MINUTE), 7, NOW)
    assert desk.incidents["2026-03-i"].status == "ended"


def test_what_was_done_about_alerts_that_are_in_the_topic_no_more_is_forgotten_unless_somebody_has_them() -> None:
    desk = Desk()
    for kind, subject in [("resolve", "2025-01-a"), ("feedback", "2025-01-b"), ("accept", "2025-01-c")]:
        desk.take(action(kind, subject=subject), 0, NOW)
    assert desk.forget(NOW + KEPT + 1) == 2
    desk.take(alert("2025-01-c", revision=9), 9, NOW + KEPT + 2)
    assert desk.items["2025-01-c"].follow.accepted_by == "ana"


TOPICS: Final[list[list[Record]]] = [
    [
        alert(), alert("2026-03-b"), alert(revision=2, status="resolved"), alert(revision=3, status="updated"),
        alert("2026-03-c", supersedes="2026-03-b"),
        alert("2026-03-b", status="retracted", superseded_by="2026-03-c", revision=2),
        alert("2026-03-d", supersedes="2026-03-c"),
    ],
    [warning(), warning(revision=2, status="overdue"), warning(revision=3, status="accepted")],
    [incident(), incident(customers=13, updated_at=NOW + 1)],
    [
        action("accept", "ana"), action("accept", "ben", n=1), action("resolve", "ana", n=2),
        action("accept", "ben", n=3), action("feedback", "cleo", value="false"),
        action("hand_on", "ben", value="finance", n=4),
        action("accept", "ben", subject="2026-03-c"), action("accept", "ana", subject="2026-03-b"),
        action("hand_on", "ben", subject="2026-03-d", value="finance"), action("accept", "ana", subject="2026-03-c"),
        action("accept", "ben", subject="w-1"), action("accept", "ana", subject="w-1", n=1),
    ],
]  # fmt: skip


@given(st.data())
def test_the_desk_is_the_same_however_the_topics_are_read_together_and_again(data: st.DataObject) -> None:
    places = [(topic, offset) for topic, records in enumerate(TOPICS) for offset in range(len(records))]
    order = data.draw(st.permutations([topic for topic, _ in places]))
    read = [0] * len(TOPICS)
    desk, straight = Desk(), Desk()
    for topic in order:
        offset = read[topic]
        read[topic] += 1
        desk.take(TOPICS[topic][offset], offset, NOW + offset * 10)
        again = data.draw(st.integers(0, offset))
        desk.take(TOPICS[topic][again], again, NOW + again * 10)
    for topic, offset in places:
        straight.take(TOPICS[topic][offset], offset, NOW + offset * 10)
    assert shown(desk) == shown(straight)
