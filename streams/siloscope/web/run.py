"""`siloscope board`: the process that serves the pages."""

from __future__ import annotations

import asyncio
import signal
import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Final

import typer
import uvicorn
from starlette.applications import Starlette

from .. import wire
from ..errors import Unusable
from ..garbage import collect_seldom
from ..ops import metrics_page, permissions
from ..ops.health import Health
from ..settings import Settings
from ..staff.actions import Actions
from ..staff.tail import Tail
from .access import Access
from .app import application
from .live import Live
from .reading import Reading
from .site import Site
from .stored import asked

STOPPING_SECONDS: Final = 2
LOOK_SECONDS: Final = 0.2


def run(settings: Settings, *, ask_rights: bool = True, said: Callable[[str], None] = typer.echo) -> None:
    """Serve until SIGTERM or SIGINT; raises Unusable in one line when that is impossible.

    `said` gets the address. `ask_rights` asks the brokers first whether it may; the imitation of one cannot say.
    """
    wire.configure(settings)
    collect_seldom()
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):  # uvicorn has its own while it serves, and hands on to these
        signal.signal(number, lambda *_: stop.set())
    with listening(settings) as at:
        health = metrics_page.opened(settings, "board")
        if ask_rights:
            permissions.refuse(settings, "board")
        asyncio.run(_serve(settings, at, health, stop, said))


def listening(settings: Settings) -> socket.socket:
    """The socket of `board.host` and `board.port`. Raises Unusable in one line."""
    host, port = settings.board.host, settings.board.port
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family)
    except OSError as error:
        raise Unusable(f"board.port {port} of {host} cannot be had: {error.strerror}; set another (0: any)") from None


async def _serve(
    settings: Settings, at: socket.socket, health: Health, stop: threading.Event, said: Callable[[str], None]
) -> None:
    live, access = Live(), Access(settings)
    tail = await asyncio.to_thread(Tail, settings)
    actions = Actions(settings)
    reading = Reading(live, tail, health)
    server = Server(application(Site(settings, live, actions, access, lambda: asked(settings))), live)
    reading.start()
    said(access.entrance(_address(settings, at)))
    try:
        serving = asyncio.create_task(server.serve(sockets=[at]))
        while not (serving.done() or stop.is_set() or reading.broken):
            await asyncio.wait([serving], timeout=LOOK_SECONDS)
        server.should_exit = True
        with suppress(asyncio.CancelledError):
            await serving
    finally:
        await reading.stop()
        actions.close()
    if reading.broken is not None:
        raise reading.broken


class Server(uvicorn.Server):
    """One process; what stands before it, and not any client, says who it is."""

    def __init__(self, pages: Starlette, live: Live) -> None:
        self._live = live
        super().__init__(
            uvicorn.Config(
                pages,
                log_config=None,
                access_log=False,
                proxy_headers=False,
                server_header=False,
                ws="none",
                timeout_graceful_shutdown=STOPPING_SECONDS,
                loop="asyncio",
                http="h11",
            )
        )  # fmt: skip

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End; open pages do not keep us."""
        self._live.end()
        await super().shutdown(sockets)


def _address(settings: Settings, at: socket.socket) -> str:
    if settings.board.url:
        return settings.board.url
    host, port = at.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
