"""ClickHouse's own clients read the store through the gateway, whatever they ask on connecting."""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import clickhouse_connect
import httpx
import pytest
import sqlalchemy
from clickhouse_connect.driver.exceptions import DatabaseError
from tests.integration.gateway_tools import TOKEN, Served, served
from tests.integration.writer_tools import alert, touchpoint, wait_until

from siloscope import wire
from siloscope.errors import WrongUsage
from siloscope.gateway.serving import gateway
from siloscope.settings import load
from siloscope.stores.inserts import Tables
from siloscope.stores.kinds import KINDS
from siloscope.stores.rows import Row

pytest.importorskip("chdb")


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served(tmp_path_factory.mktemp("read")) as store:
        yield store


@pytest.fixture
def client(store: Served) -> Iterator[Any]:
    client = clickhouse_connect.get_client(
        host="127.0.0.1", port=store.port, username="reader", password=TOKEN, database="siloscope", tz_mode="aware"
    )
    yield client
    client.close()


def test_clickhouse_connect_reads_what_the_owner_reads(store: Served, client: Any) -> None:
    for sql in (
        "SELECT * FROM v_alerts ORDER BY alert_id",
        "SELECT * FROM v_touchpoints ORDER BY touchpoint_id LIMIT 300",
        "SELECT symptom, count() AS n, max(opened_at) FROM v_alerts GROUP BY ALL",
        "SELECT 1 WHERE 0",
    ):
        assert client.query(sql).result_rows == store.client.query(sql).result_rows
    found = client.query("SELECT {a:String}, {b:Array(UInt8)}", parameters={"a": "it's\n\\ {x:Int8}", "b": [1, 2]})
    assert found.result_rows == [("it's\n\\ {x:Int8}", [1, 2])]
    with client.query_row_block_stream("SELECT * FROM v_touchpoints") as stream:
        assert sum(len(block) for block in stream) == 1_000
    assert b"alert_id" in client.raw_query("SELECT alert_id FROM v_alerts", fmt="CSVWithNames")
    assert client.command("EXISTS TABLE siloscope.v_alerts") == 1
    assert client.command("EXISTS siloscope.secret") == 0


def test_clickhouse_connect_is_told_in_one_line_what_is_refused(client: Any) -> None:
    with pytest.raises(DatabaseError, match=r"Code: 497\..* table alerts cannot be read here: ask the views v_\*"):
        client.query("SELECT * FROM alerts")
    with pytest.raises(DatabaseError, match=r"Code: 47\. .*Unknown expression identifier `nothing`"):
        client.query("SELECT nothing FROM v_alerts")


def test_what_is_misspelt_is_refused_with_the_nearest_name(store: Served) -> None:
    assert "table v_alrts cannot be read here: ask the views v_*: did you mean v_alerts?" in store.post(
        "SELECT count() FROM v_alrts"
    ).text  # fmt: skip
    assert "format CVS is not allowed: did you mean CSV?" in store.post("SELECT 1", default_format="CVS").text
    assert "v_audit" not in store.post("SELECT 1 FROM v_audti").text


def test_sqlalchemy_finds_the_views_and_their_columns(store: Served) -> None:
    engine = sqlalchemy.create_engine(f"clickhousedb://reader:{TOKEN}@127.0.0.1:{store.port}/siloscope")
    known = sqlalchemy.inspect(engine)
    assert known.get_schema_names() == ["siloscope"]
    views = known.get_view_names(schema="siloscope")
    assert "v_alerts" in views and all(name.startswith("v_") for name in views)
    assert {column["name"] for column in known.get_columns("v_alerts", schema="siloscope")} > {"symptom", "opened_at"}
    assert known.get_table_comment("v_alerts", schema="siloscope")["text"].startswith("One row per alert")
    table = sqlalchemy.Table("v_alerts", sqlalchemy.MetaData(schema="siloscope"), autoload_with=engine)
    count = sqlalchemy.select(sqlalchemy.func.count()).where(table.c.status != "retracted")
    with engine.connect() as connection:
        assert connection.execute(count).scalar() == 200
    engine.dispose()


def test_each_format_is_the_engines_own(store: Served) -> None:
    sql = "SELECT symptom, departments, opened_at FROM v_alerts ORDER BY alert_id LIMIT 3"
    for form in ("JSON", "JSONEachRow", "CSVWithNames", "Markdown", "Parquet", "ArrowStream", "RowBinary", "Native"):
        here, there = store.post(f"{sql} FORMAT {form}"), store.post(sql, default_format=form)
        assert here.headers["X-ClickHouse-Format"] == form == there.headers["X-ClickHouse-Format"]
        if form not in ("JSON", "Parquet"):  # those say when they were made
            assert here.content == there.content == store.client.raw_query(sql, fmt=form)
    assert json.loads(store.post(f"{sql} FORMAT JSON").text)["rows"] == 3
    summary = json.loads(store.post(sql).headers["X-ClickHouse-Summary"])
    assert summary["result_rows"] == "3"


@pytest.mark.parametrize(
    "expression",
    [
        "0.1 + 0.2, 18446744073709551615, -9223372036854775808, 0x1F, 1_000, 1e-320, inf, nan, -(-1), 1 - -1",
        "'it''s \\' \\n \\t \\\\ é漢🎉', $$he'll$$, 'a' LIKE '%\\\\%', 'a' || 'b'",
        "[1, NULL], (1, 'a', [NULL]), map('a', 1), [[]], tuple(), NULL, true, DATE '2020-01-01', INTERVAL 1 DAY",
        "1::Int8, CAST('1.5' AS Decimal(10, 2)), CASE WHEN 1 THEN 'x' END, 1 ? 2 : 3, EXTRACT(DAY FROM today()) > 0",
        "`a b`, `a``c`, `a\\nb` FROM (SELECT 1 AS `a b`, 2 AS `a``c`, 3 AS `a\\nb`)",
        "* EXCEPT (b) APPLY (toString) FROM (SELECT 1 AS a, 2 AS b)",
        "sum(x) OVER (ORDER BY x ROWS UNBOUNDED PRECEDING) FROM (SELECT arrayJoin([1, 2]) AS x)",
        "countIf(status = 'open'), count(DISTINCT symptom), count() FILTER (WHERE 1), quantiles(0.5)(1) FROM v_alerts",
        "symptom, count() FROM v_alerts GROUP BY symptom WITH ROLLUP ORDER BY 1, 2",
        "count() FROM v_alerts GROUP BY GROUPING SETS ((symptom), (status)) ORDER BY ALL",
        "toDate('2020-01-01') + x AS d FROM (SELECT arrayJoin([0, 2]) AS x) GROUP BY d ORDER BY d WITH FILL STEP 1",
        "a.x FROM (SELECT 1 AS x) AS a ASOF JOIN (SELECT 1 AS x, 0 AS t) AS b ON a.x = b.x AND a.x >= b.t",
        "evidence.touchpoint_id, t.evidence[1].department FROM v_alerts AS t ORDER BY alert_id LIMIT 1 WITH TIES",
        "(1, 2) IN ((1, 2)), 1 IN (SELECT 1), exists(SELECT 1), NOT 1, 1 BETWEEN 0 AND 2, arrayMap(x -> x + 1, [1])",
    ],
)
def test_what_is_written_anew_means_and_is_called_the_same(store: Served, expression: str) -> None:
    direct = store.client.raw_query(f"SELECT {expression}", fmt="TSVWithNamesAndTypes")
    assert store.post(f"SELECT {expression} FORMAT TSVWithNamesAndTypes").content == direct


def test_what_cannot_be_written_anew_is_refused_with_another_way(store: Served) -> None:
    assert "toFloat64('1e20') makes it" in store.post("SELECT 18446744073709551616").text
    assert "unhex('…') makes them" in store.post(r"SELECT '\xff'").text
    assert store.rows("SELECT toFloat64('1e20'), hex(unhex('ff'))") == [["100000000000000000000", "FF"]]


def test_describe_and_show_answer_as_a_server_does(store: Served) -> None:
    described = store.rows("DESCRIBE TABLE v_alerts")
    names = ("name", "type", "default_type", "default_expression", "comment", "codec_expression", "ttl_expression")
    there = store.client.query("DESCRIBE TABLE v_alerts")
    assert there.column_names == names
    assert [(row[0], row[4]) for row in described] == [(row[0], row[4]) for row in there.result_rows]
    assert store.rows("DESC `siloscope`.`v_alerts` -- and no more\n") == described
    assert store.rows("DESCRIBE (SELECT 1 AS a, 'x' AS b) FORMAT JSONCompactStringsEachRow")[0][:2] == ["a", "UInt8"]
    assert store.rows("SHOW CREATE VIEW v_alerts")[0][0].startswith("CREATE VIEW siloscope.v_alerts")
    assert len(store.rows("SHOW COLUMNS FROM v_alerts")) == len(described)
    assert store.rows("EXISTS v_alerts") == [["1"]]
    assert store.rows("EXISTS VIEW siloscope.alerts") == store.rows("EXISTS DATABASE default") == [["0"]]


def test_clickhouse_go_hears_that_blocks_are_of_revision_0(store: Served) -> None:
    asked = "SELECT displayName(), version(), revision(), timezone()"
    new = store.post(asked, default_format="Native", client_protocol_version=54_460).content
    old = store.post(asked, default_format="Native").content
    assert new.startswith(b"\x01\x00\x02\xff\xff\xff\xff\x00\x04\x01") and old.startswith(b"\x04\x01")
    assert b"revision()\x06UInt32\x00\x00\x00\x00\x00" in new


def test_what_a_view_holds_is_seen_at_once_and_so_is_a_new_view(store: Served) -> None:
    kind = KINDS["siloscope.alerts"]
    before = int(store.rows("SELECT count() FROM v_alerts")[0][0])
    record = kind.decode(wire.encode("alert", alert(900)))
    Tables(store.client, [kind.table]).insert(kind.table, kind.parts([Row(record, 0, 900)]), "one more")
    assert store.rows("SELECT count() FROM v_alerts") == [[str(before + 1)]]
    time.sleep(1)
    store.client.command("CREATE VIEW v_new AS SELECT 7 AS seven")
    assert store.rows("SELECT seven FROM v_new") == [["7"]]
    store.client.command("DROP VIEW v_new")
    store.client.command("ALTER TABLE alerts_current DELETE WHERE alert_id = '" + alert(900)["alert_id"] + "'")


LONG = "SELECT count() FROM v_touchpoints a, v_touchpoints b, v_touchpoints c, v_touchpoints d"


def _running(store: Served) -> int:
    found = store.client.query("SELECT count() FROM system.processes WHERE Settings['log_comment'] LIKE 'gateway-%'")
    return int(found.result_rows[0][0])


def test_a_query_ends_when_its_client_goes_away(store: Served) -> None:
    with pytest.raises(httpx.ReadTimeout):
        httpx.post(store.url, content=LONG, auth=("reader", TOKEN), timeout=1)
    wait_until(lambda: _running(store) == 0, 20)  # it might take 30


def test_dashboards_that_ask_too_much_do_not_hold_up_the_writer(store: Served) -> None:
    kind = KINDS["touchpoints"]
    columns = kind.columns(
        [Row(kind.decode(wire.encode("touchpoint", touchpoint(number % 1_000))), 0, number) for number in range(2_000)]
    )
    tables = Tables(store.client, [kind.table])

    def slowest() -> float:
        taken = []
        for number in range(5):
            began = time.monotonic()
            tables.insert(kind.table, [columns], f"again {number} {began}")
            taken.append(time.monotonic() - began)
        return max(taken)

    alone = slowest()
    askers = [threading.Thread(target=store.post, args=(LONG,), kwargs={"max_execution_time": "3"}) for _ in range(6)]
    for asker in askers:
        asker.start()
    wait_until(lambda: _running(store) >= 2, 20)
    beside = slowest()
    assert beside < 20 * alone + 2, f"{alone:.2f} s alone, {beside:.2f} s beside {len(askers)} queries"
    for asker in askers:
        asker.join(60)


def test_the_writer_goes_on_without_a_gateway_when_its_port_is_taken(
    store: Served, caplog: pytest.LogCaptureFixture
) -> None:
    own = store.settings.gateway.model_copy(update={"port": store.port})
    taken = store.settings.model_copy(update={"gateway": own})
    with gateway(taken) as url:
        assert url is None
    assert "cannot listen on 127.0.0.1" in caplog.text and "set gateway.port" in caplog.text
    with gateway(load(None, gateway={"port": "off"})) as url:
        assert url is None


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"host": "0.0.0.0"}, "gateway: host 0.0.0.0 lets other machines in: give a token"),
        ({"token": "short"}, "gateway.token: .*16"),
        ({"port": 70_000}, "gateway.port = 70000"),
    ],
)
def test_settings_that_let_too_many_in_are_refused(given: dict[str, Any], said: str) -> None:
    with pytest.raises(WrongUsage, match=said) as refused:
        load(None, gateway=given)
    assert "short" not in str(refused.value).replace("shorter", "")


def _questions() -> list[str]:
    """Every SQL that the docs show."""
    found: list[str] = []
    for page in sorted((Path(__file__).parents[2] / "docs").glob("*.md")):
        for block in re.findall(r"```sql\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL):
            found += [sql.strip() for sql in re.split(r";\s*$", block, flags=re.MULTILINE) if sql.strip()]
    return found


def test_every_question_of_the_docs_is_answered(store: Served) -> None:
    asked = _questions()
    assert len(asked) > 25
    said = {sql: response.text for sql in asked if (response := store.post(sql)).status_code != 200}
    assert said == {}


def test_a_mistake_of_its_own_is_answered_in_one_line_and_costs_no_session(
    store: Served, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: Any, **__: Any) -> Any:
        raise ValueError("the engine speaks in tongues")

    for _ in range(store.settings.gateway.queries + 1):
        with monkeypatch.context() as patched:
            patched.setattr("siloscope.gateway.asking.planned", broken)
            response = store.post("SELECT 1")
        assert response.status_code == 500
        assert response.text.count("\n") == 1 and "tongues" not in response.text
    assert "ValueError: the engine speaks in tongues" in caplog.text
    assert store.rows("SELECT 1") == [["1"]]
