"""Inserts that can be repeated."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Final

from clickhouse_connect.driver.common import write_leb128
from clickhouse_connect.driver.compression import get_compressor
from clickhouse_connect.driver.exceptions import ClickHouseError
from clickhouse_connect.driver.insert import InsertContext

from siloscope.errors import Unusable
from siloscope.stores.client import first_line
from siloscope.stores.meaning import OF_VALUES, NoAnswer, meaning_of
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
    "optimize_on_insert": 0,  # copies become one when parts are merged and in the views; here it takes half the insert
    "max_partitions_per_insert_block": 0,  # a backfill may span years of alerts
    "wait_end_of_query": 1,  # without it an error may follow a 200
}
_TRANSPORT: Final = {"wait_end_of_query"}


class Tables:
    """The tables of an open store that has been migrated.

    Raises Unusable when one is missing, ClickHouseError when the store cannot say so now.
    """

    def __init__(self, client: Client, names: Iterable[str]) -> None:
        self._client = client
        known = client.server_settings
        self._settings = {name: value for name, value in _SETTINGS.items() if name in known or name in _TRANSPORT}
        self._shapes = {name: self._shape(name) for name in names}

    def insert(self, table: str, parts: Iterable[Columns], token: str) -> None:
        """One insert, one try: the rows of all parts or none. A `token` taken before is answered and not taken again.

        Raises what `meaning_of` tells apart.
        """
        # Nothing is sent before every value has been put into ClickHouse's form: what fails here is a bad row's doing,
        # and what fails below is not.
        rows = b"".join([self._block(table, part) for part in parts])
        compression = self._client.write_compression
        try:
            answer = self._client.raw_insert(
                table, list(self._shapes[table]), bytes(get_compressor(compression).compress_block(rows)),
                self._settings | {"insert_deduplication_token": token}, "Native", compression,
            ).summary  # fmt: skip
        except OF_VALUES as error:
            raise NoAnswer(f"what came back is no answer of ClickHouse: {first_line(error)}") from None
        if not (answer.get("query_id") or answer.get("written_rows")):
            raise NoAnswer("the answer does not come from ClickHouse, which says X-ClickHouse-Query-Id")

    def _block(self, table: str, part: Columns) -> bytearray:
        """A block of ClickHouse's format Native: what it leaves out is as the table has it."""
        shape, context = self._shapes[table], InsertContext(table, (), ())
        said = fitted(part, shape)
        block = bytearray()
        write_leb128(len(said), block)
        write_leb128(len(next(iter(said.values()))), block)
        for name, values in said.items():
            for word in (name, shape[name].insert_name):
                write_leb128(len(encoded := word.encode()), block)
                block += encoded
            context.start_column(name)
            shape[name].write_column(values, block, context)
        return block

    def _shape(self, table: str) -> Shape:
        """The table's columns and types, from the store itself: they are written down once, in the migrations."""
        try:
            context = self._client.create_insert_context(table)
        except ClickHouseError as error:
            if meaning_of(error) == "again":
                raise
            raise Unusable(f"table {table} cannot be written: {first_line(error)}; run `siloscope migrate`") from None
        shape: dict[str, Any] = dict(zip(context.column_names, context.column_types, strict=True))
        shape.pop("ingested_at", None)  # the store's own clock says it
        return shape
