"""A second CSV file beside the log, whose columns a row gets too."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ..core.rejected import Rejected, nearest
from ..errors import Unusable
from ..yaml_lines import Node
from .columns import Columns, Get
from .files import STDIN, opened
from .rows import Numbered, Row, table


@dataclass(frozen=True)
class Join:
    """A row gets the columns of `file` as `NAME:COLUMN` where `key` there equals `on` here."""

    name: str
    file: Node
    on: Get
    key: str
    delimiter: str


def joins_of(node: Node, columns: Columns) -> list[Join]:
    """The `join` of a mapping."""
    return [_join(name, each, columns) for name, each in node.keys().items()]


def _join(name: str, node: Node, columns: Columns) -> Join:
    keys = node.keys(("file", "on", "key", "delimiter"))
    for wanted in ("file", "on"):
        if wanted not in keys:
            raise node.wrong(f"has no `{wanted}`")
    key = keys.get("key", keys["on"]).text()
    on = columns.get(keys["on"].text(), keys["on"])
    return Join(name, keys["file"], on, key, keys["delimiter"].text() if "delimiter" in keys else ",")


def joined(rows: Iterator[Numbered], join: Join, beside: str, used: dict[str, Node]) -> Iterator[Numbered]:
    """The rows with the columns of the second file that are `used`; it is read whole, from the directory of `beside`.

    Of several rows with one key the last counts. Raises `Unusable` where the file or a column is missing.
    """
    prefix = f"{join.name}:"
    wanted = {name.removeprefix(prefix): node for name, node in used.items() if name.startswith(prefix)}
    directory = Path() if beside == STDIN else Path(beside).parent
    second = _second(os.fspath(directory / join.file.text()), join, wanted)
    for numbered in rows:
        row = numbered[1]
        if not isinstance(row, Rejected):
            more = second.get(join.on(row) or "")
            if more is not None:
                row.update(more)
        yield numbered


def _second(path: str, join: Join, wanted: dict[str, Node]) -> dict[str, Row]:
    found: dict[str, Row] = {}
    if not os.path.exists(path):
        raise join.file.wrong(f"there is no {path}: put it beside the log")
    with opened(path) as file:
        for number, row, _ in table(file, path, join.delimiter):
            if isinstance(row, Rejected):
                raise Unusable(f"{path}, line {number}: {row.message}")
            if not found:
                check_columns({**wanted, join.key: join.file}, row, path)
            found[row[join.key]] = {f"{join.name}:{name}": row[name] for name in wanted}
    return found


def check_columns(wanted: dict[str, Node], row: Row, path: str) -> None:
    """Raises `Unusable` for a column that the mapping names and the table has not."""
    for name, node in wanted.items():
        if name not in row:
            there = nearest(name, row) or f": it has {', '.join(row)}"
            raise node.wrong(f"{path} has no column {name!r}{there}")
