"""The prompt on the store answers with rows, and says in one line what it cannot answer."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from siloscope.errors import Unusable, WrongUsage
from siloscope.settings import Settings, load
from siloscope.stores.client import opened
from siloscope.stores.migrations import bring_up
from siloscope.stores.reading import main, query

pytest.importorskip("chdb")


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    settings = load(None, store={"path": tmp_path_factory.mktemp("store") / "chdb"})
    with opened(settings) as client:
        bring_up(client, settings)
        yield settings


def test_rows_come_with_parameters_and_times_in_their_zone(settings: Settings) -> None:
    sql = "SELECT {name:String} AS name, toDateTime64('2026-01-01 00:00:00', 3, 'UTC') AS at"
    ((name, at),) = query(settings, sql, {"name": "it's"})
    assert (name, at.isoformat()) == ("it's", "2026-01-01T00:00:00+00:00")


def test_in_a_pipe_answers_are_json_lines(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    main("SELECT number, toDateTime64('2026-01-01 00:00:00', 3, 'UTC') AS at FROM numbers(2)", settings)
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert lines == [{"number": number, "at": "2026-01-01T00:00:00.000Z"} for number in range(2)]


def test_a_wrong_question_is_said_in_one_line(settings: Settings) -> None:
    with pytest.raises(Unusable, match=r"^the store does not answer that: Code: 60\. .*nowhere") as raised:
        main("SELECT * FROM nowhere", settings)
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize("sql", ["DROP TABLE alerts", "SELECT 1; DROP TABLE alerts", "TRUNCATE TABLE alerts"])
def test_what_is_asked_changes_nothing(settings: Settings, sql: str) -> None:
    with pytest.raises(Unusable, match="readonly"):
        main(sql, settings)
    assert query(settings, "EXISTS alerts") == [(1,)]


def test_a_semicolon_may_end_a_question(settings: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    main("SELECT 1 AS a ;\n", settings)
    assert capsys.readouterr().out == '{"a":1}\n'


@pytest.mark.parametrize(
    ("end", "answer"),
    [(" FORMAT CSV", "1\n"), ("\nformat CSVWithNames;", '"format"\n1\n'), (" ORDER BY\nformat desc", '{"format":1}\n')],
)
def test_a_question_may_end_with_its_format(
    settings: Settings, capsys: pytest.CaptureFixture[str], end: str, answer: str
) -> None:
    main(f"SELECT 1 AS format{end}", settings)
    assert capsys.readouterr().out == answer


def test_of_an_unknown_format_the_nearest_is_named(settings: Settings) -> None:
    for sql, form in (("SELECT 1", "CVS"), ("SELECT 1 FORMAT CVS", None)):
        with pytest.raises(Unusable, match=r"^the store knows no format CVS; did you mean CSV\?$"):
            main(sql, settings, form)


def test_no_question_is_wrong_usage(settings: Settings) -> None:
    with pytest.raises(WrongUsage, match=r"^nothing is asked"):
        main(" ;", settings)


def test_a_directory_that_is_no_store_is_left_as_it_is(tmp_path: Path) -> None:
    with pytest.raises(Unusable, match=r"^there is no store in "):
        main("SELECT 1", load(None, store={"path": tmp_path}))
    assert not list(tmp_path.iterdir())


def test_a_wrong_line_does_not_end_the_prompt(
    settings: Settings, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("SELECT 1 AS a;\n\nSELEC\nSELECT 2 AS a"))
    main(None, settings)
    said = capsys.readouterr()
    assert said.out.splitlines() == ['{"a":1}', '{"a":2}']
    assert said.err.startswith("the store does not answer that: ")
