"""Figures in panels: in few characters, with their unit, never wrong by their rounding; what is not known is a dash."""

from __future__ import annotations

from typing import Any

import pytest

from siloscope.panels import board, fields, transform
from siloscope.panels.axes import steps, times
from siloscope.panels.frame import Field, Frame, reduced, series_of
from siloscope.panels.units import shown

HOUR = 3_600_000


@pytest.mark.parametrize(
    ("value", "unit", "said"),
    [
        (0, "short", "0"), (7, "", "7"), (1234, "short", "1,234"), (12_345, "short", "12.3 K"), (2.5e6, "", "2.5 M"),
        (0.935, "percentunit", "93.5 %"), (1, "percentunit", "100 %"), (42.25, "percent", "42.2 %"), (-3, "none", "-3"),
        (0.0004, "s", "400 µs"), (0, "s", "0 s"), (90, "s", "1.5 min"), (7_200, "s", "2 h"), (250, "ms", "250 ms"),
        (90, "m", "1.5 h"), (1536, "bytes", "1.5 KiB"), (12.5, "currencyEUR", "12.5 €"), (0.02, "reqps", "0.02 /s"),
        (5, "suffix:pages", "5 pages"), (1, "bool", "yes"), (float("nan"), "short", "–"),
        (1_772_722_800_000, "dateTimeAsIso", "5 Mar 15:00"), (1_772_668_800_000, "dateTimeAsIso", "5 Mar"),
    ],
)  # fmt: skip
def test_a_figure_is_said_in_its_unit(value: float, unit: str, said: str) -> None:
    assert shown(value, unit) == said


def test_decimals_are_as_the_panel_says() -> None:
    assert shown(0.12345, "percentunit", 0) == "12 %"
    assert shown(2, "short", 2) == "2.00"


@pytest.mark.parametrize(("low", "high"), [(0, 7), (0, 1), (-1, 1), (0, 123_456), (0.2, 0.21), (5, 5)])
def test_an_axis_holds_all_figures_on_round_steps(low: float, high: float) -> None:
    marks = steps(low, high, 5)
    assert marks[0] <= low and marks[-1] >= high
    assert 2 <= len(marks) <= 12


def test_times_are_round_and_have_room() -> None:
    marks = times(1, 24 * HOUR, 900)
    assert all(at % (3 * HOUR) == 0 for at in marks)
    assert len(marks) <= 900 // 86 + 1


def _panel(**values: Any) -> board.Panel:
    model = {"type": "table", "targets": [], "fieldConfig": {"defaults": {}, "overrides": []}} | values
    return board.board({"panels": [model]}).panels[0]


def test_what_is_not_known_is_grey_even_where_a_threshold_would_be_green() -> None:
    steps_ = {"mode": "absolute", "steps": [{"color": "green", "value": None}, {"color": "red", "value": 3}]}
    look = fields.look(_panel(fieldConfig={"defaults": {"thresholds": steps_}}), "waits")
    assert [look.colour(value) for value in (None, 0, 3)] == ["var(--unknown)", "var(--green)", "var(--red)"]
    assert look.text(None) == "–"


def test_a_later_override_wins_over_an_earlier_one_and_the_defaults() -> None:
    overrides = [
        {"matcher": {"id": "byType", "options": "number"}, "properties": [{"id": "unit", "value": "s"}]},
        {"matcher": {"id": "byName", "options": "share"}, "properties": [{"id": "unit", "value": "percentunit"}]},
    ]
    panel = _panel(fieldConfig={"defaults": {"unit": "short"}, "overrides": overrides})
    found = [fields.look(panel, name, kind).text(0.5, kind) for name, kind in (("share", "number"), ("x", "number"))]
    assert found == ["50 %", "500 ms"]


def test_mappings_say_what_a_value_means() -> None:
    mappings = [
        {"type": "value", "options": {"overdue": {"text": "too late", "color": "red"}}},
        {"type": "special", "options": {"match": "null+nan", "result": {"text": "not known", "color": "#8e8e8e"}}},
    ]
    look = fields.look(_panel(fieldConfig={"defaults": {"mappings": mappings}}), "status", "string")
    assert (look.text("overdue"), look.colour("overdue")) == ("too late", "var(--red)")
    assert (look.text(None), look.colour(None)) == ("not known", "var(--unknown)")


def test_words_beside_a_time_tell_series_apart() -> None:
    frame = Frame((
        Field("time", "time", [2, 1, 1]), Field("who", "string", ["a", "a", "b"]), Field("n", "number", [5, None, 7]),
    ))  # fmt: skip
    found = {each.name: each.points for each in series_of([frame])}
    assert found == {"a": ((1, None), (2, 5)), "b": ((1, 7),)}


def test_a_matrix_leaves_open_what_no_row_says() -> None:
    frame = Frame((
        Field("from", "string", ["a", "b"]), Field("to", "string", ["x", "y"]), Field("n", "number", [1, 2]),
    ))  # fmt: skip
    options = {"rowField": "from", "columnField": "to", "valueField": "n"}
    (found,) = transform.transformed([frame], [{"id": "groupingToMatrix", "options": options}])
    assert list(found.rows()) == [("a", 1, None), ("b", None, 2)]


def test_an_unknown_transformation_is_said_with_those_that_are_known() -> None:
    with pytest.raises(ValueError, match="calculateField is not drawn here: use one of filterFieldsByName"):
        transform.transformed([], [{"id": "calculateField"}])


def test_columns_are_renamed_ordered_and_left_out() -> None:
    frame = Frame((Field("a", "number", [1, 2]), Field("b", "string", ["x", "y"]), Field("c", "number", [3, None])))
    placed = {"excludeByName": {"a": True}, "renameByName": {"b": "B"}, "indexByName": {"c": 0, "b": 1}}
    told = [
        {"id": "organize", "options": placed},
        {"id": "sortBy", "options": {"sort": [{"field": "B", "desc": True}]}},
        {"id": "limit", "options": {"limitField": 1}},
    ]
    (found,) = transform.transformed([frame], told)
    assert [each.name for each in found.fields] == ["c", "B"]
    assert list(found.rows()) == [(None, "y")]


@pytest.mark.parametrize(
    ("calc", "result"), [("lastNotNull", 3), ("sum", 6), ("max", 3), ("mean", 2), ("count", 3), ("first", 1)]
)
def test_many_figures_become_one(calc: str, result: float) -> None:
    assert reduced([1, 2, None, 3, None], calc) == result
    assert reduced([None], calc) is None
