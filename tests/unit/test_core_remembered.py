"""What is read from the state topic is what was told last and stands, of everything."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
import pytest
from msgspec.structs import replace
from tests.board_tools import alert, incident, warning
from tests.detection import Pipeline
from tests.scenario import BASE
from tests.test_incidents import HOUR, T, answer, burst, question, run

from siloscope.core import alert as alerts
from siloscope.core import handoff as handoffs
from siloscope.core import incident as incidents
from siloscope.core.alert import Alert
from siloscope.core.handoff import Warning
from siloscope.core.incident import Incident
from siloscope.core.incident_records import TELLING, ToldIncident, key_of
from siloscope.core.remembered import Remembered
from siloscope.core.state import ALERT, WARNING, Record, told_record
from siloscope.core.telling import NEVER, Told
from siloscope.ops.trial import Trial


def remembered(trial: Trial) -> Remembered:
    """What the trial's state topic holds."""
    known = Remembered()
    for log in trial.logs:
        for _, changes in log.drains:
            for record in changes.state:
                known.load(*record)
    return known


def last(tellings: list[Any], name: str, stand: tuple[str, ...]) -> dict[str, Any]:
    """The last telling of each that stands."""
    newest = {getattr(each, name): each for each in tellings}
    return {key: each for key, each in newest.items() if each.status in stand}


def test_it_holds_the_last_telling_of_each_alert_and_incident_that_stands() -> None:
    trial = run([*burst(12, T), answer("c3", T + 3 * 60_000), question("alone", T, topic="other")])
    trial.tick(T + HOUR)
    found = remembered(trial).standing
    alerts = {each.alert_id: each for each in found if isinstance(each, Alert)}
    assert alerts == last(trial.tellings, "alert_id", ("open", "updated")) and len(alerts) == 12
    incidents = {each.incident_id: each for each in found if isinstance(each, Incident)}
    assert incidents == last(trial.incidents, "incident_id", ("open",)) and len(incidents) == 1


def test_it_holds_the_handoffs_that_wait_and_no_others() -> None:
    trial = Pipeline()
    for customer in ("waits", "taken"):
        trial.send(handoff(customer, "handoff_started", BASE, "sales", to_department="success"))
    trial.send(handoff("taken", "handoff_accepted", BASE + HOUR, "success"))
    trial.tick(BASE + 9 * 24 * HOUR)
    found = [each for each in remembered(trial).standing if isinstance(each, Warning)]
    assert [(each.customer_id, each.status) for each in found] == [("waits", "overdue")]
    assert found == list(last(trial.warned, "warning_id", ("pending", "overdue")).values())


def test_what_was_never_told_and_what_is_forgotten_is_not_there() -> None:
    trial = run([question("c", T)])
    trial.tick(T + HOUR)
    known = remembered(trial)
    (alert,) = known.standing
    assert isinstance(alert, Alert)
    key = next(key for _, changes in trial.logs[0].drains for key, _ in changes.state if ALERT.encode() in key)
    told = Told(1, 0, NEVER, (T, "q"), T, "touchpoints", 0, 0, b"", None)
    known.load(*told_record("c", ALERT + alert.alert_id, told, None))
    assert known.standing == []
    known = remembered(trial)
    known.load(key, None)
    assert known.standing == []


def alert_record(status: Any, generation: int) -> Record:
    data = alerts.packed(replace(alert(), status=status))
    return told_record("c-1", ALERT + "a", Told(2, 0, status, (0, ""), 0, "t", 0, generation, data), None)


def warning_record(status: Any, generation: int) -> Record:
    data = handoffs.packed(replace(warning(), status=status))
    return told_record("c-1", WARNING + "w", Told(2, 0, status, (0, ""), 0, "t", 0, generation, data), None)


def incident_record(status: str, generation: int) -> Record:
    data = incidents.packed(incident(status=status))
    told = ToldIncident(data, ("support",), (0, ""), 0, False, "t", 0, generation)  # type: ignore[arg-type]
    return key_of("group", TELLING + "i"), msgspec.msgpack.encode(told)


@pytest.mark.parametrize(
    ("made", "stands", "over"),
    [
        (alert_record, "open", "resolved"), (warning_record, "pending", "accepted"),
        (incident_record, "open", "ended"),
    ],
)  # fmt: skip
def test_what_an_earlier_generation_writes_late_does_not_count(
    made: Callable[[str, int], Record], stands: str, over: str
) -> None:
    def left(*records: Record) -> list[str]:
        known = Remembered()
        for each in records:
            known.load(*each)
        return [each.status for each in known.standing]

    assert left(made(stands, 3), made(over, 5), made(stands, 3)) == []
    assert left(made(stands, 5), made(over, 3)) == [stands]
    assert left(made(over, 3), made(stands, 5)) == [stands]
    assert left(made(over, 5), (made(over, 5)[0], None), made(stands, 3)) == [stands]


def handoff(customer: str, activity: str, at: int, department: str, **more: Any) -> dict[str, Any]:
    """One step of a handoff."""
    return {
        "touchpoint_id": f"{customer}-{activity}", "occurred_at": at, "department": department, "activity": activity,
        "channel": "system", "case_ref": f"case-{customer}",
        "identifiers": [{"kind": "customer_id", "value": customer}],
    } | more  # fmt: skip
