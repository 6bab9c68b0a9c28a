"""The first page: what is on my department's desk, the most urgent first."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from .site import Site, person_of


def routes(site: Site) -> list[Route]:
    """`/`."""

    async def desk(request: Request) -> Response:
        person = person_of(request)
        mine = None if person.may("all_departments") else person.departments
        items = site.live.desk.on(mine, site.live.clock())
        return site.page(request, "board.html", items=items)

    return [Route("/", desk)]
