"""What alerts and groups say to each other comes through as it was said, and is told from touchpoints."""

from __future__ import annotations

import msgspec
import pytest

from siloscope import wire
from siloscope.agents.assignment import _routed
from siloscope.core.incident import Cause, silenced_by
from siloscope.core.membership import Member, Verdict, group_of, is_note, packed, parts_of, unpacked
from siloscope.core.touchpoint import Identifier, Rejected, Touchpoint

GROUP = group_of("unanswered", Cause("topic", 'a "quoted"\0 | ünïcode 🙂'))
NOTES = [
    Member(GROUP, "2026-03-1", "unanswered", ("sales", "support"), "ann", 3, 1, 2, "support", True, (7, 1)),
    Verdict(GROUP, "ann", "2026-03-1", "2026-03-2", (7, 2)),
]


@pytest.mark.parametrize("note", NOTES, ids=lambda note: type(note).__name__)
def test_a_note_comes_back_as_it_was(note: Member | Verdict) -> None:
    assert is_note(packed(note))
    assert unpacked(packed(note)) == note
    assert _routed(packed(note)) == note


def test_a_group_is_named_by_symptom_and_cause_whatever_stands_in_it() -> None:
    assert parts_of(GROUP) == ("unanswered", Cause("topic", 'a "quoted"\0 | ünïcode 🙂'))
    assert "\0" not in GROUP


def test_a_touchpoint_is_no_note() -> None:
    touchpoint = Touchpoint("t", 1, "visit", "web", "web", "inbound", [Identifier("customer_id", "ann")])
    for raw in (wire.encode("touchpoint", touchpoint), msgspec.json.encode(touchpoint), b"", b"{}"):
        assert not is_note(raw)


@pytest.mark.parametrize("raw", [b"\x91", b"\x92\xa6member\xc0", packed(NOTES[0])[:-3]])
def test_what_only_begins_like_a_note_is_a_dead_letter(raw: bytes) -> None:
    refused = _routed(raw)
    assert isinstance(refused, Rejected)
    assert (refused.reason, refused.field) == ("undecodable", None)


def test_what_silences_what_goes_from_the_top_down() -> None:
    below = silenced_by({"b": ["c", "d"], "a": ["b", "c"]})
    assert below == {"c": ("a", "b"), "d": ("b",), "b": ("a",)}
