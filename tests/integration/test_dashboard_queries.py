"""Every SQL query of the dashboards, as Grafana would send it, on the store of a simulated company."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from tests.warehouse import Company, Warehouse

from siloscope.core.handoff import Warning
from siloscope.panels.queries import CLICKHOUSE, Query, Range, chosen, queries
from siloscope.shipped import shipped

DASHBOARDS = [json.loads(file.read_text()) for file in sorted(shipped("deploy/grafana/dashboards").glob("*.json"))]
QUERIES = [
    (query, chosen(dashboard))
    for dashboard in DASHBOARDS
    for query in queries(dashboard)
    if query.source == CLICKHOUSE
]
ASKED = [pytest.param(*each, id=each[0].title) for each in QUERIES]
Choices = dict[str, list[str]]
# Of these Grafana makes times, numbers, words and truth values; of others, JSON.
PLAIN = re.compile(r"((Nullable|LowCardinality)\()*(U?Int\d\d?|Float\d\d|String|Bool|Date(Time)?(64)?(\(.*?\))?)\)*")


def _shown(company: Company) -> Range:
    end = datetime.fromtimestamp(company.now / 1000, UTC)
    return Range(end - timedelta(days=28), end, 60)


def _asked(warehouse: Warehouse, query: Query, choices: Choices) -> Any:
    return warehouse.client.query(query.expanded(_shown(warehouse.company), choices))


def _answer(warehouse: Warehouse, query: Query, choices: Choices) -> Sequence[Sequence[Any]]:
    rows: Sequence[Sequence[Any]] = _asked(warehouse, query, choices).result_rows
    return rows


def _panel(title: str) -> tuple[Query, Choices]:
    return next(each for each in QUERIES if each[0].title == title)


@pytest.mark.parametrize(("query", "choices"), ASKED)
def test_a_panel_has_data(warehouse: Warehouse, query: Query, choices: Choices) -> None:
    answer = _asked(warehouse, query, choices)
    rows = answer.result_rows
    assert rows
    assert [kind.name for kind in answer.column_types if not PLAIN.fullmatch(kind.name)] == []
    if query.kind == "stat":
        assert len(rows) == len(rows[0]) == 1 and rows[0][0] is not None
    if query.kind == "timeseries":
        assert (answer.column_names[0], *answer.column_names[2:]) == ("time", "Value")
        times = [row[0] for row in rows]
        assert times == sorted(times)
        assert len(set(times)) > 1


@pytest.mark.parametrize(("query", "choices"), ASKED)
def test_a_panel_heeds_what_is_chosen(warehouse: Warehouse, query: Query, choices: Choices) -> None:
    if "singlequote" in query.text and query.kind == "table":
        assert _answer(warehouse, query, {name: ["it's \\ nothing"] for name in choices}) == []


def test_the_numbers_are_those_of_the_company(warehouse: Warehouse) -> None:
    company, shown = warehouse.company, _shown(warehouse.company)
    start, end = (int(moment.timestamp()) * 1000 for moment in shown[:2])
    open_now = [alert for alert in company.current if alert.status in ("open", "updated")]
    began = [alert for alert in company.current if start <= alert.opened_at <= end]
    standing = [alert for alert in began if alert.status != "retracted"]
    handed = {each.warning_id: each for each in company.warnings}
    fates = [_in_time(each) for each in handed.values() if start <= each.handed_at <= end]
    judged = [fate for fate in fates if fate is not None]
    verdicts = {(each["subject"], each["actor"]): each for each in company.actions if each["kind"] == "feedback"}
    said = [each["value"] for each in verdicts.values() if start <= each["occurred_at"] <= end]
    expected = {
        "How many customers suffer now?": len({alert.customer_id for alert in open_now}),
        "From how many things?": len(open_now),
        "How many of them are critical?": sum(alert.severity == "critical" for alert in open_now),
        "How many are overdue?": sum(each.status == "overdue" for each in handed.values()),
        "How many were taken over in time?": sum(judged) / len(judged),
        "How many are only suspected?": sum(alert.confidence == "suspected" for alert in standing) / len(standing),
        "How many alerts turned out not to be so?": 1 - len(standing) / len(began),
        "How often are alerts right?": said.count("useful") / len(said),
        "How many inputs could not be used?": len({each["dead_letter_id"] for each in company.dead_letters}),
    }
    found = {title: _answer(warehouse, *_panel(title))[0][0] for title in expected}
    assert found == pytest.approx(expected)


def _in_time(warning: Warning) -> bool | None:
    """Whether a handoff was taken over in time; None while it may be, or where another took its place."""
    taken = min((at for at in (warning.accepted_at, warning.closed_at) if at is not None), default=None)
    if warning.close_reason == "handed_explicitly" or (taken is None and warning.status == "pending"):
        return None
    return taken is not None and taken <= warning.due_at
