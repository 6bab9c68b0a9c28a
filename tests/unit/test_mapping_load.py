"""A mapping that is wrong says so in one line: file, line, key, value, remedy."""

from __future__ import annotations

from textwrap import dedent

import pytest
from tests.unit.mapping_tools import DESK, mapped

from siloscope.errors import Unusable
from siloscope.sources import mapping

GOOD = DESK + "    touchpoints:\n      - {activity: question}\n"


def complaint(tmp_path, text: str) -> str:
    file = tmp_path / "wrong.yml"
    file.write_text(dedent(text))
    with pytest.raises(Unusable) as caught:
        mapping.load(file)
    said = str(caught.value)
    assert "\n" not in said
    assert "wrong.yml" in said
    return said


def test_the_shortest_mapping_loads(tmp_path):
    assert mapped(tmp_path, "touchpoints: [{activity: question}]").name == "desk"


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("activity: question", "activity: qestion", ["line 10", "touchpoints[1].activity", "'qestion'", "question"]),
        ("activity: question", "activty: question", ["line 10", "'activty'", "did you mean activity"]),
        ("{activity: question}", "{activity: message, direction: up}", ["direction", "'up'", "inbound, "]),
        ("{activity: question}", "{activity: question, priority: urgent}", ["priority", "'urgent'", "critical"]),
        ("{activity: question}", "{topic: x}", ["touchpoints[1]", "has no `activity`", "every"]),
        ("{activity: question}", "{activity: question, channel: ''}", ["has no `channel`"]),
        ("{activity: question}", "{activity: question, identifiers: ''}", ["has no `identifiers`", "customer_id"]),
        ("{activity: question}", "{activity: question, topic: '{a'}", ["topic", "{{"]),
        ("{activity: question}", "{activity: question, topic: '{@nr}'}", ["{@nr}", "@row"]),
        ("{activity: question}", "{activity: question, topic: '{@to}'}", ["{@to}"]),
        ("{activity: question}", "{activity: question, topic: {value: x}}", ["topic.value", "did you mean values"]),
        ("{activity: question}", "{activity: question, topic: {values: {a: b}}}", ["has no `from`"]),
        ("{activity: question}", "{activity: question, topic: [a]}", ["topic", "must be a text"]),
        ("{activity: question}", "{activity: question, claims: x}", ["claims", "must be a mapping"]),
        ("{activity: question}", "{activity: question, due_at: {from: '{a}', time: rfc}}", ["'rfc'", "epoch_ms"]),
        (
            "{activity: question}",
            "{activity: question, due_at: {from: '{a}', zone: Mars}}",
            ["'Mars'", "Europe/Amsterdam"],
        ),
        ("{activity: question}", "{activity: question, due_at: {from: '{a}', time: '%Q'}}", ["'%Q'", "epoch_ms"]),
        ("{activity: question}", "{activity: question, when: {a: {is: b}}}", ["when.a.is", "matches"]),
        ("{activity: question}", "{activity: question, when: {a: {matches: '('}}}", ["regular expression"]),
        ("{activity: question}", "{activity: question, when: {a: ''}}", ["when.a", "given: no"]),
        ("{activity: question}", "{activity: question, when: {a: {given: perhaps}}}", ["'perhaps'", "yes"]),
        ("{activity: question}", "{activity: question, kpi: {value: '1'}}", ["kpi", "has no `name`"]),
        ("- {activity: question}", "", ["touchpoints", "list of rules"]),
        ("format: csv", "format: xlsx", ["input.format", "'xlsx'", "csv, jsonl, xes"]),
        ("format: csv", "delimiter: ';'", ["input", "has no `format`"]),
        ("format: csv", "format: csv, delimiter: ';;'", ["input.delimiter"]),
        ("format: csv", "format: csv, zone: Mars", ["input.zone"]),
        ("every:", "evry:", ["'evry'", "did you mean every"]),
        ("touchpoints:", "others: maybe\n    touchpoints:", ["others", "'maybe'", "reject, skip"]),
        ("touchpoints:", "join: {crm: {on: id}}\n    touchpoints:", ["join.crm", "has no `file`"]),
        ("touchpoints:", "case: {of: id}\n    touchpoints:", ["case", "has no `turn`"]),
        ("channel: ticket", "channel: ticket\n      channel: phone", ["line 8", "'channel'", "twice"]),
        ("channel: ticket", "channel: [ticket", ["no YAML"]),
    ],
)
def test_a_mistake_is_named_with_its_place_and_remedy(tmp_path, old, new, expected):
    assert old in GOOD
    said = complaint(tmp_path, GOOD.replace(old, new))
    for part in expected:
        assert part in said


def test_an_empty_file_is_no_mapping(tmp_path):
    assert "is empty" in complaint(tmp_path, "")


def test_a_mapping_that_refers_to_itself_is_refused(tmp_path):
    assert "too deep" in complaint(tmp_path, "input: &a [*a]")


def test_words_that_yaml_would_turn_into_other_types_stay_texts(tmp_path):
    rules = "touchpoints: [{activity: question, topic: NO, text: '{x?}', team: 0612, product: 1.10, segment: on}]"
    ((_, found),) = mapped(tmp_path, rules).made({"id": "1", "at": "2026-03-01T09:00:00Z", "customer": "a"})
    assert (found.topic, found.team, found.product, found.segment) == ("NO", "0612", "1.10", "on")


def test_shared_parts_may_be_merged_in(tmp_path):
    rules = """
    touchpoints:
      - &base {activity: question, topic: a}
      - {<<: *base, touchpoint_id: "desk:{id}/2", topic: b}
    """
    found = mapped(tmp_path, rules).made({"id": "1", "at": "2026-03-01T09:00:00Z", "customer": "a"})
    assert [each.topic for _, each in found] == ["a", "b"]


def test_a_broadcast_needs_no_customer(tmp_path):
    head = DESK.replace('      identifiers: {customer_id: "{customer}"}\n', "")
    assert mapped(tmp_path, "touchpoints: [{activity: release, product: app}]", head)


def test_a_shipped_mapping_is_found_by_its_name():
    assert mapping.load("bpi2012_loan").format == "xes"
    assert mapping.shipped() == ["bpi2012_loan", "bpi2014_incidents"]


def test_an_unknown_mapping_is_told_with_those_there_are():
    with pytest.raises(Unusable, match="bpi2012_loan"):
        mapping.load("bpi2012")
    with pytest.raises(Unusable, match="name a file"):
        mapping.load("../mappings/nothing.yml")
