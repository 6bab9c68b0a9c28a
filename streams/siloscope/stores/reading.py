"""Questions to the store."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from clickhouse_connect.driver.exceptions import ClickHouseError

from siloscope.errors import Unusable
from siloscope.settings import Settings
from siloscope.stores.client import first_line, opened


def query(settings: Settings, sql: str, parameters: Mapping[str, Any] | None = None) -> Sequence[Sequence[Any]]:
    """The rows that `sql` answers with, times with their zone; `{name:Type}` in it takes a parameter.

    An embedded store must not be open in another process. Raises Unusable in one line.
    """
    with opened(settings) as client:
        try:
            rows: Sequence[Sequence[Any]] = client.query(sql, parameters=dict(parameters or {})).result_rows
        except ClickHouseError as error:
            raise Unusable(f"the store does not answer that: {first_line(error)}") from None
        return rows


def json_lines(settings: Settings, sql: str) -> bytes:
    """The answer as JSON lines, times as RFC 3339. Raises Unusable as `query` does."""
    with opened(settings) as client:
        try:
            return client.raw_query(sql, fmt="JSONEachRow", settings={"date_time_output_format": "iso"})
        except ClickHouseError as error:
            raise Unusable(f"the store does not answer that: {first_line(error)}") from None
