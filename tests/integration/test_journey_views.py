"""What the views say of touchpoints is what a recount in Python finds, computed when asked or from a snapshot."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import pytest
from tests import recount
from tests.recount import day, moment
from tests.warehouse import Company, Warehouse

from siloscope.core.touchpoint import DAY, HOUR, MINUTE
from siloscope.core.view import View
from siloscope.settings import Rate


@pytest.fixture(scope="module")
def phases(company: Company) -> dict[str, str]:
    return recount.phases(company.touchpoints.values())


@pytest.mark.parametrize(("view", "column", "unit"), [("hourly", "hour", HOUR), ("daily", "day", DAY)])
def test_touchpoints_count_once_in_the_hour_and_the_day_they_happened(
    warehouse: Warehouse, company: Company, view: str, column: str, unit: int
) -> None:
    rows = warehouse.ask(f"SELECT * FROM v_touchpoints_{view}")
    bucket = {True: lambda at: at.date(), False: lambda at: at}[view == "daily"]
    wanted = recount.counts(company.touchpoints.values(), unit)
    found = {
        (row[column], row["department"], row["channel"], row["phase"], row["direction"]): (
            row["touchpoints"],
            row["customers"],
        )
        for row in rows
    }
    assert found == {(bucket(at), *rest): counted for (at, *rest), counted in wanted.items()}
    assert sum(row["touchpoints"] for row in rows) == len(company.touchpoints)


def test_a_wait_ends_where_detection_says(warehouse: Warehouse, company: Company) -> None:
    wanted = recount.waits(company.touchpoints.values())
    rows = warehouse.ask("SELECT * FROM v_waits")
    assert len(rows) == len(wanted) > 500
    for row in rows:
        began, by, _ = wanted[row["touchpoint_id"]]
        assert row["started_at"] == moment(began.at)
        assert (row["ended_by"], row["ended_at"]) == ((by.touchpoint_id, moment(by.at)) if by else ("", None))
        assert row["minutes"] == ((by.at - began.at) // MINUTE if by else None)
    minutes = {row["touchpoint_id"]: row["minutes"] for row in rows}
    told = [alert for alert in company.standing if alert.symptom == "stalled_wait"]
    assert len(told) > 50
    assert [minutes[alert.evidence[0].touchpoint_id] for alert in told] == [alert.minutes_lost for alert in told]


def test_a_promise_is_kept_or_broken_as_detection_says(warehouse: Warehouse, company: Company) -> None:
    wanted = recount.promises(company.touchpoints.values())
    rows = {row["touchpoint_id"]: row for row in warehouse.ask("SELECT * FROM v_promises")}
    assert rows.keys() == wanted.keys()
    for key, promise in wanted.items():
        assert rows[key]["state"] == recount.state_of(promise, company.now)
        assert rows[key]["ended_by"] == (promise.by.touchpoint_id if promise.by else "")
        assert rows[key]["kept_by"] == (promise.by.department if promise.by and promise.kept else "")
    told = {each.evidence[0].touchpoint_id: each for each in company.standing if each.symptom == "broken_promise"}
    broken = {key: row for key, row in rows.items() if row["state"] in ("overdue", "kept late")}
    assert told.keys() == broken.keys()
    assert {key: alert.minutes_lost for key, alert in told.items()} == {
        key: row["minutes_late"] for key, row in broken.items()
    }


def test_phases_are_derived_by_the_rule_that_the_view_names(
    warehouse: Warehouse, company: Company, phases: dict[str, str]
) -> None:
    found = {row["touchpoint_id"]: row["phase"] for row in warehouse.ask("SELECT touchpoint_id, phase FROM now_phases")}
    assert found == phases
    as_detected = recount.phases(company.touchpoints.values(), View)
    assert sum(found[key] != phase for key, phase in as_detected.items()) < 0.005 * len(found)


def test_transitions_are_those_between_what_a_customer_sees(
    warehouse: Warehouse, company: Company, phases: dict[str, str]
) -> None:
    found = {
        (
            row["day"],
            *(row[f"{when}{part}"] for when in ("from_", "") for part in ("phase", "department", "channel")),
        ): (row["transitions"], row["customers"], row["gap_seconds"])
        for row in warehouse.ask("SELECT * FROM v_transitions")
    }
    assert found == recount.transitions(company.touchpoints.values(), phases)


def test_the_journey_map_counts_volume_waits_promises_and_breakage(
    warehouse: Warehouse, company: Company, phases: dict[str, str]
) -> None:
    wanted = recount.journey(company.touchpoints, company.standing, phases, company.now)
    rows = warehouse.ask("SELECT * FROM v_journey_map")
    places = ("day", "phase", "department", "channel")
    found = {tuple(row.pop(place) for place in places): Counter(row) for row in rows}
    assert found == wanted


def test_lost_time_is_that_of_waits_and_of_alerts_that_rest_on_none(warehouse: Warehouse, company: Company) -> None:
    wanted: Counter[tuple[Any, ...]] = Counter()
    for began, by, _ in recount.waits(company.touchpoints.values()).values():
        if by is not None and began.reason != "customer":
            reason = began.reason or ("approval" if began.activity == "approval_requested" else "waiting")
            wanted[day(began.at), began.department, reason] += (by.at - began.at) // MINUTE
    for alert in company.standing:
        if alert.minutes_lost and alert.symptom not in ("stalled_wait", "needless_approval"):
            wanted[day(alert.opened_at), alert.owner_department, alert.symptom] += alert.minutes_lost
    rows = warehouse.ask("SELECT * FROM v_time_wasted")
    found = {(row["day"], row["department"], row["reason"]): row["minutes"] for row in rows if row["minutes"]}
    assert found == {key: minutes for key, minutes in wanted.items() if minutes}
    for row in rows:
        rate = _rate(warehouse.settings.rates, row["department"], row["reason"])
        cost = float(rate.hour) * row["minutes"] / 60 if rate else None
        assert row["cost"] == (cost if cost is None else pytest.approx(cost))
        assert row["currency"] == (rate.currency if rate else "")


def _rate(rates: Sequence[Rate], department: str, reason: str) -> Rate | None:
    """The rate that says most, the reason first."""
    fit = [rate for rate in rates if rate.department in ("", department) and rate.reason in ("", reason)]
    return max(fit, key=lambda rate: (rate.reason != "", rate.department != ""), default=None)


def test_experience_debt_is_what_detection_found(warehouse: Warehouse, company: Company) -> None:
    told = [alert for alert in company.standing if alert.symptom == "experience_debt"]
    rows = {row["alert_id"]: row for row in warehouse.ask("SELECT * FROM v_experience_debt")}
    assert rows.keys() == {alert.alert_id for alert in told}
    for alert in told:
        row = rows[alert.alert_id]
        began = min(each.occurred_at for each in alert.evidence)
        assert row["is_open"] == (alert.status != "resolved")
        assert row["negatives"] == len(alert.evidence)
        assert row["began_at"] == moment(began)
        until = alert.resolved_at or company.now
        assert row["days"] == pytest.approx((until - began) / DAY, abs=0.002)


def test_renewals_are_ready_or_not_by_what_is_open_now(warehouse: Warehouse, company: Company) -> None:
    contracts = recount.contracts(company.touchpoints.values(), company.now)
    rows = {row["holder"]: row for row in warehouse.ask("SELECT * FROM v_renewal_readiness")}
    assert rows.keys() == contracts.keys()
    assert len({row["readiness"] for row in rows.values()}) >= 3
    for holder, (renewal_at, people) in contracts.items():
        row = rows[holder]
        open_now = [
            alert
            for alert in company.standing
            if alert.status != "resolved" and alert.confidence == "confirmed" and alert.customer_id in people | {holder}
        ]
        assert row["renewal_at"] == moment(renewal_at)
        assert row["open_alerts"] == len(open_now)
        assert row["in_debt"] == any(alert.symptom == "experience_debt" for alert in open_now)
        if row["in_debt"] or any(alert.severity == "critical" for alert in open_now):
            assert row["readiness"] == "not ready"
        elif open_now or row["overdue_promises"]:
            assert row["readiness"] == "at risk"


def test_of_one_persons_verdicts_on_an_alert_the_last_counts(warehouse: Warehouse, company: Company) -> None:
    last = {}
    for action in sorted(company.actions, key=lambda action: action["occurred_at"]):
        if action["kind"] == "feedback":
            last[action["subject"], action["actor"]] = action["value"]
    symptoms = {alert.alert_id: alert.symptom for alert in company.current}
    rows = warehouse.ask("SELECT * FROM v_feedback")
    assert {(row["alert_id"], row["actor"]): row["verdict"] for row in rows} == last
    assert all(row["symptom"] == symptoms[row["alert_id"]] for row in rows)
    assert warehouse.ask("SELECT count() AS actions FROM v_actions") == [{"actions": len(company.actions)}]
