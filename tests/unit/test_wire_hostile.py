"""Bytes that mean harm, or nothing: an answer for each, never an exception, never a private text."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from siloscope import wire
from siloscope.core.touchpoint import REASONS, Rejected, Touchpoint
from siloscope.wire import Clock, decode_touchpoint

LEAST: dict[str, Any] = {
    "touchpoint_id": "crm:1",
    "occurred_at": "2026-03-01T09:00:00Z",
    "activity": "visit",
    "department": "web",
    "channel": "web",
    "identifiers": [{"kind": "customer_id", "value": "c-1"}],
}

NASTY = [
    b"",
    b"\0",
    b"\0SIL",
    b"\0SIL\x02",
    b"\0\0\0\0\x01abc",
    b"hello",
    b"[]",
    b"null",
    b'"{"',
    b"{",
    b"{}",
    b"{}{}",
    b'{"a":' * 100_000,
    b'{"touchpoint_id":' + b"[" * 1_000_000,
    b'{"attributes":' + b'{"a":' * 10_000 + b"1" + b"}" * 10_001,
    b'{"text":"\\ud800"}',
    b'{"text":"\xff\xfe"}',
    b'{"\xff":1}',
    b'{"\\ud800":1}',
    b'{"a\0b":1}',
    b'{"a\\u0000b":1}',
    b"\xef\xbb\xbf{}",
    b'{"text":"' + b"x" * 10_000_000 + b'"}',
    b'{"' + b"x" * 1_000_000 + b'":1}',
    b'{"occurred_at":' + b"9" * 10_000 + b"}",
]


@pytest.mark.parametrize("value", NASTY, ids=[str(number) for number in range(len(NASTY))])
def test_nasty_bytes_are_refused_in_one_short_sentence(value: bytes) -> None:
    found = decode_touchpoint(value)
    assert isinstance(found, Rejected)
    assert found.reason in REASONS
    assert 10 < len(found.message) < 300
    assert "\n" not in found.message


def test_a_message_without_value_is_refused() -> None:
    assert isinstance(decode_touchpoint(None), Rejected)  # type: ignore[arg-type]


def test_a_huge_text_and_any_character_are_taken() -> None:
    assert len(_read("x" * 10_000_000) or "") == 10_000_000
    for text in ("\0", "😀", "\u202eabc", "\ufffe", "a\r\nb"):
        assert _read(text) == text


def _read(text: str) -> str | None:
    found = decode_touchpoint(msgspec.json.encode(LEAST | {"text": text}))
    assert isinstance(found, Touchpoint)
    return found.text


def test_no_error_shows_a_whole_text() -> None:
    private = "my name is Ada and this is what the doctor said to me last week about it all"
    wrong: list[dict[str, Any]] = [
        {"score": private}, {"occurred_at": private}, {"activity": private}, {"direction": private},
        {"amount": private}, {"priority": private}, {"currency": private}, {"kpi": private},
        {private: 1}, {"claims": [private]},
        {"identifiers": [{"kind": private, "value": private, "name": private}]}, {"source": {"system": [private]}},
    ]  # fmt: skip
    for fields in wrong:
        found = decode_touchpoint(msgspec.json.encode(LEAST | fields))
        assert isinstance(found, Rejected)
        assert private not in found.message


@given(st.binary(max_size=200))
@settings(deadline=None)
def test_any_bytes_give_an_answer(value: bytes) -> None:
    for begun in (value, b"{" + value, b"\0SIL\x02" + value, b"\0SIL\x01" + value):
        assert isinstance(decode_touchpoint(begun), Rejected | Touchpoint | Clock)


JUNK = [
    None, True, 0, 5, -1, 0.5, 10**20, 1_772_355_600_000, "", "x", "web", "2026-03-01T09:00:00Z", [], ["x"], [5], [[]],
    {}, {"a": "b"}, {"a": 5}, {"name": "sla"}, {"name": "sla", "met": True, "value": 1}, {"system": None},
    {"kind": "email", "value": "a@b"}, [{"kind": "email", "value": "a@b"}], [{"kind": "a"}],
]  # fmt: skip


@given(st.dictionaries(st.sampled_from(Touchpoint.__struct_fields__), st.sampled_from(JUNK), max_size=3))
@settings(max_examples=300, deadline=None)
def test_the_quick_and_the_explaining_reader_take_and_refuse_the_same(fields: dict[str, Any]) -> None:
    value = msgspec.json.encode(LEAST | fields)
    found, explained = decode_touchpoint(value), _explained(value)
    # Of two mistakes either may be the one that is named.
    assert found == explained or (len(fields) > 1 and isinstance(found, Rejected) and isinstance(explained, Rejected))


def _explained(value: bytes) -> Touchpoint | Clock | Rejected:
    try:
        record = wire.decode("touchpoint", value)
    except wire.Undecodable as refusal:
        return refusal.rejected
    return decode_touchpoint(wire.encode("touchpoint", record))
