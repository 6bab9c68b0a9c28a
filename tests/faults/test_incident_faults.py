"""Incidents whose alerts lie on all partitions: however workers die, they are those of a replay of the same input."""

from __future__ import annotations

import random

import pytest
from tests.faults.expected import Input
from tests.faults.rig import Rig
from tests.faults.test_worker_faults import PACE, SLOW_MS, killed_again_and_again

from siloscope.core.touchpoint import DAY, HOUR, MINUTE, Identifier, Touchpoint

START = 1_772_409_600_000  # 2026-03-02T00:00:00Z


def touchpoint(name: str, at: int, customer: str, department: str, **more: str) -> Touchpoint:
    kind, direction = ("message", "outbound") if "message_ref" in more else ("question", "inbound")
    identifiers = [Identifier("customer_id", customer)]
    return Touchpoint(name, at, kind, department, "email", direction, identifiers, **more)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def company() -> Input:
    """Campaigns sent twice, questions nobody answers and a few answered late, among what is in order."""
    chance, recorded = random.Random(5), []
    for number in range(24):
        begins, hit = START + number * 5 * HOUR, chance.choice((7, 9, 10, 12, 40))
        for each in range(hit):
            at, customer = begins + chance.randrange(50 * MINUTE), f"c{chance.randrange(3_000)}"
            about = {"message_ref": f"m{number}", "topic": "offer", "product": chance.choice(("pro", "basic"))}
            recorded += [
                touchpoint(f"m{number}-{each}", at, customer, "marketing", **about),
                touchpoint(f"s{number}-{each}", at + MINUTE, customer, "success", **about),
                touchpoint(f"q{number}-{each}", at, f"q{customer}", "support", topic=f"t{number % 3}"),
            ]
    for number in range(8_000):
        at, customer = START + chance.randrange(5 * DAY), f"c{chance.randrange(3_000)}"
        recorded.append(touchpoint(f"n{number}", at, customer, "marketing", message_ref=f"n{number}"))
    recorded.sort(key=lambda each: (each.occurred_at, each.touchpoint_id))
    return Input(recorded, START + 190 * HOUR)


def test_the_input_has_incidents_that_last_and_that_ended(company: Input) -> None:
    incidents = [told for told in company.standing.values() if "incident_id" in told and "alert_id" not in told]
    assert len(incidents) > 6
    assert {told["status"] for told in incidents} == {"open", "ended"}
    claimed = [told for told in company.standing.values() if "alert_id" in told and told["incident_id"]]
    assert len(claimed) > 200


def test_a_worker_killed_again_and_again_tells_the_same_incidents(rig: Rig, company: Input) -> None:
    verdict = killed_again_and_again(rig, company)
    assert verdict.right, verdict


def test_input_in_any_order_and_a_fifth_of_it_twice_gives_the_same_incidents(rig: Rig, company: Input) -> None:
    rig.feed(company.shuffled(seed=3), 20_000)
    rig.work()
    rig.close(company.until)
    verdict = rig.verdict(company)
    assert verdict.right, verdict


def test_of_two_workers_that_speak_with_each_other_one_dies(rig: Rig, company: Input) -> None:
    one, two = company.parts(2)
    workers = [rig.work("--linger", SLOW_MS) for _ in range(2)]
    for each in workers:
        rig.wait_until_at_work(each)
    rig.feed(one, PACE)
    rig.wait_for(1_000)
    assert rig.kill9(workers[0]), "the kill hit a worker when there was nothing to do"
    rig.feed(two, PACE)
    rig.work()
    rig.close(company.until)
    verdict = rig.verdict(company)
    assert verdict.right, verdict
