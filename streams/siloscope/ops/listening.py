"""An interface of ours over HTTP: the socket it listens on, and the server behind it."""

from __future__ import annotations

import asyncio
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Final, Protocol

import uvicorn
from starlette.applications import Starlette

from ..errors import Unusable

STOPPING_SECONDS: Final = 2
_LOOK_SECONDS: Final = 0.2


def listening(group: str, host: str, port: int) -> socket.socket:
    """The socket of the settings `group.host` and `group.port`; port 0: any free one. Raises Unusable in one line."""
    try:
        return open_at(host, port)
    except OSError as error:
        raise Unusable(f"{group}.port {port} of {host} cannot be had: {error.strerror}; set another (0: any)") from None


def open_at(host: str, port: int) -> socket.socket:
    """A listening socket whose answers leave at once; raises OSError.

    An answer is sent in two parts. The second would wait 40 ms for the client to acknowledge the first: asyncio sees to
    that for sockets that it makes itself, and not for this one, of which it cannot tell that it speaks TCP.
    """
    at = socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    at.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # who is accepted inherits it
    return at


def address_of(at: socket.socket) -> str:
    """Where the socket listens, like http://127.0.0.1:8300."""
    host, port = at.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


class Server(uvicorn.Server):
    """One process; what stands before it, and not any client, says who it is."""

    def __init__(self, pages: Starlette) -> None:
        super().__init__(
            uvicorn.Config(
                pages, log_config=None, access_log=False, proxy_headers=False, server_header=False, ws="none",
                timeout_graceful_shutdown=STOPPING_SECONDS, loop="asyncio", http="h11",
            )
        )  # fmt: skip

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """SIGTERM and SIGINT end it in good order; uvicorn would raise them again afterwards, and so kill us."""
        if threading.current_thread() is threading.main_thread():
            for number in (signal.SIGTERM, signal.SIGINT):
                asyncio.get_running_loop().add_signal_handler(number, self.handle_exit, number, None)
        yield


class Reading(Protocol):
    """What reads beside the server, and without which there is nothing to serve."""

    broken: Unusable | None  # why it cannot go on

    async def stop(self) -> None:
        """End it."""
        ...


async def serve(server: Server, at: socket.socket, reading: Reading, look: Callable[[], object] = lambda: None) -> None:
    """Serve until the server is told to end; raises what has broken the `reading`. `look` is called again and again."""
    try:
        serving = asyncio.create_task(server.serve(sockets=[at]))
        while not serving.done() and reading.broken is None:
            look()
            await asyncio.wait([serving], timeout=_LOOK_SECONDS)
        server.should_exit = True
        with suppress(asyncio.CancelledError):
            await serving
    finally:
        await reading.stop()
    if reading.broken is not None:
        raise reading.broken
