"""CSV and JSON lines as numbered rows."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Any, BinaryIO, Final

import msgspec

from ..core.rejected import Rejected
from ..errors import Unusable

Row = dict[str, Any]
"""A record of the source by column name; JSON values may be nested, all others are texts."""

Numbered = tuple[int, Row | Rejected, bytes | str]
"""The row's number in its file, from 1 (a line, or an XES event); the row, or why it is none; the line itself
where the reader has it, else empty."""

LARGEST: Final = 1 << 24  # characters of one CSV value


def table(file: BinaryIO, name: str, delimiter: str = ",", encoding: str = "utf-8-sig") -> Iterator[Numbered]:
    """The rows of a CSV file with a header; the number is that of the row's last line.

    Empty lines are passed over. Raises `Unusable` where the header is missing or repeats a name, or the
    encoding does not fit.
    """
    csv.field_size_limit(LARGEST)
    try:
        lines = csv.reader(io.TextIOWrapper(file, encoding, newline=""), delimiter=delimiter, strict=True)
        header = next(lines, None)
        _check(header, name)
        assert header is not None
        width = len(header)
        for values in lines:
            if len(values) == width:
                yield lines.line_num, dict(zip(header, values, strict=True)), ""
            elif values:
                yield lines.line_num, _uneven(values, width), delimiter.join(values)
    except UnicodeDecodeError as error:
        raise Unusable(f"{name} is not {encoding} ({error.reason}): name its `encoding` under `input`") from error
    except csv.Error as error:
        raise Unusable(f"{name}, line {lines.line_num}: {error}: is the delimiter {delimiter!r} right?") from error


def _check(header: list[str] | None, name: str) -> None:
    if not header:
        raise Unusable(f"{name} has no header line: put the column names in the first line")
    twice = {column for column in header if header.count(column) > 1}
    if twice:
        raise Unusable(f"{name} has the column {min(twice)!r} twice: rename one")


def _uneven(values: list[str], width: int) -> Rejected:
    text = f"the row has {len(values)} values, the header {width}: quote values that contain the delimiter"
    return Rejected("undecodable", None, text)


def objects(file: BinaryIO) -> Iterator[Numbered]:
    """The objects of a JSON lines file, numbered by line; empty lines are passed over."""
    decode = msgspec.json.Decoder().decode
    for number, line in enumerate(file, 1):
        try:
            value = decode(line)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            if line.isspace():
                continue
            yield number, Rejected("undecodable", None, f"the line is no JSON ({error}): one object a line"), line
            continue
        if type(value) is dict:
            yield number, value, line
        else:
            yield number, Rejected("undecodable", None, "the line is no JSON object: begin it with {"), line
