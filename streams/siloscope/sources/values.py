"""The value of a touchpoint's field, as a mapping writes it, made into a function of a row."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from ..core.rejected import shown
from ..yaml_lines import Node
from .columns import Columns, Get, text_of
from .rows import Row
from .times import Clock, clock_of, reader, refused

Value = Callable[[Row], Any]
"""A field's value for a row; None leaves the field out. Raises `Refused`."""

_MISSING: Final = object()


class Values:
    """Compiles values against the columns of one mapping."""

    def __init__(self, columns: Columns, clock: Clock) -> None:
        self.columns = columns
        self.clock = clock

    def text(self, node: Node, field: str, more: tuple[str, ...] = ()) -> str | Get:
        """A template, or `{from, values, default}`; `more` are the other keys that may stand there."""
        if not isinstance(node.value, dict):
            return self.columns.template(node.text(), node)
        keys = node.keys(("from", "values", "default", "skip", *more))
        if "from" not in keys:
            raise node.wrong("has no `from`: say which column, like from: '{status}'")
        source = self.columns.template(keys["from"].text(), keys["from"])
        default = self.text(keys["default"], field) if "default" in keys else None
        if "values" not in keys:
            return source if default is None else _looked_up(source, None, default, field, node)
        table = {key: each.text() for key, each in keys["values"].keys().items()}
        return _looked_up(source, table, default, field, node)

    def moment(self, node: Node, field: str) -> Value:
        """A moment in epoch milliseconds."""
        keys = node.value if isinstance(node.value, dict) else {}
        get = _function(self.text(node, field, ("time", "zone")))
        read = reader(clock_of(keys, self.clock), field)

        def at(row: Row) -> int | None:
            text = get(row)
            return None if text is None else read(text)

        return at

    def number(self, node: Node, field: str) -> Value:
        """A float."""
        get = _function(self.text(node, field))

        def number(row: Row) -> float | None:
            text = get(row)
            try:
                return None if text is None else float(text)
            except ValueError:
                raise refused(field, f"{field} {shown(text)} is no number: write it like 4.5") from None

        return number

    def texts(self, node: Node, field: str) -> Value:
        """A list of texts: a list of templates, or a column that is a list or is to be `split`."""
        if isinstance(node.value, dict):
            keys = node.keys(("from", "split"))
            if "from" not in keys:
                raise node.wrong("has no `from`: say which column, like from: '{tags}'")
            return self._listed(keys["from"], keys["split"].text() if "split" in keys else None)
        if not isinstance(node.value, list):
            return self._listed(node, None)
        gets = [_function(self.text(each, field)) for each in node.value]
        return lambda row: [text for get in gets if (text := get(row)) is not None] or None

    def _listed(self, node: Node, split: str | None) -> Value:
        get = _function(self.columns.template(node.text(), node))
        name = node.text().strip()[1:-1]
        raw = self.columns.raw(name) if self.columns.nested else None

        def listed(row: Row) -> list[str] | None:
            value = raw(row) if raw is not None else None
            if isinstance(value, list):
                return [text for each in value if (text := text_of(each))] or None
            text = get(row)
            if text is None:
                return None
            return [part.strip() for part in text.split(split) if part.strip()] if split else [text]

        return listed

    def table(self, node: Node, field: str) -> Value:
        """A map of texts, one template for each key."""
        gets = [(key, _function(self.text(each, f"{field}.{key}"))) for key, each in node.keys().items()]
        return lambda row: {key: text for key, get in gets if (text := get(row)) is not None} or None


def _function(value: str | Get) -> Get:
    if not isinstance(value, str):
        return value
    constant = value or None
    return lambda row: constant


def _looked_up(
    source: str | Get, table: dict[str, str] | None, default: str | Get | None, field: str, node: Node
) -> Get:
    get = _function(source)
    otherwise = None if default is None else _function(default)

    def look(row: Row) -> str | None:
        value = get(row)
        if value is not None:
            found = value if table is None else table.get(value, _MISSING)
            if found is not _MISSING:
                return found or None  # type: ignore[return-value]
            if otherwise is None:
                where = f"{node.file}, line {node.line}"
                text = f"{field}: {shown(value)} is not among its `values` ({where}): add it or a `default`"
                raise refused(field, text)
        return None if otherwise is None else otherwise(row)

    return look
