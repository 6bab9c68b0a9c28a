"""What is no answer of the store makes no row a bad one, and stores nothing."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.faults.proxy import Exchange, Proxy, page
from tests.integration.clickhouse_over_http import PASSWORD, Server
from tests.integration.writer_tools import touchpoint

from siloscope.settings import Settings, load
from siloscope.stores.client import Away, opened
from siloscope.stores.inserts import Tables
from siloscope.stores.kinds import KINDS
from siloscope.stores.meaning import NoAnswer, meaning_of
from siloscope.stores.migrations import bring_up
from siloscope.stores.rows import Row
from siloscope.stores.writer import ready_tables

pytest.importorskip("chdb")


@pytest.fixture(scope="module")
def proxy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxy]:
    with opened(load(None, store={"path": tmp_path_factory.mktemp("store") / "chdb"})) as client:
        server = Server(client)
        server.start()
        proxy = Proxy(int(server.url.rsplit(":")[-1]))
        with opened(settings_of(proxy)) as through:
            bring_up(through, settings_of(proxy))
        yield proxy
        proxy.refuse()
        server.stop()


def settings_of(proxy: Proxy) -> Settings:
    return load(None, store={"url": proxy.url, "username": "writer", "password": PASSWORD})


def insert(tables: Tables, number: int, **changed: object) -> None:
    columns = KINDS["touchpoints"].columns([Row(touchpoint(number), 0, number)])
    tables.insert("touchpoints", [columns | {name: [value] for name, value in changed.items()}], f"token {number}")


@pytest.mark.parametrize(
    "answer",
    [
        page(200, b"<html>Please log in</html>"),
        page(200, b"", "X-ClickHouse-Summary: [1]\r\n"),
        page(301, b"", "Location: http://[::bad/\r\n"),
    ],
    ids=["somebody else's page", "a summary that is none", "a bad redirect"],
)
def test_an_answer_that_is_none_is_asked_for_again(proxy: Proxy, answer: bytes) -> None:
    def instead(exchange: Exchange) -> None:
        exchange.answer(answer)

    with opened(settings_of(proxy)) as client:
        tables = Tables(client, ["touchpoints"])
        with proxy.having(instead), pytest.raises(NoAnswer) as raised:
            insert(tables, 1)
        assert meaning_of(raised.value) == "again"
        insert(tables, 1)
        assert client.command("SELECT count() FROM v_touchpoints WHERE touchpoint_id = 'test:0000001'") == 1


def test_a_value_that_does_not_fit_its_column_is_still_a_bad_row(proxy: Proxy) -> None:
    with opened(settings_of(proxy)) as client, pytest.raises(Exception) as raised:
        insert(Tables(client, ["touchpoints"]), 2, kafka_offset=-1)
    assert meaning_of(raised.value) == "row"


def test_a_store_that_goes_away_while_the_writer_starts_is_waited_for(proxy: Proxy) -> None:
    with opened(settings_of(proxy)) as client:
        proxy.refuse()
        try:
            with pytest.raises(Away, match=r"^no store answers at http"):
                ready_tables(client, settings_of(proxy))
        finally:
            proxy.listen()


@pytest.mark.parametrize("code", [241, 202, 159])
def test_a_store_that_is_too_busy_when_the_writer_starts_is_waited_for(proxy: Proxy, code: int) -> None:
    busy = page(500, b"Code: %d. DB::Exception: too much" % code, f"X-ClickHouse-Exception-Code: {code}\r\n")
    with (
        opened(settings_of(proxy)) as client,
        proxy.having(lambda exchange: exchange.answer(busy), everything=True),
        pytest.raises(Away, match=rf"^the store at http\S+ cannot answer now: Code: {code}\. "),
    ):
        ready_tables(client, settings_of(proxy))
