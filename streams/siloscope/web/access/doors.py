"""The pages to log in and out."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Final

from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route

from .access import Access
from .begun import Logins
from .claims import NoAccess, person_of
from .cookies import LARGEST, drop_session, read_id_token, read_key, set_id_token, set_key, set_session
from .oidc import NoIssuer
from .origin import address_of, local_path
from .person import NOBODY, Person

if TYPE_CHECKING:
    from ..site import Site

log = logging.getLogger(__name__)
_OUT: Final = "You are logged out."


def routes(site: Site) -> list[Route]:
    """`/login`, `/logout` and what an issuer calls; none where another guard than ours stands."""
    if not isinstance(site.access, Access):
        return []
    doors = _Doors(site, site.access)
    found = [
        Route("/login", doors.enter),
        Route("/login", doors.by_token, methods=["POST"]),
        Route("/login/out", doors.left),
        Route("/logout", doors.leave, methods=["POST"]),
    ]
    if doors.access.issuer is not None:
        found.append(Route("/login/callback", doors.back))
        found.append(Route("/login/backchannel", doors.ended, methods=["POST"]))
    return found


class _Doors:
    def __init__(self, site: Site, access: Access) -> None:
        self.site, self.access, self.logins = site, access, Logins(access.sessions)

    async def enter(self, request: Request) -> Response:
        further = local_path(request.query_params.get("next"))
        if self.access.login.way == "token" and "token" in request.query_params:
            return self._with_token(request, request.query_params["token"], further)
        if request.state.person is not NOBODY:
            return RedirectResponse(further, 303)
        if self.access.issuer is None:
            return self._page(request, further)
        key = read_key(request, self.access) or self.logins.new_key()
        try:
            address = await self.access.issuer.start(self.logins.begin(key, further), _callback(request))
        except NoIssuer as error:
            return self._no_issuer(request, error)
        answer = RedirectResponse(address, 303)
        set_key(answer, key, self.access)
        return answer

    async def by_token(self, request: Request) -> Response:
        form = await request.form(max_files=0, max_fields=10)
        further = local_path(str(form.get("next", "")))
        if self.access.login.way != "token":
            return RedirectResponse("/login", 303)
        return self._with_token(request, str(form.get("token", "")), further)

    async def back(self, request: Request) -> Response:
        """The browser comes back from the issuer."""
        issuer, oidc, given = self.access.issuer, self.access.login.oidc, request.query_params
        assert issuer is not None and oidc is not None
        begun = self.logins.resumed(read_key(request, self.access), given.get("state", ""))
        try:
            if begun is None:
                raise NoAccess("this login is too old or was not begun in this browser: begin it again")
            claims, id_token = await issuer.finish(given, begun, _callback(request))
            person = person_of(claims, oidc, self.access.login)
        except NoIssuer as error:
            return self._no_issuer(request, error)
        except NoAccess as error:
            return self._refused(request, str(error), 403)
        answer = self._let_in(request, person, begun.further, str(claims.get("sid") or ""))
        set_id_token(answer, id_token, self.access)
        return answer

    async def ended(self, request: Request) -> Response:
        """The issuer says, without a browser, whose sessions are over."""
        assert self.access.issuer is not None
        form = await request.form(max_files=0, max_fields=10)
        try:
            subject, sid = await self.access.issuer.ended(str(form.get("logout_token", "")))
        except NoAccess as error:
            return PlainTextResponse(f"{error}\n", 400)
        except NoIssuer as error:
            log.warning("%s", error)
            return PlainTextResponse("the issuer does not answer\n", 503)
        self.access.sessions.end_of_issuer(subject, sid)
        return PlainTextResponse("")

    async def leave(self, request: Request) -> Response:
        access, session = self.access, request.state.session
        if session is not None:
            access.sessions.end(session)
            access.audit.note("logout", session.person, way=access.login.way)
        answer: Response = RedirectResponse("/login/out", 303)
        if further := await self._after(request):
            # No redirect: to browsers that is still her form, which may end at no address of the issuer's but its own.
            answer = self._page(request, "/", said=_OUT, headers={"refresh": f"0; url={further}"})
        drop_session(answer, access)
        set_id_token(answer, "", access)
        return answer

    async def _after(self, request: Request) -> str | None:
        """Where the issuer ends its own session too; None where it has no such address, does not answer or is none."""
        if self.access.issuer is None:
            return None
        try:
            return await self.access.issuer.leaving(
                f"{request.state.origin}/login/out", read_id_token(request, self.access)
            )
        except NoIssuer as error:
            log.warning("%s", error)
            return None

    async def left(self, request: Request) -> Response:
        return self._page(request, local_path(request.query_params.get("next")), said=_OUT)

    def _with_token(self, request: Request, token: str, further: str) -> Response:
        address = address_of(request, self.access.login.trusted_proxies)
        if wait := self.access.throttle.wait(address):
            said = f"Too many wrong tokens: try again in {wait} s."
            return self._page(request, further, 429, said, {"retry-after": str(wait)})
        person = self.access.local(token)
        if person is None:
            self.access.throttle.failed(address)
            return self._refused(request, "this token is not the one of this start: use the address shown there", 403)
        return self._let_in(request, person, further)

    def _let_in(self, request: Request, person: Person, further: str, issuer_sid: str = "") -> Response:
        session = self.access.sessions.begin(person, issuer_sid)
        if len(self.access.sessions.cookie(session)) > LARGEST:
            return self._refused(request, f"{person.name} belongs to too many departments: ask for the role admin", 403)
        if request.state.session is not None:
            self.access.sessions.end(request.state.session)
        answer = RedirectResponse(further, 303)
        set_session(answer.headers, session, self.access)
        self.access.audit.note("login", person, way=self.access.login.way)
        return answer

    def _refused(self, request: Request, said: str, status: int) -> Response:
        login = self.access.login
        address = address_of(request, login.trusted_proxies)
        if not self.access.noted.wait(address):
            self.access.noted.failed(address)
            self.access.audit.note("refused", NOBODY, way=login.way, reason=said, address=address)
        return self._page(request, "/", status, said)

    def _no_issuer(self, request: Request, error: NoIssuer) -> Response:
        log.warning("%s", error)
        return self._page(request, "/", 503, "The issuer that knows you does not answer. Try again in a moment.")

    def _page(
        self, request: Request, further: str, status: int = 200, said: str = "", headers: dict[str, str] | None = None
    ) -> Response:
        answer = self.site.page(request, "login.html", status, said=said, further=further, way=self.access.login.way)
        answer.headers.update(headers or {})
        return answer


def _callback(request: Request) -> str:
    return f"{request.state.origin}/login/callback"
