"""Whether the board is alive, and whether it has read what was told before it started."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from .site import Site


def routes(site: Site) -> list[Route]:
    """`/healthz` and `/readyz`; without a login."""

    async def alive(_: Request) -> Response:
        return PlainTextResponse("alive\n")

    async def ready(_: Request) -> Response:
        if site.live.ready:
            return PlainTextResponse("ready\n")
        return PlainTextResponse("not ready: the board still reads what was told before it started\n", 503)

    return [Route("/healthz", alive), Route("/readyz", ready)]
