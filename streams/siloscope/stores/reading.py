"""Questions to the store: from code, and `siloscope sql`."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from clickhouse_connect.driver.exceptions import ClickHouseError
from rich.console import Console
from rich.table import Table

from siloscope.errors import Unusable, WrongUsage, nearest
from siloscope.gateway.request import FORMATS
from siloscope.settings import Settings
from siloscope.stores.client import first_line
from siloscope.stores.elsewhere import must_exist, readable

if TYPE_CHECKING:
    from clickhouse_connect.driver.client import Client

_FORMAT: Final = re.compile(r"\sFORMAT\s+(?!(?:ASC|DESC)$)([A-Za-z]\w*)$", re.IGNORECASE)


def query(settings: Settings, sql: str, parameters: Mapping[str, Any] | None = None) -> Sequence[Sequence[Any]]:
    """The rows that `sql` answers with, times with their zone; `{name:Type}` in it takes a parameter.

    Raises Unusable in one line.
    """
    with readable(settings) as client:
        try:
            rows: Sequence[Sequence[Any]] = client.query(sql, parameters=dict(parameters or {})).result_rows
        except ClickHouseError as error:
            raise _unanswered(error) from None
        return rows


def main(sql: str | None, settings: Settings, form: str | None = None) -> None:
    """Print the answer to `sql`, or to each line typed, in ClickHouse's format `form`.

    Without one: a table on a terminal, JSON lines (times RFC 3339) in a pipe. A store that another process has open is
    asked through that one's gateway. Raises Unusable in one line; while lines are typed the next one is asked for.
    """
    question = None if sql is None else _asked(sql)
    if question == "":
        raise WrongUsage("nothing is asked: give a SELECT, or leave it out for a prompt")
    must_exist(settings)
    with readable(settings) as client:
        if question is not None:
            _print(client, question, form)
            return
        while (line := _line()) is not None:
            try:
                _print(client, line, form)
            except Unusable as error:
                print(error, file=sys.stderr)


def _asked(sql: str) -> str:
    """The question without the semicolon at its end, which the engine takes for the end of the format too."""
    return sql.strip().rstrip("; ")


def _line() -> str | None:
    """The next question; None at the end."""
    while True:
        try:
            line = _asked(input("siloscope> " if sys.stdin.isatty() else ""))
        except EOFError:
            return None
        if line:
            return line


def _print(client: Client, sql: str, form: str | None) -> None:
    if written := _FORMAT.search(sql):  # at the end of the question, as ClickHouse's own client takes it
        sql, form = sql[: written.start()], written[1]
    try:
        if form is not None or not sys.stdout.isatty():
            iso = {"date_time_output_format": "iso"} if form is None else None
            sys.stdout.buffer.write(client.raw_query(sql, fmt=form or "JSONEachRow", settings=iso))
            sys.stdout.flush()
            return
        found = client.query(sql)
    except ClickHouseError as error:
        raise _unanswered(error, form) from None
    table = Table(*found.column_names, box=None, pad_edge=False)
    for row in found.result_rows:
        table.add_row(*map(str, row))
    Console(markup=False).print(table)


def _unanswered(error: ClickHouseError, form: str | None = None) -> Unusable:
    if form is not None and "(UNKNOWN_FORMAT)" in str(error):
        return Unusable(f"the store knows no format {form[:60]}{nearest(form, FORMATS)}")
    return Unusable(f"the store does not answer that: {first_line(error)}")
