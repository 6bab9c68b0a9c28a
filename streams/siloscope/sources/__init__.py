"""Sources: what channels and logs send, read as touchpoints."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Final

import msgspec

from ..core.rejected import Rejected
from ..core.touchpoint import Touchpoint
from ..wire import Clock, decode_touchpoint
from .files import opened
from .mapping import Mapping
from .rows import Row

Line = tuple[int, bytes | str, Touchpoint | Rejected | Clock]
"""The number of the line (XES: event) from 1, the input, and what it is. The input of a touchpoint is bytes that
decode to it; of a refusal, what stood in the file (a mapped row as a JSON object)."""


_AROUND: Final = b"\xef\xbb\xbf \t\r\n"  # a byte order mark, blanks
_NO_OBJECT: Final = Rejected(
    "undecodable",
    None,
    "the line is no JSON object: one touchpoint a line; other logs need --mapping FILE (docs/mapping.md)",
)


def touchpoints(path: str | os.PathLike[str], mapping: Mapping | None = None) -> Iterator[Line]:
    """What a file says, in its order: plain, `.gz`, `.zst` or `-`; without a mapping touchpoints as JSON lines.

    Nothing in a row raises; `Unusable` is raised where the file cannot be read or is not what the mapping says.
    """
    name = os.fspath(path)
    with opened(name) as file:
        if mapping is not None:
            yield from _mapped(mapping.rows(file, name), mapping)
            return
        for number, line in enumerate(file, 1):
            found = decode_touchpoint(line)
            if type(found) is Rejected and not line.startswith(b"{"):
                line = line.strip(_AROUND)
                if not line:
                    continue
                found = decode_touchpoint(line) if line.startswith(b"{") else _NO_OBJECT
            yield number, line, found


def _mapped(rows: Iterator[tuple[int, Row | Rejected, bytes | str]], mapping: Mapping) -> Iterator[Line]:
    for number, row, line in rows:
        if isinstance(row, Rejected):
            yield number, line, row
            continue
        for raw, made in mapping.made(row):
            yield number, raw or line or _shown(row), made


def _shown(row: Row) -> str:
    return msgspec.json.encode({key: value for key, value in row.items() if not key.startswith("@")}).decode()
