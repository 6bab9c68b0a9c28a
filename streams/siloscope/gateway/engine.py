"""The embedded engine, asked through handles of the gateway's own: each with its limits, none may write."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from clickhouse_connect.driver.binding import format_str

from .allowed import Catalogue
from .functions import Functions, Known

if TYPE_CHECKING:
    from siloscope.settings import Settings

# What drivers ask when they connect and when they list what there is; rows of other tables are left out of them.
_SYSTEM: Final = frozenset({"columns", "databases", "functions", "one", "settings", "tables"})
AUDIT: Final = "v_audit"  # who read what customers wrote: for the auditor, not for whoever reads here
LONGEST: Final = 256 << 10  # bytes of a query; ClickHouse's own limit too


class Failed(Exception):
    """What the engine said of a query; `code` is ClickHouse's."""

    def __init__(self, message: str) -> None:
        start = max(message.find("Code: "), 0)
        super().__init__(message[start:].strip())
        number = str(self).removeprefix("Code: ").split(".", 1)[0]
        self.code = int(number) if number.isdigit() else 1000


class Handle:
    """One session in the engine; for one query at a time."""

    def __init__(self, settings: Settings) -> None:
        import chdb

        self._connection = chdb.connect(  # type: ignore[no-untyped-call]
            os.path.realpath(settings.store.path)
        )
        self.query(f"USE {settings.database}")

    def query(self, sql: str, form: str = "TabSeparated", parameters: Mapping[str, str] | None = None) -> Answer:
        """Run one statement; `parameters` are as in HTTP, escaped. Raises Failed."""
        try:
            return Answer(self._connection.query(sql, form, params=dict(parameters or {})))
        except Exception as error:  # noqa: BLE001  # the engine raises its own and RuntimeError alike
            raise Failed(str(error)) from None

    def rows(self, sql: str, **parameters: str) -> list[dict[str, Any]]:
        """The rows of an answer by column; parameters are plain texts."""
        escaped = {name: escape(value) for name, value in parameters.items()}
        return [json.loads(line) for line in self.query(sql, "JSONEachRow", escaped).body.splitlines()]

    def close(self) -> None:
        """Give the session back."""
        self._connection.close()


class Answer:
    """An answer's bytes, and what it took to make it."""

    def __init__(self, result: Any) -> None:
        self.body: bytes = result.bytes() or b""
        self.rows = int(result.rows_read())  # of the answer, whatever its name says
        self.rows_read = int(result.storage_rows_read())
        self.bytes_read = int(result.storage_bytes_read())


_ESCAPES: Final = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r", "\0": "\\0"})


def escape(text: str) -> str:
    """A text as the value of a query's parameter: ClickHouse reads it as a field of a TSV file."""
    return text.translate(_ESCAPES)


def limited(settings: Settings) -> Handle:
    """A handle for one reader after the other: what no query may pass, said before anybody asks."""
    gateway, database = settings.gateway, settings.database
    handle = Handle(settings)
    ours = f"database = '{database}' AND startsWith(%s, 'v_') AND %s != '{AUDIT}'"
    filters = {
        "system.tables": ours % ("name", "name"),
        "system.columns": ours % ("table", "table"),
        "system.databases": f"name = '{database}'",
    }
    limits: dict[str, str | int | float] = {
        "max_execution_time": gateway.seconds,
        "timeout_overflow_mode": "throw",
        "max_memory_usage": gateway.memory_megabytes << 20,
        "max_result_rows": gateway.rows,
        "max_result_bytes": gateway.megabytes << 20,
        "result_overflow_mode": "throw",
        "max_threads": gateway.threads,
        "max_query_size": LONGEST,
        "max_temporary_data_on_disk_size_for_query": 1 << 30,
        "allow_ddl": 0,
        "allow_introspection_functions": 0,
        "use_query_cache": 0,
        "readonly": 2,  # no boundary (docs/gateway.md): a second lock
    }
    pairs = ", ".join(f"{format_str(key)}: {format_str(value)}" for key, value in filters.items())
    handle.query("SET additional_table_filters = {" + pairs + "}")
    for name, value in limits.items():
        handle.query(f"SET {name} = {format_str(value) if isinstance(value, str) else value}")
    return handle


def catalogue(handle: Handle, database: str, functions: Functions) -> Catalogue:
    """What there is to read now; asked through a handle that is not `limited`."""
    tables = handle.rows(
        "SELECT name, engine = 'View' AND startsWith(name, 'v_') AS view FROM system.tables"
        " WHERE database = {d:String}",
        d=database,
    )
    views = {row["name"] for row in tables if row["view"]} - {AUDIT}
    return Catalogue(database, views, {row["name"] for row in tables} - views, _SYSTEM, functions)


def functions(handle: Handle) -> Functions:
    """The engine's functions, sorted."""
    known = handle.rows(
        "SELECT name, categories AS family, alias_to, is_aggregate != 0 AS aggregate, toString(origin) AS origin"
        " FROM system.functions"
    )
    combinators = handle.rows("SELECT name FROM system.aggregate_function_combinators")
    return Functions([Known(**row) for row in known], [row["name"] for row in combinators])
