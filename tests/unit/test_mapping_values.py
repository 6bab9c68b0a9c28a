"""What a mapping can say about a field."""

from __future__ import annotations

import msgspec
import pytest
from tests.unit.mapping_tools import DESK, field, made, mapped

from siloscope.core.rejected import Rejected
from siloscope.core.touchpoint import Identifier, Kpi, Source, Touchpoint
from siloscope.sources.times import Refused

NINE = 1772355600000  # 2026-03-01T09:00:00Z
JSON = DESK.replace("csv", "jsonl")


def test_a_text_without_braces_is_a_constant(tmp_path):
    assert field(tmp_path, "topic: billing.price", "topic") == "billing.price"


def test_a_template_composes_columns_and_text(tmp_path):
    assert field(tmp_path, "text: '{a}: {b} {{100%}}'", "text", a="x", b="y") == "x: y {100%}"


def test_a_template_with_an_absent_column_leaves_the_field_out(tmp_path):
    assert field(tmp_path, "text: '{a}: {b}'", "text", a="x", b="") is None


def test_a_column_with_a_question_mark_may_be_absent_in_a_template(tmp_path):
    assert field(tmp_path, "text: '{a}{b?}'", "text", a="x") == "x"


@pytest.mark.parametrize(("status", "expected"), [("p1", "critical"), ("p4", "low"), ("odd", "normal"), ("", "normal")])
def test_values_translate_and_the_default_is_for_all_others(tmp_path, status, expected):
    text = "priority: {from: '{status}', values: {p1: critical, p4: low}, default: normal}"
    assert field(tmp_path, text, "priority", status=status) == expected


def test_a_value_without_translation_or_default_is_refused_with_the_place_to_mend(tmp_path):
    (only,) = made(tmp_path, "touchpoints: [{activity: question, topic: {from: '{t}', values: {a: b}}}]", t="z")
    assert isinstance(only, Rejected)
    assert (only.reason, only.field) == ("invalid_value", "topic")
    assert "'z'" in only.message
    assert "desk.yml, line 9" in only.message
    assert "default" in only.message


def test_an_empty_translation_leaves_the_field_out(tmp_path):
    assert (
        field(tmp_path, "staff_ref: {from: '{who}', values: {robot: ''}, default: '{who}'}", "staff_ref", who="robot")
        is None
    )


def test_a_default_may_look_at_another_column(tmp_path):
    text = "team: {from: '{a}', values: {x: one}, default: {from: '{b}', values: {y: two}}}"
    assert field(tmp_path, text, "team", a="-", b="y") == "two"


def test_skipped_values_make_no_touchpoint(tmp_path):
    rules = "touchpoints: [{activity: {from: '{kind}', values: {in: question}, skip: [bounce]}}]"
    assert made(tmp_path, rules, kind="bounce") == []
    assert len(made(tmp_path, rules, kind="in")) == 1


def test_skip_others_keeps_what_is_translated_alone(tmp_path):
    rules = "touchpoints: [{activity: {from: '{kind}', values: {in: question}, skip: others}}]"
    assert made(tmp_path, rules, kind="anything") == []
    assert len(made(tmp_path, rules, kind="in")) == 1


@pytest.mark.parametrize(
    ("how", "value"),
    [
        ("'{t}'", "2026-03-01T09:00:00Z"),
        ("'{t}'", "2026-03-01 10:00:00.000+01:00"),
        ("{from: '{t}', zone: Europe/Amsterdam}", "2026-03-01T10:00"),
        ("{from: '{t}', zone: Europe/Amsterdam}", "2026-03-01T09:00Z"),
        ("{from: '{t}', time: '%d.%m.%Y %H:%M', zone: America/New_York}", "01.03.2026 04:00"),
        ("{from: '{t}', time: '%Y%m%d%H%M%z'}", "202603011000+0100"),
        ("{from: '{t}', time: epoch_s}", "1772355600"),
        ("{from: '{t}', time: epoch_s}", "1772355600.0004"),
        ("{from: '{t}', time: epoch_ms}", "1772355600000"),
    ],
)
def test_times_are_read_as_they_are_spelled(tmp_path, how, value):
    assert field(tmp_path, f"due_at: {how}", "due_at", t=value) == NINE


def test_the_zone_knows_summer(tmp_path):
    how = "due_at: {from: '{t}', zone: Europe/Amsterdam}"
    summer = field(tmp_path, how, "due_at", t="2026-07-01T12:00")
    winter = field(tmp_path, how, "due_at", t="2026-01-01T12:00")
    assert (summer % 86_400_000, winter % 86_400_000) == (10 * 3_600_000, 11 * 3_600_000)


@pytest.mark.parametrize(
    "value", ["yesterday", "2026-03-01T09:00:00", "1772355600", "2026-13-01T00:00:00Z", "0001-01-01T00:00Z"]
)
def test_a_time_that_cannot_be_read_refuses_the_row_and_nothing_else(tmp_path, value):
    (only,) = made(tmp_path, "touchpoints: [{activity: question}]", at=value)
    assert isinstance(only, Rejected)
    assert (only.reason, only.field) == ("invalid_value", "occurred_at")


@pytest.mark.parametrize("value", ["nan", "inf", "1e400", "soon", "1772355600"])
def test_an_epoch_that_is_no_time_refuses_the_row(tmp_path, value):
    head = DESK.replace('"{at}"', '{from: "{at}", time: epoch_ms}')
    (only,) = made(tmp_path, "touchpoints: [{activity: question}]", head, at=value)
    assert isinstance(only, Rejected)
    assert only.field == "occurred_at"


def test_identifiers_keep_their_order_and_absent_ones_are_left_out(tmp_path):
    text = "identifiers: {email: ['{mail}', '{mail2}'], phone: '{phone}', cookie: '{c}'}"
    found = field(tmp_path, text, "identifiers", mail="a@x", mail2="b@x", phone="", c="c1")
    assert found == [Identifier("email", "a@x"), Identifier("email", "b@x"), Identifier("cookie", "c1")]


def test_a_row_that_names_no_customer_is_refused(tmp_path):
    (only,) = made(tmp_path, "touchpoints: [{activity: question}]", customer="")
    assert isinstance(only, Rejected)
    assert only.reason == "no_customer"


def test_lists_maps_measures_and_sources_are_built(tmp_path):
    rules = """
    touchpoints:
      - activity: question
        refers_to: ["case:{ref}", "{none}"]
        fields: {from: "{asked}", split: ";"}
        claims: {price: "{price} EUR", delivery: "{none}"}
        attributes: {raw: "{asked}"}
        kpi: {name: sla, value: "{minutes}", target: "30", met: "{ok}"}
        source: {system: desk, id: "{id}"}
        score: "{stars}"
    """
    (found,) = made(tmp_path, rules, ref="7", asked="iban; birth_date", price="49", minutes="12.5", ok="yes", stars="9")
    assert isinstance(found, Touchpoint), found
    assert found.refers_to == ["case:7"]
    assert found.fields == ["iban", "birth_date"]
    assert found.claims == {"price": "49 EUR"}
    assert found.attributes == {"raw": "iban; birth_date"}
    assert found.kpi == Kpi("sla", 12.5, 30.0, True)
    assert found.source == Source("desk", "1")
    assert found.score == 9.0


def test_a_number_that_is_none_refuses_the_row(tmp_path):
    (only,) = made(tmp_path, "touchpoints: [{activity: question, score: '{stars}'}]", stars="many")
    assert isinstance(only, Rejected)
    assert only.field == "score"


def test_json_paths_reach_into_objects_and_lists(tmp_path):
    row = {"user": {"mails": [{"at": "a@x"}], "vip": True, "age": 7}}
    assert field(tmp_path, "text: '{user.mails.0.at} {user.vip} {user.age}'", "text", JSON, **row) == "a@x true 7"


@pytest.mark.parametrize("path", ["user.mails.9.at", "user.nobody.at", "user.mails", "user"])
def test_a_json_path_that_leads_nowhere_is_absent(tmp_path, path):
    assert field(tmp_path, f"text: '{{{path}}}'", "text", JSON, user={"mails": []}) is None


def test_a_json_list_becomes_a_list(tmp_path):
    assert field(tmp_path, "fields: '{asked}'", "fields", JSON, asked=["iban", 7, None]) == ["iban", "7"]


def test_what_every_row_says_can_be_taken_back(tmp_path):
    (found,) = made(tmp_path, "touchpoints: [{activity: question, product: ''}]", DESK + "      product: loan\n")
    assert isinstance(found, Touchpoint)
    assert found.product is None


def test_the_json_form_of_a_touchpoint_says_the_same(tmp_path):
    ((raw, found),) = mapped(tmp_path, "touchpoints: [{activity: question}]").made(
        {"id": "1", "at": "2026-03-01T09:00:00Z", "customer": "anna"}
    )
    record = msgspec.json.decode(raw)
    assert record["touchpoint_id"] == found.touchpoint_id == "desk:1"
    assert record["occurred_at"] == found.occurred_at == NINE


def test_a_refusal_is_a_value_not_an_exception_of_the_row(tmp_path):
    assert issubclass(Refused, Exception)
    assert isinstance(made(tmp_path, "touchpoints: [{activity: '{a}'}]", a="nonsense")[0], Rejected)
