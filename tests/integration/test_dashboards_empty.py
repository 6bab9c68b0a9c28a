"""The dashboards before anything has happened: their queries pass the gateway, and what is not known is grey."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import clickhouse_connect
import pytest
from clickhouse_connect.driver.exceptions import ClickHouseError

from siloscope.gateway.serving import gateway
from siloscope.gateway.token import token_of
from siloscope.panels.queries import CLICKHOUSE, Query, Range, chosen, queries
from siloscope.settings import load
from siloscope.shipped import shipped
from siloscope.stores.client import opened
from siloscope.stores.migrations import bring_up

DASHBOARDS = [json.loads(file.read_text()) for file in sorted(shipped("deploy/grafana/dashboards").glob("*.json"))]
ASKED = [(each, query) for each in DASHBOARDS for query in queries(each) if query.source == CLICKHOUSE]
END = datetime(2026, 3, 30, tzinfo=UTC)
LISTS = [
    pytest.param(each["query"]["rawSql"], id=f"{dashboard['title']}: {each['name']}")
    for dashboard in DASHBOARDS
    for each in dashboard["templating"]["list"]
    if each["type"] == "query"
]


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A client of the gateway before an empty store."""
    pytest.importorskip("chdb")
    settings = load(None, store={"path": tmp_path_factory.mktemp("empty") / "store"}, gateway={"port": 0})
    with opened(settings) as client:
        bring_up(client, settings)
        with gateway(settings) as url:
            reader = clickhouse_connect.get_client(
                dsn=url, username="reader", password=token_of(settings), database=settings.database, interface="http"
            )
            with pytest.raises(ClickHouseError):
                reader.query("SELECT 1 FROM alerts")  # it is the gateway that answers: views only
            yield reader
            reader.close()


@pytest.mark.parametrize(("dashboard", "query"), [pytest.param(*each, id=each[1].title) for each in ASKED])
def test_nothing_is_known_and_nothing_is_green(reader: Any, dashboard: dict[str, Any], query: Query) -> None:
    shown = Range(END - timedelta(days=7), END)
    rows = reader.query(query.expanded(shown, chosen(dashboard))).result_rows
    assert [row for row in rows if any(value is not None for value in row[1:] or row)] == []


@pytest.mark.parametrize("sql", LISTS)
def test_there_is_nothing_to_choose_from(reader: Any, sql: str) -> None:
    assert reader.query(sql).result_rows == []
