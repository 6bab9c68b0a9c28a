"""`siloscope check-event`: what would become of each event, said in a JSON line, without sending it anywhere."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import IO, Final

import msgspec

from ..core.rejected import Rejected
from ..sources.files import opened
from ..wire import Clock, decode_touchpoint, json_line

_AROUND: Final = b"\xef\xbb\xbf \t\r\n"  # a byte order mark, blanks


def main(files: Iterable[str]) -> None:
    """Print one line for each event in the files; `-` is standard input. Raises Unusable where one cannot be read."""
    for name in files:
        with opened(name) as file:
            for event in events(file):
                sys.stdout.buffer.write(verdict(event) + b"\n")
                sys.stdout.buffer.flush()


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


def verdict(event: bytes) -> bytes:
    """What becomes of an event: `{"touchpoints": […]}`, `{"ignored": REASON}` or `{"rejected": REASON, …}`."""
    found = decode_touchpoint(event)
    if isinstance(found, Clock):
        return msgspec.json.encode({"ignored": "clock"})
    if isinstance(found, Rejected):
        return msgspec.json.encode({"rejected": found.reason, "field": found.field, "message": found.message})
    return msgspec.json.encode({"touchpoints": [msgspec.Raw(json_line(found))]})
