"""Incidents: one cause, many customers, told once however their alerts arrive, grow, change and get lost."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import pytest
from msgspec.structs import replace
from tests.detection import agreed
from tests.scenario import BASE
from tests.unit.test_core_episodes import by_looking_at_everything

from siloscope.core import correspondence, incidents
from siloscope.core.detection import Detection, Maintenance
from siloscope.core.incident import Cause, Parameters
from siloscope.core.incident_group import Group
from siloscope.core.membership import Member, group_of
from siloscope.core.parameters import BadParameter
from siloscope.core.settling import Cause as Input
from siloscope.language import shipped
from siloscope.ops.trial import Trial
from siloscope.symptoms.duplicate_outreach import DuplicateOutreach
from siloscope.symptoms.stalled_wait import StalledWait
from siloscope.symptoms.unanswered import Unanswered

MINUTE, HOUR, DAY = 60_000, 3_600_000, 86_400_000
READER = shipped()
Records = list[dict[str, Any]]


def watch(**options: Any) -> Detection:
    return Detection([DuplicateOutreach, StalledWait, Unanswered], reader=READER, **options)


def record(name: str, at: int, customer: str, what: str, **more: Any) -> dict[str, Any]:
    department, activity = what.split()
    return {
        "touchpoint_id": name, "occurred_at": at, "department": department, "activity": activity, "channel": "email",
        "identifiers": [{"kind": "customer_id", "value": customer}],
    } | more  # fmt: skip


def question(customer: str, opened_at: int, topic: str = "invoice", **more: Any) -> dict[str, Any]:
    """What becomes an alert at `opened_at`, if nobody answers."""
    at = opened_at - 72 * HOUR
    return record(f"q-{customer}-{opened_at}", at, customer, "support question", topic=topic, **more)


def answer(customer: str, opened_at: int) -> dict[str, Any]:
    """What disproves that alert, however late it arrives."""
    name = f"q-{customer}-{opened_at}"
    return record(f"a-{name}", opened_at - HOUR, customer, "support answer", reply_to=name)


def copies(customer: str, opened_at: int, **more: Any) -> Records:
    """The same message from two departments; the second is at `opened_at`."""
    name = f"{customer}-{opened_at}"
    about = {"direction": "outbound", "message_ref": "spring"} | more
    return [
        record(f"m-{name}", opened_at - MINUTE, customer, "marketing message", **about),
        record(f"s-{name}", opened_at, customer, "success message", **about),
    ]


def burst(count: int, opened_at: int, step: int = MINUTE, **more: Any) -> Records:
    """`count` customers with an alert each."""
    return [question(f"c{number}", opened_at + number * step, **more) for number in range(count)]


def run(records: Records, detection: Detection | None = None, count: int = 1) -> Trial:
    trial = Trial(detection or watch(), count)
    for each in sorted(records, key=lambda each: each["occurred_at"]):
        trial.send(each)
    return trial


T = BASE + 30 * DAY  # when the alerts of most tests open


# -- from when on it is one


def test_ten_customers_within_an_hour_are_an_incident_and_it_says_all_about_it() -> None:
    trial = run(burst(10, T))
    (incident,) = trial.standing_incidents(T + HOUR)
    alerts = trial.standing(T + HOUR)
    assert {alert.incident_id for alert in alerts} == {incident.incident_id}
    assert incident.incident_id.startswith("2026-04-")
    assert (incident.status, incident.symptom, incident.departments) == ("open", "unanswered", ("support",))
    assert (incident.cause.kind, incident.cause.value) == ("topic", "invoice")
    assert (incident.opened_at, incident.updated_at, incident.ended_at) == (T + 9 * MINUTE, T + 9 * MINUTE, None)
    assert (incident.customers, incident.alerts, incident.owner_department) == (10, 10, "support")
    assert incident.severity == "warning"
    assert incident.sample == tuple(alert.alert_id for alert in alerts)


def test_nine_customers_are_none() -> None:
    trial = run(burst(9, T))
    assert trial.standing_incidents(T + HOUR) == []
    assert {alert.incident_id for alert in trial.standing(T + HOUR)} == {None}


def test_nine_customers_of_whom_one_suffers_twice_are_none() -> None:
    trial = run([*burst(9, T), question("c0", T + 30 * MINUTE)])
    assert len(trial.standing(T + HOUR)) == 10
    assert trial.standing_incidents(T + HOUR) == []


@pytest.mark.parametrize(("last", "found"), [(HOUR, 1), (HOUR + 1, 0)])
def test_they_must_be_hit_within_the_hour(last: int, found: int) -> None:
    trial = run([*burst(9, T), question("late", T + last)])
    assert len(trial.standing_incidents(T + 2 * HOUR)) == found


@pytest.mark.parametrize(("earliest", "now", "found"), [(0, 5, 1), (0, 4, 0), (1, 4, 1)])
def test_there_must_be_five_times_as_many_as_usual(earliest: int, now: int, found: int) -> None:
    """4 alerts in the 4 h before the hour: one is usual, 5 are needed; with 3 of them less than 4."""
    p = Parameters(customers=3, usual=4 * HOUR)
    opens = T + (now - 1) * MINUTE
    before = opens - HOUR - 4 * HOUR  # the first moment of the 4 h before the hour
    history = [question(f"h{n}", before - earliest + n * 70 * MINUTE) for n in range(4)]
    trial = run([*history, *burst(now, T)], watch(incidents=p))
    assert len(trial.standing_incidents(T + HOUR)) == found


def test_other_departments_another_symptom_or_another_topic_are_another_cause() -> None:
    records = [
        *burst(5, T),
        *[question(f"o{n}", T + n, "delivery") for n in range(5)],
        *[question(f"d{n}", T + n) | {"department": "sales"} for n in range(5)],
        *[record(f"w{n}", T - 72 * HOUR + n, f"w{n}", "support wait_started", topic="invoice") for n in range(5)],
    ]
    trial = run(records)
    assert len(trial.standing(T + HOUR)) == 20
    assert trial.standing_incidents(T + HOUR) == []


def test_a_topic_that_says_nothing_is_no_cause() -> None:
    assert run(burst(12, T, topic="general")).standing_incidents(T + HOUR) == []


# -- growing and ending


def test_it_grows_until_nobody_more_was_hit_for_a_day() -> None:
    last = T + 9 * MINUTE
    trial = run([*burst(10, T), question("more", last + DAY), question("no more", last + 2 * DAY + 1)])
    (incident,) = trial.standing_incidents(last + 2 * DAY - 1)
    assert (incident.status, incident.customers, incident.updated_at) == ("open", 11, last + DAY)
    (incident,) = trial.standing_incidents(last + 3 * DAY)
    assert (incident.status, incident.customers, incident.ended_at) == ("ended", 11, last + 2 * DAY)
    by_customer = {alert.customer_id: alert.incident_id for alert in trial.standing(last + 3 * DAY)}
    assert by_customer["more"] == incident.incident_id
    assert by_customer["no more"] is None


def test_what_goes_on_and_on_becomes_the_usual() -> None:
    """Two an hour for five days: an incident while nothing else was known, and none once they were the usual."""
    p = Parameters(customers=3, usual=2 * DAY)
    records = [question(f"c{n}", T + n * HOUR // 2) for n in range(2 * 5 * 24)]
    trial = run(records, watch(incidents=p))
    (incident,) = trial.standing_incidents(T + 6 * DAY)
    assert (incident.opened_at, incident.updated_at) == (T + HOUR, T + HOUR + 2 * DAY)
    assert (incident.status, incident.ended_at) == ("ended", T + HOUR + 3 * DAY)
    assert len([alert for alert in trial.standing(T + 6 * DAY) if alert.incident_id]) == incident.alerts == 99


def test_it_ends_by_itself_to_the_second() -> None:
    trial = run(burst(10, T))
    end = T + 9 * MINUTE + DAY
    assert [i.status for i in trial.standing_incidents(end - 1)] == ["open"]
    assert trial.partitions[0].next_due == end
    assert [(i.status, i.ended_at) for i in trial.standing_incidents(end)] == [("ended", end)]


def test_what_comes_after_the_end_is_another_incident() -> None:
    trial = run([*burst(10, T), *burst(10, T + 3 * DAY)])
    first, second = trial.standing_incidents(T + 3 * DAY + HOUR)
    assert first.incident_id != second.incident_id
    assert (first.status, second.status) == ("ended", "open")


def test_a_retracted_alert_leaves_it() -> None:
    trial = run(burst(12, T))
    assert trial.standing_incidents(T + HOUR)[0].customers == 12
    trial.send(answer("c11", T + 11 * MINUTE))
    (incident,) = trial.standing_incidents(T + HOUR)
    assert (incident.customers, incident.updated_at) == (11, T + 10 * MINUTE)


def test_it_is_retracted_when_too_few_are_left_and_its_alerts_are_told_without_it() -> None:
    trial = run(burst(10, T))
    trial.standing_incidents(T + HOUR)
    trial.send(answer("c4", T + 4 * MINUTE))
    assert trial.standing_incidents(T + HOUR) == []
    assert trial.incidents[-1].status == "retracted"
    alerts = trial.standing(T + HOUR)
    assert len(alerts) == 9
    assert {alert.incident_id for alert in alerts} == {None}


def test_when_its_first_alert_leaves_it_becomes_another_and_the_alerts_follow() -> None:
    trial = run(burst(11, T))
    (before,) = trial.standing_incidents(T + HOUR)
    trial.send(answer("c0", T))
    (after,) = trial.standing_incidents(T + HOUR)
    assert after.incident_id != before.incident_id
    assert {alert.incident_id for alert in trial.standing(T + HOUR)} == {after.incident_id}


def test_it_is_as_severe_as_its_worst_alert() -> None:
    trial = run([*burst(10, T), record("k", T + HOUR, "c3", "support complaint", topic="price")])
    trial.tick(T + 73 * HOUR)  # twice its limit
    assert {i.severity for i in trial.standing_incidents(T + 73 * HOUR)} == {"critical"}


# -- one cause, one incident


def test_an_alert_that_falls_under_several_causes_is_told_with_the_first_and_no_other_incident_stands() -> None:
    records = [each for n in range(12) for each in copies(f"c{n}", T + n * MINUTE, topic="offer", product="pro")]
    trial = run(records)
    (incident,) = trial.standing_incidents(T + HOUR)
    assert (incident.cause.kind, incident.cause.value) == ("message_ref", "spring")
    assert {alert.incident_id for alert in trial.standing(T + HOUR)} == {incident.incident_id}


def test_what_one_incident_claims_counts_in_no_other() -> None:
    """9 of one message and 12 of another share a topic: the 12 are an incident, the 9 are not."""
    records = [each for n in range(12) for each in copies(f"c{n}", T + n * MINUTE, topic="offer")]
    records += [each for n in range(9) for each in copies(f"d{n}", T + n * MINUTE, topic="offer", message_ref="other")]
    assert [i.cause.value for i in run(records).standing_incidents(T + HOUR)] == ["spring"]
    records += copies("e", T + 5 * MINUTE, topic="offer", message_ref="third")
    found = run(records).standing_incidents(T + HOUR)
    assert sorted((i.cause.kind, i.cause.value, i.customers) for i in found) == [
        ("message_ref", "spring", 12), ("topic", "offer", 10),
    ]  # fmt: skip


def test_what_a_lesser_cause_claimed_goes_to_a_better_one_once_there_are_enough() -> None:
    records = [each for n in range(10) for each in copies(f"c{n}", T + n * MINUTE, topic="offer", message_ref=f"m{n}")]
    trial = run(records)
    assert [i.cause.kind for i in trial.standing_incidents(T + HOUR)] == ["topic"]
    later = [each for n in range(10) for each in copies(f"d{n}", T + (12 + n) * MINUTE, topic="offer")]
    for each in later:
        trial.send(each)
    assert sorted(i.cause.kind for i in trial.standing_incidents(T + HOUR)) == ["message_ref", "topic"]


def test_alerts_told_to_nobody_or_within_another_do_not_count() -> None:
    assert run(burst(12, T), watch(shadow=["unanswered"])).standing_incidents(T + HOUR) == []
    quiet = watch(maintenance=[Maintenance(T, T + HOUR)])
    assert run(burst(12, T), quiet).standing_incidents(T + HOUR) == []


# -- what it silences


def waits(count: int, opened_at: int, **more: Any) -> Records:
    about = {"topic": "invoice"} | more
    return [
        record(f"w{n}", opened_at + n * MINUTE - 72 * HOUR, f"w{n}", "sales wait_started", **about)
        for n in range(count)
    ]  # fmt: skip


SILENCING = {"unanswered": ("stalled_wait",)}


def test_alerts_of_a_silenced_symptom_with_the_same_cause_carry_the_incident_while_it_is_open() -> None:
    open_at, last = T + 9 * MINUTE, T + 9 * MINUTE
    records = [*burst(10, T), *waits(3, T + HOUR), *waits(1, T + HOUR, topic="else")[:0]]
    records += [record("early", open_at - 1 - 72 * HOUR, "early", "sales wait_started", topic="invoice")]
    records += [record("after", last + DAY - 72 * HOUR, "after", "sales wait_started", topic="invoice")]
    records += [record("other", T + HOUR - 72 * HOUR, "other", "sales wait_started", topic="delivery")]
    trial = run(records, watch(inhibit=SILENCING))
    (incident,) = trial.standing_incidents(T + 2 * DAY)
    assert (incident.customers, incident.alerts) == (10, 10)
    silenced = {a.customer_id: a.incident_id for a in trial.standing(T + 2 * DAY) if a.symptom == "stalled_wait"}
    expected = {f"w{n}": incident.incident_id for n in range(3)} | dict.fromkeys(("early", "after", "other"))
    assert silenced == expected


def test_silenced_alerts_make_no_incident_of_their_own() -> None:
    records = [*burst(10, T), *waits(12, T + HOUR)]
    assert len(run(records).standing_incidents(T + 2 * HOUR)) == 2
    trial = run(records, watch(inhibit=SILENCING))
    assert [i.symptom for i in trial.standing_incidents(T + 2 * HOUR)] == ["unanswered"]
    assert {a.incident_id for a in trial.standing(T + 2 * HOUR)} == {trial.incidents[-1].incident_id}


def test_symptoms_that_silence_each_other_are_refused() -> None:
    with pytest.raises(BadParameter, match=r"inhibit: .* silences .*: take one of them out"):
        watch(inhibit={"unanswered": ["stalled_wait"], "stalled_wait": ["unanswered"]})


def test_parameters_that_cannot_be_are_refused() -> None:
    with pytest.raises(BadParameter, match=r"incidents\.within"):
        Parameters(within=2 * DAY)


# -- what is told again, and what counts no more


@pytest.mark.parametrize("count", [1, 3])
def test_what_was_told_and_not_committed_is_told_again_after_a_crash(count: int) -> None:
    trial = run(burst(10, T), count=count)
    (incident,) = trial.standing_incidents(T + HOUR)
    trial.crash(redeliver=1_000, untold=True)
    trial.tick(T + HOUR)
    assert trial.incidents[-1] == incident
    assert trial.incidents[-1] is not incident
    assert {alert.incident_id for alert in trial.standing(T + HOUR)} == {incident.incident_id}


def test_what_an_older_worker_says_late_of_an_alert_does_not_count() -> None:
    group = Group(group_of("unanswered", Cause("topic", "invoice")), Parameters(customers=1), 400 * DAY)
    now = Member(group.key, "a", "unanswered", ("support",), "ann", 0, T, 1, "support", True, (2, 1))
    assert group.join(now)
    assert group.join(replace(now, counts=False, rank=(2, 2)))
    assert not group.join(replace(now, rank=(1, 9)))
    assert not group.join(replace(now, rank=(2, 1)))
    assert group.settle(T, Input("", 0)).incidents == []


def test_what_a_worker_tells_outranks_whatever_an_older_one_may_yet_tell() -> None:
    trial = run(burst(10, T))
    trial.tick(T + HOUR)
    before = {alert.alert_id: alert.revision for alert in trial.standing(T + HOUR)}
    for _ in range(100):
        trial.crash()
    trial.send(answer("c4", T + 4 * MINUTE))
    trial.tick(T + 2 * HOUR)
    assert {alert.revision for alert in trial.tellings[-10:]} == {100}
    assert set(before.values()) == {2}


def test_an_incident_of_long_ago_stands_as_it_was_told() -> None:
    """Its alerts leave the memory in the end, and a worker that is started anew knows less; neither is news."""
    records = [each for n in range(80) for each in burst(1, T + 2 * DAY + n * DAY)]
    trial = run([*burst(10, T), *records[:40]], watch(horizon=30 * DAY))
    (before,) = [i for i in trial.standing_incidents(T + 42 * DAY) if i.customers >= 10]
    trial.crash()
    for each in records[40:]:
        trial.send(each)
        trial.crash()
    trial.tick(T + 90 * DAY)
    (after,) = [i for i in trial.standing_incidents(T + 90 * DAY) if i.customers >= 10]
    assert after == before
    assert not [i for i in trial.incidents if i.status == "retracted"]


def test_what_can_matter_no_more_is_forgotten() -> None:
    trial = run([*burst(12, T), question("last", T + 50 * DAY)], watch(horizon=30 * DAY))
    trial.tick(T + 50 * DAY - 1)
    assert len(state_of(trial)) == 13
    trial.send(answer("c3", T + 3 * MINUTE))
    trial.tick(T + 50 * DAY)
    kept = [key for key, value in state_of(trial).items() if value is not None]
    assert len(kept) == 1
    trial.tick(T + 150 * DAY)
    assert not [key for key, value in state_of(trial).items() if value is not None]
    assert trial.partitions[0].next_due is None


def test_alerts_that_do_not_count_leave_nothing_behind() -> None:
    trial = run(burst(3, T), watch(shadow=["unanswered"]))
    trial.tick(T + HOUR)
    assert len(trial.tellings) == 3
    assert state_of(trial) == {}
    assert trial.partitions[0].next_due == T + 72 * HOUR  # when it has lasted twice its limit


def test_many_causes_are_looked_at_some_at_a_time() -> None:
    detection = watch(incidents=Parameters(customers=1))
    records = [question(f"c{n}", T, f"topic {n}") for n in range(30)]
    expected = run(records, detection).standing_incidents(T + HOUR)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(incidents, "GROUPS_AT_ONCE", 2)
        patch.setattr(correspondence, "ROUNDS_PER_DRAIN", 2)
        other = run(records, detection)
        assert other.standing_incidents(T + HOUR) == expected
        other.crash(redeliver=100)
        assert other.standing_incidents(T + 2 * DAY) == run(records, detection).standing_incidents(T + 2 * DAY)
    assert len(expected) == 30


def state_of(trial: Trial) -> dict[bytes, bytes | None]:
    """What is kept of incidents, as compaction leaves it."""
    records = [record for _, changes in trial.logs[0].drains for record in changes.state]
    return {key: value for key, value in records if key.startswith(b"\0")}


# -- however it arrives


def story(seed: int) -> Records:
    """Bursts with several causes, noise before, and alerts that late answers disprove."""
    chance = random.Random(seed)
    records = [question(f"n{n}", T - chance.randrange(3 * DAY), chance.choice(("invoice", "login"))) for n in range(6)]
    for number in range(chance.choice((9, 11, 14))):
        opened_at = T + chance.randrange(70 * MINUTE)
        about = {"product": chance.choice(("pro", "basic"))} if chance.random() < 0.7 else {}
        records.append(question(f"c{number}", opened_at, chance.choice(("invoice",) * 4 + ("login",)), **about))
        if chance.random() < 0.2:
            records.append(answer(f"c{number}", opened_at))
    for number in range(chance.choice((0, 10, 12))):
        records += copies(f"d{number}", T + chance.randrange(HOUR), topic="invoice", product="pro")
    for number in range(chance.choice((0, 2, 11))):
        at = T + chance.randrange(2 * HOUR) - 72 * HOUR
        records.append(record(f"w{number}", at, f"c{number}", "sales wait_started", topic="invoice"))
    records.append(question("later", T + chance.randrange(3 * DAY)))
    return sorted(records, key=lambda each: each["occurred_at"])


def in_order(records: Records, detection: Detection) -> Trial:
    return run(records, detection)


def backwards(records: Records, detection: Detection) -> Trial:
    trial = Trial(detection)
    for each in reversed(records):
        trial.send(each)
    return trial


def shuffled_and_doubled(records: Records, detection: Detection) -> Trial:
    trial = Trial(detection)
    arrival = records * 2
    random.Random(7).shuffle(arrival)
    for each in arrival:
        trial.send(each)
    return trial


def late(records: Records, detection: Detection) -> Trial:
    """Time is up before all but the first arrive, in several partitions."""
    trial = Trial(detection, 2)
    trial.send(records[0])
    trial.tick(T + 2 * DAY)
    for each in records[1:]:
        trial.send(each)
    return trial


def with_one_group_in_memory(records: Records, detection: Detection) -> Trial:
    trial = Trial(detection)
    trial.partitions[0]._notes._incidents._hot_limit = 1
    for each in records:
        trial.send(each)
        trial.tick(each["occurred_at"])
    return trial


def over_three_partitions(records: Records, detection: Detection) -> Trial:
    trial = Trial(detection, 3)
    for number, each in enumerate(records):
        trial.send(each, number % 3)
        if number % 5 == 0:
            trial.tick(each["occurred_at"])
    return trial


def crashing(records: Records, detection: Detection) -> Trial:
    trial = Trial(detection)
    for step, each in enumerate(records):
        trial.send(each)
        trial.crash(redeliver=step % 4, lost=step % 3, cut=step % 5 or None)
    trial.tick(T + HOUR)
    trial.crash(redeliver=3, lost=2, cut=1)
    return trial


def crashing_over_three_partitions(records: Records, detection: Detection) -> Trial:
    trial = Trial(detection, 3)
    for step, each in enumerate(records):
        trial.send(each, step % 3)
        trial.crash(redeliver=1 + step % 3, lost=step % 4, cut=step % 3 or None, untold=step % 2 == 0)
        if step % 7 == 0:
            trial.tick(each["occurred_at"])
            trial.crash(redeliver=step % 5, lost=step % 2)
    trial.tick(T + HOUR)
    trial.crash(redeliver=5, lost=4, cut=3)
    return trial


WAYS: list[Callable[[Records, Detection], Trial]] = [
    backwards, shuffled_and_doubled, late, with_one_group_in_memory, over_three_partitions, crashing,
    crashing_over_three_partitions,
]  # fmt: skip


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
@pytest.mark.parametrize("seed", range(8))
def test_however_it_arrives_the_same_incidents_and_alerts_stand(
    seed: int, way: Callable[[Records, Detection], Trial]
) -> None:
    options: dict[str, Any] = {"inhibit": SILENCING} if seed % 2 else {}
    options["incidents"] = Parameters(customers=6 + seed % 3)
    expected, other = in_order(story(seed), watch(**options)), way(story(seed), watch(**options))
    for until in (T + 2 * DAY, T + 8 * DAY):
        assert other.standing_incidents(until) == expected.standing_incidents(until)
        assert list(map(agreed, other.standing(until))) == list(map(agreed, expected.standing(until)))


@pytest.mark.parametrize("seed", range(40))
def test_they_are_what_one_finds_looking_at_all_alerts_that_stand(seed: int) -> None:
    silencing = SILENCING if seed % 2 else {}
    p = Parameters(customers=5 + seed % 4, times_usual=seed % 7)
    trial = run(story(seed), watch(incidents=p, inhibit=silencing))
    found, alerts = trial.standing_incidents(T + 8 * DAY), trial.standing(T + 8 * DAY)
    expected, claimed = slowly(alerts, p, silencing)
    assert sorted((i.opened_at, i.updated_at, i.alerts, i.cause.value) for i in found) == sorted(expected)
    names = {i.incident_id: (i.symptom, i.cause.kind, i.cause.value, i.sample[0]) for i in found}
    assert {a.alert_id: names[a.incident_id] for a in alerts if a.incident_id} == claimed


def slowly(alerts: list[Any], p: Parameters, silencing: dict[str, Any]) -> tuple[list[Any], dict[str, Any]]:
    """The incidents among standing alerts, and which has claimed each, cause by cause as docs/incidents.md says."""
    claimed: dict[str, Any] = {}
    found = []
    silenced = [each for below in silencing.values() for each in below]
    for symptom in sorted({alert.symptom for alert in alerts}, key=lambda each: each in silenced):
        for kind in ("message_ref", "topic", "product"):
            groups: dict[Any, list[Any]] = {}
            for alert in alerts:
                if alert.symptom == symptom and getattr(alert, kind) and alert.part_of is None:
                    groups.setdefault((getattr(alert, kind), alert.departments), []).append(alert)
            for (value, _), members in groups.items():
                free = [(a.opened_at, a.alert_id, a.customer_id) for a in members if a.alert_id not in claimed]
                for opened_at, of in by_looking_at_everything(free, p):
                    name = (symptom, kind, value, of[0][1])
                    found.append((opened_at, of[-1][0], len(of), value))
                    claimed |= {alert_id: name for _, alert_id in of}
                    for alert in alerts:
                        if (
                            alert.symptom in silencing.get(symptom, ()) and getattr(alert, kind) == value
                            and opened_at <= alert.opened_at < of[-1][0] + p.ends and alert.part_of is None
                        ):  # fmt: skip
                            claimed.setdefault(alert.alert_id, name)
    return found, claimed


def test_the_stories_have_incidents() -> None:
    found = [run(story(seed), watch(incidents=Parameters(customers=6))) for seed in range(8)]
    counts = [len(trial.standing_incidents(T + 2 * DAY)) for trial in found]
    assert sum(counts) > 8
    assert max(counts) > 1
