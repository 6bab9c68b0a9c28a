"""The data dictionary and the diagram of the views, from the comments that stand in the store itself.

`python -m siloscope.stores.dictionary docs` writes `docs/dictionary.md` and `docs/img/er.svg` anew; it needs the
embedded engine.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final, NamedTuple

from siloscope.settings import load
from siloscope.stores.client import opened
from siloscope.stores.diagram import drawn
from siloscope.stores.migrations import bring_up

if TYPE_CHECKING:
    from clickhouse_connect.driver.client import Client

_HEAD: Final = """\
<!-- Written by `python -m siloscope.stores.dictionary docs` from the comments in schemas/clickhouse. -->

# The dictionary

Every view of [the store](store.md) and every column of it. The same stands in the store: `SELECT * FROM v_dictionary`.
[I am a BI analyst](bi.md) says how things are counted, [the cookbook](cookbook.md) has questions with their SQL.

![The views and how they join](img/er.svg)
"""
_TABLE: Final = ("| column | type | meaning |", "| --- | --- | --- |")


class Column(NamedTuple):
    """One column of a view."""

    name: str
    type: str
    comment: str


class View(NamedTuple):
    """One view: what a row of it is, and its columns in their order."""

    name: str
    comment: str
    columns: tuple[Column, ...]


def views(client: Client) -> Mapping[str, View]:
    """Every view of an open, migrated store, by name."""
    sql = """SELECT object, object_comment, groupArray((column_name, type, comment))
        FROM (SELECT * FROM v_dictionary ORDER BY object, position) GROUP BY object, object_comment ORDER BY object"""
    rows = client.query(sql).result_rows
    return {name: View(name, comment, tuple(Column(*column) for column in columns)) for name, comment, columns in rows}


def page(known: Mapping[str, View]) -> str:
    """The dictionary as Markdown."""
    lines = [_HEAD, "| view | one row is |", "| --- | --- |"]
    lines += [f"| [`{view.name}`](#{view.name}) | {_cell(view.comment.split('. ')[0])} |" for view in known.values()]
    for view in known.values():
        lines += ["", f"## {view.name}", "", f"{view.comment}.", "", *_TABLE]
        lines += [f"| `{each.name}` | `{_cell(each.type)}` | {_cell(each.comment)} |" for each in view.columns]
    return "\n".join([*lines, ""])


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


def generated() -> dict[str, str]:
    """Each file below `docs/` by its name, from a fresh embedded store."""
    with TemporaryDirectory() as directory:
        settings = load(None, store={"path": Path(directory) / "store"})
        with opened(settings) as client:
            bring_up(client, settings)
            known = views(client)
    return {"dictionary.md": page(known), "img/er.svg": drawn(known)}


if __name__ == "__main__":
    for file, text in generated().items():
        Path(sys.argv[1], file).write_text(text, encoding="utf-8")
