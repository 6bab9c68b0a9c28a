"""`/events`: what changes, as server-sent events, for lists and for pages about one thing."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from typing import Final

import msgspec
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import StreamingResponse
from starlette.routing import Route

from . import figures
from .board import item_for, kinds, most_of, spreading
from .channels import Channel, Render
from .filters import Filter, address_of, filter_of
from .rows import Rows
from .shelf import Shelf
from .site import Site, person_of

PAGES_AT_ONCE: Final = 2_000  # open on one board
_HEADERS: Final = {"cache-control": "no-store", "x-accel-buffering": "no"}
_CHANGED: Final = '{"changed":true}'

Key = tuple[object, ...]


class Channels:
    """The channels that somebody listens to."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._rows = Rows(site.live)
        self._open: dict[Key, Channel] = {}

    @property
    def pages(self) -> int:
        """How many pages are open."""
        return sum(len(each.pages) for each in self._open.values())

    async def messages(self, key: Key, made: Callable[[], Channel], known: str) -> AsyncIterator[bytes]:
        """What a page is sent by the channel of this key, which is made where there is none yet."""
        channel = self._open.get(key)
        if channel is None:
            channel = self._open[key] = made()
        with figures.connected():
            try:
                async for message in channel.messages(known):
                    yield message
            finally:
                if not channel.pages and self._open.get(key) is channel:
                    del self._open[key]
                    channel.close()

    def listing(self, wanted: Filter, may_act: bool, asked: Mapping[str, str]) -> Channel:
        """The channel of all pages that list the same; `asked` is what their address says."""
        shelf, rows, live = Shelf(self._site.live, wanted, most_of(asked)), self._rows, self._site.live

        def head() -> dict[str, object]:
            return {"count": len(shelf), "kinds": kinds(shelf, asked)}

        def banner(changed: set[str]) -> str | None:
            return spreading(live, wanted) if not changed.isdisjoint(live.desk.incidents) else None

        def render(changed: set[str]) -> str | None:
            before = shelf.kinds
            incidents, difference = banner(changed), shelf.update(changed)
            if not difference and incidents is None and before == shelf.kinds:
                return None
            put = [(before, rows.html(subject, may_act)) for before, subject in difference.put]
            return _json({"gone": difference.gone, "put": put, "incidents": incidents} | head())

        def whole() -> str:
            html = "".join(rows.html(item.subject, may_act) for item in shelf.shown)
            return _json({"all": html, "incidents": spreading(live, wanted)} | head())

        return Channel(live, render, whole)

    def watching(self, concerns: Callable[[set[str]], bool]) -> Channel:
        """The channel of all pages about one thing: they fetch themselves again when a change concerns them."""
        render: Render = lambda changed: _CHANGED if concerns(changed) else None  # noqa: E731
        return Channel(self._site.live, render, lambda: _CHANGED)


def _json(said: dict[str, object]) -> str:
    return msgspec.json.encode(said).decode()


def routes(site: Site) -> list[Route]:
    """`/events?…`: with `item`, `about` (a customer) or `incidents` for a page about that, else for that list."""
    channels = Channels(site)

    def concerns(name: str, value: str) -> Callable[[set[str]], bool]:
        desk = site.live.desk
        if name == "item":
            return lambda changed: value in changed
        if name == "about":
            return lambda changed: any(each.subject in changed for each in desk.of_customer(value))
        return lambda changed: not changed.isdisjoint(desk.incidents)

    async def events(request: Request) -> StreamingResponse:
        if channels.pages >= PAGES_AT_ONCE:
            raise HTTPException(503, f"{PAGES_AT_ONCE} pages are open: close some, or start another board")
        asked = request.query_params
        known = request.headers.get("last-event-id") or asked.get("at", "")
        name = next((each for each in ("item", "about", "incidents") if each in asked), None)
        if name == "item":
            item_for(site, person_of(request), asked["item"])
        if name is not None:
            watched: Key = (name, asked[name])
            stream = channels.messages(watched, lambda: channels.watching(concerns(name, asked[name])), known)
        else:
            person = person_of(request)
            wanted, may_act = filter_of(asked, person), person.may("act")
            address = address_of(asked)  # holds links, so it tells channels apart as well
            key: Key = (wanted, may_act, address)
            stream = channels.messages(key, lambda: channels.listing(wanted, may_act, asked), known)
        return StreamingResponse(stream, media_type="text/event-stream", headers=_HEADERS)

    return [Route("/events", events)]
