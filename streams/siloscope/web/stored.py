"""The store as the board reads it: a server, or the gateway of the process that has the embedded one open."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from clickhouse_connect.driver.exceptions import ClickHouseError
from starlette.concurrency import run_in_threadpool

from ..errors import Unusable
from ..settings import Settings
from ..stores.client import first_line
from ..stores.elsewhere import readable
from ..stores.lock import holder, open_here
from .site import Site

if TYPE_CHECKING:
    from clickhouse_connect.driver.client import Client

Answer = TypeVar("Answer")


class Asking:
    """The store for reading, a client of it kept from one question to the next. Several threads may ask at once.

    An embedded store that nobody has open is left alone: opened here it would keep the writer out.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._lock = threading.Lock()
        self._kept: tuple[str, ExitStack, Client] | None = None  # where it leads

    @contextmanager
    def __call__(self) -> Iterator[Client]:
        """Raises Unusable in one line."""
        store = self._settings.store
        if store.url is None and open_here(store.path):  # an engine of this process takes one question at a time
            with readable(self._settings) as client:
                yield client
            return
        client = self._client(store.url or self._gateway(store.path))
        try:
            yield client
        except (ClickHouseError, Unusable) as error:
            if isinstance(error, ClickHouseError) or isinstance(error.__context__, ClickHouseError):
                self._forget(client)
            raise

    def _gateway(self, path: Path) -> str:
        found = holder(path)
        if found is None or found.gateway is None:
            raise Unusable(f"no process serves the store {path}: start `siloscope writer`, or set store.url")
        return found.gateway

    def _client(self, where: str) -> Client:
        with self._lock:
            if self._kept is None or self._kept[0] != where:
                self._close()
                stack = ExitStack()
                self._kept = (where, stack, stack.enter_context(readable(self._settings)))
            return self._kept[2]

    def _forget(self, client: Client) -> None:
        """What once failed is opened anew."""
        with self._lock:
            if self._kept is not None and self._kept[2] is client:
                self._close()

    def _close(self) -> None:
        if self._kept is not None:
            self._kept[1].close()
        self._kept = None


async def answer_of(site: Site, question: Callable[[Client], Answer]) -> Answer:
    """What `question` makes of the board's store, beside the event loop. Raises Unusable in one line."""
    if site.store is None:
        raise Unusable("the board has no store")
    store = site.store

    def ask() -> Answer:
        try:
            with store() as client:
                return question(client)
        except ClickHouseError as error:
            raise Unusable(f"the store does not answer: {first_line(error)}") from None

    async with site.asking:
        return await run_in_threadpool(ask)


def rows(client: Client, sql: str, **parameters: Any) -> list[dict[str, Any]]:
    """The rows that `sql` answers with, by column name."""
    return list(client.query(sql, parameters=parameters).named_results())
