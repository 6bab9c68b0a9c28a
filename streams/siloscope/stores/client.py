"""Opening the store: an embedded engine or a server, through the same client."""

from __future__ import annotations

import fcntl
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

import clickhouse_connect
from clickhouse_connect.driver import options
from clickhouse_connect.driver.exceptions import ClickHouseError

from siloscope.errors import Unusable

if TYPE_CHECKING:
    from clickhouse_connect.driver.client import Client

    from siloscope.settings import Settings

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
        with _alone(settings.store.path):
            client = _embedded(settings)
            try:
                yield client
            finally:
                client.close()


def _server(settings: Settings) -> Client:
    store = settings.store
    try:
        client = clickhouse_connect.get_client(
            dsn=store.url,
            interface=urlsplit(store.url or "").scheme,
            username=store.username,
            password=store.password.get_secret_value() if store.password else "",
            connect_timeout=CONNECT_SECONDS,
            send_receive_timeout=ANSWER_SECONDS,
            autogenerate_session_id=False,
            compress="lz4",
            tz_mode="aware",
        )
    except ClickHouseError as error:
        raise refused_by(settings, error) from None
    client.database = settings.database
    return client


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
        return Away(f"no store answers at {url}: start it, or correct store.url")
    if code in (192, 193, 194, 516):
        return Unusable(
            f"the store at {url} refuses user {settings.store.username}: correct store.username or store.password"
        )
    return Unusable(f"the store at {url} refuses: {first_line(error)}")


def first_line(error: BaseException) -> str:
    """What the store said, without its stack and what the client has put around it."""
    text = re.sub(r" \(for url \S+\)$", "", str(error).strip() or type(error).__name__)
    said = text[text.find("Code: ") :] if "Code: " in text else text
    return said.splitlines()[0][:300]


_open_here: Final[dict[Path, list[Any]]] = {}  # locks that this process holds, with how often


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    """Hold the embedded store for this process; kill -9 sets it free too."""
    path = Path(os.path.realpath(path))
    held = _open_here.get(path)
    if held is None:
        held = _open_here[path] = [_lock(path), 0]
    held[1] += 1
    try:
        yield
    finally:
        held[1] -= 1
        if not held[1]:
            held[0].close()
            del _open_here[path]


def _lock(path: Path) -> Any:
    beside = path.with_name(path.name + ".lock")
    try:
        path.mkdir(parents=True, exist_ok=True)
        file = beside.open("a+")
    except OSError as error:
        raise Unusable(f"the embedded store {path} cannot be written: {error.strerror}; set store.path") from None
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        file.seek(0)
        holder = file.read().strip()
        file.close()
        by = f" (process {holder})" if holder else ""
        raise Unusable(
            f"the embedded store {path} is open in another process{by}: stop that first, or use a server (store.url)"
        ) from None
    file.truncate(0)
    file.write(f"{os.getpid()}\n")
    file.flush()
    return file
