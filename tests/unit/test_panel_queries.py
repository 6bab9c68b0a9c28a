"""What Grafana would send: macros and variables of a dashboard's queries put in."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from siloscope.panels.queries import CLICKHOUSE, PROMETHEUS, Range, chosen, promql, queries, sql

END = datetime(2026, 3, 2, tzinfo=UTC)
DAY = Range(END - timedelta(days=1), END)
FROM, TO = int(DAY.start.timestamp()), int(END.timestamp())


def test_a_time_filter_is_the_range_shown() -> None:
    assert sql("WHERE $__timeFilter(opened_at)", DAY, {}) == (
        f"WHERE opened_at >= toDateTime({FROM}) AND opened_at <= toDateTime({TO})"
    )
    assert sql("$__fromTime, $__toTime_ms", DAY, {}) == f"toDateTime({FROM}), fromUnixTimestamp64Milli({TO}000)"
    assert sql("$__dateFilter(day)", DAY, {}) == "day >= toDate('2026-03-01') AND day <= toDate('2026-03-02')"


def test_an_interval_is_a_round_width_that_fits_the_points() -> None:
    assert [Range(DAY.start, END, points).step() for points in (100, 24, 3)] == [900, 3600, 43200]
    assert sql("$__timeInterval(max(at))", DAY, {}) == "toStartOfInterval(toDateTime(max(at)), INTERVAL 900 second)"
    assert Range(END - timedelta(minutes=1), END).step(15) == 15


def test_a_filter_on_all_is_none() -> None:
    text = "WHERE $__conditionalAll(hasAny(departments, [${department:singlequote}]), $department)"
    assert sql(text, DAY, {"department": []}) == "WHERE 1=1"
    assert sql(text, DAY, {"department": ["sales", "it's"]}) == "WHERE hasAny(departments, ['sales','it\\'s'])"


def test_a_chosen_value_cannot_leave_its_quotes() -> None:
    assert sql("${name:singlequote}", DAY, {"name": ["\\' OR 1=1 --"]}) == "'\\\\\\' OR 1=1 --'"


@pytest.mark.parametrize("text", ["$name", "${name}", "${name:csv}", "$__lttb(a)", "${other:singlequote}"])
def test_what_is_not_safe_or_not_known_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        sql(text, DAY, {"name": ["sales"]})


def test_a_rate_is_over_four_scrapes_at_least() -> None:
    assert promql("rate(x[$__rate_interval])", Range(END - timedelta(minutes=5), END), {}) == "rate(x[60s])"
    assert promql("rate(x[$__rate_interval]) $__interval $__range", DAY, {}) == "rate(x[915s]) 900s 86400s"


def test_a_variable_in_promql_is_a_pattern_of_what_is_chosen() -> None:
    expected = {(): '{s=~".*"}', ("a.b",): '{s=~"a\\\\.b"}', ("a", "b"): '{s=~"(a|b)"}'}
    assert {values: promql('{s=~"$s"}', DAY, {"s": values}) for values in expected} == expected
    with pytest.raises(ValueError, match="no variable"):
        promql('{s=~"$other"}', DAY, {"s": ()})


def test_the_queries_of_a_dashboard_are_those_of_its_panels_in_rows_too() -> None:
    def panel(number: int, source: str, **target: Any) -> dict[str, Any]:
        where = {"type": source, "uid": "any"}
        return {"id": number, "title": f"{number}?", "type": "stat", "datasource": where,
                "targets": [{"refId": "A", **target}]}  # fmt: skip

    text = {"id": 9, "type": "text", "title": "Read me"}
    row = {"type": "row", "panels": [panel(3, PROMETHEUS, expr="up", instant=True, legendFormat="{{job}}")]}
    dashboard = {"panels": [panel(1, CLICKHOUSE, rawSql="SELECT 1"), text, row], "templating": {"list": [
        {"name": "department", "type": "query", "current": {"value": ["$__all"]}},
        {"name": "docs", "type": "constant", "query": "docs"},
    ]}}  # fmt: skip
    first, second = queries(dashboard)
    assert (first.text, first.instant, second.text, second.instant, second.legend) == (
        "SELECT 1", False, "up", True, "{{job}}")  # fmt: skip
    assert second.expanded(DAY, {}) == "up"
    assert chosen(dashboard) == {"department": [], "docs": ["docs"]}
