"""What stands open is counted as it was told: after any order, repetition, crash and retraction."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

import pytest
from tests.detection import Pipeline, latest
from tests.scenario import Scenario, every
from tests.test_incidents import HOUR, answer, burst, watch

from siloscope.core.standing import Kind
from siloscope.core.telling import OPEN
from siloscope.ops.trial import Trial

SCENARIOS = every()[::3]  # a third is enough of them
OPENED = 1_750_000_000_000


def counted(trial: Trial) -> list[dict[Any, int]]:
    """Alerts, incidents, their customers and handoffs, over all partitions."""
    standing = [partition.standing for partition in trial.partitions]
    names = ("alerts", "incidents", "incident_customers", "handoffs")
    return [dict(+sum((getattr(each, name) for each in standing), Counter())) for name in names]


def recounted(trial: Trial) -> list[dict[Any, int]]:
    """The same from all that was told: of each id what the store would show."""
    alerts = [each for each in latest(trial.tellings, "alert_id").values() if each.status in OPEN]
    warnings = [each for each in latest(trial.warned, "warning_id").values() if each.status in ("pending", "overdue")]
    incidents = {each.incident_id: each for each in trial.incidents}.values()
    opened = [each for each in incidents if each.status == "open"]
    customers: Counter[Any] = Counter()
    for each in opened:
        customers[kind(each)] += each.customers
    return [
        dict(Counter(map(kind, alerts))),
        dict(Counter(map(kind, opened))),
        dict(customers),
        dict(Counter((each.to_department, each.status) for each in warnings)),
    ]


def kind(told: Any) -> Kind:
    return Kind(told.symptom, told.severity, told.owner_department)


@pytest.mark.parametrize("scenario", SCENARIOS, ids=str)
def test_in_every_scenario_it_is_what_was_told_also_after_a_crash(scenario: Scenario) -> None:
    trial = Pipeline(scenario.parameters, 2)
    half = len(scenario.touchpoints) // 2
    for number, touchpoint in enumerate(scenario.touchpoints):
        trial.send(touchpoint)
        if number == half:
            trial.crash(redeliver=3, lost=1)
    trial.tick(scenario.until)
    assert counted(trial) == recounted(trial)
    trial.crash()
    assert counted(trial) == recounted(trial), "a worker that starts knows what stands before its first chunk"


def test_some_scenarios_leave_something_open() -> None:
    """Otherwise the test above would say nothing."""
    found: Counter[int] = Counter()
    for scenario in SCENARIOS:
        trial = Pipeline(scenario.parameters)
        for touchpoint in scenario.touchpoints:
            trial.send(touchpoint)
        trial.tick(scenario.until)
        found.update(number for number, each in enumerate(counted(trial)) if each)
    assert found[0] > 15 and found[3] > 2, "alerts, handoffs"


def run(records: Iterable[dict[str, Any]], until: int, trial: Trial | None = None) -> Trial:
    trial = trial or Trial(watch(), 2)
    for record in sorted(records, key=lambda each: each["occurred_at"]):
        trial.send(record)
    trial.tick(until)
    return trial


def test_an_incident_is_counted_with_its_customers_until_it_ends() -> None:
    trial = run(burst(12, OPENED), OPENED + HOUR)
    expected = {Kind("unanswered", "warning", "support"): 1}
    assert counted(trial)[1:3] == [expected, {Kind("unanswered", "warning", "support"): 12}]
    trial.crash()
    assert counted(trial)[1:3] == [expected, {Kind("unanswered", "warning", "support"): 12}]
    trial.tick(OPENED + 30 * HOUR)
    assert counted(trial)[1:3] == [{}, {}]


def test_an_alert_opens_once_however_often_it_is_told_and_again_after_its_end() -> None:
    trial = run(burst(1, OPENED), OPENED + HOUR)
    first = opened(trial)
    assert [alert.status for alert in first] == ["open"]
    before = len(trial.tellings)
    trial.crash(redeliver=1)
    assert len(trial.tellings) > before, "it is told again"
    assert all(any(alert is one for one in first) for alert in opened(trial)), "and was open already"


def opened(trial: Trial) -> list[Any]:
    """Of all drains."""
    return [alert for log in trial.logs for _, changes in log.drains for alert in changes.opened]


def test_what_is_told_to_nobody_does_not_count() -> None:
    trial = Trial(watch(mode="shadow"), 2)
    run(burst(12, OPENED), OPENED + HOUR, trial)
    assert trial.tellings and counted(trial)[0] == {}


def test_an_answered_question_stands_no_more() -> None:
    trial = run([*burst(1, OPENED)], OPENED + HOUR)
    assert counted(trial)[0] == {Kind("unanswered", "warning", "support"): 1}
    customer = trial.tellings[0].customer_id
    run([answer(customer, OPENED)], OPENED + 2 * HOUR, trial)
    assert counted(trial)[0] == {} == recounted(trial)[0]
