"""Migrations are applied in order and once, and contradictions between store and files are said in one line."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from siloscope.errors import Unusable
from siloscope.settings import Settings, load
from siloscope.stores.client import opened
from siloscope.stores.migrations import Migration, bring_up, migrate, pending, read_migrations, status
from siloscope.stores.upkeep import retain

pytest.importorskip("chdb")

ONE = Migration(1, "one", "CREATE TABLE IF NOT EXISTS one (a UInt8) ENGINE = Memory;\n")
TWO = Migration(
    2, "two", "-- a word; and another;\nCREATE TABLE IF NOT EXISTS two (a UInt8) ENGINE = Memory;\nSELECT ';' AS b;\n"
)


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return load(None, store={"path": tmp_path_factory.mktemp("store") / "chdb"}, metrics_port=0)


@pytest.fixture(scope="module")
def client(settings: Settings) -> Iterator[Any]:
    """One store for the module: each test takes a database of its own."""
    with opened(settings) as client:
        yield client


@pytest.fixture
def empty(client: Any, settings: Settings, request: pytest.FixtureRequest) -> Settings:
    client.database = request.node.name[5:60]
    return settings.model_copy(update={"database": client.database})


def test_all_shipped_migrations_are_applied_once(client: Any, empty: Settings) -> None:
    shipped = read_migrations()
    assert pending(client) == shipped
    assert bring_up(client, empty) == shipped
    assert bring_up(client, empty) == []
    assert {state for _, state in status(client, shipped)} == {"applied"}


def test_every_migration_can_be_repeated(client: Any, empty: Settings) -> None:
    bring_up(client, empty)
    client.command("TRUNCATE TABLE migrations")
    assert bring_up(client, empty) == read_migrations()


def test_every_table_view_and_column_is_explained(client: Any, empty: Settings) -> None:
    bring_up(client, empty)
    unexplained = """
        SELECT table || '.' || name FROM system.columns WHERE database = currentDatabase() AND comment = ''
            AND (table LIKE 'v\\_%' OR table NOT IN (SELECT name FROM system.tables WHERE engine LIKE '%View'))
        UNION ALL
        SELECT name FROM system.tables
        WHERE database = currentDatabase() AND comment = '' AND engine != 'MaterializedView'"""
    assert client.query(unexplained).result_rows == []


def test_every_view_can_be_read(client: Any, empty: Settings) -> None:
    bring_up(client, empty)
    views = client.query("SELECT name FROM system.tables WHERE database = currentDatabase() AND engine = 'View'")
    assert len(views.result_rows) >= 5
    about_the_store = {
        "v_clock", "v_snapshots", "v_freshness", "v_dictionary", "store_size", "snapshots_due", "live_from",
    }  # fmt: skip
    for (view,) in views.result_rows:
        found = client.query(f"SELECT * FROM {view}").result_rows
        assert found == [] or view in about_the_store, view


def test_every_question_in_the_documentation_can_be_asked(client: Any, empty: Settings) -> None:
    bring_up(client, empty)
    page = (Path(__file__).parents[2] / "docs" / "store.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```sql\n(.*?)```", page, re.DOTALL)
    questions = [question for block in blocks for question in block.split(";\n") if question.strip()]
    assert len(questions) >= 2
    for question in questions:
        assert client.query(question).result_rows == []


def test_what_a_dry_run_lists_is_not_applied(tmp_path: Path) -> None:
    script = (
        "from siloscope.settings import load; from siloscope.stores.migrations import migrate\n"
        f"settings = load(None, store={{'path': {str(tmp_path / 'chdb')!r}}})\n"
        "print(len(migrate(settings, dry_run=True)), len(migrate(settings)), len(migrate(settings)))"
    )
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    shipped = len(read_migrations())
    assert run.stdout.split() == [str(shipped), str(shipped), "0"]


def test_a_new_migration_is_applied_after_the_old(client: Any, empty: Settings) -> None:
    bring_up(client, empty, [ONE])
    assert bring_up(client, empty, [ONE, TWO]) == [TWO]


def test_a_changed_file_is_refused(client: Any, empty: Settings) -> None:
    bring_up(client, empty, [ONE])
    with pytest.raises(Unusable, match=r"^migration 0001_one is not what was applied .*: restore the file"):
        bring_up(client, empty, [Migration(1, "one", ONE.sql + "SELECT 1;\n")])


def test_a_missing_file_is_refused(client: Any, empty: Settings) -> None:
    bring_up(client, empty, [ONE, TWO])
    with pytest.raises(Unusable, match=r"^migration 0001_one was applied .* its file is missing: restore it"):
        bring_up(client, empty, [TWO])


def test_a_store_newer_than_the_program_is_refused(client: Any, empty: Settings) -> None:
    bring_up(client, empty, [ONE, TWO])
    with pytest.raises(Unusable, match=r"^the store is newer .*0002_two.*: install a newer siloscope"):
        bring_up(client, empty, [ONE])


def test_a_migration_that_fails_says_so_in_one_line_and_is_not_marked(client: Any, empty: Settings) -> None:
    bring_up(client, empty, [ONE])
    wrong = Migration(2, "wrong", "CREATE TABEL t;\n")
    with pytest.raises(Unusable, match=r"^the store refuses migration 0002_wrong: .*[Ss]yntax error") as raised:
        bring_up(client, empty, [ONE, wrong])
    assert "\n" not in str(raised.value)
    assert bring_up(client, empty, [ONE, TWO]) == [TWO]


def views(sql: str) -> Migration:
    return Migration(0, "views", f"CREATE OR REPLACE VIEW v_one AS\n{sql};\n")


def test_views_are_made_anew_when_their_text_or_a_migration_is_new(client: Any, empty: Settings) -> None:
    first, second = views("SELECT a FROM one"), views("SELECT a AS b FROM one")
    assert bring_up(client, empty, [ONE, first]) == [ONE, first]
    assert bring_up(client, empty, [ONE, first]) == []
    assert bring_up(client, empty, [ONE, second]) == [second]
    assert client.query(
        "SELECT name FROM system.columns WHERE table = 'v_one' AND database = currentDatabase()"
    ).result_rows == [("b",)]
    assert bring_up(client, empty, [ONE, TWO, second]) == [TWO, second]
    assert pending(client, [ONE, TWO, second]) == []


def test_a_view_that_fails_is_named_and_tried_again(client: Any, empty: Settings) -> None:
    with pytest.raises(Unusable, match=r"^the store refuses CREATE OR REPLACE VIEW v_one AS: Code"):
        bring_up(client, empty, [ONE, views("SELECT none FROM one")])
    assert bring_up(client, empty, [ONE, views("SELECT a FROM one")]) == [views("SELECT a FROM one")]


def test_the_shipped_views_are_the_last_migration_and_in_the_order_of_their_files(tmp_path: Path) -> None:
    assert [migration.number for migration in read_migrations()][-1] == 0
    (tmp_path / "views").mkdir()
    for name in ("20_b", "10_a"):
        (tmp_path / "views" / f"{name}.sql").write_text(f"CREATE OR REPLACE VIEW v_{name[3:]} AS SELECT 1 AS a;\n")
    (only,) = read_migrations(tmp_path)
    assert [statement.split()[4] for statement in only.statements] == ["v_a", "v_b"]


def test_comments_and_semicolons_inside_a_line_end_no_statement() -> None:
    assert [statement.split()[0] for statement in TWO.statements] == ["CREATE", "SELECT"]


def test_retention_counts_from_the_writing_and_can_be_taken_back(client: Any, empty: Settings) -> None:
    def limits() -> set[bool]:
        rows = client.query(
            "SELECT engine_full LIKE '% TTL toDateTime(ingested_at) + toIntervalDay(30) %' FROM system.tables"
            " WHERE database = currentDatabase() AND engine LIKE '%MergeTree' AND name IN"
            " (SELECT table FROM system.columns WHERE database = currentDatabase() AND name = 'ingested_at')"
        )
        return {bool(row[0]) for row in rows.result_rows}

    bring_up(client, empty)
    assert limits() == {False}
    bring_up(client, empty.model_copy(update={"retention_days": 400}))
    bring_up(client, empty.model_copy(update={"retention_days": 30}))
    assert limits() == {True}
    retain(client, 30)
    bring_up(client, empty)
    assert limits() == {False}


def test_old_rows_go_by_when_they_were_written_not_by_when_it_happened(client: Any, empty: Settings) -> None:
    bring_up(client, empty.model_copy(update={"retention_days": 30}))
    insert = "INSERT INTO touchpoints (touchpoint_id, occurred_at, ingested_at) VALUES"
    client.command(f"{insert} ('kept', '2012-03-01 00:00:00', now()), ('gone', now(), now() - INTERVAL 31 DAY)")
    client.command("OPTIMIZE TABLE touchpoints FINAL")
    assert client.query("SELECT touchpoint_id FROM v_touchpoints").result_rows == [("kept",)]


def test_another_process_that_has_the_store_open_is_named(client: Any, settings: Settings) -> None:
    script = (
        "from siloscope.settings import load; from siloscope.stores.client import opened\n"
        f"with opened(load(None, store={{'path': {str(settings.store.path)!r}}})): pass"
    )
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert run.returncode == 1
    assert "is open in another process (process " in run.stderr.splitlines()[-1]


def test_a_server_that_does_not_answer_is_said_in_one_line() -> None:
    with pytest.raises(Unusable, match=r"^no store answers at http://127\.0\.0\.1:1: start it, or correct store\.url$"):
        migrate(load(None, store={"url": "http://127.0.0.1:1"}))
