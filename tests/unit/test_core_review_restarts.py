"""A worker may die after any record of its state has got out: the next one tells what the first would have."""

from __future__ import annotations

import json
from typing import Any

from tests.detection import Pipeline, decoded, latest
from tests.scenario import BASE, touchpoint

from siloscope.core.partition import FOLDS_PER_DRAIN, Partition
from siloscope.symptoms import detection

DAY = 86_400_000


def take(partition: Partition, offset: int, short: dict[str, Any]) -> None:
    assert partition.take(decoded(json.dumps(touchpoint(short)).encode()), ("touchpoints", offset)) is None


def loaded(state: list[tuple[bytes, bytes | None]], committed: int, **options: Any) -> Partition:
    """The next worker's partition, from the records that got out and that compaction has left."""
    kept = {key: number for number, (key, _) in enumerate(state)}
    partition = Partition(detection(**options))
    for number, (key, value) in enumerate(state):
        if kept[key] == number and value is not None:
            partition.load(key, value)
    partition.loaded({"touchpoints": committed})
    return partition


def drained(partition: Partition, until: int) -> list[Any]:
    """All that is told up to `until`."""
    partition.tick(until)
    told = list(partition.drain().alerts)
    while partition.busy:
        told += partition.drain().alerts
    return told


def test_of_two_alerts_due_at_once_the_second_is_told_though_only_the_first_got_out():
    partition = Partition(detection())
    take(partition, 0, {"id": "q", "at": "0d", "do": "support question"})
    take(partition, 1, {"id": "w", "at": "0d", "do": "legal wait_started"})
    state = list(partition.drain().state)
    partition.tick(BASE + 7 * DAY)
    ticked = partition.drain()
    assert {alert.symptom for alert in ticked.alerts} == {"unanswered", "stalled_wait"}
    for cut in range(len(ticked.state) + 1):
        following = loaded(state + ticked.state[:cut], 2)
        told = latest(drained(following, BASE + 7 * DAY), "alert_id").values()
        assert {alert.symptom for alert in told} == {"unanswered", "stalled_wait"}, cut


def test_a_held_touchpoint_does_not_put_her_timers_to_sleep():
    partition = Partition(detection())
    take(partition, 0, {"id": "q", "at": "0d", "do": "support question"})
    state = list(partition.drain().state)
    take(partition, 1, {"id": "far", "at": "400d", "do": "support visit"})
    state += partition.drain().state
    assert [a.symptom for a in drained(loaded(state, 2), BASE + 4 * DAY)] == ["unanswered"]


def test_what_came_too_old_does_not_put_her_timers_to_sleep():
    partition = Partition(detection(entries=3))
    for day in range(10, 15):
        take(partition, day - 10, {"id": f"v{day}", "at": f"{day}d", "do": "web visit"})
    take(partition, 5, {"id": "h", "at": "15d", "do": "sales handoff_started", "to_department": "support"})
    take(partition, 6, {"id": "q", "at": "15d", "do": "support question"})
    state = list(partition.drain().state)
    partition.tick(BASE + 16 * DAY)  # the handoff's time has come
    take(partition, 7, {"id": "old", "at": "1d", "do": "web visit"})
    state += partition.drain().state
    assert "unanswered" in [a.symptom for a in drained(loaded(state, 8, entries=3), BASE + 19 * DAY)]


def test_a_forgotten_alert_does_not_take_her_timers_with_it():
    partition = Partition(detection(entries=3))
    state = []
    for number, short in enumerate([
        {"id": "v0", "at": "0d", "do": "web visit"},
        {"id": "w", "at": "1d", "do": "legal wait_started"},
        {"id": "e", "at": "5d", "do": "legal wait_ended", "refers_to": ["w"]},
        *({"id": f"v{day}", "at": f"{day}d", "do": "web visit"} for day in range(6, 8)),
        {"id": "q", "at": "8d", "do": "support question"},
        *({"id": f"v{day}", "at": f"{day}d", "do": "web visit"} for day in range(9, 11)),
    ]):  # fmt: skip
        take(partition, number, short)
        partition.tick(partition.now)
        state += partition.drain().state
    assert [a.symptom for a in drained(loaded(state, 8, entries=3), BASE + 11 * DAY) if a.symptom == "unanswered"]


def test_time_that_comes_for_many_customers_at_once_is_taken_in_portions():
    pipeline = Pipeline()
    many = 2 * FOLDS_PER_DRAIN + 1
    for number in range(many):
        pipeline.send(touchpoint({"id": f"q{number}", "at": "0d", "do": "support question", "customer": f"c{number}"}))
    partition = pipeline.partitions[0]
    partition.tick(BASE + 4 * DAY)
    assert len(partition.drain().alerts) == FOLDS_PER_DRAIN
    assert partition.busy
    assert len(partition.drain().alerts) == FOLDS_PER_DRAIN
    assert len(partition.drain().alerts) == 1
    assert not partition.busy


def test_what_is_found_only_because_the_oldest_left_is_not_told_wherever_the_state_was_cut():
    shorts = [
        {"id": "b1", "at": "0d", "do": "sales purchase", "product": "pro"},
        {"id": "d", "at": "0d 12:00", "do": "delivery message", "direction": "outbound"},
        {"id": "b2", "at": "1d", "do": "sales purchase", "product": "pro"},
        {"id": "v", "at": "20d", "do": "web visit"},
        {"id": "w", "at": "21d", "do": "web visit"},
    ]
    partition, state = Partition(detection(entries=4)), []
    for number, short in enumerate(shorts[:4]):
        take(partition, number, short)
        state += partition.drain().state
    take(partition, 4, shorts[4])
    last = partition.drain().state
    for cut in range(len(last) + 1):
        following = loaded(state + last[:cut], 4, entries=4)
        take(following, 4, shorts[4])
        following.tick(BASE + 30 * DAY)
        told = following.drain()
        assert (told.alerts, [w.evidence for w in told.warnings if w.evidence != ("b1",)]) == ([], []), cut


def test_time_that_a_clock_record_told_is_known_after_a_restart():
    partition = Partition(detection())
    take(partition, 0, {"id": "q", "at": "0d", "do": "support question"})
    partition.tick(BASE + 4 * DAY)
    state = partition.drain().state
    following = loaded(state, 1)
    assert following.now == BASE + 4 * DAY
    take(following, 1, {"id": "v", "at": "0d 01:00", "do": "web visit"})
    assert [alert.status for alert in following.drain().alerts] == ["open"]  # told again, not taken back


def test_a_far_touchpoint_under_a_known_id_does_not_take_the_others_place():
    partition = Partition(detection())
    take(partition, 0, {"id": "q", "at": "0d", "do": "support question"})
    state = list(partition.drain().state)
    far = decoded(json.dumps(touchpoint({"id": "q", "at": "400d", "do": "web visit"})).encode())
    refused = partition.take(far, ("touchpoints", 1))
    assert refused is not None
    assert refused.reason == "id_reused"
    state += partition.drain().state
    assert [a.symptom for a in drained(loaded(state, 2), BASE + 4 * DAY)] == ["unanswered"]


def test_two_held_touchpoints_that_come_again_confirm_each_other():
    partition = Partition(detection())
    take(partition, 0, {"id": "v", "at": "0d", "do": "web visit"})
    state = list(partition.drain().state)
    far = [{"id": f"far {who}", "at": "100d", "do": "web visit", "customer": who} for who in ("ann", "bob")]
    take(partition, 1, far[0])
    take(partition, 2, far[1])
    held = partition.drain().state[:2]
    following = loaded(state + held, 1)
    take(following, 1, far[0])
    take(following, 2, far[1])
    assert following.now == BASE + 100 * DAY
