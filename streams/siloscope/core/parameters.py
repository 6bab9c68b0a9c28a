"""What an owner may tune on a symptom: typed values with defaults, units and one line of explanation each."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import field, fields
from difflib import get_close_matches
from typing import Any, Final, TypeVar

from .touchpoint import DAY, HOUR, MINUTE, SECOND

T = TypeVar("T")

_UNITS: Final = {"s": SECOND, "min": MINUTE, "m": MINUTE, "h": HOUR, "d": DAY, "w": 7 * DAY}
_DURATION: Final = re.compile(r"\s*(\d+(?:\.\d+)?)\s*(s|min|m|h|d|w)\s*")


class BadParameter(ValueError):
    """A parameter that is not there, or a value it cannot have; the message says which and the remedy."""


def duration(default: str, doc: str) -> Any:
    """A parameter in milliseconds, written like `72 h`; units s, min, h, d, w."""
    return field(default=to_duration(default), metadata={"kind": "duration", "doc": doc})


def count(default: int, doc: str) -> Any:
    """A whole number, 1 or more."""
    return field(default=default, metadata={"kind": "count", "doc": doc})


def share(default: float, doc: str) -> Any:
    """A share from 0 to 1."""
    return field(default=default, metadata={"kind": "share", "doc": doc})


def names(default: str, doc: str) -> Any:
    """A set of names, written `a, b` or as a list; in the order given."""
    return field(default=to_names(default), metadata={"kind": "names", "doc": doc})


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


_READERS: Final = {"duration": to_duration, "count": _to_count, "share": _to_share, "names": to_names}


def parameters_of(kind: type[T], symptom: str, values: Mapping[str, object]) -> T:
    """`kind` with its defaults and `values`; raises BadParameter naming the parameter, the value and the remedy."""
    known = {each.name: each for each in fields(kind)}  # type: ignore[arg-type]
    read: dict[str, object] = {}
    for name, value in values.items():
        if name not in known:
            near = get_close_matches(name, known, 1, 0.4)
            raise BadParameter(
                f"{symptom}.{name}: there is no such parameter"
                + (f"; did you mean {near[0]}?" if near else f"; there are {', '.join(known)}")
            )
        try:
            read[name] = _READERS[known[name].metadata["kind"]](value)
        except ValueError as error:
            raise BadParameter(f"{symptom}.{name}={value}: {error}") from None
    return kind(**read)


def spelled(kind: str, value: Any) -> str:
    """A parameter's value as an owner writes it."""
    if kind == "duration":
        for unit in ("d", "h", "min", "s"):
            if value % _UNITS[unit] == 0 and (unit != "d" or value >= 4 * DAY or value == 0):
                return f"{value // _UNITS[unit]} {unit}"
        return f"{value / 1000} s"
    return ", ".join(value) if kind == "names" else str(value)
