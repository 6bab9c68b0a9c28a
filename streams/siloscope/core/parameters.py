"""What an owner may tune on a symptom: typed values with defaults, units and one line of explanation each."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Mapping
from dataclasses import field, fields
from difflib import get_close_matches
from typing import Any, Final, TypeVar

from .touchpoint import DAY, HOUR, MINUTE, SECOND

T = TypeVar("T")

_UNITS: Final = {"s": SECOND, "min": MINUTE, "m": MINUTE, "h": HOUR, "d": DAY, "w": 7 * DAY}
_DURATION: Final = re.compile(r"\s*(\d+(?:\.\d+)?)\s*(s|min|m|h|d|w)\s*")


class BadParameter(ValueError):
    """A parameter that is not there, or a value it cannot have; the message says which and the remedy."""


# Of several overrides for one touchpoint the strictest counts: the value that tells more.
LESS: Final = "less"
MORE: Final = "more"


def _parameter(kind: str, default: Any, doc: str, stricter: str, **more: Any) -> Any:
    return field(default=default, metadata={"kind": kind, "doc": doc, "stricter": stricter, **more})


def duration(default: str, doc: str, stricter: str = LESS) -> Any:
    """A parameter in milliseconds, written like `72 h`; units s, min, h, d, w."""
    return _parameter("duration", to_duration(default), doc, stricter)


def count(default: int, doc: str, stricter: str = LESS) -> Any:
    """A whole number, 1 or more."""
    return _parameter("count", default, doc, stricter)


def share(default: float, doc: str, stricter: str = LESS) -> Any:
    """A share from 0 to 1."""
    return _parameter("share", default, doc, stricter)


def number(default: float, doc: str, stricter: str = LESS) -> Any:
    """Any number."""
    return _parameter("number", default, doc, stricter)


def names(default: str, doc: str, among: Collection[str] = ()) -> Any:
    """A set of names, written `a, b` or as a list, in the order given; with `among` each must be one of those."""
    return _parameter("names", to_names(default), doc, LESS, among=among)


def rows(doc: str, columns: str, **among: Collection[str]) -> Any:
    """Rows of a table, each a mapping of `columns` to a name; columns that end in `?` may be absent. Default: none.

    `among` says for some columns which names there are.
    """
    return _parameter("rows", (), doc, LESS, columns=columns, among=among)


def to_duration(value: object) -> int:
    """Milliseconds of `72 h`."""
    match = _DURATION.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        raise ValueError("write a number with its unit, like 72 h, 10 min or 14 d")
    return int(float(match[1]) * _UNITS[match[2]])


def to_names(value: object) -> tuple[str, ...]:
    """The names in `a, b` or in a list."""
    parts = re.split(r"[,\s]+", value) if isinstance(value, str) else value
    if not isinstance(parts, list | tuple) or not all(isinstance(part, str) for part in parts):
        raise ValueError("write names like a, b")
    return tuple(part for part in parts if part)


def _must_be_among(word: str, among: Collection[str]) -> None:
    if among and word not in among:
        near = get_close_matches(word, among, 1, 0.4)
        hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(among)}"
        raise ValueError(f"there is no {word}; {hint}")


def _to_count(value: object) -> int:
    number = int(value) if isinstance(value, str) and value.strip().isdigit() else value
    if not isinstance(number, int) or isinstance(number, bool) or number < 1:
        raise ValueError("write a whole number, 1 or more")
    return number


def _to_share(value: object) -> float:
    try:
        number = float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        number = -1.0
    if not 0 <= number <= 1:
        raise ValueError("write a number from 0 to 1")
    return number


def _to_number(value: object) -> float:
    try:
        number = float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        number = math.nan
    if not math.isfinite(number) or isinstance(value, bool):
        raise ValueError("write a number")
    return number


def _to_rows(value: object, columns: str, among: Mapping[str, Collection[str]]) -> tuple[Mapping[str, str], ...]:
    known = {name.rstrip("?"): name.endswith("?") for name in columns.split()}
    written = "{" + ", ".join(f"{name}: …" for name in known) + "}"
    if not isinstance(value, list | tuple):
        raise ValueError(f"write a list of rows like {written}")
    for row in value:
        if not isinstance(row, Mapping) or not all(isinstance(each, str) for each in row.values()):
            raise ValueError(f"write each row like {written}")
        for name, word in row.items():
            if name not in known:
                raise ValueError(f"a row has no {name}; write it like {written}")
            _must_be_among(word, among.get(name, ()))
        for name, may_be_absent in known.items():
            if name not in row and not may_be_absent:
                raise ValueError(f"a row lacks {name}; write it like {written}")
    return tuple(dict(row) for row in value)


_READERS: Final = {
    "duration": to_duration, "count": _to_count, "share": _to_share, "number": _to_number, "names": to_names,
}  # fmt: skip


def _read(metadata: Mapping[str, Any], value: object) -> Any:
    if metadata["kind"] == "rows":
        return _to_rows(value, metadata["columns"], metadata.get("among", {}))
    read: Any = _READERS[metadata["kind"]](value)
    for word in read if metadata["kind"] == "names" else ():
        _must_be_among(word, metadata.get("among", ()))
    return read


def strictest(one: Any, other: Any, metadata: Mapping[str, Any]) -> Any:
    """Of two values of a parameter the one that tells more; of two lists the later."""
    if metadata["kind"] in ("names", "rows"):
        return other
    return min(one, other) if metadata["stricter"] == LESS else max(one, other)


def parameters_of(kind: type[T], symptom: str, values: Mapping[str, object]) -> T:
    """`kind` with its defaults and `values`; raises BadParameter naming the parameter, the value and the remedy."""
    return kind(**read_values(kind, symptom, values))


def read_values(kind: type[Any], symptom: str, values: Mapping[str, object]) -> dict[str, Any]:
    """The `values` of some parameters of `kind` as what they are; raises as `parameters_of`."""
    known = {each.name: each for each in fields(kind)}
    read: dict[str, object] = {}
    for name, value in values.items():
        if name not in known:
            near = get_close_matches(name, known, 1, 0.4)
            raise BadParameter(
                f"{symptom}.{name}: there is no such parameter"
                + (f"; did you mean {near[0]}?" if near else f"; there are {', '.join(known)}")
            )
        try:
            read[name] = _read(known[name].metadata, value)
        except ValueError as error:
            raise BadParameter(f"{symptom}.{name}={value}: {error}") from None
    return read


def spelled(kind: str, value: Any) -> str:
    """A parameter's value as an owner writes it."""
    if kind == "duration":
        for unit in ("d", "h", "min", "s"):
            if value % _UNITS[unit] == 0 and (unit != "d" or value >= 4 * DAY or value == 0):
                return f"{value // _UNITS[unit]} {unit}"
        return f"{value / 1000} s"
    if kind == "rows":
        return "; ".join(" ".join(f"{name}={each}" for name, each in row.items()) for row in value)
    return ", ".join(value) if kind == "names" else f"{value:g}" if kind == "number" else str(value)
