"""What all pages of the board share."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Protocol

from itsdangerous import URLSafeTimedSerializer
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse

from ..core.followup import Action
from ..settings import Settings
from ..staff.actions import Written
from .access import Person
from .access.session import Mark
from .live import Live
from .rendering import templates

if TYPE_CHECKING:
    from clickhouse_connect.driver.client import Client

STORE_AT_ONCE: Final = 8  # questions to the store


class Doing(Protocol):
    """Where what staff do goes: `staff.actions.Actions`, or a stand-in of a test."""

    def send(self, action: Action) -> Written:
        """Return when it is kept; raises Unusable when it is not."""
        ...


class Guard(Protocol):
    """Who gets in: what the board asks of `access.Access`."""

    def middleware(self) -> Sequence[Middleware]:
        """What stands before every page and sets `request.state.person`."""
        ...

    def csrf(self, request: Request) -> str:
        """The token that this person's forms carry."""
        ...

    def serializer(self, purpose: str) -> URLSafeTimedSerializer:
        """Signs something for one purpose with the board's secret."""
        ...

    def is_over(self, mark: Mark) -> bool:
        """Whether the session of this mark was ended before its time."""
        ...

    async def may_read_text(self, request: Request, customer: str, place: str) -> bool:
        """Whether this person may read what the customer wrote; that she did is then on record."""
        ...


@dataclass
class Site:
    """The board's parts; every module of pages has `routes(site)`."""

    settings: Settings
    live: Live
    actions: Doing
    access: Guard
    store: Callable[[], AbstractContextManager[Client]] | None = None  # None: there is none to ask; blocking
    # Only some threads wait for the store: one that hangs keeps nobody from accepting.
    asking: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(STORE_AT_ONCE))

    def page(self, request: Request, name: str, status: int = 200, **values: Any) -> HTMLResponse:
        """A page from `templates/`; besides `values` it has request, person, csrf, nonce and site."""
        return HTMLResponse(self.html(request, name, **values), status, headers={"cache-control": "no-store"})

    def html(self, request: Request, name: str, **values: Any) -> str:
        """The same as text."""
        given = {
            "request": request, "site": self, "person": person_of(request), "csrf": self.access.csrf(request),
            "nonce": getattr(request.state, "nonce", ""),
        }  # fmt: skip
        return templates().get_template(name).render(values, **given)


def person_of(request: Request) -> Person:
    """Who asks."""
    person: Person = request.state.person
    return person
