"""Avro bytes to dicts: fastavro is the reference, cavro the faster where its wheel is; both keep one contract.

A decoder is called with a whole framed message, whose first five bytes it skips, and gives the record as a dict: times
as integers, absent fields None. It raises whatever its library raises when the bytes are no such record, or more.
"""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Any, Final

import fastavro

from .catalogue import Schema, plain

try:
    import cavro
except ImportError:  # no wheel for this Python or machine
    cavro = None

Decoder = Callable[[bytes], dict[str, Any]]
FRAME: Final = 5  # bytes before the record: 0x00 and the schema's id, big-endian

# cavro does not say how far it read: a last field of four known bytes, put behind the message, must come out whole.
_END: Final = b"\xffEND"
_END_FIELD: Final = {"name": "_end", "type": {"type": "fixed", "name": "_End", "size": len(_END)}}


def reference(writer: Schema, reader: Schema | None = None) -> Decoder:
    """fastavro's decoder; `reader` only where it differs from `writer`, for it doubles the cost."""
    written = fastavro.parse_schema(plain(writer))
    wanted = fastavro.parse_schema(plain(reader)) if reader else None
    read = fastavro.schemaless_reader

    def decode(framed: bytes) -> dict[str, Any]:
        stream = BytesIO(framed)
        stream.seek(FRAME)
        record: Any = read(stream, written, wanted)
        if stream.read(1):
            raise ValueError("bytes are left after the record")
        return record  # type: ignore[no-any-return]  # a record's schema gives a dict

    return decode


def quick(writer: Schema, reader: Schema | None = None) -> Decoder:
    """cavro's decoder, which takes nothing that the reference refuses; blocks that give their size it refuses too."""
    options = cavro.DEFAULT_OPTIONS.replace(record_decodes_to_dict=True)
    schema = cavro.Schema(_with_end(writer), options)
    if reader:
        schema = cavro.Schema(_with_end(reader), options).reader_for_writer(schema)
    read = schema.binary_decode

    def decode(framed: bytes) -> dict[str, Any]:
        record: dict[str, Any] = read(framed[FRAME:] + _END)
        if record.pop("_end") != _END:
            raise ValueError("bytes are left after the record")
        return record

    return decode


def _with_end(schema: Schema) -> Schema:
    stripped = plain(schema)
    return {**stripped, "fields": [*stripped["fields"], _END_FIELD]}


def decoder(writer: Schema, reader: Schema | None = None) -> Decoder:
    """The fastest decoder there is; where it refuses, the reference has the last word."""
    sure = reference(writer, reader)
    try:
        fast = quick(writer, reader)
    except Exception:  # noqa: BLE001  # no cavro, or a writer's schema that only the reference resolves
        return sure

    def decode(framed: bytes) -> dict[str, Any]:
        try:
            return fast(framed)
        except Exception:  # noqa: BLE001  # whatever it is, the reference says it better, or reads it
            return sure(framed)

    return decode
