"""Inserts that can be repeated, and what an error of the store means for them."""

from __future__ import annotations

import struct
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Final, Literal

from clickhouse_connect.driver.exceptions import ClickHouseError, DataError, ProgrammingError

from siloscope.errors import Unusable
from siloscope.stores.client import first_line
from siloscope.stores.rows import Columns, Shape, fitted

if TYPE_CHECKING:
    from clickhouse_connect.driver.client import Client

# Said explicitly: several of these defaults have changed between releases of the server.
_SETTINGS: Final = {
    "async_insert": 0,
    "insert_deduplicate": 1,
    "deduplicate_insert": "enable",
    "deduplicate_blocks_in_dependent_materialized_views": 1,
    "materialized_views_ignore_errors": 0,
    "max_partitions_per_insert_block": 0,  # a backfill may span years of alerts
    "wait_end_of_query": 1,  # without it an error may follow a 200
}
_TRANSPORT: Final = {"wait_end_of_query"}

# What the store says of single values: retrying is in vain, the other rows are well.
_OF_ROWS: Final = frozenset(
    {6, 26, 27, 38, 41, 53, 69, 70, 72, 117, 131, 190, 321, 349, 407, 469}  # parsing, conversion, ranges, constraints
)
# What the store says of its set-up: retrying is in vain until somebody mends it.
_OF_SET_UP: Final = frozenset(
    {10, 15, 16, 36, 47, 50, 60, 62, 80, 81, 115, 164, 192, 193, 194, 291, 392, 497, 516}  # names, rights, read-only
)
_OF_VALUES: Final = TypeError | ValueError | OverflowError | AttributeError | KeyError | struct.error

Meaning = Literal["again", "row", "set-up"]


def meaning_of(error: Exception) -> Meaning:
    """Whether to try again, to look for the row at fault, or to give up until the set-up is mended.

    What is not known is tried again: nothing is lost by waiting.
    """
    if isinstance(error, DataError | _OF_VALUES):
        return "row"
    code = getattr(error, "code", None)
    if code in _OF_ROWS or (code == 252 and "single INSERT block" in str(error)):
        return "row"
    return "set-up" if code in _OF_SET_UP or (code is None and isinstance(error, ProgrammingError)) else "again"


class Tables:
    """The tables of an open store that has been migrated; raises Unusable when one is missing."""

    def __init__(self, client: Client, names: Iterable[str]) -> None:
        self._client = client
        known = client.server_settings
        self._settings = {name: value for name, value in _SETTINGS.items() if name in known or name in _TRANSPORT}
        self._shapes = {name: self._shape(name) for name in names}

    def insert(self, table: str, columns: Columns, token: str) -> None:
        """One insert, one try: all rows or none. A `token` taken before is answered and not taken again."""
        data = fitted(columns, self._shapes[table])
        self._client.insert(
            table,
            list(data.values()),
            column_names=list(data),
            column_types=[self._shapes[table][name] for name in data],
            column_oriented=True,
            settings=self._settings | {"insert_deduplication_token": token},
        )

    def _shape(self, table: str) -> Shape:
        """The table's columns and types, from the store itself: they are written down once, in the migrations."""
        try:
            context = self._client.create_insert_context(table)
        except ClickHouseError as error:
            raise Unusable(f"table {table} cannot be written: {first_line(error)}; run `siloscope migrate`") from None
        shape: dict[str, Any] = dict(zip(context.column_names, context.column_types, strict=True))
        shape.pop("ingested_at", None)  # the store's own clock says it
        return shape
