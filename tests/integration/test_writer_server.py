"""The writer with a server: over HTTP, with a user, with answers that are lost and a server that goes and comes."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from tests.integration.clickhouse_over_http import PASSWORD, Server
from tests.integration.writer_tools import fresh_topics, touchpoints, wait_until

from siloscope.agents.connection import for_confluent
from siloscope.errors import Unusable
from siloscope.ops import metrics
from siloscope.ops.broker import Broker
from siloscope.settings import Settings, load
from siloscope.stores.client import opened
from siloscope.stores.inserts import Tables
from siloscope.stores.kinds import KINDS
from siloscope.stores.letters import Letters
from siloscope.stores.member import Member
from siloscope.stores.migrations import migrate, read_migrations
from siloscope.stores.reading import query
from siloscope.stores.writer import lag

pytest.importorskip("chdb")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with opened(load(None, store={"path": tmp_path_factory.mktemp("store") / "chdb"})) as client:
        server = Server(client)
        server.start()
        yield server
        server.stop()


@pytest.fixture
def settings(server: Server, request: pytest.FixtureRequest) -> Settings:
    name = request.node.name[5:60]
    store = {"url": server.url, "username": "writer", "password": PASSWORD}
    return load(None, group_id=name, database=name, partitions=2, session_timeout=6, store=store)


def test_a_server_is_migrated_and_asked_over_http(settings: Settings) -> None:
    assert migrate(settings, dry_run=True) == read_migrations()
    assert migrate(settings) == read_migrations()
    assert migrate(settings) == []
    assert query(settings, "SELECT count() FROM v_alerts WHERE symptom = {name:String}", {"name": "x"}) == [(0,)]


def test_a_wrong_password_is_said_in_one_line_without_the_password(settings: Settings) -> None:
    store = settings.store.model_copy(update={"password": None})
    with pytest.raises(Unusable, match=r"^the store at http\S+ refuses user writer: correct store\.username"):
        migrate(settings.model_copy(update={"store": store}))
    assert PASSWORD not in repr(settings)


def test_what_the_store_cannot_answer_is_said_in_one_line(settings: Settings) -> None:
    migrate(settings)
    with pytest.raises(Unusable, match=r"^the store does not answer that: Code: 60\. .*nowhere") as raised:
        query(settings, "SELECT * FROM nowhere")
    assert "\n" not in str(raised.value)


def test_lost_answers_and_an_absent_server_lose_and_double_nothing(
    server: Server, settings: Settings, broker: Broker
) -> None:
    settings = settings.model_copy(update={"bootstrap_servers": broker.address})
    fresh_topics(settings)
    migrate(settings)
    server.client.command(f"SYSTEM STOP MERGES {settings.database}.touchpoints")
    touchpoints(broker.address, range(2_000))
    stop = threading.Event()
    retried = metrics.WRITER_RETRIES.labels("touchpoints")._value
    server.unanswered = 3
    with opened(settings) as client:
        member = Member(
            settings, Tables(client, [kind.table for kind in KINDS.values()]), Letters(for_confluent(settings)), stop
        )
        writing = threading.Thread(target=member.run)
        writing.start()
        wait_until(lambda: server.unanswered == 0)
        server.stop()
        touchpoints(broker.address, range(2_000, 6_000))
        before = retried.get()
        wait_until(lambda: retried.get() > before)
        server.start()
        wait_until(lambda: lag(settings) == 0)
        stop.set()
        writing.join(30)
    assert query(settings, "SELECT count(), uniqExact(touchpoint_id) FROM touchpoints") == [(6_000, 6_000)]
    assert server.settings_seen["async_insert"] == "0"
    assert server.settings_seen["insert_deduplication_token"].startswith("touchpoints:")
