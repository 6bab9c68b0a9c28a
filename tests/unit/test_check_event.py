"""`siloscope check-event`: one line of JSON for each event."""

from __future__ import annotations

import io
import json
from pathlib import Path

import msgspec
import pytest

from siloscope import language
from siloscope.__main__ import status
from siloscope.errors import Unusable
from siloscope.ops.check_event import events, main, verdict
from siloscope.wire import catalogue

EXAMPLE = catalogue.directory() / "examples/touchpoint.json"


def test_a_sound_event_is_shown_as_it_would_be_taken() -> None:
    event = b"""{"touchpoint_id": "a", "occurred_at": "2026-03-01T10:00:00+01:00", "activity": "complaint",
        "department": "Web", "channel": "web", "identifiers": [{"kind": "customer_id", "value": "c-1"}], "topic": ""}"""
    assert json.loads(msgspec.json.encode(verdict(event))) == {
        "touchpoints": [
            {
                "touchpoint_id": "a",
                "occurred_at": "2026-03-01T09:00:00Z",
                "activity": "complaint",
                "department": "web",
                "channel": "web",
                "direction": "inbound",
                "identifiers": [{"kind": "customer_id", "value": "c-1"}],
            }
        ]
    }


def test_a_refused_event_names_reason_field_and_remedy() -> None:
    found = verdict(b'{"touchpoint_id": "a", "ocurred_at": 1}')
    assert (found["rejected"], found["field"]) == ("unknown_field", "ocurred_at")
    assert found["message"].endswith("did you mean occurred_at?")


def test_a_clock_record_is_ignored() -> None:
    assert verdict(b'{"clock": "2026-03-01T09:00:00Z"}') == {"ignored": "clock"}


def test_there_is_one_line_for_each_event_and_none_for_empty_lines() -> None:
    assert list(events(io.BytesIO(b'\xef\xbb\xbf{"a":1}\n\r\n{"b":2}\r\n x'))) == [b'{"a":1}', b'{"b":2}', b"x"]
    assert list(events(io.BytesIO(b""))) == []


def test_an_event_may_be_written_over_many_lines(capfdbinary: pytest.CaptureFixture[bytes], tmp_path: Path) -> None:
    lines = tmp_path / "two.jsonl"
    lines.write_bytes(b'{"clock": 1331741094000}\nhello\n')
    with pytest.raises(Unusable, match=r"^1 of 3 events would be rejected$"):
        main([str(EXAMPLE), str(lines)])
    found = [json.loads(line) for line in capfdbinary.readouterr().out.splitlines()]
    assert found[0]["touchpoints"] == [json.loads(EXAMPLE.read_bytes())]
    assert found[1] == {"ignored": "clock"}
    assert found[2]["rejected"] == "undecodable"


def test_where_none_would_be_rejected_it_ends_well(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    assert status(["check-event", str(EXAMPLE)]) == 0
    assert capfdbinary.readouterr().err == b""


def test_with_a_reader_it_shows_what_is_read_in_a_text() -> None:
    event = b"""{"touchpoint_id": "a", "occurred_at": 1, "activity": "notice", "department": "sales",
        "channel": "email", "identifiers": [{"kind": "customer_id", "value": "c-1"}],
        "text": "Hi Tom, from 3 March 2026 you pay 49 EUR a month."}"""
    event = event.replace(b": 1,", b": 1772442000000,")
    found = json.loads(msgspec.json.encode(verdict(event, language.shipped())))["readings"]["a"]
    assert found == {
        "stems": ["eur", "march", "month", "pay"],
        "numbers": ["2026-03-03", "49 EUR/month"],
        "words": 10,
        "language": "en",
        "form": "informal",
        "name": "Tom",
        "claims": [{"kind": "money", "unit": "EUR/month", "value": "49"}],
    }
    assert "readings" not in verdict(event)
