"""A message of `touchpoints`: Avro or JSON, touchpoint, clock or refusal, never an exception."""

from __future__ import annotations

import io
import json
from typing import Any

import fastavro
import pytest

from siloscope import wire
from siloscope.core.touchpoint import Rejected, Touchpoint, content_of
from siloscope.wire import Clock, catalogue, decode_touchpoint

LEAST = {
    "touchpoint_id": "crm:1",
    "occurred_at": "2026-03-01T09:00:00Z",
    "activity": "visit",
    "department": "web",
    "channel": "web",
    "identifiers": [{"kind": "customer_id", "value": "c-1"}],
}
AT = 1_772_355_600_000


def decoded(**fields: Any) -> Touchpoint | Clock | Rejected:
    """The JSON touchpoint with these fields; those that are `...` are left out."""
    whole = {name: value for name, value in (LEAST | fields).items() if value is not ...}
    return decode_touchpoint(json.dumps(whole).encode())


def touchpoint(**fields: Any) -> Touchpoint:
    found = decoded(**fields)
    assert isinstance(found, Touchpoint), found
    return found


def refused(**fields: Any) -> tuple[str, str | None]:
    found = decoded(**fields)
    assert isinstance(found, Rejected), found
    return found.reason, found.field


def test_a_touchpoint_in_json_and_in_avro_is_one_record() -> None:
    example = (catalogue.directory() / "examples/touchpoint.json").read_bytes()
    from_json = decode_touchpoint(example)
    assert isinstance(from_json, Touchpoint)
    from_avro = decode_touchpoint(wire.encode("touchpoint", from_json))
    assert from_avro == from_json
    assert content_of(from_avro) == content_of(from_json)  # type: ignore[arg-type]
    assert decode_touchpoint(wire.json_line(from_json)) == from_json


def test_what_is_empty_is_absent_in_both_forms() -> None:
    empty = {"claims": {}, "attributes": {}, "fields": [], "refers_to": [], "topic": "", "account": "", "text": ""}
    in_json = touchpoint(**empty)
    record = {**LEAST, "occurred_at": AT, **empty}
    in_avro = decode_touchpoint(wire.encode("touchpoint", record))
    assert in_avro == in_json == touchpoint()
    assert content_of(in_json) == content_of(touchpoint())
    assert in_json.topic is None


def test_a_number_is_the_same_number_in_both_forms() -> None:
    in_json = touchpoint(score=5, kpi={"name": "sla", "value": 1})
    record = {**LEAST, "occurred_at": AT, "score": 5.0, "kpi": {"name": "sla", "value": 1.0}}
    in_avro = decode_touchpoint(wire.encode("touchpoint", record))
    assert content_of(in_avro) == content_of(in_json)  # type: ignore[arg-type]


def test_an_old_producers_message_is_read() -> None:
    first = catalogue.read("history/touchpoint-1.avsc")
    stream = io.BytesIO()
    fastavro.schemaless_writer(stream, fastavro.parse_schema(first), {**LEAST, "occurred_at": AT, "topic": "price"})
    assert decode_touchpoint(b"\0SIL\x01" + stream.getvalue()) == touchpoint(topic="price")


@pytest.mark.parametrize(
    "time",
    [
        AT,
        "2026-03-01T09:00:00Z",
        "2026-03-01T10:00:00+01:00",
        "2026-03-01t09:00:00.000z",
        "2026-03-01 09:00:00+0000",
        "2026-03-01T09:00:00.000999Z",
    ],
)
def test_times_with_an_offset_or_in_milliseconds_are_read(time: Any) -> None:
    assert touchpoint(occurred_at=time).occurred_at == AT
    assert touchpoint(due_at=time).due_at == AT


@pytest.mark.parametrize(
    "time",
    ["2026-03-01T09:00:00", "2026-03-01", "1772355600000", "yesterday", "", AT // 1000, 0, -1, 10**30, 4102444800000],
)
def test_times_without_offset_in_seconds_or_out_of_range_are_refused(time: Any) -> None:
    assert refused(occurred_at=time) == ("invalid_value", "occurred_at")
    assert refused(due_at=time) == ("invalid_value", "due_at")


@pytest.mark.parametrize("time", [True, 1.5, 1772355600000.0, [], {}])
def test_times_of_another_type_are_refused(time: Any) -> None:
    assert refused(occurred_at=time) == ("wrong_type", "occurred_at")


@pytest.mark.parametrize("field", ["touchpoint_id", "occurred_at", "activity", "department", "channel"])
def test_a_required_field_that_is_absent_or_null_is_named(field: str) -> None:
    assert refused(**{field: ...}) == refused(**{field: None}) == ("missing_field", field)


@pytest.mark.parametrize("field", ["touchpoint_id", "department", "channel"])
def test_a_required_field_that_is_empty_is_named(field: str) -> None:
    assert refused(**{field: ""}) == ("missing_field", field)


def test_null_is_absent_for_every_optional_field() -> None:
    optional = {name: None for name in Touchpoint.__struct_fields__ if name not in LEAST}
    assert touchpoint(**optional) == touchpoint()
    assert touchpoint(activity="release", identifiers=None) == touchpoint(activity="release", identifiers=[])


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"text": 5}, "text"),
        ({"amount": 49.9}, "amount"),
        ({"score": "5"}, "score"),
        ({"score": True}, "score"),
        ({"claims": {"price": 49}}, "claims.price"),
        ({"claims": {"price": None}}, "claims.price"),
        ({"claims": []}, "claims"),
        ({"fields": "iban"}, "fields"),
        ({"refers_to": ["a", 5]}, "refers_to[1]"),
        ({"identifiers": {"kind": "email", "value": "a@b"}}, "identifiers"),
        ({"identifiers": ["c-1"]}, "identifiers[0]"),
        ({"identifiers": [{"kind": "email", "value": 5}]}, "identifiers[0].value"),
        ({"kpi": "sla"}, "kpi"),
        ({"kpi": {"name": "sla", "met": "yes"}}, "kpi.met"),
        ({"source": "crm"}, "source"),
    ],
)
def test_a_field_of_another_type_is_named(wrong: dict[str, Any], field: str) -> None:
    assert refused(**wrong) == ("wrong_type", field)


def test_an_unknown_field_is_named_with_the_nearest_known() -> None:
    found = decoded(custmer="x", departement="y")
    assert found == Rejected(
        "unknown_field", "custmer", "'custmer' is no field of a touchpoint: put it under attributes"
    )
    found = decoded(departement="y")
    assert found == Rejected(
        "unknown_field", "departement", "'departement' is no field of a touchpoint: did you mean department?"
    )
    assert refused(kpi={"name": "sla", "goal": 5}) == ("unknown_field", "kpi.goal")
    assert refused(kpi={}) == ("missing_field", "kpi.name")


@pytest.mark.parametrize(
    ("fields", "reason", "field"),
    [
        ({"activity": "complain"}, "unknown_activity", "activity"),
        ({"activity": "message"}, "missing_field", "direction"),
        ({"direction": "in"}, "invalid_value", "direction"),
        ({"identifiers": []}, "no_customer", "identifiers"),
        ({"identifiers": [{"kind": "email", "value": ""}]}, "no_customer", "identifiers"),
        ({"identifiers": [{"kind": "e\0", "value": "a"}]}, "no_customer", "identifiers"),
        ({"identifiers": [{"kind": "customer_id", "value": "*"}]}, "invalid_value", "identifiers"),
        ({"identifiers": [{"kind": "customer_id", "value": "account:acme"}]}, "invalid_value", "identifiers"),
        ({"identifiers": [{"kind": "account", "value": "acme"}]}, "invalid_value", "identifiers"),
        ({"activity": "release"}, "invalid_value", "identifiers"),
        ({"score": 10.5}, "invalid_value", "score"),
        ({"sentiment": -2}, "invalid_value", "sentiment"),
        ({"score": 10**400}, "invalid_value", "score"),
        ({"amount": "1,5"}, "invalid_value", "amount"),
        ({"amount": "1e400000"}, "invalid_value", "amount"),
        ({"amount": "NaN"}, "invalid_value", "amount"),
        ({"currency": "eur"}, "invalid_value", "currency"),
        ({"priority": "urgent"}, "invalid_value", "priority"),
        ({"touchpoint_id": "a\0b"}, "invalid_value", "touchpoint_id"),
        ({"account": "a\0b"}, "invalid_value", "account"),
    ],
)
def test_values_the_contract_does_not_allow_are_refused(fields: dict[str, Any], reason: str, field: str) -> None:
    assert refused(**fields) == (reason, field)


def test_numbers_that_are_none_are_refused_in_both_forms() -> None:
    for spelled in (b"NaN", b"Infinity", b"1e400"):
        found = decode_touchpoint(json.dumps(LEAST).encode()[:-1] + b', "score": ' + spelled + b"}")
        assert isinstance(found, Rejected)
    for field, value in (("score", float("nan")), ("kpi", {"name": "sla", "value": float("inf")})):
        found = decode_touchpoint(wire.encode("touchpoint", {**LEAST, "occurred_at": AT, field: value}))
        assert isinstance(found, Rejected)
        assert (found.reason, found.field) == ("invalid_value", field)


def test_a_near_word_is_proposed() -> None:
    assert "did you mean complaint?" in decoded(activity="Complain").message  # type: ignore[union-attr]
    assert "did you mean inbound?" in decoded(direction="IN_BOUND").message  # type: ignore[union-attr]


def test_departments_and_channels_are_lower_case() -> None:
    found = touchpoint(department="Web", channel="E-Mail", to_department="LEGAL")
    assert (found.department, found.channel, found.to_department) == ("web", "e-mail", "legal")


def test_clock_records_are_told_from_touchpoints() -> None:
    assert decode_touchpoint(b'{"clock": "2012-03-14T16:04:54Z"}') == Clock(1331741094000)
    assert decode_touchpoint(b'{"clock": 1331741094000}') == Clock(1331741094000)
    for wrong in (b'{"clock": null}', b'{"clock": "now"}', b'{"clock": 1331741094}', b'{"clock": [1]}'):
        found = decode_touchpoint(wrong)
        assert isinstance(found, Rejected)
        assert found.field == "clock"


def test_a_record_of_another_kind_is_refused_by_name() -> None:
    example = (catalogue.directory() / "examples/action.json").read_bytes()
    found = decode_touchpoint(wire.encode("action", wire.decode("action", example)))
    assert found == Rejected(
        "undecodable", None, "the record is of the kind action, not touchpoint: send it to the topic siloscope.actions"
    )


def test_an_id_nobody_knows_is_refused_with_the_remedy() -> None:
    found = decode_touchpoint(b"\0\0\0\0\x07abc")
    assert isinstance(found, Rejected)
    assert found.reason == "unknown_schema"
    assert "schema id 7" in found.message
    assert "schema_registry_url" in found.message
