"""All that the other pages need of access, in one place."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Awaitable, Callable, Sequence
from functools import wraps
from typing import Any

from itsdangerous import URLSafeTimedSerializer
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response

from siloscope.errors import Unusable
from siloscope.settings import Settings

from .audit import Audit, Keeper, ToKafka
from .bearer import Bearers
from .guard import Guard
from .headers import Headers, origin_of
from .oidc import Issuer
from .person import Person, Right, rights_of
from .session import Mark, Sessions
from .throttle import Throttle

Handler = Callable[[Request], Awaitable[Response]]


class Access:
    """The doors of one board. `audit` keeps records elsewhere than in Kafka, `issuer` is asked in place of its own."""

    def __init__(self, settings: Settings, audit: Keeper | None = None, issuer: Issuer | None = None) -> None:
        self.board, self.login = settings.board, settings.board.login
        self.audit = Audit(audit or ToKafka(settings))
        self.sessions = Sessions(self.login)
        self.bearers = Bearers(self.login.tokens, self.login.read_text_from)
        self.throttle = Throttle()
        self.noted = Throttle(failures=30)  # no stranger fills the audit
        self.issuer = issuer or (Issuer(self.login.oidc) if self.login.way == "oidc" and self.login.oidc else None)
        forms = [origin_of(self.login.oidc.issuer)] if self.login.way == "oidc" and self.login.oidc else []
        self.headers = Headers(self.board.url, self.board.panel_frames, forms)
        self._token = self.login.token.get_secret_value() if self.login.token else secrets.token_urlsafe(32)

    def middleware(self) -> Sequence[Middleware]:
        """What every request goes through."""
        return [Middleware(Guard, access=self)]

    def entrance(self, address: str) -> str:
        """The address to open first: for the way token it holds the token, and is as secret as that."""
        return f"{address}/login?token={self._token}" if self.login.way == "token" else address

    def local(self, token: str) -> Person | None:
        """Who has the token of the way token: somebody on this machine, who may do everything."""
        if self.login.way != "token" or not hmac.compare_digest(token.encode("utf-8", "replace"), self._token.encode()):
            return None
        return Person("local", frozenset(), rights_of("admin", self.login.read_text_from))

    def csrf(self, request: Request) -> str:
        """The token that this person's forms carry as `csrf`; empty where nobody is logged in."""
        return str(getattr(request.state, "csrf", ""))

    def serializer(self, purpose: str) -> URLSafeTimedSerializer:
        """Signs something for one purpose with the board's secret."""
        return self.sessions.serializer(purpose)

    def is_over(self, mark: Mark) -> bool:
        """Whether the session of this mark (`request.state.session.mark`) was ended before its time, by whomever."""
        return self.sessions.is_over(mark)

    async def may_read_text(self, request: Request, customer: str, place: str) -> bool:
        """Whether this customer's own words may be shown now; where so, it is on record that they were.

        Where not, `request.state.why_no_text` says in one line why.
        """
        person: Person = request.state.person
        if not person.may("read_text"):
            request.state.why_no_text = f"what customers wrote is read by a {self.login.read_text_from} or above"
            return False
        try:
            await self.audit.read(person, customer, place)
        except Unusable as error:
            request.state.why_no_text = f"what customers wrote is not shown while it cannot be audited: {error}"
            return False
        return True

    async def close(self) -> None:
        """The end: what was noted for the audit is on its way."""
        await self.audit.close()


def needs(right: Right) -> Callable[[Handler], Handler]:
    """Let only those in who have this right; `request` is the handler's one argument."""

    def with_right(handler: Handler) -> Handler:
        @wraps(handler)
        async def checked(request: Request, *further: Any) -> Response:
            if not request.state.person.may(right):
                raise HTTPException(403, f"Your role does not allow this ({right}): ask a lead")
            return await handler(request, *further)

        return checked

    return with_right
