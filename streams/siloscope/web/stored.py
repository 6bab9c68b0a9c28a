"""The store as the board reads it: a server, or the gateway of the process that has the embedded one open."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
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


@contextmanager
def asked(settings: Settings) -> Iterator[Client]:
    """The store for reading. Raises Unusable in one line.

    An embedded store that nobody has open is left alone: opened here it would keep the writer out.
    """
    path = settings.store.path
    if settings.store.url is None and not open_here(path):
        found = holder(path)
        if found is None or found.gateway is None:
            raise Unusable(f"no process serves the store {path}: start `siloscope writer`, or set store.url")
    with readable(settings) as client:
        yield client


async def answer_of(site: Site, question: Callable[[Client], Answer]) -> Answer:
    """What `question` makes of the board's store, else of that of its settings; beside the event loop.

    Raises Unusable in one line.
    """

    def ask() -> Answer:
        try:
            with site.store() if site.store is not None else asked(site.settings) as client:
                return question(client)
        except ClickHouseError as error:
            raise Unusable(f"the store does not answer: {first_line(error)}") from None

    return await run_in_threadpool(ask)


def rows(client: Client, sql: str, **parameters: Any) -> list[dict[str, Any]]:
    """The rows that `sql` answers with, by column name."""
    return list(client.query(sql, parameters=parameters).named_results())
