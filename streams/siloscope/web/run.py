"""`siloscope board`: the process that serves the pages."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from functools import partial

import typer
from starlette.applications import Starlette

from .. import wire
from ..garbage import collect_seldom
from ..ops import metrics_page, permissions
from ..ops.health import Health
from ..ops.listening import Server, address_of, listening, serve
from ..settings import Settings
from ..staff.actions import Actions
from ..staff.recalling import remembered
from ..staff.tail import Tail
from .access import Access
from .app import application
from .live import Live
from .reading import Reading
from .site import Site
from .stored import Asking


def run(settings: Settings, *, ask_rights: bool = True, said: Callable[[str], None] = typer.echo) -> None:
    """Serve until SIGTERM or SIGINT; raises Unusable in one line when that is impossible.

    `said` gets the address. `ask_rights` asks the brokers first whether it may; the imitation of one cannot say.
    """
    wire.configure(settings)
    collect_seldom()
    with listening("board", settings.board.host, settings.board.port) as at:
        health = metrics_page.opened(settings, "board")
        if ask_rights:
            permissions.refuse(settings, "board")
        asyncio.run(_serve(settings, at, health, said))


async def _serve(settings: Settings, at: socket.socket, health: Health, said: Callable[[str], None]) -> None:
    live, access = Live(), Access(settings)
    tail = await asyncio.to_thread(Tail, settings)
    actions = Actions(settings)
    reading = Reading(live, tail, health, partial(remembered, settings))
    server = _Pages(application(Site(settings, live, actions, access, Asking(settings))), live)
    reading.start()
    address = settings.board.url or address_of(at)
    # What is said may end in a log: a token of the settings does not.
    said(address if settings.board.login.token is not None else access.entrance(address))
    try:
        await serve(server, at, reading)
    finally:
        actions.close()


class _Pages(Server):
    def __init__(self, pages: Starlette, live: Live) -> None:
        super().__init__(pages)
        self._live = live

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End; open pages do not keep us."""
        self._live.end()
        await super().shutdown(sockets)
