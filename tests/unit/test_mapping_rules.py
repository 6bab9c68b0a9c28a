"""Which rows a mapping makes touchpoints of."""

from __future__ import annotations

import pytest
from tests.unit.mapping_tools import made

from siloscope.core.rejected import Rejected
from siloscope.core.touchpoint import Touchpoint

ONE = "touchpoints: [{{activity: question, when: {{{}}}}}]\nothers: skip"


@pytest.mark.parametrize(
    ("condition", "kind", "fits"),
    [
        ("kind: in", "in", True),
        ("kind: in", "out", False),
        ("kind: [in, both]", "both", True),
        ("kind: {not: in}", "out", True),
        ("kind: {not: [in, out]}", "out", False),
        ("kind: {not: in}", "", True),
        ("kind: {given: yes}", "x", True),
        ("kind: {given: yes}", "", False),
        ("kind: {given: no}", "", True),
        ("kind: {matches: '^o'}", "out", True),
        ("kind: {matches: '^o'}", "in", False),
        ("kind: {matches: '^o'}", "", False),
        ("kind: in, id: '2'", "in", False),
    ],
)
def test_a_rule_is_for_the_rows_that_fulfil_its_conditions(tmp_path, condition, kind, fits):
    assert bool(made(tmp_path, ONE.format(condition), kind=kind)) is fits


def test_one_row_becomes_as_many_touchpoints_as_rules_fit(tmp_path):
    rules = """
    touchpoints:
      - {activity: question}
      - {activity: case_opened, touchpoint_id: "desk:{id}/case", when: {new: "1"}}
    """
    both = made(tmp_path, rules, new="1")
    assert [each.touchpoint_id for each in both if isinstance(each, Touchpoint)] == ["desk:1", "desk:1/case"]
    assert len(made(tmp_path, rules, new="0")) == 1


def test_two_touchpoints_of_a_row_must_have_their_own_ids(tmp_path):
    first, second = made(tmp_path, "touchpoints: [{activity: question}, {activity: case_opened}]")
    assert isinstance(first, Touchpoint)
    assert isinstance(second, Rejected)
    assert second.reason == "id_reused"


def test_a_row_that_no_rule_fits_is_not_lost_in_silence(tmp_path):
    (only,) = made(tmp_path, "touchpoints: [{activity: question, when: {kind: in}}]", kind="new sort")
    assert isinstance(only, Rejected)
    assert "others: skip" in only.message


def test_many_different_values_of_a_condition_are_all_judged_rightly(tmp_path):
    from tests.unit.mapping_tools import ROW, mapped

    mapping = mapped(tmp_path, "touchpoints: [{activity: question, when: {n: {matches: '7$'}}}]\nothers: skip")
    found = [number for number in range(10_000) if mapping.made({**ROW, "n": str(number)})]
    assert found == [number for number in range(10_000) if number % 10 == 7]
