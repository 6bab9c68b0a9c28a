"""Nobody gets past the gateway's allow-list: what is tried here is refused before any of it is run."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.integration.gateway_tools import CANARY, TOKEN, Served, served

pytest.importorskip("chdb")


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served(tmp_path_factory.mktemp("attacked"), seconds=5, megabytes=20) as store:
        before = _state(store)
        yield store
        assert _state(store) == before
        assert store.rows("SELECT count() FROM v_alerts") == [["200"]]


def _state(store: Served) -> tuple[object, ...]:
    """What there is in the store, and the files around it."""
    there = store.client.query(
        "SELECT name, engine, create_table_query, total_rows FROM system.tables"
        " WHERE database NOT IN ('system', 'INFORMATION_SCHEMA', 'information_schema') ORDER BY database, name"
    ).result_rows
    databases = store.client.query("SELECT name FROM system.databases ORDER BY name").result_rows
    functions = store.client.query("SELECT count() FROM system.functions").result_rows
    files = sorted(path.name for path in store.directory.iterdir())
    return list(there), list(databases), list(functions), files, (store.directory / "canary.txt").read_text()


TABLES = [
    "SELECT * FROM v_audit",  # for the auditor alone
    "SELECT count() FROM siloscope.`v_audit`",
    "DESCRIBE v_audit",
    "SELECT * FROM secret",
    "SELECT * FROM siloscope.secret",
    "SELECT * FROM `siloscope` . `secret`",
    'SELECT * FROM "secret"',
    "SELECT * FROM `siloscope.secret`",
    "SELECT * FROM/**/secret",
    "FROM secret SELECT *",
    "SELECT * FROM secret AS v_alerts",
    "SELECT * FROM v_alerts, secret",
    "SELECT word FROM v_alerts CROSS JOIN secret",
    "SELECT * FROM v_alerts UNION ALL SELECT * FROM secret",
    "SELECT 1 INTERSECT SELECT count() FROM secret",
    "SELECT 1 EXCEPT SELECT count() FROM secret",
    "SELECT (SELECT word FROM secret)",
    "SELECT * FROM (SELECT * FROM (SELECT * FROM secret))",
    "SELECT count() FROM v_alerts WHERE EXISTS (SELECT * FROM secret)",
    f"SELECT '{CANARY}' IN secret",
    f"SELECT '{CANARY}' IN siloscope.secret",
    f"SELECT '{CANARY}' NOT IN (secret)",
    f"SELECT in('{CANARY}', secret)",
    f"SELECT IN('{CANARY}', secret)",
    f"SELECT '{CANARY}' GLOBAL IN secret",
    f"SELECT notNullIn('{CANARY}', siloscope.secret)",
    f"SELECT inIgnoreSet('{CANARY}', secret)",
    f"SELECT arrayMap(x -> x IN secret, ['{CANARY}'])",
    f"WITH secret AS t SELECT '{CANARY}' IN t",
    "WITH secret AS t SELECT * FROM t",
    "SELECT exists(secret)",
    "SELECT 1 = ANY (SELECT count() FROM secret)",
    "SELECT 1 FROM v_alerts ARRAY JOIN secret",
    "SELECT 1 FROM v_alerts JOIN v_warnings USING (customer_id) SEMI LEFT JOIN secret ON 1 = 1",
    "SELECT tuple(1, 2) IN tuple(secret, secret)",
    "SELECT 1 IN (v_alerts, secret)",
    "SELECT * FROM v_alerts PASTE JOIN secret",
    "SELECT * FROM v_alerts UNION DISTINCT (SELECT * FROM (SELECT 1) WHERE 1 IN (SELECT * FROM secret))",
    "WITH secret AS (SELECT 1) SELECT * FROM secret",
    "SELECT * FROM (WITH secret AS (SELECT 1) SELECT 1) AS a, secret",
    "WITH x AS (SELECT * FROM secret) SELECT * FROM x",
    "WITH RECURSIVE x AS (SELECT word FROM secret UNION ALL SELECT word FROM x) SELECT * FROM x",
    "WITH (SELECT word FROM secret) AS word SELECT word",
    "SELECT 1 FROM v_alerts ORDER BY (SELECT word FROM secret)",
    "SELECT 1 FROM v_alerts LIMIT (SELECT count() FROM secret)",
    "SELECT sum(1) OVER (ORDER BY (SELECT word FROM secret)) FROM v_alerts",
    "SELECT count() FROM v_alerts QUALIFY (SELECT 1 FROM secret) = 1",
    "SELECT * REPLACE ((SELECT word FROM secret) AS title) FROM v_alerts",
    "SELECT * FROM v_alerts SAMPLE (SELECT 1 FROM secret)",
    "SELECT alerts.* FROM alerts",
    "SELECT * FROM touchpoints FINAL",
    "SELECT * FROM v_alerts(x = 1)",
    "SELECT * FROM v_alerts STREAM",
    "SELECT joinGet('siloscope.secret', 'word', 1)",
    "SELECT dictGet('secret', 'word', 1)",
    "SELECT hasColumnInTable('siloscope', 'secret', 'word')",
    "SELECT * FROM {t:Identifier}",
    "SELECT 1 IN {t:Identifier}",
    "SELECT {t:Identifier}.word",
    "SELECT * FROM system.parts",
    "SELECT * FROM system.query_log",
    "SELECT * FROM system.processes",
    "SELECT * FROM system.disks",
    "SELECT * FROM system.users",
    "SELECT * FROM system.numbers LIMIT 1",
    "SELECT * FROM INFORMATION_SCHEMA.TABLES",
    "SELECT * FROM default.secret",
    "SELECT * FROM `/etc/passwd`",
    "SELECT * FROM '/etc/passwd'",
    "SELECT * FROM (WITH `/etc/passwd` AS (SELECT 1) SELECT 1) AS a, `/etc/passwd`",
]
TABLE_FUNCTIONS = [
    f"SELECT * FROM {function}"
    for function in (
        "file('canary.txt', 'LineAsString')", "file('/etc/passwd', 'LineAsString', 'x String')",
        "url('http://127.0.0.1:1/', 'CSV', 'x String')", "remote('127.0.0.1', siloscope.secret)",
        "remoteSecure('127.0.0.1', siloscope, secret)", "cluster('default', siloscope.secret)",
        "merge('siloscope', 'secret')", "merge('^secret$')", "loop(secret)", "view(SELECT * FROM secret)",
        "viewIfPermitted(SELECT * FROM secret ELSE null('word String'))", "mergeTreeIndex(siloscope, secret)",
        "mergeTreeProjection(siloscope, secret, p)", "executable('id', 'TSV', 'x String')", "s3('http://127.0.0.1:1/x')",
        "mysql('127.0.0.1:1', 'a', 'b', 'c', 'd')", "postgresql('127.0.0.1:1', 'a', 'b', 'c', 'd')",
        "sqlite('/tmp/x.db', 't')", "mongodb('127.0.0.1:1', 'a', 'b', 'c', 'd', 'x String')", "numbers(10)",
        "generateRandom('x String')", "values('x String', 'a')", "dictionary('secret')", "input('x String')",
        "Python(secret)", "fuzzJSON('x')", "deltaLake('/tmp')", "iceberg('/tmp')", "hdfs('hdfs://127.0.0.1:1/x')",
        "(EXPLAIN SELECT 1)", "viewExplain('EXPLAIN', '', (SELECT 1))", "format(LineAsString, 'x')", "zeros(5)",
    )
]  # fmt: skip
STATEMENTS = [
    "DROP TABLE secret",
    "DROP VIEW v_alerts",
    "DROP DATABASE siloscope",
    "TRUNCATE TABLE secret",
    "INSERT INTO secret VALUES ('x')",
    "INSERT INTO secret SELECT 'x'",
    "INSERT INTO FUNCTION file('out.csv', 'CSV', 'x String') SELECT 'x'",
    "INSERT INTO secret FROM INFILE 'canary.txt' FORMAT LineAsString",
    "CREATE TABLE x (a Int8) ENGINE = Memory",
    "CREATE TEMPORARY TABLE v_x AS SELECT * FROM secret",
    "CREATE VIEW v_x AS SELECT * FROM secret",
    "CREATE OR REPLACE VIEW v_alerts AS SELECT * FROM secret",
    "CREATE FUNCTION f AS x -> x",
    "CREATE DICTIONARY d (a String) PRIMARY KEY a SOURCE(FILE(path '/etc/passwd' format 'TSV')) LAYOUT(FLAT())",
    "CREATE NAMED COLLECTION c AS a = 1",
    "ALTER TABLE secret DELETE WHERE 1",
    "DELETE FROM secret WHERE 1",
    "UPDATE secret SET word = 'x' WHERE 1",
    "RENAME TABLE secret TO v_secret",
    "EXCHANGE TABLES secret AND alerts",
    "ATTACH TABLE x (a Int8) ENGINE = File(CSV)",
    "DETACH TABLE secret",
    "OPTIMIZE TABLE secret FINAL",
    "CHECK TABLE secret",
    "BACKUP TABLE secret TO File('backup')",
    "RESTORE TABLE secret FROM File('backup')",
    "SYSTEM SHUTDOWN",
    "SYSTEM STOP MERGES",
    "SYSTEM FLUSH LOGS",
    "KILL QUERY WHERE 1",
    "GRANT ALL ON *.* TO reader",
    "SET readonly = 0",
    "SET additional_table_filters = {}",
    "USE system",
    "EXPLAIN AST SELECT 1",
    "EXPLAIN SELECT * FROM secret",
    "EXPLAIN ESTIMATE SELECT * FROM secret",
    "EXECUTE AS default SELECT 1",
    "BEGIN TRANSACTION",
    "WATCH v_alerts",
    "SELECT 1 PARALLEL WITH SELECT 2",
    "DESCRIBE TABLE secret",
    "DESCRIBE file('canary.txt')",
    "DESC (SELECT * FROM secret)",
    "DESCRIBE TABLE (SELECT * FROM file('canary.txt', 'LineAsString'))",
    "DESCRIBE TABLE v_alerts INTO OUTFILE 'x'",
    "SHOW CREATE TABLE secret",
    "SHOW CREATE DATABASE siloscope",
    "SHOW COLUMNS FROM secret",
    "SHOW COLUMNS FROM processes FROM system",
    "SHOW INDEX FROM secret",
    "SHOW TABLES FROM system",
    "SHOW TABLES WHERE (SELECT word FROM secret) = 'x'",
    "SHOW DICTIONARIES",
    "SHOW PROCESSLIST",
    "SHOW CLUSTERS",
    "SHOW SETTINGS LIKE '%'",
    "SHOW FUNCTIONS",
    "SHOW GRANTS",
    "EXISTS TABLE (SELECT word FROM secret)",
    "SELECT 1; DROP TABLE secret",
    "SELECT 1 FORMAT Null; DROP TABLE secret",
    "SELECT 1;;DROP TABLE secret",
    "SELECT '1' -- \n; DROP TABLE secret",
    "DESCRIBE v_alerts; DROP TABLE secret",
    "EXISTS v_alerts; DROP TABLE secret",
]
WIDENED = [
    "SELECT 1 SETTINGS readonly = 0",
    "SELECT 1 SETTINGS max_memory_usage = 0",
    "SELECT name FROM system.tables SETTINGS additional_table_filters = {}",
    "SELECT * FROM (SELECT 1 SETTINGS max_threads = 64)",
    "SELECT 1 FORMAT TSV SETTINGS max_execution_time = 0",
    "WITH x AS (SELECT 1 SETTINGS max_threads = 64) SELECT * FROM x",
    "SELECT 1 INTO OUTFILE 'out.tsv'",
    "SELECT 1 INTO OUTFILE 'out.tsv' APPEND",
    "SELECT 1 INTO OUTFILE 'canary.txt' TRUNCATE",
    "SELECT 1 INTO OUTFILE 'out.tsv' AND STDOUT",
    "SELECT 1 INTO OUTFILE 'out.tsv' COMPRESSION 'gzip' FORMAT TSV",
    "(SELECT 1) INTO OUTFILE 'out.tsv'",
    "SELECT * FROM v_alerts INTO OUTFILE 'out.tsv' FORMAT Native",
    "SELECT 1 FORMAT Template",
    "SELECT 1 FORMAT Protobuf",
    "SELECT 1 FORMAT CapnProto",
    "SELECT 1 FORMAT SQLInsert",
    "SELECT 1 FORMAT MySQLWire",
]
FUNCTIONS = [
    f"SELECT {call}"
    for call in (
        "file('canary.txt')", "sleep(3)", "sleepEachRow(1) FROM v_alerts", "getSetting('max_threads')", "getMacro('x')",
        "hostName()", "FQDN()", "tcpPort()", "serverUUID()", "getServerPort('tcp_port')", "getServerSetting('path')",
        "showCertificate()", "filesystemAvailable()", "addressToLine(1)", "logTrace('x')", "aiGenerate('x', 'y')",
        "AIGENERATE('x', 'y')", "catboostEvaluate('/etc/passwd', 1)", "evalMLMethod(1, 2)", "regionToName(1)",
        "reverseDNSQuery('127.0.0.1')", "throwIf(1)", "formatQuery('SELECT 1')", "currentProfiles()", "connectionId()",
        "chdb()", "parseQueryToJSON('SELECT 1')", "getClientHTTPHeader('Authorization')", "generateSerialID('x')",
        "flameGraph(1)", "__getScalar('x')", "uptime()", "initializeAggregation('sum', 1)", "v_alerts.sleep(1)",
        "* APPLY(sleep) FROM v_alerts", "* APPLY(x -> sleep(1)) FROM v_alerts",
        "COLUMNS('title') APPLY(file) FROM v_alerts", "CAST(unhex('00'), 'AggregateFunction(uniq, String)')",
        "unhex('00')::AggregateFunction(uniq, String)", "CAST('', concat('Aggregate', 'Function(uniq, String)'))",
        "accurateCastOrNull('', 'AggregateFunction(sum, Int8)')", "{p:AggregateFunction(uniq, String)}",
        "JSONExtract('{}', 'AggregateFunction(uniq, String)')", "timeSeriesStoreTags(1, [], 'x', 'y')",
        "defaultValueOfTypeName('AggregateFunction(uniq, String)')",
        "arrayLevenshteinDistance(range(1000000), range(1000000))",
    )
]  # fmt: skip


@pytest.mark.parametrize("sql", TABLES + TABLE_FUNCTIONS + STATEMENTS + WIDENED + FUNCTIONS)
def test_it_is_refused(store: Served, sql: str) -> None:
    response = store.post(sql, param_t="secret", param_p="")
    assert response.status_code in (400, 403, 404), response.text[:500]
    assert response.headers["X-ClickHouse-Exception-Code"] in ("497", "62", "36", "60", "46", "47", "115", "457", "344")
    assert CANARY not in response.text.replace(sql, "")


@pytest.mark.parametrize(
    "given",
    [
        {"readonly": "0", "additional_table_filters": "{}"},
        {"additional_table_filters": "{}"},
        {"output_format_schema": "out.proto"},
        {"format_schema": "/etc/passwd"},
        {"format_template_resultset": "canary.txt"},
        {"dialect": "prql"},
        {"allow_ddl": "1"},
        {"profile": "default"},
        {"max_threads": "64"},
        {"log_comment": "x"},
        {"max_rows_to_read": "0"},
        {"storage_profile": "x"},
        {"default_format": "TSV INTO OUTFILE 'out.tsv'"},
        {"default_format": "Native; DROP TABLE secret"},
        {"default_format": "Template"},
        {"session_timezone": "UTC' , readonly = '0"},
        {"query": "DROP TABLE secret;"},
    ],
)
def test_what_comes_with_a_query_cannot_widen_it(store: Served, given: dict[str, str]) -> None:
    response = store.post("SELECT 1", **given)
    assert response.status_code in (400, 403, 500), response.text


def test_limits_can_be_lowered_but_not_raised(store: Served) -> None:
    asked = "SELECT value FROM system.settings WHERE name = 'max_result_rows'"
    assert store.rows(asked) == [["1000000"]]
    assert store.rows(asked, max_result_rows="10") == [["10"]]
    for more in ("0", "1000001", "-1", "1e99", "nan", "inf"):
        assert store.rows(asked, max_result_rows=more) == [["1000000"]]


@pytest.mark.parametrize("value", ["x'); DROP TABLE secret; --", "\\\\", "'", "a\\nb", "{t:Identifier}", "secret"])
def test_a_parameter_is_a_value_and_nothing_else(store: Served, value: str) -> None:
    assert len(store.rows("SELECT length({p:String})", param_p=value)) == 1
    assert store.rows("SELECT count() FROM v_alerts WHERE symptom = {p:String}", param_p=value) == [["0"]]


@pytest.mark.parametrize("name", ["", "a b", "a'b", "a;DROP TABLE secret", "a\nb", "readonly", "é", "x" * 5_000])
def test_a_parameters_name_does_nothing(store: Served, name: str) -> None:
    response = store.post("SELECT 1", **{f"param_{name}": "0"})
    assert (response.status_code, response.text) == (200, "1\n") or response.status_code == 400


def test_the_systems_tables_show_nothing_but_the_views(store: Served) -> None:
    for sql in (
        "SELECT name FROM system.tables", "SELECT DISTINCT table FROM system.columns", "SHOW TABLES",
        "SHOW FULL TABLES",
        "SELECT t.name FROM system.tables AS t INNER JOIN system.columns AS c ON t.name = c.table",
        "WITH x AS (SELECT name FROM system.tables) SELECT * FROM x", "SHOW TABLES FROM siloscope LIKE '%'",
    ):  # fmt: skip
        named = {row[0] for row in store.rows(sql)}
        assert "v_alerts" in named
        assert all(name.startswith("v_") for name in named) and "v_audit" not in named, sql
    assert store.rows("SELECT name FROM system.databases") == [["siloscope"]] == store.rows("SHOW DATABASES")
    assert store.rows("SELECT 'secret' IN (SELECT name FROM system.tables)") == [["0"]]
    assert store.rows("SELECT count() FROM system.tables WHERE name = 'secret' OR 1") != [["0"]]


@pytest.mark.parametrize(
    ("headers", "params"),
    [
        ({}, {}),
        ({"Authorization": "Basic " + "cmVhZGVyOndyb25n"}, {}),
        ({"Authorization": "Basic %%%"}, {}),
        ({"Authorization": f"Digest {TOKEN}"}, {}),
        ({"X-ClickHouse-User": "reader"}, {}),
        ({"X-ClickHouse-User": "writer", "X-ClickHouse-Key": TOKEN}, {}),
        ({"X-ClickHouse-User": "reader", "X-ClickHouse-Key": TOKEN.upper()}, {}),
        ({}, {"user": "reader", "password": TOKEN}),
        ({"X-ClickHouse-User": "reader", "X-ClickHouse-Key": TOKEN}, {"password": TOKEN}),
    ],
)
def test_without_the_token_nothing_is_answered(
    store: Served, headers: dict[str, str], params: dict[str, str]
) -> None:
    response = store.http.post(store.url, content="SELECT 1", headers=headers, params=params)
    assert response.status_code == 403
    assert "(AUTHENTICATION_FAILED)" in response.text
    assert TOKEN not in response.text


def test_other_addresses_and_ways_are_not_there(store: Served) -> None:
    auth = ("reader", TOKEN)
    for path in ("/play", "/dashboard", "/metrics", "/replicas_status", "/?/../x", "/docs", "//"):
        assert store.http.get(store.url + path, auth=auth).status_code in (400, 404)
    for way in ("PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"):
        assert store.http.request(way, store.url, auth=auth).status_code == 405
    assert store.http.get(store.url + "/ping").text == "Ok.\n"


def test_bodies_that_are_no_query_are_refused(store: Served) -> None:
    assert store.post(b"\xff\xfe").status_code == 400
    assert store.post("").status_code == 400
    assert store.post("SELECT '" + "x" * 300_000 + "'").status_code == 413
    assert store.post("SELECT " + "(" * 5_000 + "1" + ")" * 5_000).status_code == 400
    assert store.post("SELECT " + "1+" * 20_000 + "1").status_code == 400
    auth = ("reader", TOKEN)
    assert store.http.post(store.url, files={"x": b"1"}, auth=auth).status_code == 415
    assert store.http.post(store.url, content=b"x", headers={"Content-Encoding": "gzip"}, auth=auth).status_code == 415


def test_a_header_of_the_answer_holds_no_line_of_the_askers(store: Served) -> None:
    response = store.post("SELECT 1", query_id="x\r\nSet-Cookie: a=b")
    assert "set-cookie" not in response.headers
    assert response.status_code == 200


@pytest.mark.parametrize(
    ("sql", "code"),
    [
        ("SELECT arrayJoin(range(3000000))", "396"),
        ("SELECT repeat('x', 100000) FROM v_touchpoints LIMIT 500", "396"),
        ("SELECT groupArray(x) FROM (SELECT arrayJoin(range(400000000)) AS x)", "241"),
        ("SELECT count() FROM v_touchpoints a, v_touchpoints b, v_touchpoints c, v_touchpoints d", "159"),
        ("WITH RECURSIVE x AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM x) SELECT count() FROM x", "306"),
        ("SELECT multiMatchAny(repeat('a', 100000), ['(a{1,1000}){1,100}b'])", "447"),
    ],
)
def test_what_takes_too_much_is_ended(store: Served, sql: str, code: str) -> None:
    assert store.post(sql).headers["X-ClickHouse-Exception-Code"] == code


def test_connections_that_say_nothing_do_not_keep_others_out(store: Served) -> None:
    silent = [socket.create_connection(("127.0.0.1", store.port)) for _ in range(40)]
    for one in silent:
        one.sendall(b"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n")
    try:
        assert store.rows("SELECT 1") == [["1"]]
    finally:
        for one in silent:
            one.close()


def test_the_token_is_for_its_owner_alone_and_in_no_text_of_the_settings(tmp_path: Path, store: Served) -> None:
    assert TOKEN not in repr(store.settings)
    assert TOKEN not in (store.directory / "store.lock").read_text()
    assert not (store.directory / "store.token").exists()
