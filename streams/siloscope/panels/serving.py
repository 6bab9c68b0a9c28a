"""The pages over HTTP, for readers on this machine; and as files."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Final
from urllib.parse import unquote, urlsplit

import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from siloscope.errors import Unusable
from siloscope.ops.listening import open_at
from siloscope.shipped import checkout

from .board import Board
from .page import Addresses, Reader, film_page, page, words_page

HOST: Final = "127.0.0.1"
DOCS: Final = "/docs"
_STOPPING_SECONDS: Final = 2
_HEADERS: Final = {
    "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; "
    "connect-src 'self'; img-src data: 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "cache-control": "no-store",
}


def application(boards: Sequence[Board], reader: Reader) -> Starlette:
    """The pages as an application; it answers only to names of this machine: no other page can reach it by its own."""
    docs = checkout()
    at = Addresses(live=True, docs=DOCS if docs else None)
    one_at_a_time = threading.Lock()  # the embedded engine has one session, and pages are quick

    def first(_: Request) -> Response:
        return RedirectResponse(at.board(boards[0].uid))

    def shown(request: Request) -> Response:
        wanted = request.path_params["uid"]
        board = next((each for each in boards if each.uid == wanted), None)
        if board is None:
            return PlainTextResponse(f"there is no dashboard {wanted}\n", 404, _HEADERS)
        given = {name: request.query_params.getlist(name) for name in request.query_params}
        with one_at_a_time:
            return HTMLResponse(page(board, boards, reader, given, at), headers=_HEADERS)

    def read(request: Request) -> Response:
        found = _document(docs, request.path_params["path"])
        if docs is None or found is None:
            return PlainTextResponse("there is no such page\n", 404, _HEADERS)
        if found.is_dir():
            return HTMLResponse(words_page(_listed(docs, found), boards, at), headers=_HEADERS)
        if found.suffix != ".md":
            return Response(found.read_bytes(), headers=_HEADERS, media_type=_PICTURES[found.suffix])
        text = found.read_text(encoding="utf-8")
        return HTMLResponse(words_page(text, boards, at, partial(_unseen, docs, found)), headers=_HEADERS)

    def journey(request: Request) -> Response:
        customer = request.query_params.get("customer", "")
        if not customer or reader.film is None:
            return PlainTextResponse("there is no such page\n", 404, _HEADERS)
        try:
            with one_at_a_time:
                picture = reader.film(customer)
        except Unusable as error:
            return PlainTextResponse(f"{error}\n", 404, _HEADERS)
        return HTMLResponse(film_page(customer, picture, boards, at), headers=_HEADERS)

    routes = [Route("/", first), Route("/journey", journey), Route("/d/{uid}", shown), Route("/d/{uid}/{name}", shown)]
    routes.append(Route(DOCS + "/{path:path}", read))
    hosts = Middleware(TrustedHostMiddleware, allowed_hosts=["127.0.0.1", "localhost"])
    return Starlette(routes=routes, middleware=[hosts])


_PICTURES: Final = {".svg": "image/svg+xml", ".png": "image/png"}


def _document(root: Path | None, name: str) -> Path | None:
    """A page or picture of docs/, or a directory with pages in it; nothing outside of docs/."""
    if root is None:
        return None
    docs = (root / "docs").resolve()
    found = (docs / name).resolve()
    if not found.is_relative_to(docs):
        return None
    known = found.is_file() and (found.suffix == ".md" or found.suffix in _PICTURES)
    return found if known or any(found.glob("*.md")) else None


def _listed(root: Path, directory: Path) -> str:
    """The pages of a directory of docs/ as Markdown."""
    place = directory.relative_to(root.resolve()).as_posix()
    pages = (f"- [{page.stem}](/{place}/{page.name})" for page in sorted(directory.glob("*.md")))
    return "\n".join([f"# {place}", "", *pages])


def _unseen(root: Path, page: Path, address: str) -> str | None:
    """The path of the file in the checkout to which `address` leads from `page`; None where it leads to what we serve.

    An address of another site, or of a place on the same page, is no file either.
    """
    parts = urlsplit(address)
    if parts.scheme or parts.netloc or not parts.path:
        return None
    leads = os.path.normpath(page.parent / unquote(parts.path))
    file = os.path.relpath(leads, root.resolve())
    return None if _document(root, leads) is not None else file


def listening(port: int) -> socket.socket:
    """A socket on this machine alone; `port` 0: any free one. Raises Unusable in one line."""
    try:
        return open_at(HOST, port)
    except OSError as error:
        raise Unusable(f"port {port} cannot be had: {error.strerror}; give another with --port (0: any)") from None


@contextmanager
def serving(boards: Sequence[Board], reader: Reader, at: socket.socket) -> Iterator[str]:
    """Serve on a socket until the end of the block; the address."""
    config = uvicorn.Config(
        application(boards, reader), log_config=None, access_log=False, lifespan="off", ws="none", server_header=False,
        timeout_graceful_shutdown=_STOPPING_SECONDS, loop="asyncio", http="h11",
    )  # fmt: skip
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [at]}, name="dashboards", daemon=True)
    thread.start()
    try:
        yield f"http://{HOST}:{at.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(_STOPPING_SECONDS + 1)


def written(boards: Sequence[Board], reader: Reader, directory: Path) -> list[Path]:
    """Every page as a file in `directory`, which is made; raises Unusable where it cannot be written."""
    found = []
    try:
        directory.mkdir(parents=True, exist_ok=True)
        for board in boards:
            path = directory / f"{board.uid}.html"
            path.write_text(page(board, boards, reader, {}, Addresses(live=False)), encoding="utf-8")
            found.append(path)
    except OSError as error:
        raise Unusable(f"{directory} cannot be written: {error.strerror}") from None
    return found
