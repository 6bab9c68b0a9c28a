"""The board as an application: every module of pages brings its routes."""

from __future__ import annotations

from typing import Final

from markupsafe import escape
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response

from . import (
    access,
    acting,
    api,
    assets,
    board,
    council,
    customers,
    events,
    health,
    incidents,
    matrix,
    panel,
    preflight,
    quality,
    slack,
)  # fmt: skip
from .outcome import Outcome
from .site import Site
from .watched import Watched

MODULES: Final = (
    access, assets, health, events, board, acting, api, slack, customers, incidents, matrix, quality, council,
    panel, preflight,
)  # fmt: skip
_LEAST_BYTES: Final = 800  # that are worth packing
_NOT_YET: Final = HTTPException(
    503,
    "The board still reads what was told before it started: it comes by itself",
    {"retry-after": "2", "refresh": "2"},
)
_SORRY: Final = HTTPException(500, "A mistake of ours: that page cannot be shown. The log of the board says why")


def application(site: Site) -> Starlette:
    """All pages of `site`; whoever is not let in by its access sees none of them."""
    return Starlette(
        routes=[route for module in MODULES for route in module.routes(site)],
        middleware=[
            Middleware(GZipMiddleware, minimum_size=_LEAST_BYTES),
            *site.access.middleware(),
            Middleware(
                Watched,
                ready=lambda: site.live.ready,
                not_yet=lambda request: _refused(site, request, _NOT_YET),
                sorry=lambda request: _refused(site, request, _SORRY),
            ),
        ],
        exception_handlers={HTTPException: lambda request, error: _refused(site, request, error)},
    )


def _refused(site: Site, request: Request, error: Exception) -> Response:
    """What is wrong, as the one who asked can read it."""
    assert isinstance(error, HTTPException)
    if request.url.path.startswith("/v1/"):
        return JSONResponse({"error": error.detail}, error.status_code, error.headers)
    if not hasattr(request.state, "person"):
        return PlainTextResponse(f"{error.detail}\n", error.status_code, error.headers)
    if request.headers.get("hx-request"):
        wrong = Outcome("wrong", escape(error.detail))
        page = site.page(request, "notice.html", error.status_code, outcome=wrong)
    else:
        page = site.page(request, "refused.html", error.status_code, said=error.detail)
    page.headers.update(error.headers or {})
    return page
