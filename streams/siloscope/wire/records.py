"""Records of every kind to bytes and back."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from io import BytesIO
from typing import Any

import fastavro
import msgspec

from ..core.touchpoint import Rejected
from . import json_form
from .catalogue import current, plain
from .framing import frame, reader
from .json_form import Undecodable, refuse


@cache
def _writer(kind: str) -> Callable[[BytesIO, Any], None]:
    schema = fastavro.parse_schema(plain(current(kind)))
    return lambda stream, record: fastavro.schemaless_writer(stream, schema, record)


def encode(kind: str, record: Any) -> bytes:
    """The framed Avro of a struct, or of a dict with times in epoch milliseconds; absent fields get their default.

    Raises ValueError or TypeError for a record that its schema does not allow: such a record is a mistake of ours.
    """
    stream = BytesIO()
    stream.write(frame(kind))
    _writer(kind)(stream, msgspec.to_builtins(record, builtin_types=(bytes,)))
    return stream.getvalue()


def decode(kind: str, value: bytes) -> dict[str, Any]:
    """The record in framed Avro or JSON, with times in epoch milliseconds. Raises Undecodable."""
    if value[:1] == b"{":
        return json_form.record(kind, json_form.parse(value))
    if not value:
        raise refuse("undecodable", None, "the message has no value")
    known = reader(kind, value)
    if isinstance(known, Rejected):
        raise Undecodable(known)
    try:
        return known.decode(value)
    except Exception as error:  # noqa: BLE001  # the libraries promise no closed list
        raise refuse("undecodable", None, broken(kind, value, error)) from None


def broken(kind: str, value: bytes, error: Exception) -> str:
    """The sentence about bytes that their own schema does not fit."""
    said = " ".join(str(error).split())[:120] or type(error).__name__
    return f"the {len(value)} bytes are no {kind} of schema id {int.from_bytes(value[1:5], 'big')}: {said}"
