"""What the gateway's tests share: a small store with something in it that nobody may read, served."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from tests.integration.writer_tools import alert, touchpoint

from siloscope import wire
from siloscope.gateway.request import USER
from siloscope.gateway.serving import gateway
from siloscope.settings import Settings, load
from siloscope.stores.client import opened
from siloscope.stores.inserts import Tables
from siloscope.stores.kinds import KINDS
from siloscope.stores.migrations import bring_up
from siloscope.stores.rows import Row

TOKEN = "a token for the tests"
CANARY = "canary-in-the-coal-mine"


@dataclass
class Served:
    """A gateway; `client` is the store as its owner sees it, `directory` what is around it."""

    url: str
    client: Any
    settings: Settings
    directory: Path
    http: httpx.Client

    @property
    def port(self) -> int:
        return int(self.url.rsplit(":", 1)[1])

    def post(self, sql: str | bytes, user: str = USER, token: str = TOKEN, **given: Any) -> httpx.Response:
        """Ask as a reader; `given` goes into the address."""
        return self.http.post(self.url, content=sql, params=given, auth=(user, token))

    def rows(self, sql: str, **given: Any) -> list[Any]:
        """The answer as rows of texts."""
        response = self.post(sql, default_format="JSONCompactStringsEachRow", **given)
        assert response.status_code == 200, response.text
        return [httpx.Response(200, content=line).json() for line in response.text.splitlines()]


@contextmanager
def served(directory: Path, **limits: Any) -> Iterator[Served]:
    """A store with 1,000 touchpoints, 200 alerts and a table `secret`, behind a gateway with these settings."""
    (directory / "canary.txt").write_text(CANARY)
    settings = load(None, store={"path": directory / "store"}, gateway={"port": 0, "token": TOKEN} | limits)
    with opened(settings) as client:
        bring_up(client, settings)
        _fill(client)
        with gateway(settings) as url:
            assert url is not None
            with httpx.Client(timeout=60) as http:
                yield Served(url, client, settings, directory, http)


def _fill(client: Any) -> None:
    tables = Tables(client, [kind.table for kind in KINDS.values()])
    records = {
        "touchpoints": [wire.encode("touchpoint", touchpoint(number)) for number in range(1_000)],
        "siloscope.alerts": [wire.encode("alert", alert(number)) for number in range(200)],
    }
    for topic, values in records.items():
        kind = KINDS[topic]
        tables.insert(kind.table, kind.parts([Row(kind.decode(v), 0, n) for n, v in enumerate(values)]), topic)
    client.command(f"CREATE TABLE secret ENGINE = MergeTree ORDER BY word AS SELECT '{CANARY}' AS word")
