"""Placeholders: what `{name}` in a mapping stands for, made into functions of a row."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final

from ..core.rejected import nearest
from ..yaml_lines import Node
from .rows import Row

Get = Callable[[Row], str | None]
"""The text of a row that a placeholder or template stands for; None where the row does not say."""

FROM, TO, ROW, EVENT = "@from", "@to", "@row", "@event"
_PIECE: Final = re.compile(r"(\{\{|\}\}|\{[^{}]*\}|[{}])")


class Columns:
    """The names that a mapping may use, and those that it used (with the place of their first use)."""

    def __init__(self, nested: bool, absent: frozenset[str], special: set[str], joined: set[str]) -> None:
        self.nested = nested
        self.special = special
        self.joined = joined
        self.used: dict[str, Node] = {}
        self._absent = absent

    def get(self, name: str, node: Node) -> Get:
        """The value of the column `name`; raises `Unusable` for an `@name` that this mapping does not have."""
        if name.startswith("@") and name not in self.special:
            there = nearest(name, self.special) or f": there are {', '.join(sorted(self.special))}"
            raise node.wrong(f"there is no {{{name}}} here{there}")
        self.used.setdefault(name, node)
        absent = self._absent
        if not self.nested or name in self.special or name.partition(":")[0] in self.joined:
            if not absent:
                return lambda row: row.get(name) or None

            def column(row: Row) -> str | None:
                value = row.get(name)
                return value if value and value not in absent else None

            return column
        raw = self.raw(name)

        def scalar(row: Row) -> str | None:
            value = text_of(raw(row))
            return value if value and value not in absent else None

        return scalar

    def raw(self, name: str) -> Callable[[Row], Any]:
        """The JSON value at the path `name` like `customer.emails.0`, as it is; None where there is none."""
        steps = tuple(int(step) if step.isdigit() else step for step in name.split("."))

        def walk(row: Row) -> Any:
            value: Any = row
            for step in steps:
                if isinstance(value, dict):
                    value = value.get(str(step))
                elif isinstance(value, list) and isinstance(step, int) and step < len(value):
                    value = value[step]
                else:
                    return None
            return value

        return walk

    def template(self, text: str, node: Node) -> str | Get:
        """What `text` says: itself where it has no `{placeholder}`, else a function of the row.

        Where a placeholder's value is absent the whole is, unless its name ends with `?`. `{{` is a brace.
        """
        pieces: list[str | Get] = []
        for piece in _PIECE.split(text):
            if piece in ("{{", "}}"):
                pieces.append(piece[0])
            elif piece in ("{", "}") or piece == "{}":
                raise node.wrong(f"a lone {piece!r} in {text!r}: write {{column}}, or {{{{ for a brace")
            elif piece.startswith("{"):
                pieces.append(self._placeholder(piece[1:-1].strip(), node))
            elif piece:
                pieces.append(piece)
        if all(isinstance(piece, str) for piece in pieces):
            return "".join(str(piece) for piece in pieces)
        if len(pieces) == 1 and callable(pieces[0]):
            return pieces[0]
        return _joined(pieces)

    def _placeholder(self, name: str, node: Node) -> Get:
        if not name.endswith("?"):
            return self.get(name, node)
        get = self.get(name[:-1], node)
        return lambda row: get(row) or ""


def _joined(pieces: list[str | Get]) -> Get:
    shape = "".join("%s" if callable(piece) else piece.replace("%", "%%") for piece in pieces)
    gets = [piece for piece in pieces if callable(piece)]
    if len(gets) == 1:
        (only,) = gets

        def one(row: Row) -> str | None:
            value = only(row)
            return None if value is None else shape % value

        return one

    def many(row: Row) -> str | None:
        values = tuple(get(row) for get in gets)
        return None if None in values else shape % values

    return many


def text_of(value: Any) -> str | None:
    """A JSON scalar as text; None for null, lists and objects."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value) if isinstance(value, int | float) else None
