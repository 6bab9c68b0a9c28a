"""What every Avro decoder must do; fastavro is the reference."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Any

import fastavro
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from siloscope import wire
from siloscope.wire import avro, catalogue

OURS = catalogue.current("touchpoint")
FIRST = catalogue.read("history/touchpoint-1.avsc")
Make = Callable[..., avro.Decoder]
MAKERS: dict[str, Make] = {"fastavro": avro.reference, "chosen": avro.decoder}
if avro.cavro is not None:
    MAKERS["cavro"] = avro.quick
LEAST = {"touchpoint_id": "a", "occurred_at": 1, "activity": "visit", "department": "web", "channel": "web"}
TODAY = {name: make(OURS) for name, make in MAKERS.items()}
RESOLVING = {name: make(FIRST, OURS) for name, make in MAKERS.items()}


def _example() -> bytes:
    return (catalogue.directory() / "examples/touchpoint.json").read_bytes()


texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
SHAPES: dict[str, st.SearchStrategy[Any]] = {
    "string": texts,
    "double": st.floats(allow_nan=False),
    "boolean": st.booleans(),
    "long": st.integers(-(2**63), 2**63 - 1),
}


def values(kind: Any) -> st.SearchStrategy[Any]:
    if isinstance(kind, list):
        return st.one_of(st.none(), values(kind[1]))
    if isinstance(kind, str):
        return SHAPES[kind]
    if kind["type"] == "record":
        return st.fixed_dictionaries({field["name"]: values(field["type"]) for field in kind["fields"]})
    if kind["type"] == "array":
        return st.lists(values(kind["items"]), max_size=4)
    if kind["type"] == "map":
        return st.dictionaries(texts, values(kind["values"]), max_size=4)
    return SHAPES[kind["type"]]


records = values(OURS)


@pytest.fixture(params=MAKERS)
def make(request: pytest.FixtureRequest) -> Make:
    return MAKERS[request.param]


def outcome(decode: avro.Decoder, framed: bytes) -> Any:
    try:
        return decode(framed)
    except Exception:  # noqa: BLE001
        return "refused"


@given(records)
@settings(deadline=None)
def test_any_record_comes_back_as_it_was(record: dict[str, Any]) -> None:
    framed = wire.encode("touchpoint", record)
    for decode in TODAY.values():
        assert decode(framed) == record


def test_fields_come_in_the_schemas_order_when_it_is_the_writers(make: Make) -> None:
    framed = wire.encode("touchpoint", wire.decode("touchpoint", _example()))
    assert list(make(OURS)(framed)) == [field["name"] for field in OURS["fields"]]


@given(records)
@settings(max_examples=30, deadline=None)
def test_an_older_producers_record_is_read_with_the_later_fields_absent(record: dict[str, Any]) -> None:
    older = {field["name"]: record[field["name"]] for field in FIRST["fields"]}
    framed = b"\0SIL\x01" + _bytes_of(FIRST, older)
    later = dict.fromkeys(record, None) | older
    for decode in RESOLVING.values():
        assert decode(framed) == later


def test_a_newer_producers_record_is_read_without_the_field_we_do_not_know(make: Make) -> None:
    newer = {**OURS, "fields": [*OURS["fields"][:4], {"name": "novel", "type": "string"}, *OURS["fields"][4:]]}
    record = wire.decode("touchpoint", _example())
    assert make(newer, OURS)(b"\0abcd" + _bytes_of(newer, {**record, "novel": "x"})) == record


def test_bytes_left_after_the_record_are_refused(make: Make) -> None:
    framed = wire.encode("touchpoint", wire.decode("touchpoint", _example()))
    for more in (b"\0", b"\xff", b"END", framed):
        assert outcome(make(OURS), framed + more) == "refused"


def test_a_record_cut_anywhere_is_refused(make: Make) -> None:
    framed = wire.encode("touchpoint", wire.decode("touchpoint", _example()))
    assert all(outcome(make(OURS), framed[:length]) == "refused" for length in range(len(framed)))


MESSAGES = [
    wire.encode("touchpoint", wire.decode("touchpoint", _example())),
    wire.encode("touchpoint", LEAST | {"text": "äöü", "fields": ["iban", ""], "claims": {"": "x"}, "score": 1.5}),
]


@given(st.data())
@settings(max_examples=300, deadline=None)
def test_garbled_bytes_are_refused_or_read_as_the_reference_reads_them(data: st.DataObject) -> None:
    framed = bytearray(data.draw(st.sampled_from(MESSAGES)))
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(5, len(framed) - 1))
        framed[place : place + data.draw(st.integers(0, 2))] = data.draw(st.binary(max_size=10))
        framed.extend(b"\0" * (6 - len(framed)))
    sure = outcome(TODAY["fastavro"], bytes(framed))
    assert repr(outcome(TODAY["chosen"], bytes(framed))) == repr(sure)
    quick = outcome(TODAY["cavro"], bytes(framed)) if "cavro" in TODAY else "refused"
    assert quick == "refused" or repr(quick) == repr(sure)


def test_counts_and_lengths_that_no_message_can_hold_are_refused(make: Make) -> None:
    head = b"\0SIL\x02\x02a\x02\nvisit\x06web\x06web\0"
    huge = b"\xfe\xff\xff\xff\xff\xff\xff\xff\xff\x01"
    for tail in (b"\x02" + huge, b"\x02" + huge + b"\x02a", b"\x02\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01" + huge):
        assert outcome(make(OURS), head + tail) == "refused"


def test_blocks_with_their_size_as_java_may_write_them_are_read() -> None:
    framed = wire.encode("touchpoint", LEAST | {"fields": ["x"]})
    assert framed.count(b"\x02\x02\x02x\0") == 1
    blocked = framed.replace(b"\x02\x02\x02x\0", b"\x02\x01\x04\x02x\0")
    assert avro.decoder(OURS)(blocked) == avro.reference(OURS)(blocked) == avro.decoder(OURS)(framed)


def _bytes_of(schema: dict[str, Any], record: dict[str, Any]) -> bytes:
    stream = BytesIO()
    fastavro.schemaless_writer(stream, fastavro.parse_schema(catalogue.plain(schema)), record)
    return stream.getvalue()
