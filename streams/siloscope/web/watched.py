"""Round every request: how long it took, what is said before the board is ready, and of a mistake of ours."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from . import figures

log = logging.getLogger(__name__)

Sorry = Callable[[Request], Response]
_BEFORE_READY = ("/static", "/healthz", "/readyz", "/login", "/logout")
_UNTIMED = ("/events", "/healthz", "/readyz")  # open for minutes, or asked by machines


class Watched:
    """Counts answers; what fails unexpectedly is logged with its place and answered by `sorry`.

    Until the board is `ready` pages are answered by `not_yet`: half a desk would be taken for a whole one.
    """

    def __init__(self, app: ASGIApp, ready: Callable[[], bool], not_yet: Sorry, sorry: Sorry) -> None:
        self._app = app
        self._ready = ready
        self._not_yet = not_yet
        self._sorry = sorry

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began, status = time.perf_counter(), 0

        async def noted(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        waits = not self._ready() and not scope["path"].startswith(_BEFORE_READY)
        try:
            if waits:
                await self._not_yet(Request(scope, receive))(scope, receive, noted)
            else:
                await self._app(scope, receive, noted)
        except Exception:
            # The address may hold a customer's name: the route says enough.
            log.exception("%s %s failed", scope["method"], getattr(scope.get("route"), "path", "a page"))
            if status:
                raise
            await self._sorry(Request(scope, receive))(scope, receive, noted)
        finally:
            if scope["path"] not in _UNTIMED:
                figures.answered(status or 500, time.perf_counter() - began)
