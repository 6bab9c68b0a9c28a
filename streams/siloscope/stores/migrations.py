"""Migrations of the store: numbered ones in order, once, checked against what was applied before; then the views.

A migration is forward only and can be repeated (`IF NOT EXISTS`): ClickHouse has no transactions, so one that broke off
halfway runs again as a whole. A released file never changes; a change is a new file. Not so the views: they hold no
data, so their files change as they like, and all of them are made anew whenever one has, or a table may have.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

from clickhouse_connect.driver.binding import format_str

from siloscope.errors import Unusable
from siloscope.shipped import shipped
from siloscope.stores.client import opened
from siloscope.stores.upkeep import command, keep_up

if TYPE_CHECKING:
    from clickhouse_connect.driver.client import Client

    from siloscope.settings import Settings

_LEDGER: Final = """
CREATE TABLE IF NOT EXISTS migrations
(
    number UInt32 COMMENT 'The number its file begins with',
    name String COMMENT 'The rest of the file''s name',
    checksum String COMMENT 'SHA-256 of the file',
    applied_at DateTime64(3, 'UTC') DEFAULT now64(3, 'UTC') COMMENT 'When it was applied, UTC'
)
ENGINE = ReplacingMergeTree ORDER BY number
COMMENT 'Migrations that were applied'
"""

State = Literal["applied", "pending"]
_VIEWS: Final = 0  # the number under which the ledger keeps all view files as one


@dataclass(frozen=True)
class Migration:
    """One file `NNNN_name.sql`; number 0: all files of views, which are applied again whenever they have changed."""

    number: int
    name: str
    sql: str = field(repr=False)

    def __str__(self) -> str:
        return f"{self.number:04d}_{self.name}" if self.number else self.name

    @property
    def checksum(self) -> str:
        """SHA-256 of the file's text."""
        return hashlib.sha256(self.sql.encode()).hexdigest()

    @property
    def statements(self) -> list[str]:
        """The statements, each ended by a semicolon at the end of a line; comment lines left out."""
        text = "\n".join(line for line in self.sql.splitlines() if not line.lstrip().startswith("--"))
        return [statement.strip() for statement in re.split(r";\s*$", text, flags=re.MULTILINE) if statement.strip()]


def read_migrations(directory: Path | None = None) -> list[Migration]:
    """The shipped migrations, in order; the views (`views/*.sql`, in the order of their names) are the last."""
    directory = directory or shipped("schemas/clickhouse")
    files = sorted(directory.glob("[0-9][0-9][0-9][0-9]_*.sql"))
    migrations = [Migration(int(file.stem[:4]), file.stem[5:], file.read_text(encoding="utf-8")) for file in files]
    views = "\n".join(file.read_text(encoding="utf-8") for file in sorted((directory / "views").glob("*.sql")))
    return [*migrations, Migration(_VIEWS, "views", views)] if views else migrations


def status(client: Client, migrations: list[Migration]) -> list[tuple[Migration, State]]:
    """Each migration, and whether it was applied.

    Raises Unusable when the store and the files contradict each other: a changed or a missing file, a newer store.
    """
    applied = _applied(client)
    files = {migration.number: migration for migration in migrations}
    newest = max(files, default=0)
    views = applied.pop(_VIEWS, None)
    for number, (name, checksum) in sorted(applied.items()):
        called = f"{number:04d}_{name}"
        if number > newest:
            raise Unusable(
                f"the store is newer than this program (it has migration {called}): install a newer siloscope"
            )
        if number not in files:
            raise Unusable(f"migration {called} was applied to the store but its file is missing: restore it")
        if files[number].checksum != checksum:
            raise Unusable(
                f"migration {called} is not what was applied to the store: restore the file, put changes in a new one"
            )
    if views and _VIEWS in files and files[_VIEWS].checksum == views[1] and applied.keys() | {_VIEWS} == files.keys():
        applied[_VIEWS] = views  # none has changed, and no table under them will
    return [(migration, "applied" if migration.number in applied else "pending") for migration in migrations]


def pending(client: Client, migrations: list[Migration] | None = None) -> list[Migration]:
    """What is still to be applied; raises Unusable as `status` does."""
    shipped_ones = read_migrations() if migrations is None else migrations
    return [migration for migration, state in status(client, shipped_ones) if state == "pending"]


def migrate(settings: Settings, *, dry_run: bool = False) -> list[Migration]:
    """Bring the store up to date, schema and what settings say of it.

    Tells what was applied, or with `dry_run` would be.

    Raises Unusable in one line when that cannot be done; what was applied before stays.
    """
    with opened(settings) as client:
        return pending(client) if dry_run else bring_up(client, settings)


def bring_up(client: Client, settings: Settings, migrations: list[Migration] | None = None) -> list[Migration]:
    """`migrate` on an open store."""
    todo = pending(client, migrations)
    if todo:
        make = f"CREATE DATABASE IF NOT EXISTS {settings.database} ENGINE = Atomic"
        command(client, make, "the database", anywhere=True)
        command(client, _LEDGER, "the list of migrations")
    for migration in todo:
        for statement in migration.statements:
            command(client, statement, _called(migration, statement))
        row = [[migration.number, migration.name, migration.checksum]]
        client.insert("migrations", row, column_names=["number", "name", "checksum"])
    if todo:
        _comment_views(client)
    keep_up(client, settings, made_anew=bool(todo))
    return todo


def _applied(client: Client) -> dict[int, tuple[str, str]]:
    """Number -> name and checksum of what was applied; nothing where there is no database yet."""
    if not client.command(f"EXISTS TABLE {client.database}.migrations", use_database=False):
        return {}
    rows = client.query("SELECT number, name, checksum FROM migrations FINAL").result_rows
    return {number: (name, checksum) for number, name, checksum in rows}


def _comment_views(client: Client) -> None:
    """Give each column of a view the comment of the column of the same name in the table it reads."""
    query = """
        SELECT v.table, groupUniqArray((v.name, t.comment)) FROM system.columns AS v
        INNER JOIN system.columns AS t ON t.name = v.name AND t.database = v.database
        WHERE v.database = currentDatabase() AND v.table LIKE 'v\\_%' AND v.comment = '' AND t.comment != ''
            AND t.table IN (substring(v.table, 3), extract(v.table, '^v_(.*)_revisions$') || 's')
        GROUP BY v.table"""
    for view, columns in client.query(query).result_rows:
        comments = [f"COMMENT COLUMN {name} {format_str(comment)}" for name, comment in columns]
        command(client, f"ALTER TABLE {view} {', '.join(comments)}", f"comments of {view}")


def _called(migration: Migration, statement: str) -> str:
    """The place of a statement as an error names it: its migration, or which view."""
    return f"migration {migration}" if migration.number else statement.splitlines()[0][:80]
