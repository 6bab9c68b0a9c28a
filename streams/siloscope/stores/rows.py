"""Touchpoints, alerts, warnings, incidents, actions, the audit and dead letters as columns of their tables.

What is absent in a record is left to the column: an empty string, map or list; NULL for numbers and times.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

import msgspec
import xxhash
from clickhouse_connect.datatypes.base import ClickHouseType
from clickhouse_connect.datatypes.container import Tuple
from msgspec.structs import astuple

from siloscope.core.touchpoint import Touchpoint, content_of, customer_of

Columns = dict[str, Sequence[Any]]
Shape = Mapping[str, ClickHouseType]  # a table's columns and their types, without those it computes itself


class Row(NamedTuple):
    """A decoded record and where it stands in its topic."""

    record: Any
    partition: int
    offset: int


_TOUCHPOINT: Final = tuple(Touchpoint.__struct_fields__)
_EMPTY: Final[dict[type | None, Any]] = {str: "", list: [], dict: {}}
_canonical: Final = msgspec.msgpack.Encoder(order="sorted")


def touchpoint_columns(rows: Sequence[Row]) -> Columns:
    """Of sound `Touchpoint`s."""
    touchpoints = [row.record for row in rows]
    columns: Columns = dict(zip(_TOUCHPOINT, zip(*map(astuple, touchpoints), strict=True), strict=True))
    columns["customer_id"] = [customer_of(touchpoint) for touchpoint in touchpoints]
    columns["content"] = [content_of(touchpoint) for touchpoint in touchpoints]
    columns["identifiers"] = [[astuple(one) for one in known] if known else None for known in columns["identifiers"]]
    columns["kpi"] = [astuple(kpi) if kpi else None for kpi in columns["kpi"]]
    columns["source"] = [(known.system or "", known.id or "") if known else None for known in columns["source"]]
    return columns | _places(rows)


def told_columns(rows: Sequence[Row]) -> Columns:
    """Of alerts or warnings as `wire.decode` gives them, times in epoch milliseconds."""
    columns = _fields(rows)
    columns["evidence"] = [[_evidence(one) for one in known] for known in columns["evidence"]]
    columns["content"] = [_content(row.record) for row in rows]
    return columns | _places(rows)


def plain_columns(rows: Sequence[Row]) -> Columns:
    """Of incidents or the audit as `wire.decode` gives them."""
    return _fields(rows) | _places(rows)


def action_columns(rows: Sequence[Row]) -> Columns:
    """Of actions as `wire.decode` gives them."""
    return _fields(rows) | {"content": [_content(row.record) for row in rows]} | _places(rows)


def dead_letter_columns(rows: Sequence[Row]) -> Columns:
    """Of dead letters as `wire.decode` gives them."""
    columns = _fields(rows)
    columns["key"] = [row.record.get("key") or b"" for row in rows]
    columns["value"] = [row.record.get("value") or b"" for row in rows]
    columns["headers"] = [
        [{"name": header["name"], "value": header["value"] or b""} for header in row.record.get("headers") or ()]
        for row in rows
    ]
    return columns | _places(rows)


def fitted(columns: Columns, shape: Shape) -> Columns:
    """Only what the table has and some row says; what a row leaves out as its column has it."""
    said = (name for name in shape if any(value is not None for value in columns.get(name, ())))
    return {name: _filled(columns[name], shape[name]) for name in said}


def _filled(column: Sequence[Any], kind: ClickHouseType) -> Sequence[Any]:
    empty = _empty(kind)
    return column if empty is None else [empty if value is None else value for value in column]


def _empty(kind: ClickHouseType) -> Any:
    """What a column of `kind` has where nothing is said."""
    if kind.nullable:
        return None
    if isinstance(kind, Tuple):
        return tuple(_empty(part) for part in kind.element_types)
    return _EMPTY.get(kind.python_type, 0)


def _fields(rows: Sequence[Row]) -> Columns:
    names = dict.fromkeys(name for row in rows for name in row.record)
    return {name: [row.record.get(name) for row in rows] for name in names}


def _places(rows: Sequence[Row]) -> Columns:
    return {"kafka_partition": [row.partition for row in rows], "kafka_offset": [row.offset for row in rows]}


def _evidence(known: Any) -> Any:
    """An alert's piece of evidence without nulls; a warning's is a touchpoint id."""
    return known if isinstance(known, str) else {name: "" if part is None else part for name, part in known.items()}


def _content(record: Mapping[str, Any]) -> int:
    told = {name: value for name, value in record.items() if name != "detected_at"}
    return xxhash.xxh3_64_intdigest(_canonical.encode(told))
