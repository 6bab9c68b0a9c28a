"""The prompt on the store answers with rows, and says in one line what it cannot answer."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator

import pytest

from siloscope.errors import Unusable
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


def test_a_wrong_line_does_not_end_the_prompt(
    settings: Settings, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("SELECT 1 AS a;\n\nSELEC\nSELECT 2 AS a"))
    main(None, settings)
    said = capsys.readouterr()
    assert said.out.splitlines() == ['{"a":1}', '{"a":2}']
    assert said.err.startswith("the store does not answer that: ")
