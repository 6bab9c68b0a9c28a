"""The schemas, their ids and examples: each there, each sound, each change compatible."""

from __future__ import annotations

import copy
import json
from typing import Any

import avro.schema
import msgspec
import pytest
import yaml
from avro.compatibility import ReaderWriterCompatibilityChecker, SchemaCompatibilityType

from siloscope import wire
from siloscope.core.alert import Alert
from siloscope.core.handoff import Warning as HandoffWarning
from siloscope.core.touchpoint import Touchpoint
from siloscope.wire import catalogue

EXAMPLES = catalogue.directory() / "examples"
STRUCTS: dict[str, type[msgspec.Struct]] = {"touchpoint": Touchpoint, "alert": Alert, "warning": HandoffWarning}


def example(kind: str) -> bytes:
    file = catalogue.KINDS[kind].file
    return (EXAMPLES / file).with_suffix(".json").read_bytes()


def reads(reader: dict[str, Any], writer: dict[str, Any]) -> bool:
    checker = ReaderWriterCompatibilityChecker()
    result = checker.get_compatibility(avro.schema.parse(json.dumps(reader)), avro.schema.parse(json.dumps(writer)))
    return bool(result.compatibility is SchemaCompatibilityType.compatible)


def names(schema: dict[str, Any]) -> list[str]:
    return [field["name"] for field in schema["fields"]]


def test_every_schema_file_is_a_kind_with_an_example_and_a_topic() -> None:
    files = {kind.file for kind in catalogue.KINDS.values()}
    assert files == {path.name for path in catalogue.directory().glob("*.avsc")}
    assert {path.stem for path in EXAMPLES.glob("*.json")} == {file.removesuffix(".avsc") for file in files}
    topics = yaml.safe_load((catalogue.directory() / "topics.yml").read_text())
    for kind in catalogue.KINDS.values():
        assert topics[kind.topic]["schema"] == kind.file.removesuffix(".avsc")


@pytest.mark.parametrize("kind", catalogue.KINDS)
def test_the_example_survives_both_forms(kind: str) -> None:
    record = wire.decode(kind, example(kind))
    assert wire.decode(kind, wire.encode(kind, record)) == record
    text = {**record, "key": b"c-1042", "value": b"\x00", "headers": []} if kind == "dead_letter" else record
    line = wire.json_line(text)
    assert wire.decode(kind, wire.encode(kind, wire.decode(kind, line))) == text


@pytest.mark.parametrize("kind", STRUCTS)
def test_struct_schema_and_example_have_the_same_fields_in_the_same_order(kind: str) -> None:
    struct = STRUCTS[kind]
    assert list(struct.__struct_fields__) == names(catalogue.current(kind))
    filled = msgspec.convert(wire.decode(kind, example(kind)), struct)
    assert wire.decode(kind, wire.encode(kind, filled)) == wire.decode(kind, example(kind))


@pytest.mark.parametrize("kind", catalogue.KINDS)
def test_times_are_told_by_their_names(kind: str) -> None:
    for field in catalogue.current(kind)["fields"]:
        timed = "timestamp-millis" in json.dumps(field["type"]) and '"fields"' not in json.dumps(field["type"])
        assert timed == (field["name"].endswith("_at") or field["name"] == "timestamp"), field["name"]


@pytest.mark.parametrize("kind", catalogue.KINDS)
def test_every_field_says_what_it_means_and_optional_ones_default_to_null(kind: str) -> None:
    for field in catalogue.current(kind)["fields"]:
        assert field["doc"]
        assert ("null" in field["type"]) == (field.get("default", ...) is None)


def test_the_id_table_is_sound() -> None:
    assert catalogue.differences() == []


def test_a_changed_schema_without_a_new_id_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    changed = copy.deepcopy(catalogue.current("action"))
    changed["fields"].append({"name": "more", "type": ["null", "string"], "default": None})
    monkeypatch.setattr(catalogue, "read", lambda _: changed)
    assert any("action.avsc is no longer what id 0x53494c41 names" in line for line in catalogue.differences())


@pytest.mark.parametrize("number", catalogue.versions())
def test_today_reads_every_version_that_was_ever_written_and_the_reverse(number: int) -> None:
    version = catalogue.versions()[number]
    written, today = catalogue.read(version.file), catalogue.current(version.kind)
    assert reads(today, written)
    assert reads(written, today)


@pytest.mark.parametrize("kind", catalogue.KINDS)
def test_an_optional_field_can_be_added_later(kind: str) -> None:
    today = catalogue.current(kind)
    later = copy.deepcopy(today)
    later["fields"].insert(2, {"name": "added", "type": ["null", "string"], "default": None})
    assert reads(later, today)
    assert reads(today, later)
    required = copy.deepcopy(today)
    required["fields"].append({"name": "added", "type": "string"})
    assert not reads(required, today)
