"""A store for reading, wherever it is: a server, the embedded one, or the gateway of the process that has that open."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import clickhouse_connect
from clickhouse_connect.driver.exceptions import ClickHouseError

from siloscope.errors import Unusable
from siloscope.gateway.request import USER
from siloscope.gateway.token import token_of
from siloscope.stores.client import ANSWER_SECONDS, CONNECT_SECONDS, first_line, opened
from siloscope.stores.lock import holder

if TYPE_CHECKING:
    from clickhouse_connect.driver.client import Client

    from siloscope.settings import Settings


@contextmanager
def readable(settings: Settings) -> Iterator[Client]:
    """The store for reading alone, its database selected; through the gateway only the views `v_*` can be asked.

    Raises Unusable in one line: as `opened` does, and when another process has it open without a gateway.
    """
    found = None if settings.store.url else holder(settings.store.path)
    if found is None or found.gateway is None:
        with opened(settings) as client:
            if not settings.store.url:  # a server knows what its user may do
                client.set_client_setting("readonly", "2")
            yield client
        return
    client = _through(found.gateway, settings)
    try:
        yield client
    finally:
        client.close()


def is_there(settings: Settings) -> bool:
    """Whether somebody has made the store; of a server nobody knows before it is asked.

    A directory alone is none: the engine would put its files into any.
    """
    return settings.store.url is not None or (settings.store.path / "metadata").is_dir()


def must_exist(settings: Settings) -> None:
    """Raise Unusable where the settings name an embedded store that nobody has made."""
    path = settings.store.path
    if not is_there(settings):
        raise Unusable(f"there is no store in {path}: `siloscope demo --store {path}` makes one, or set store.path")


def _through(address: str, settings: Settings) -> Client:
    parts = urlsplit(address)
    try:
        return clickhouse_connect.get_client(
            interface="http",
            host=parts.hostname,
            port=parts.port or 80,
            username=USER,
            password=token_of(settings),
            database=settings.database,
            connect_timeout=CONNECT_SECONDS,
            send_receive_timeout=max(ANSWER_SECONDS, int(settings.gateway.seconds) + 5),
            autogenerate_session_id=False,
            tz_mode="aware",
        )
    except ClickHouseError as error:
        raise Unusable(f"the store's gateway {address} cannot be asked: {first_line(error)}") from None
