"""The gateway as a part of the process that has the embedded store open: started, found, stopped."""

from __future__ import annotations

import logging
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

import uvicorn

from siloscope.errors import Unusable
from siloscope.ops.listening import open_at
from siloscope.stores.lock import announce

from .asking import Asking
from .http import application
from .token import token_of

if TYPE_CHECKING:
    from siloscope.settings import Settings

log = logging.getLogger(__name__)

_CONNECTIONS: Final = 100  # at the same time; ClickHouse's clients keep some open
_STOPPING_SECONDS: Final = 5

# What it would say at the end, of queries that are ended then, is no mistake, and all else is answered to who asked.
logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)


@contextmanager
def gateway(settings: Settings) -> Iterator[str | None]:
    """Serve the embedded store, open and migrated in this process, until the end of the block; its address.

    None where the settings say so, and where its port cannot be had: the writer goes on without it, after one line.
    """
    if settings.store.url is not None or settings.gateway.port is None:
        yield None
        return
    try:
        listening = _listening(settings)
        token = token_of(settings, make=True)
    except Unusable as error:
        log.warning("%s; nobody can read the store while it is open here", error)
        yield None
        return
    with listening:
        asking = Asking(settings)
        server = _server(settings, asking, token)
        serving = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, name="gateway", daemon=True)
        serving.start()
        url = f"http://{settings.gateway.host}:{listening.getsockname()[1]}"
        announce(settings.store.path, url)
        try:
            yield url
        finally:
            announce(settings.store.path, None)
            server.should_exit = True
            asking.end_all()
            serving.join(_STOPPING_SECONDS + 1)
            asking.close(_STOPPING_SECONDS)


def _server(settings: Settings, asking: Asking, token: str) -> uvicorn.Server:
    own = settings.gateway
    limits = {
        "max_execution_time": own.seconds, "max_result_rows": own.rows, "max_result_bytes": own.megabytes << 20,
        "max_memory_usage": own.memory_megabytes << 20,
    }  # fmt: skip
    config = uvicorn.Config(
        application(asking, token, limits), log_config=None, access_log=False, lifespan="off", ws="none",
        server_header=False, limit_concurrency=_CONNECTIONS, timeout_keep_alive=30, loop="asyncio", http="h11",
        timeout_graceful_shutdown=_STOPPING_SECONDS,
    )  # fmt: skip
    return uvicorn.Server(config)


def _listening(settings: Settings) -> socket.socket:
    host, port = settings.gateway.host, settings.gateway.port or 0
    try:
        return open_at(host, port)
    except OSError as error:
        raise Unusable(f"the gateway cannot listen on {host}:{port}: {error.strerror}; set gateway.port") from None
