"""Opening the store: an embedded engine or a server, through the same client."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

import clickhouse_connect
from clickhouse_connect.driver import options
from clickhouse_connect.driver.exceptions import ClickHouseError

from siloscope.errors import Unusable
from siloscope.ops.reach import tls_context, why_not
from siloscope.stores.lock import alone
from siloscope.stores.meaning import meaning_of

if TYPE_CHECKING:
    from clickhouse_connect.driver.client import Client

    from siloscope.settings import Settings, Store

# As if pandas were not installed: the client would import it, which takes longer than all else at the start of a
# process, only to see that what we insert is no data frame.
vars(options).update(pd=None, pd_time_test=None)

CONNECT_SECONDS: Final = 10
ANSWER_SECONDS: Final = 60  # well below the 300 s after which Kafka takes a silent consumer for dead


class Away(Unusable):
    """The store does not answer now; it may later."""


@contextmanager
def opened(settings: Settings) -> Iterator[Client]:
    """The store, its database selected (not made); times come back with their zone. Closed at the end of the block.

    One process at a time opens the embedded engine, and it must not fork while it is open.
    Raises Away when a server does not answer, Unusable when the store cannot be opened.
    """
    if settings.store.url:
        client = _server(settings)
        try:
            yield client
        finally:
            client.close()
    else:
        with alone(settings.store.path):
            client = _embedded(settings)
            try:
                yield client
            finally:
                client.close()


def _server(settings: Settings) -> Client:
    store = settings.store
    for chatty in ("clickhouse_connect", "urllib3"):  # they say in several lines what our one line says
        logging.getLogger(chatty).setLevel(logging.CRITICAL)
    try:
        client = clickhouse_connect.get_client(
            dsn=store.url,
            interface=urlsplit(store.url or "").scheme,
            username=store.username,
            password=store.password.get_secret_value() if store.password else "",
            connect_timeout=CONNECT_SECONDS,
            send_receive_timeout=ANSWER_SECONDS,
            **_secured(store),
            autogenerate_session_id=False,
            compress="lz4",
            tz_mode="aware",
        )
    except ClickHouseError as error:
        raise refused_by(settings, error) from None
    client.database = settings.database
    return client


def _secured(store: Store) -> dict[str, Any]:
    """The certificates, for our client. Its own names: `mutual` is the certificate in the place of a password."""
    if store.ca_file or store.cert_file:
        tls_context(store)  # says in one line which file is none
    if not store.cert_file:
        return {"ca_cert": str(store.ca_file)} if store.ca_file else {}
    own = {"client_cert": str(store.cert_file), "client_cert_key": str(store.key_file)}
    how = {"tls_mode": "strict" if store.password else "mutual"}
    return own | how | ({"ca_cert": str(store.ca_file)} if store.ca_file else {})


def _embedded(settings: Settings) -> Client:
    path = settings.store.path
    try:
        client = clickhouse_connect.get_client(interface="chdb", path=str(path), tz_mode="aware")
    except ImportError:
        raise Unusable(
            "the embedded store is not installed: pip install 'siloscope[embedded]', or set store.url to a server"
        ) from None
    except ClickHouseError as error:
        raise Unusable(f"the embedded store {path} cannot be opened: {first_line(error)}") from None
    client.database = settings.database
    return client


def refused_by(settings: Settings, error: ClickHouseError) -> Unusable:
    """One line for what a server answered, or that it did not."""
    code, url = getattr(error, "code", None), settings.store.url
    if code is None:
        if why := _tls_trouble(settings.store):
            return Unusable(f"the store at {url} cannot be used: {why}")
        return Away(f"no store answers at {url}: start it, or correct store.url")
    if code in (192, 193, 194, 516):
        return Unusable(
            f"the store at {url} refuses user {settings.store.username}: correct store.username or store.password"
        )
    if meaning_of(error) == "again":
        return Away(f"the store at {url} cannot answer now: {first_line(error)}")
    return Unusable(f"the store at {url} refuses: {first_line(error)}")


def _tls_trouble(store: Store) -> str | None:
    """What is wrong with TLS on the way to the server, if anything is: that does not mend itself by waiting."""
    parts = urlsplit(store.url or "")
    secure = parts.scheme == "https"
    port = parts.port or (8443 if secure else 8123)
    trouble = why_not(parts.hostname or "", port, tls_context(store) if secure else None, "store")
    return trouble.text if trouble and trouble.lasting else None


def first_line(error: BaseException) -> str:
    """What the store said, without its stack and what the client has put around it."""
    text = re.sub(r" \(for url \S+\)$", "", str(error).strip() or type(error).__name__)
    said = text[text.find("Code: ") :] if "Code: " in text else text
    return said.splitlines()[0][:300]
