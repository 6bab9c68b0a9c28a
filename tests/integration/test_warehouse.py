"""The simulated store holds what the company lived through, once."""

from __future__ import annotations

from tests.warehouse import Warehouse


def test_the_store_holds_each_touchpoint_once(warehouse: Warehouse) -> None:
    ids = warehouse.ask("SELECT touchpoint_id, toUnixTimestamp64Milli(occurred_at) AS at FROM v_touchpoints")
    assert {row["touchpoint_id"]: row["at"] for row in ids} == {
        each.touchpoint_id: each.occurred_at for each in warehouse.company.touchpoints.values()
    }
    assert len(ids) == len(warehouse.company.touchpoints) < len(warehouse.company.arrivals)


def test_the_store_holds_each_alert_as_it_was_told_last(warehouse: Warehouse) -> None:
    rows = warehouse.ask("SELECT alert_id, status, revision FROM v_alerts ORDER BY alert_id")
    current = warehouse.company.current
    assert [tuple(row.values()) for row in rows] == [(each.alert_id, each.status, each.revision) for each in current]


def test_the_company_knows_retractions_and_repeated_tellings(warehouse: Warehouse) -> None:
    company = warehouse.company
    assert len(company.alerts) > len(company.current) > len(company.standing) > 1_000
    assert len({alert.symptom for alert in company.standing}) >= 20
    assert company.incidents
    assert company.dead_letters


def test_every_view_and_every_column_says_what_it_is(warehouse: Warehouse) -> None:
    silent = "SELECT object, column_name FROM v_dictionary WHERE comment = '' OR object_comment = ''"
    assert warehouse.ask(silent) == []
    views = warehouse.ask("SELECT count() AS n FROM system.tables WHERE database = 'siloscope' AND name LIKE 'v\\_%'")
    assert warehouse.ask("SELECT uniqExact(object) AS n FROM v_dictionary") == views


def test_times_are_utc_everywhere(warehouse: Warehouse) -> None:
    other = "SELECT object, column_name FROM v_dictionary WHERE match(type, 'DateTime') AND NOT match(type, 'UTC')"
    assert warehouse.ask(other) == []
