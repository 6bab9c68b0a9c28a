"""`siloscope check-event`: what would become of each event, said in a JSON line, without sending it anywhere."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import IO, Any, Final

import msgspec

from ..core.rejected import Rejected
from ..core.text import Reader
from ..core.touchpoint import Touchpoint
from ..core.words import counted
from ..errors import Unusable
from ..sources.files import opened
from ..wire import Clock, decode_touchpoint, json_line

_AROUND: Final = b"\xef\xbb\xbf \t\r\n"  # a byte order mark, blanks


def main(files: Iterable[str], reader: Reader | None = None) -> None:
    """Print one line for each event in the files; `-` is standard input.

    With a reader also what it reads in their texts. Raises Unusable where a file cannot be read, and at the end where
    an event would be rejected.
    """
    seen = rejected = 0
    for name in files:
        with opened(name) as file:
            for event in events(file):
                told = verdict(event, reader)
                sys.stdout.buffer.write(msgspec.json.encode(told) + b"\n")
                sys.stdout.buffer.flush()
                seen += 1
                rejected += "rejected" in told
    if rejected:
        raise Unusable(f"{rejected:,} of {counted(seen, 'event')} would be rejected")


def events(file: IO[bytes]) -> Iterator[bytes]:
    """One event a line; a file whose first line is a lone brace is one event, written over many."""
    first = file.readline()
    if first.strip(_AROUND) == b"{":
        yield (first + file.read()).strip(_AROUND)
        return
    for line in chain([first], file):
        event = line.strip(_AROUND)
        if event:
            yield event


def verdict(event: bytes, reader: Reader | None = None) -> dict[str, Any]:
    """What becomes of an event, for JSON: `{"touchpoints": […]}`, `{"ignored": REASON}` or `{"rejected": REASON, …}`.

    With a reader `readings` of the touchpoints with a text, by id.
    """
    found = decode_touchpoint(event)
    if isinstance(found, Clock):
        return {"ignored": "clock"}
    if isinstance(found, Rejected):
        return {"rejected": found.reason, "field": found.field, "message": found.message}
    told: dict[str, Any] = {"touchpoints": [msgspec.Raw(json_line(found))]}
    if reader is not None and found.text:
        told["readings"] = {found.touchpoint_id: _read(found, found.text, reader)}
    return told


def _read(touchpoint: Touchpoint, text: str, reader: Reader) -> dict[str, Any]:
    """The reading of a text, as plain values in an order that does not change."""
    reading = reader.read(text, touchpoint.language)
    claims = [
        {**each._asdict(), "value": each.value[0] if isinstance(each.value, tuple) else each.value}
        for each in reading.claims
    ]
    shown = reading._asdict() | {
        "stems": sorted(reading.stems),
        "numbers": sorted(reading.numbers),
        "claims": [{name: value for name, value in each.items() if value != ""} for each in claims],
    }
    del shown["own"]  # whatever a model keeps
    return {name: value for name, value in shown.items() if value is not None}
