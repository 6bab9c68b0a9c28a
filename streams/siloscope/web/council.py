"""The council's week from the board: the page that `siloscope digest` writes, to save or to send on."""

from __future__ import annotations

import asyncio
from datetime import date

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ..digest.command import week_of
from ..errors import Unusable
from .site import Site
from .stored import answer_of


def routes(site: Site) -> list[Route]:
    """`/council/week.html`; with `week` that in which this day lies, else the last whole one."""

    one_at_a_time = asyncio.Lock()  # each takes seconds of a processor

    async def week(request: Request) -> Response:
        wanted = request.query_params.get("week")
        try:
            day = date.fromisoformat(wanted) if wanted else None
        except ValueError:
            raise HTTPException(400, f"week {wanted}: write a day of it, like 2026-03-02") from None
        try:
            async with one_at_a_time:
                html, found = await answer_of(site, lambda client: week_of(client, day))
        except Unusable as error:
            raise HTTPException(404, str(error)) from None
        named = {"content-disposition": f'attachment; filename="week-{found.week}.html"'}
        return Response(html, headers=named, media_type="text/html")

    return [Route("/council/week.html", week)]
