"""The door: every request goes through here before any page sees it, every answer on its way out."""

from __future__ import annotations

import asyncio
import secrets
from contextlib import nullcontext
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal
from urllib.parse import quote

from starlette.datastructures import MutableHeaders
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from . import body, origin
from .claims import NoAccess, admitted
from .cookies import read_session, set_session
from .person import NOBODY, Person
from .refusal import LoginNeeded, Refusal
from .session import Session

if TYPE_CHECKING:
    from .access import Access

LARGEST: Final = 1 << 20  # bytes of a request's body
_SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})
# health: any Host; open: no login and its own proof of where it comes from; login: no login; api: bearer tokens alone.
Area = Literal["health", "open", "login", "api", "panel", "page"]
_EXACT: Final[dict[str, Area]] = {
    "/healthz": "health", "/readyz": "health", "/slack/actions": "open", "/login/backchannel": "open",
    "/login": "login", "/panel": "panel", "/v1": "api",
}  # fmt: skip
_BELOW: Final[dict[str, Area]] = {"/static/": "login", "/login/": "login", "/v1/": "api", "/panel/": "panel"}
_PAGES: Final = ("document", "iframe", "frame")  # as browsers name what they load
# What an open page asks for by itself keeps no session alive.
_QUIET: Final = ("/events",)
_BY_ITSELF: Final = "x-by-itself"  # a header


def area_of(path: str) -> Area:
    """What is asked of whoever wants `path`: a login, unless it is listed."""
    for start, area in _BELOW.items():
        if path.startswith(start) and path not in _EXACT:
            return area
    return _EXACT.get(path, "page")


@dataclass
class Visit:
    """One request and what is known of who sends it; `whose` binds the tokens of her forms, None: it needs none."""

    request: Request
    area: Area
    nonce: str = field(default_factory=lambda: secrets.token_urlsafe(16))
    origin: str = ""
    person: Person = NOBODY
    session: Session | None = None
    whose: str | None = None
    begun: bool = False


class Guard:
    """A pure ASGI middleware: streams go through as they come."""

    def __init__(self, app: ASGIApp, access: Access) -> None:
        self._app, self._access = app, access

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request in, or answer it here."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, self._closing(send))
        elif scope["type"] == "http":
            await self._visited(Visit(Request(scope, receive), area_of(scope["path"])), scope, receive, send)
        else:
            await send({"type": "websocket.close", "code": 1008})

    async def _visited(self, visit: Visit, scope: Scope, receive: Receive, send: Send) -> None:
        out = self._headed(visit, send)
        try:
            receive = await self._admit(visit, receive)
            await self._within(visit, scope, receive, out)
        except ClientDisconnect:
            return
        except Refusal as refusal:
            if visit.begun:
                raise
            await self._answer(visit, refusal)(scope, receive, out)
        except Exception:
            if not visit.begun:  # who reads the log learns more: it goes on up
                await PlainTextResponse("a mistake of the board; its log says more\n", 500)(scope, receive, out)
            raise

    async def _admit(self, visit: Visit, receive: Receive) -> Receive:
        """Find out who asks, and whether this may be asked so; the `receive` to go on with. Raises Refusal."""
        request, access = visit.request, self._access
        scope = request.scope
        scope["state"] = {**scope.get("state", {}), "person": NOBODY, "nonce": visit.nonce, "csrf": ""}
        if visit.area == "health":
            return receive
        visit.origin = origin.own_origin(request, access.board.url)
        sent = b""
        if request.method not in _SAFE:
            sent = await body.whole(request, LARGEST)
            receive = body.again(sent, receive)
        self._recognise(visit)
        if request.method not in _SAFE and visit.area not in ("open", "api") and not _by_panel(visit):
            origin.must_be_from(request, visit.origin)
            if visit.whose is not None and not access.sessions.is_csrf(origin.token_in(request, sent), visit.whose):
                raise Refusal(403, "this page is too old or not ours: load it again and try once more")
        scope["state"] |= {"person": visit.person, "origin": visit.origin, "session": visit.session}
        if visit.whose is not None:
            scope["state"]["csrf"] = access.sessions.csrf(visit.whose)
        return receive

    def _recognise(self, visit: Visit) -> None:
        """Say who asks. Raises Refusal where somebody must be known and nobody is."""
        if visit.area == "open" or _by_panel(visit):
            return
        if visit.area == "api":
            visit.person = self._bearer(visit.request)
            return
        try:
            if self._access.login.way == "proxy":
                self._by_proxy(visit)
            elif session := read_session(visit.request, self._access):
                visit.session, visit.person, visit.whose = session, session.person, session.sid
        except Refusal:
            if visit.area == "page":
                raise
        if visit.area == "page" and visit.person is NOBODY:
            raise LoginNeeded

    def _bearer(self, request: Request) -> Person:
        access = self._access
        said = request.headers.getlist("authorization")
        person = access.bearers.person(said[0]) if len(said) == 1 else None
        if person is None:
            address = origin.address_of(request, access.login.trusted_proxies)
            # Whose token is right does not wait: no such token is guessed, and many may share an address.
            if wait := access.throttle.wait(address):
                raise Refusal(429, f"too many wrong tokens: try again in {wait} s", {"retry-after": str(wait)})
            if said:
                access.throttle.failed(address)
                access.audit.note("refused", NOBODY, way="bearer", reason="wrong token", address=address)
            ask = {"www-authenticate": 'Bearer realm="siloscope"'}
            raise Refusal(401, "send a token of board.login.tokens as `Authorization: Bearer …`", ask)
        return person

    def _by_proxy(self, visit: Visit) -> None:
        request, login = visit.request, self._access.login
        peer = request.client.host if request.client else ""
        if not origin.is_trusted(peer, login.trusted_proxies):
            raise Refusal(403, "the board is reached only through its proxy (board.login.trusted_proxies)")
        names = request.headers.getlist(login.proxy.user_header)
        if len(names) != 1 or not names[0].strip():
            raise Refusal(403, f"the proxy does not say who you are: it sends {login.proxy.user_header} once")
        groups = [one.strip() for said in request.headers.getlist(login.proxy.groups_header) for one in said.split(",")]
        try:
            visit.person = admitted(names[0].strip(), [one for one in groups if one], login)
        except NoAccess as error:
            raise Refusal(403, str(error)) from None
        visit.whose = f"proxy {visit.person.name}"

    async def _within(self, visit: Visit, scope: Scope, receive: Receive, out: Send) -> None:
        """Let the application answer, for as long as the session lasts."""
        session, sessions = visit.session, self._access.sessions
        left = sessions.seconds_left(session) if session else None
        limit = asyncio.timeout(left)
        try:
            async with limit:
                with sessions.ending(session, limit) if session else nullcontext():
                    await self._app(scope, receive, out)
        except TimeoutError:
            if not limit.expired():
                raise
            if not visit.begun:
                raise LoginNeeded from None
            await out({"type": "http.response.body", "body": b"", "more_body": False})

    def _answer(self, visit: Visit, refusal: Refusal) -> Response:
        request, said = visit.request, f"{refusal}\n"
        if isinstance(refusal, LoginNeeded) and _opens_a_page(request):
            return RedirectResponse(f"/login?next={_further(request)}", 303)
        if isinstance(refusal, LoginNeeded) and "hx-request" in request.headers:
            # An issuer may let her in again at once: only when she asks for it.
            way = f"/login/out?next={_further(request)}" if _by_itself(request) else "/login"
            return PlainTextResponse(said, 401, {"hx-redirect": way})
        if visit.area == "api":
            return JSONResponse({"error": str(refusal)}, refusal.status, refusal.headers)
        return PlainTextResponse(said, refusal.status, refusal.headers)

    def _headed(self, visit: Visit, send: Send) -> Send:
        """The answer with our headers, and the session's cookie when it is time for a new one."""

        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start":
                visit.begun = True
                headers = MutableHeaders(scope=message)
                for name, value in self._access.headers.of(visit.request.scope["path"], visit.nonce).items():
                    headers[name] = value
                if visit.session and not _by_itself(visit.request) and "set-cookie" not in headers:
                    self._renew(visit.session, headers)
            await send(message)

        return sent

    def _renew(self, session: Session, headers: MutableHeaders) -> None:
        if newer := self._access.sessions.renewed(session):
            set_session(headers, newer, self._access)

    def _closing(self, send: Send) -> Send:
        async def sent(message: Message) -> None:
            if message["type"] == "lifespan.shutdown.complete":
                await self._access.close()
            await send(message)

        return sent


def _by_itself(request: Request) -> bool:
    """Whether an open page asks, and nobody before it."""
    return request.scope["path"] in _QUIET or _BY_ITSELF in request.headers


def _further(request: Request) -> str:
    """Where to go after the login, as part of an address."""
    back = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    return quote(back if request.method == "GET" else "/", safe="")


def _opens_a_page(request: Request) -> bool:
    """Whether somebody opens a page, and no script or page asks for a part of one: that cannot go on to a login."""
    kind = request.headers.get("sec-fetch-dest", "document")
    return kind in _PAGES and "hx-request" not in request.headers and request.scope["path"] not in _QUIET


def _by_panel(visit: Visit) -> bool:
    """Whether the panel asks with a token of its own, which no other site can make a browser send."""
    return visit.area == "panel" and visit.request.headers.get("authorization", "").lower().startswith("panel ")
