"""Every kind of panel becomes a drawing that can be read: well-formed, with its figures, whatever the data are."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any
from xml.etree.ElementTree import fromstring

import pytest

from siloscope.panels import board, drawing
from siloscope.panels.drawing import Drawn, Sources
from siloscope.panels.queries import Range

END = datetime(2026, 3, 6, tzinfo=UTC)
HOSTILE = '<img src=x onerror="alert(1)"> & "co"'


class Column:
    """How a client says the type of a column."""

    def __init__(self, name: str) -> None:
        self.name = name


class Answer:
    """A client's answer; also the client, which answers everything with it."""

    def __init__(self, columns: dict[str, str], *rows: tuple[Any, ...]) -> None:
        self.column_names = list(columns)
        self.column_types = [Column(each) for each in columns.values()]
        self.result_rows = list(rows)

    def query(self, _: str) -> Answer:
        return self


OVER_TIME_COLUMNS = {"time": "DateTime", "who": "LowCardinality(String)", "n": "UInt64"}
OVER_TIME = Answer(
    OVER_TIME_COLUMNS,
    *((END - timedelta(hours=hour), who, hour % 5) for hour in range(23, 0, -1) for who in ("sales", HOSTILE)),
)
NAMED = Answer(
    {"who": "String", "critical": "UInt64", "share": "Nullable(Float64)"}, ("sales", 3, 0.25), (HOSTILE, 0, None),
)  # fmt: skip


def drawn(kind: str, answer: Answer, *, w: int = 12, h: int = 8, **values: Any) -> Drawn:
    model = {
        "type": kind, "title": "What is it?", "id": 1, "gridPos": {"x": 0, "y": 0, "w": w, "h": h},
        "targets": [{"refId": "A", "rawSql": "SELECT 1"}], "fieldConfig": {"defaults": {"noValue": "Wait a while."}},
    } | values  # fmt: skip
    (panel,) = board.board({"panels": [model]}).panels
    shown = Range(END - timedelta(days=1), END)
    return drawing.drawn(panel, Sources(answer, None, shown, shown, {}, lambda _: None))  # type: ignore[arg-type]


def pictures(body: str) -> list[str]:
    return re.findall(r"<svg.*?</svg>", body, re.DOTALL)


@pytest.mark.parametrize("kind", ["timeseries", "heatmap", "state-timeline", "stat"])
def test_series_over_time_are_drawn(kind: str) -> None:
    found = drawn(kind, OVER_TIME)
    assert found.state == "full"
    assert pictures(found.body)
    for each in pictures(found.body):
        fromstring(each)
    assert "<img" not in found.body


def test_a_heatmap_of_nothing_but_zeros_is_pale() -> None:
    zeros = Answer(OVER_TIME_COLUMNS, *((END - timedelta(hours=hour), "sales", 0) for hour in range(5, 0, -1)))
    body = drawn("heatmap", zeros).body
    assert "--red) 6%" in body
    assert "--red) 90%" not in body


@pytest.mark.parametrize("kind", ["barchart", "bargauge", "gauge", "piechart", "stat", "table"])
def test_things_with_names_are_drawn(kind: str) -> None:
    found = drawn(kind, NAMED, options={"reduceOptions": {"values": True}, "textMode": "value_and_name"})
    assert found.state == "full"
    assert "sales" in found.body
    assert "<img" not in found.body
    for each in pictures(found.body):
        fromstring(each)


@pytest.mark.parametrize("style", ["line", "bars"])
@pytest.mark.parametrize("stacking", ["none", "normal"])
def test_lines_and_bars_stand_apart_or_on_one_another(style: str, stacking: str) -> None:
    custom = {"drawStyle": style, "fillOpacity": 20, "stacking": {"mode": stacking}}
    found = drawn(
        "timeseries", OVER_TIME, fieldConfig={"defaults": {"custom": custom, "color": {"mode": "palette-classic"}}}
    )
    root = fromstring(pictures(found.body)[0])
    marks = root.findall(".//g/rect") + root.findall(".//g/path")
    assert len(marks) > 2
    assert [name for name, _, _ in found.legend] == ["sales", HOSTILE]


def test_a_figure_that_is_not_known_is_grey_and_zero_is_not() -> None:
    thresholds = {"mode": "absolute", "steps": [{"color": "green", "value": None}]}
    given = {"fieldConfig": {"defaults": {"thresholds": thresholds, "mappings": []}}, "options": {"graphMode": "none"}}
    assert "var(--green)" in drawn("stat", Answer({"n": "UInt8"}, (0,)), **given).body
    both = drawn("stat", Answer({"n": "UInt8", "of": "Nullable(UInt8)"}, (0, None)), **given).body
    assert both.count("var(--green)") == both.count("var(--unknown)") == 1


@pytest.mark.parametrize("kind", ["timeseries", "stat", "table", "barchart", "heatmap", "bargauge", "piechart"])
@pytest.mark.parametrize("answer", [Answer({}), Answer({"time": "DateTime", "n": "Nullable(UInt8)"}, (END, None))])
def test_where_there_is_nothing_the_panel_says_what_to_do(kind: str, answer: Answer) -> None:
    found = drawn(kind, answer)
    assert (found.state, found.body) == ("empty", '<div class="said"><p>Wait a while.</p></div>')


def test_a_panel_of_metrics_says_where_they_would_come_from() -> None:
    found = drawn("timeseries", NAMED, targets=[{"refId": "A", "expr": "up"}])
    assert found.state == "empty"
    assert "--prometheus" in found.body


def test_what_cannot_be_drawn_is_said_and_stops_nothing_else() -> None:
    assert "news are drawn by Grafana only" in drawn("news", NAMED).body
    failed = drawn("table", NAMED, transformations=[{"id": "calculateField"}])
    assert failed.state == "failed"
    missing = drawn("table", NAMED, transformations=[{"id": "groupingToMatrix", "options": {"rowField": "nowhere"}}])
    assert (missing.state, "KeyError" in missing.body) == ("failed", True)


def test_many_series_are_the_largest_and_the_others() -> None:
    rows = [(END - timedelta(hours=hour), f"s{number}", number + 1) for hour in range(5) for number in range(20)]
    found = drawn("timeseries", Answer({"time": "DateTime", "who": "String", "n": "UInt64"}, *rows))
    assert [name for name, _, _ in found.legend] == ["s19", "s18", "s17", "s16", "s15", "s14", "s13", "13 others"]


def test_a_table_counts_the_rows_it_does_not_show() -> None:
    found = drawn("table", Answer({"n": "UInt64"}, *((number,) for number in range(1_250))))
    assert "1,050 more rows are not shown" in found.body


def test_html_in_a_text_panel_stays_text() -> None:
    found = drawn("text", NAMED, options={"content": "**Now** <script>alert(1)</script> [there](javascript:alert(1))"})
    assert "<strong>Now</strong>" in found.body
    assert "<script" not in found.body and "href" not in found.body
