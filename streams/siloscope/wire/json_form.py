"""The JSON form of a record: read strictly by its Avro schema, with errors that name the field; and written."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import msgspec

from ..core.rejected import Rejected, nearest, shown
from ..core.touchpoint import milliseconds
from .catalogue import Schema, current

_ABSENT: Final = object()


class Undecodable(Exception):
    """The bytes are no record of their kind; `rejected` says why, and how to mend it."""

    def __init__(self, rejected: Rejected) -> None:
        super().__init__(rejected.message)
        self.rejected = rejected


def refuse(reason: str, field: str | None, message: str) -> Undecodable:
    """The refusal with this reason (one of `REASONS`), field and sentence."""
    return Undecodable(Rejected(reason, field, message))


def parse(value: bytes) -> dict[str, Any]:
    """The JSON object in `value`. Raises Undecodable."""
    try:
        found = msgspec.json.decode(value)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise refuse("undecodable", None, f"the value is no JSON: {error}") from None
    if not isinstance(found, dict):
        raise refuse("undecodable", None, f"the value is a JSON {_TYPES[type(found)]}: send one object")
    return found


def record(kind: str, found: Mapping[str, Any]) -> dict[str, Any]:
    """The record of `kind` that the object spells, whole: absent fields get their default. Raises Undecodable."""
    return _record(current(kind), found, "")


_TYPES: Final = {
    dict: "object", list: "list", str: "text", int: "number", float: "number", bool: "boolean", type(None): "null",
}  # fmt: skip
_A_TIME: Final = "a time like 2026-03-01T09:00:00Z, or epoch milliseconds"
_PLAIN: Final[dict[str, tuple[type, str]]] = {
    "string": (str, "text in quotes"),
    "long": (int, "a whole number"),
    "int": (int, "a whole number"),
    "double": (float, "a number"),
    "boolean": (bool, "true or false"),
}


def _record(schema: Schema, found: Any, path: str) -> dict[str, Any]:
    fields = {field["name"]: field for field in schema["fields"]}
    if not isinstance(found, Mapping):
        raise _wrong(path, found, f"an object with {', '.join(fields)}")
    for name in found:
        if name not in fields:
            raise _unknown(schema, name, path)
    return {name: _field(field, found.get(name), f"{path}.{name}" if path else name) for name, field in fields.items()}


def _unknown(schema: Schema, name: str, path: str) -> Undecodable:
    names = [field["name"] for field in schema["fields"]]
    remedy = nearest(name, names) or (": put it under attributes" if "attributes" in names else ": leave it out")
    message = f"{shown(name)} is no field of {path or 'a ' + schema['name'].lower()}{remedy}"
    return refuse("unknown_field", (f"{path}." if path else "") + name[:80], message)


def _field(field: Mapping[str, Any], found: Any, path: str) -> Any:
    kind = field["type"]
    if found is None:
        default = field.get("default", _ABSENT)
        if default is _ABSENT:
            raise refuse("missing_field", path, f"{path} is missing: say it ({_meaning(field)})")
        return default
    return _value(kind[1] if isinstance(kind, list) else kind, found, path)


def _meaning(field: Mapping[str, Any]) -> str:
    doc: str = field["doc"]
    return doc[0].lower() + doc[1:].rstrip(".")


def _value(kind: Any, found: Any, path: str) -> Any:
    if isinstance(kind, dict):
        return _composite(kind, found, path)
    if kind == "bytes":
        return _bytes(found, path)
    wanted, words = _PLAIN[kind]
    if wanted is float and type(found) is int:
        found = _float(found, path)
    if type(found) is not wanted:
        raise _wrong(path, found, words)
    return found


def _composite(kind: dict[str, Any], found: Any, path: str) -> Any:
    if kind.get("logicalType") == "timestamp-millis":
        return moment(found, path)
    if kind["type"] == "record":
        return _record(kind, found, path)
    if kind["type"] == "array":
        if not isinstance(found, list | tuple):
            raise _wrong(path, found, "a list")
        return [_value(kind["items"], item, f"{path}[{index}]") for index, item in enumerate(found)]
    if not isinstance(found, Mapping):
        raise _wrong(path, found, 'an object of texts like {"price.pro": "49 EUR"}')
    return {key: _value(kind["values"], item, f"{path}.{key}"[:80]) for key, item in found.items()}


def moment(found: Any, path: str) -> int:
    """Epoch milliseconds of a time as the contract spells it. Raises Undecodable."""
    if isinstance(found, str):
        try:
            found = msgspec.convert(found, datetime)
        except msgspec.ValidationError:
            raise _wrong(
                path, found, "a time like 2026-03-01T09:00:00Z, or epoch milliseconds", "invalid_value"
            ) from None
    elif type(found) is not int:
        raise _wrong(path, found, "a time like 2026-03-01T09:00:00Z, or epoch milliseconds")
    at = milliseconds(found, path)
    if isinstance(at, Rejected):
        raise Undecodable(at)
    return at


def _float(found: int, path: str) -> float:
    try:
        return float(found)
    except OverflowError:
        raise _wrong(path, found, "a number that a double can hold", "invalid_value") from None


def _bytes(found: Any, path: str) -> bytes:
    if isinstance(found, bytes):
        return found
    try:
        return b64decode(found, validate=True)
    except (TypeError, ValueError):
        raise _wrong(path, found, "base64 text") from None


def _wrong(path: str, found: Any, wanted: str, reason: str = "wrong_type") -> Undecodable:
    note = " (as a number it would lose digits)" if path == "amount" else ""
    return refuse(reason, path or None, f"{path or 'the value'} is {_short(found)}: write {wanted}{note}")


def _short(found: Any) -> str:
    """A wrong value as it may be shown: of lists and objects only what they are."""
    return f"a JSON {_TYPES[type(found)]}" if isinstance(found, dict | list) else shown(found)


_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


def json_line(struct: Any) -> bytes:
    """The contract's JSON of a struct or dict, without a line end: times as RFC 3339 in UTC, nothing that is empty."""
    fields = msgspec.to_builtins(struct, builtin_types=(bytes,))
    return msgspec.json.encode(
        {name: _spelled(name, value) for name, value in fields.items() if value not in (None, "", [], {}, ())}
    )


def _spelled(name: str, value: Any) -> Any:
    if type(value) is int and (name.endswith("_at") or name == "timestamp"):
        return rfc3339(value)
    if isinstance(value, dict):
        return {inner: _spelled(inner, part) for inner, part in value.items() if part is not None}
    return [_spelled(name, part) for part in value] if isinstance(value, list | tuple) else value


def rfc3339(moment: int) -> str:
    """Epoch milliseconds as `2026-03-01T09:00:00Z`, with the milliseconds where there are any."""
    when = _EPOCH + timedelta(milliseconds=moment)
    return when.isoformat(timespec="milliseconds" if moment % 1000 else "seconds").replace("+00:00", "Z")
