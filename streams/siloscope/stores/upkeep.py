"""What the settings say about a store whose schema is up to date: how long rows stay, what time costs, snapshots."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from clickhouse_connect.driver.exceptions import ClickHouseError

from siloscope.errors import Unusable
from siloscope.stores.client import first_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clickhouse_connect.driver.client import Client

    from siloscope.settings import Rate, Settings

_RATES: Final = ["department", "reason", "hour", "currency"]


def keep_up(client: Client, settings: Settings, *, made_anew: bool) -> None:
    """Bring the store in line with the settings; `made_anew`: its views were, so snapshots of a large store are due."""
    retain(client, settings.retention_days)
    _rate(client, settings.rates)
    _refresh(client, settings.store.snapshot_minutes, at_once=made_anew)


def retain(client: Client, days: int | None) -> None:
    """Let rows go `days` after they were written (`ingested_at`), in every table that has it; None: never."""
    query = """
        SELECT name, engine_full FROM system.tables
        WHERE database = currentDatabase() AND engine LIKE '%MergeTree' AND name IN
            (SELECT table FROM system.columns WHERE database = currentDatabase() AND name = 'ingested_at')"""
    rule = f"toDateTime(ingested_at) + toIntervalDay({days})"
    for table, engine in client.query(query).result_rows:
        limited = " TTL " in engine
        if days is None and limited:
            command(client, f"ALTER TABLE {table} REMOVE TTL", "retention")
        elif days is not None and f" TTL {rule} " not in f"{engine} ":
            command(client, f"ALTER TABLE {table} MODIFY TTL {rule}", "retention")


def command(client: Client, sql: str, what: str, *, anywhere: bool = False) -> None:
    """Do `sql`; raises Unusable that names `what` the store refuses. `anywhere`: the database need not exist."""
    try:
        client.command(sql, use_database=not anywhere)
    except ClickHouseError as error:
        raise Unusable(f"the store refuses {what}: {first_line(error)}") from None


def _rate(client: Client, rates: Sequence[Rate]) -> None:
    """Write the rates down where they are others than before."""
    wanted = sorted((rate.department, rate.reason, rate.hour, rate.currency) for rate in rates)
    if not _there(client, "rates"):
        return
    found = client.query(f"SELECT {', '.join(_RATES)} FROM rates ORDER BY ALL").result_rows
    if found != wanted:
        command(client, "TRUNCATE TABLE rates", "rates")
        if wanted:
            client.insert("rates", wanted, column_names=_RATES)


def _refresh(client: Client, minutes: int, *, at_once: bool) -> None:
    """Make each snapshot again `minutes` after the one before was done."""
    query = """
        SELECT name, create_table_query FROM system.tables
        WHERE database = currentDatabase() AND name LIKE 'refresh\\_%'"""
    small = not _there(client, "store_size") or bool(client.query("SELECT small FROM store_size").result_rows[0][0])
    for name, made_by in client.query(query).result_rows:
        if f" REFRESH AFTER {minutes} MINUTE " not in made_by:
            command(client, f"ALTER TABLE {name} MODIFY REFRESH AFTER {minutes} MINUTE", "snapshots")
        if at_once and not small:
            command(client, f"SYSTEM REFRESH VIEW {name}", "snapshots")


def _there(client: Client, table: str) -> bool:
    return bool(client.command(f"EXISTS TABLE {table}"))
