"""Questions to the store: from code, and `siloscope sql`."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from clickhouse_connect.driver.exceptions import ClickHouseError
from rich.console import Console
from rich.table import Table

from siloscope.errors import Unusable
from siloscope.settings import Settings
from siloscope.stores.client import first_line, opened

if TYPE_CHECKING:
    from clickhouse_connect.driver.client import Client


def query(settings: Settings, sql: str, parameters: Mapping[str, Any] | None = None) -> Sequence[Sequence[Any]]:
    """The rows that `sql` answers with, times with their zone; `{name:Type}` in it takes a parameter.

    An embedded store must not be open in another process. Raises Unusable in one line.
    """
    with opened(settings) as client:
        try:
            rows: Sequence[Sequence[Any]] = client.query(sql, parameters=dict(parameters or {})).result_rows
        except ClickHouseError as error:
            raise _unanswered(error) from None
        return rows


def main(sql: str | None, settings: Settings) -> None:
    """Print the answer to `sql`, or to each line typed: a table on a terminal, JSON lines (times RFC 3339) in a pipe.

    Raises Unusable in one line; while lines are typed the next one is asked for instead.
    """
    path = settings.store.path
    if settings.store.url is None and not path.is_dir():
        raise Unusable(f"there is no store in {path}: `siloscope demo --store {path}` makes one, or set store.path")
    with opened(settings) as client:
        if sql is not None:
            _print(client, sql)
            return
        while (line := _line()) is not None:
            try:
                _print(client, line)
            except Unusable as error:
                print(error, file=sys.stderr)


def _line() -> str | None:
    """The next question; None at the end."""
    while True:
        try:
            line = input("siloscope> " if sys.stdin.isatty() else "").strip().rstrip(";")
        except EOFError:
            return None
        if line:
            return line


def _print(client: Client, sql: str) -> None:
    try:
        if not sys.stdout.isatty():
            answer = client.raw_query(sql, fmt="JSONEachRow", settings={"date_time_output_format": "iso"})
            print(answer.decode(errors="backslashreplace"), end="")
            return
        found = client.query(sql)
    except ClickHouseError as error:
        raise _unanswered(error) from None
    table = Table(*found.column_names, box=None, pad_edge=False)
    for row in found.result_rows:
        table.add_row(*map(str, row))
    Console(markup=False).print(table)


def _unanswered(error: ClickHouseError) -> Unusable:
    return Unusable(f"the store does not answer that: {first_line(error)}")
