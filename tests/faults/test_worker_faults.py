"""Whatever happens to workers and broker, the alerts that stand are those of a replay of the same input.

A scenario also runs with a known bug put back, and must then find something wrong.
"""

from __future__ import annotations

import random
import signal
import time

from tests.faults.expected import Input, Verdict
from tests.faults.rig import SESSION_SECONDS, Rig

PACE = 1_000  # touchpoints a second: a part lasts until something has happened to it, and what is left comes at once
SLOW_MS = "1000"  # that the producer lets records lie: what is handled and not delivered is then a lot
SLOW_SECONDS = "0.15"  # that the worker takes for a chunk: there are more than a hundred
ROUNDS = 4


def killed_again_and_again(rig: Rig, company: Input, *arguments: str) -> Verdict:
    """Kill the worker with -9 at random moments just after a commit, while its deliveries are slow."""
    chance, noticed = random.Random(1), 0
    for part in company.parts(ROUNDS):
        worker = rig.work("--linger", SLOW_MS, *arguments, instance="one")
        rig.wait_until_at_work(worker)
        before = rig.committed()
        rig.feed(part, PACE)
        rig.wait_for(before + 1)
        time.sleep(chance.uniform(0, 0.2))
        noticed += rig.kill9(worker)
    assert noticed >= 2, "the kills hit a worker that had nothing to do"
    rig.work(instance="one")
    rig.close(company.until)
    return rig.verdict(company)


def restarted_in_good_order(rig: Rig, company: Input, *arguments: str) -> Verdict:
    """Stop the worker as a deployment does, in the middle of the input."""
    chance = random.Random(1)
    rig.feed(company.records, 100_000)
    for _ in range(ROUNDS):
        worker = rig.work("--take", SLOW_SECONDS, *arguments)
        rig.wait_until_at_work(worker)
        time.sleep(chance.uniform(0, 0.3))
        assert rig.stop(worker), "it was stopped when it had nothing to do"
    rig.work()
    rig.close(company.until)
    return rig.verdict(company)


def test_input_in_any_order_and_a_fifth_of_it_twice_gives_the_same_alerts(rig: Rig, company: Input) -> None:
    rig.feed(company.shuffled(seed=3), 20_000)
    rig.work()
    rig.close(company.until)
    verdict = rig.verdict(company)
    assert verdict.right, verdict


def test_a_worker_killed_again_and_again_loses_nothing(rig: Rig, company: Input) -> None:
    verdict = killed_again_and_again(rig, company)
    assert verdict.right, verdict


def test_the_kills_find_a_worker_that_acknowledges_before_the_delivery_report(rig: Rig, company: Input) -> None:
    verdict = killed_again_and_again(rig, company, "acknowledge_before_the_delivery_report")
    assert verdict.missing_touchpoints


def test_a_worker_restarted_in_good_order_loses_nothing(rig: Rig, company: Input) -> None:
    verdict = restarted_in_good_order(rig, company)
    assert verdict.right, verdict


def test_the_restarts_find_a_worker_that_awaits_inside_a_chunk(rig: Rig, company: Input) -> None:
    verdict = restarted_in_good_order(rig, company, "await_inside_a_chunk")
    assert verdict.missing_touchpoints


def test_workers_that_join_and_leave_lose_nothing(rig: Rig, company: Input) -> None:
    one, two, three, four = company.parts(4)
    rig.feed(one, PACE)
    first = rig.work()
    rig.wait_for(1)
    rig.feed(two, PACE)
    second = rig.work()
    rig.wait_until_at_work(second)
    rig.feed(three, PACE)
    rig.stop(second)
    third = rig.work()
    rig.wait_until_at_work(third)
    alone = rig.generations(first)
    rig.feed(four, PACE)
    rig.wait_for(rig.committed() + 1)
    assert rig.kill9(third), "it was killed when it had nothing to do"
    rig.wait_until_at_work(first, again=alone)
    rig.close(company.until)
    verdict = rig.verdict(company)
    assert verdict.right, verdict


def test_a_broker_that_is_killed_and_comes_back_loses_nothing(rig: Rig, company: Input) -> None:
    worker = rig.work()
    rig.wait_until_at_work(worker)
    rig.feed(company.records, PACE)
    rig.wait_for(1_000)
    assert rig.lag() > 0, "the input was through before the kill"
    before = rig.broker.pid
    rig.broker.kill9()
    time.sleep(2)
    rig.broker.start()
    assert rig.broker.pid != before
    rig.close(company.until)
    assert worker.returncode == 0
    verdict = rig.verdict(company)
    assert verdict.right, verdict


def test_a_worker_that_slept_while_another_took_over_changes_nothing(rig: Rig, company: Input) -> None:
    one, two, three = company.parts(3)
    rig.feed(one, PACE)
    sleeper = rig.work()
    rig.wait_for(1)
    sleeper.send_signal(signal.SIGSTOP)
    time.sleep(SESSION_SECONDS)
    rig.feed(two, PACE)
    before = rig.committed()
    rig.work()
    rig.wait_for(before + 1)
    rig.feed(three, PACE)
    slept = rig.generations(sleeper)
    sleeper.send_signal(signal.SIGCONT)
    rig.wait_until_at_work(sleeper, again=slept)
    rig.close(company.until)
    verdict = rig.verdict(company)
    assert verdict.right, verdict
