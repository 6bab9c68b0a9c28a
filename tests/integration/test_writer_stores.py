"""The writer puts every record into the store once, whatever the store and Kafka do meanwhile."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from typing import Any

import pytest
from clickhouse_connect.driver.exceptions import OperationalError
from tests.integration.writer_tools import (
    action,
    alert,
    dead_letter,
    fresh_topics,
    produce,
    touchpoint,
    touchpoints,
    wait_until,
    warning,
)

from siloscope import wire
from siloscope.agents.connection import for_confluent
from siloscope.errors import Unusable
from siloscope.ops.broker import Broker
from siloscope.settings import Settings, load
from siloscope.stores.client import opened
from siloscope.stores.inserts import Tables
from siloscope.stores.letters import Letters
from siloscope.stores.member import Member
from siloscope.stores.migrations import bring_up
from siloscope.stores.rows import Columns
from siloscope.stores.writer import lag
from siloscope.web.access import NOBODY, Person, report
from siloscope.web.access.audit import Audit, ToKafka

pytest.importorskip("chdb")

TABLES = ["touchpoints", "alerts", "warnings", "actions", "audit", "dead_letters"]


class Crash(BaseException):
    """The process ends here, as far as a test can do that to itself."""


class Store:
    """The real store with faults: `before` and `after` are called with the count of inserts so far."""

    def __init__(self, tables: Tables) -> None:
        self.tables = tables
        self.count = 0
        self.before: Callable[[int], None] = lambda count: None
        self.after: Callable[[int], None] = lambda count: None

    def insert(self, table: str, parts: Iterable[Columns], token: str) -> None:
        self.count += 1
        self.before(self.count)
        self.tables.insert(table, parts, token)
        self.after(self.count)


class Rig:
    """Topics and a store of their own; writers of the tests run in threads."""

    def __init__(self, settings: Settings, client: Any) -> None:
        self.settings = settings
        self.client = client
        self.address = settings.bootstrap_servers
        self.store = Store(Tables(client, TABLES))

    def write(self, kind: type[Member] = Member, total: int = 0) -> None:
        """Run one writer until everything is stored, and `total` touchpoints at least, or it ends by itself."""
        stop = threading.Event()
        raised: list[BaseException] = []

        def work() -> None:
            try:
                kind(self.settings, self.store, Letters(for_confluent(self.settings)), stop).run()
            except BaseException as error:  # noqa: BLE001  # a Crash too is for the test to see
                raised.append(error)

        thread = threading.Thread(target=work)
        thread.start()
        try:
            wait_until(
                lambda: (
                    not thread.is_alive()
                    or ((not total or self.count("touchpoints") >= total) and lag(self.settings) == 0)
                ),
                120,
            )
        finally:
            stop.set()
            thread.join(30)
        for error in raised:
            raise error

    def count(self, table: str) -> int:
        return int(self.client.command(f"SELECT count() FROM {table}"))

    def touchpoints(self) -> list[int]:
        rows = self.client.query("SELECT touchpoint_id FROM v_touchpoints ORDER BY touchpoint_id").result_rows
        return [int(row[0].removeprefix("test:")) for row in rows]


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    with opened(load(None, store={"path": tmp_path_factory.mktemp("store") / "chdb"})) as client:
        yield client


def made_rig(broker: Broker, client: Any, name: str) -> Rig:
    """Topics, a consumer group and a database of their own."""
    client.database = name
    # The store of these tests is handed to the writer; that the settings name a server makes its membership plain.
    settings = load(
        None,
        bootstrap_servers=broker.address,
        group_id=name,
        partitions=2,
        session_timeout=6,
        store={"url": "http://unused:1"},
    )
    fresh_topics(settings)
    bring_up(client, settings.model_copy(update={"database": name}))
    client.command(f"SYSTEM STOP MERGES {name}.touchpoints")  # they would tidy up what was stored twice
    return Rig(settings, client)


@pytest.fixture
def rig(broker: Broker, client: Any, request: pytest.FixtureRequest) -> Rig:
    return made_rig(broker, client, request.node.name[5:60])


def test_each_topic_fills_its_table_and_views(rig: Rig) -> None:
    produce(rig.address, "touchpoints", [b'{"clock": 1767225600000}', b"no touchpoint", b""])
    touchpoints(rig.address, [0, 1, 2, 20, 1])
    told = [alert(1), alert(2), alert(1, 2), alert(1, 3), alert(1, 2) | {"detected_at": 9}]
    produce(rig.address, "siloscope.alerts", [wire.encode("alert", each) for each in told], 1)
    produce(rig.address, "siloscope.alerts", [b"no alert"], 1)
    produce(
        rig.address, "siloscope.warnings", [wire.encode("warning", each) for each in (warning(1, 2), warning(1))], 1
    )
    produce(rig.address, "siloscope.actions", [wire.encode("action", action(1))] * 2 + [b"no action"], 1)
    produce(rig.address, "siloscope.dead-letters", [wire.encode("dead_letter", dead_letter(7))] * 2 + [b"none"], 1)
    rig.write()
    query = rig.client.query
    assert rig.count("touchpoints") == 5
    assert rig.touchpoints() == [0, 1, 2, 20]
    found = query(
        "SELECT customer_id, claims, amount, amount_value FROM v_touchpoints WHERE touchpoint_id = 'test:0000020'"
    )
    assert found.result_rows == [("customer-20", {"price.pro": "20 EUR"}, "20.50", Decimal("20.5"))]
    assert query("SELECT alert_id, revision, status FROM v_alerts ORDER BY alert_id").result_rows == [
        ("2026-02-000001", 3, "resolved"),
        ("2026-03-000002", 1, "open"),
    ]
    assert query("SELECT alert_id, revision FROM v_alert_revisions ORDER BY ALL").result_rows == [
        ("2026-02-000001", 1),
        ("2026-02-000001", 2),
        ("2026-02-000001", 3),
        ("2026-03-000002", 1),
    ]
    assert query("SELECT evidence.touchpoint_id FROM v_alerts WHERE alert_id = '2026-03-000002'").result_rows == [
        (["test:0000002"],)
    ]
    assert query("SELECT warning_id, status, brief.open_cases FROM v_warnings").result_rows == [
        ("w-1", "accepted", ["case:1"])
    ]
    assert query("SELECT action_id, kind, value FROM v_actions").result_rows == [("a-1", "feedback", "useful")]
    letters = "SELECT dead_letter_id, hex(value), reason FROM v_dead_letters ORDER BY ALL"
    wait_until(lambda: rig.write() or rig.count("v_dead_letters") == 3)
    assert query(letters).result_rows == [
        ("siloscope.actions/0/2", b"no action".hex().upper(), "undecodable"),
        ("siloscope.alerts/0/5", b"no alert".hex().upper(), "undecodable"),
        ("touchpoints/0/7", "00FF", "undecodable"),
    ]


def test_who_reads_what_a_customer_wrote_at_the_board_is_in_the_audits_view(
    rig: Rig, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    audit = Audit(ToKafka(rig.settings))

    async def reads() -> None:
        await audit.read(Person("lea", frozenset(), frozenset(), "u-7"), "c-1", "journey")
        audit.note("refused", NOBODY, way="oidc", reason="in no group", address="192.0.2.7")
        await audit.close()

    asyncio.run(reads())
    report.main(rig.settings, None, None, 1)
    assert "in no group 192.0.2.7" in " ".join(capsys.readouterr().out.split())
    report.main(rig.settings, "c-1", "lea", 1)
    shown = capsys.readouterr().out
    assert "lea (u-7)" in shown and "nobody" not in shown
    rig.write()
    named = "kind, actor, actor_id, customer_id, place, reason, address"
    assert rig.client.query(f"SELECT {named} FROM v_audit ORDER BY kind").result_rows == [
        ("read_text", "lea", "u-7", "c-1", "journey", "", ""),
        ("refused", "nobody", "", "", "oidc", "in no group", "192.0.2.7"),
    ]


def test_a_lost_answer_stores_nothing_twice(rig: Rig) -> None:
    def lose(count: int) -> None:
        if count % 2:
            raise OperationalError("the connection was closed")

    rig.store.after = lose
    touchpoints(rig.address, range(3_000))
    produce(rig.address, "siloscope.alerts", [wire.encode("alert", alert(number)) for number in range(100)])
    rig.write()
    assert rig.count("touchpoints") == 3_000
    assert rig.count("alerts") == rig.count("alerts_current") == 100


class CommitsFirst(Member):
    """A known bug: what was read is committed before the store has answered."""

    def _store(self, backlog: Any, batch: Any) -> None:
        backlog.stored = batch.last + 1
        self._commit_stored([backlog])
        super()._store(backlog, batch)


class PlansNothing(Member):
    """A known bug: a batch is cut anew after a crash."""

    def _plan(self, due: Any) -> bool:
        return True


def crashes(rig: Rig, kind: type[Member]) -> None:
    """Store 10,000 touchpoints, with crashes before and after some inserts; after each there is more to read."""

    def crash(*at: int) -> Callable[[int], None]:
        def fault(count: int) -> None:
            if count in at:
                raise Crash

        return fault

    crashed = 0
    rig.store.before, rig.store.after = crash(2), crash(3, 5)
    for start in range(0, 10_000, 2_500):
        touchpoints(rig.address, range(start, start + 2_500))
        try:
            rig.write(kind)
        except Crash:
            crashed += 1
    rig.write(kind)
    assert crashed == 3


def test_a_crash_before_or_after_an_insert_loses_and_doubles_nothing(rig: Rig) -> None:
    crashes(rig, Member)
    assert rig.touchpoints() == list(range(10_000))
    assert rig.count("touchpoints") == 10_000


def test_committing_before_the_answer_would_be_found_out(rig: Rig) -> None:
    crashes(rig, CommitsFirst)
    assert len(rig.touchpoints()) < 10_000


def test_cutting_anew_after_a_crash_would_be_found_out(rig: Rig) -> None:
    crashes(rig, PlansNothing)
    assert rig.touchpoints() == list(range(10_000))
    assert rig.count("touchpoints") > 10_000


def test_a_store_that_is_away_is_waited_for_and_nothing_piles_up(rig: Rig) -> None:
    away = threading.Event()
    away.set()
    waiting: list[int] = []

    def refuse(count: int) -> None:
        if away.is_set():
            waiting.append(sum(map(len, members[0]._backlogs.values())))
            if len(waiting) == 3:
                away.clear()
            raise OperationalError("nobody listens")

    class Seen(Member):
        def __init__(self, *given: Any) -> None:
            super().__init__(*given)
            members.append(self)

    members: list[Member] = []
    rig.store.before = refuse
    touchpoints(rig.address, range(4_000))
    filling = threading.Thread(target=lambda: touchpoints(rig.address, range(4_000, 60_000)))
    filling.start()
    rig.write(Seen)
    filling.join()
    rig.write()
    assert waiting[1] == waiting[2], "records were read while the store was away"
    assert rig.touchpoints() == list(range(60_000))
    assert rig.count("touchpoints") == 60_000


def test_a_row_the_store_refuses_becomes_a_dead_letter_and_the_rest_is_stored(rig: Rig) -> None:
    rig.client.command(
        "ALTER TABLE touchpoints ADD CONSTRAINT none CHECK touchpoint_id NOT IN ('test:0000017', 'test:0000400')"
    )
    touchpoints(rig.address, range(500))
    rig.write()
    assert rig.touchpoints() == [number for number in range(500) if number not in (17, 400)]
    rig.write()
    refused = rig.client.query("SELECT value, reason, message FROM v_dead_letters ORDER BY value").result_rows
    wanted = {wire.encode("touchpoint", touchpoint(number)).hex() for number in (17, 400)}
    values = rig.client.query("SELECT lower(hex(value)) FROM v_dead_letters").result_rows
    assert {row[0] for row in values} == wanted
    assert all(reason == "impossible" and "the store refuses it" in message for _, reason, message in refused)


def test_a_missing_table_ends_the_writer_with_one_line_and_loses_nothing(rig: Rig) -> None:
    rig.client.command("RENAME TABLE touchpoints TO aside")
    touchpoints(rig.address, range(10))
    with pytest.raises(Unusable, match=r"^the store does not take touchpoints: ") as raised:
        rig.write()
    assert "\n" not in str(raised.value)
    rig.client.command("RENAME TABLE aside TO touchpoints")
    rig.write()
    assert rig.touchpoints() == list(range(10))


def test_a_second_writer_takes_over_partitions_and_gives_them_back(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("siloscope.stores.member.SILENT_SECONDS", 0.0)  # look after the group before every insert
    stop = threading.Event()
    second = Member(rig.settings, rig.store, Letters(for_confluent(rig.settings)), stop)
    helping = threading.Thread(target=second.run)
    touchpoints(rig.address, range(5_000))
    writing = threading.Thread(target=rig.write)
    writing.start()
    helping.start()
    touchpoints(rig.address, range(5_000, 20_000))
    wait_until(lambda: len(second._backlogs) > 0)
    stop.set()
    touchpoints(rig.address, range(20_000, 25_000))
    helping.join(30)
    writing.join(60)
    rig.write()
    assert rig.touchpoints() == list(range(25_000))
    assert rig.count("touchpoints") == 25_000


def test_a_broker_that_is_killed_and_comes_back_is_waited_for(own_broker: Broker, client: Any) -> None:
    rig = made_rig(own_broker, client, "broker_restart")
    touchpoints(rig.address, range(4_000))
    writing = threading.Thread(target=rig.write, kwargs={"total": 8_000})
    writing.start()
    wait_until(lambda: rig.count("touchpoints") > 0)
    own_broker.kill9()
    time.sleep(2)
    own_broker.start()
    touchpoints(rig.address, range(4_000, 8_000))
    writing.join(90)
    rig.write()
    assert rig.touchpoints() == list(range(8_000))
    assert rig.count("touchpoints") == 8_000


def test_of_two_embedded_stores_in_one_group_the_first_ends_with_one_line(rig: Rig) -> None:
    settings = rig.settings.model_copy(update={"store": rig.settings.store.model_copy(update={"url": None})})
    said: list[str] = []
    stop = threading.Event()

    def work() -> None:
        try:
            Member(settings, rig.store, Letters(for_confluent(settings)), stop).run()
        except Unusable as error:
            said.append(str(error))

    threads = [threading.Thread(target=work) for _ in range(2)]
    touchpoints(rig.address, range(10))
    for thread, numbers in zip(threads, (range(10), range(10, 20)), strict=True):
        thread.start()
        touchpoints(rig.address, numbers)
        wait_until(lambda: lag(settings) == 0)
    wait_until(lambda: bool(said))
    stop.set()
    for thread in threads:
        thread.join(30)
    assert [line.split(":")[0] for line in said] == ["another writer with an embedded store reads for this group"]
    assert rig.touchpoints() == list(range(20))
