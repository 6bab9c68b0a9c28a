"""Scripts and the stylesheet: under addresses that change with what they hold, so that browsers keep them for ever."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Final

import xxhash
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from . import look

# htmx: Zero-Clause BSD, see static/htmx-LICENSE.txt
SCRIPTS: Final = ("htmx-4.0.1.min.js", "board.js", "film.js", "panel.js", "panel_sign_in.js")
_FOR_EVER: Final = {"cache-control": "public, max-age=31536000, immutable"}


@cache
def _text(name: str) -> str:
    return files("siloscope.web").joinpath("static", name).read_text(encoding="utf-8")


@cache
def address_of(name: str) -> str:
    """Where a page finds it."""
    version = look.version() if name == "board.css" else xxhash.xxh3_64_hexdigest(_text(name).encode())
    return f"/static/{version}/{name}"


async def _served(request: Request) -> Response:
    name = request.path_params["name"]
    if name == "board.css":
        return Response(look.stylesheet(), headers=_FOR_EVER, media_type="text/css")
    if name not in SCRIPTS:
        return PlainTextResponse("there is no such file\n", 404)
    return Response(_text(name), headers=_FOR_EVER, media_type="text/javascript")


def routes(_: object) -> list[Route]:
    """`/static/…`."""
    return [Route("/static/{version}/{name}", _served)]
