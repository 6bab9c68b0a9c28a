"""The panel: what to know of the customer at hand, 300 pixels wide, in a frame of the help desk that is open anyway.

`/panel` is an empty page that holds nothing secret. Its script learns from the help desk who the customer is, and asks
for her with the session of the board (a help desk on the same site) or with a token (`panel_token`).
"""

from __future__ import annotations

import json
import time
from hashlib import blake2b
from typing import Any, Final
from urllib.parse import quote

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from ..core.followup import said_of
from ..core.handoff import Brief
from ..core.touchpoint import HOUR
from .access.headers import SIGN_IN
from .access.person import Person
from .acting import action_of, done
from .board import item_of
from .briefs import Briefs
from .customers import incidents_of, known_of
from .finding import on_desk
from .panel_token import PURPOSE, SECONDS, Pass, made, pass_of
from .site import Site, person_of

CANDIDATES: Final = 5  # keys that a help desk may know a customer by
KINDS: Final = ("accept", "snooze", "resolve", "feedback")  # what is done from a panel; the rest on the board


def routes(site: Site) -> list[Route]:
    """`/panel`, `/panel/{customer}` and what they ask for; `POST /v1/panel` makes a token."""
    briefs = Briefs(site)

    async def shell(request: Request) -> Response:
        customer, frames = request.path_params.get("customer", ""), site.settings.board.panel_frames
        return site.page(request, "panel.html", customer=customer, frames=frames, sign_in=SIGN_IN)

    async def view(request: Request) -> Response:
        wanted = [each for each in request.query_params.getlist("customer") if each][:CANDIDATES]
        given = _admitted(site, request)
        if not wanted or not given.opens(wanted):
            raise HTTPException(403, "This panel is for another customer: open it anew")
        customer = next((each for each in wanted if site.live.desk.of_customer(each)), None)
        brief: Brief | None = None
        if customer is None or known_of(site, customer).warning is None:
            customer, brief = await briefs.first([customer] if customer else wanted, given.person)
        html = _shown(site, request, customer or wanted[0], brief)
        tag = f'"{blake2b(html.encode(), digest_size=12).hexdigest()}"'
        headers = {"etag": tag, "cache-control": "no-store", "vary": "authorization"}
        if request.headers.get("authorization"):
            headers["x-panel-token"] = made(site.access.serializer(PURPOSE), given)
        if request.headers.get("if-none-match") == tag:
            return Response(status_code=304, headers=headers)
        return Response(html, headers=headers, media_type="text/html")

    async def act(request: Request) -> Response:
        given, kind = _admitted(site, request), request.path_params["kind"]
        item = item_of(site, request)
        if not given.person.may("act") or kind not in KINDS or not given.opens([item.record.customer_id]):
            raise HTTPException(403, "This panel may not do that: open it on the board")
        value = said_of(site.live.clock() + HOUR) if kind == "snooze" else request.query_params.get("verdict")
        action = action_of(site, item, given.person.name, {"kind": kind, "value": value})
        return site.page(request, "notice.html", outcome=await done(site, action, "board"))

    async def sign_in(request: Request) -> Response:
        token = made(site.access.serializer(PURPOSE), _pass_of_session(request))
        return site.page(request, "panel_sign_in.html", token=token)

    async def token(request: Request) -> Response:
        customer, agent = _asked(await request.body())
        person = person_of(request)
        named = Person(f"{person.name}:{agent}" if agent else person.name, person.departments, person.rights)
        signed = made(site.access.serializer(PURPOSE), Pass(named, customer, time.time()))
        base = site.settings.board.url or getattr(request.state, "origin", "")
        address = f"{base}/panel/{quote(customer, safe='')}#token={signed}"
        return JSONResponse({"address": address, "token": signed, "seconds": SECONDS}, 201)

    return [
        Route("/panel", shell),
        Route("/panel/-/view", view),
        Route("/panel/-/act/{subject}/{kind}", act, methods=["POST"]),
        Route("/panel/{customer:path}", shell),
        Route(SIGN_IN, sign_in),
        Route("/v1/panel", token, methods=["POST"]),
    ]


def _admitted(site: Site, request: Request) -> Pass:
    """Who asks, by token or session; `request.state.person` is then that person. Raises HTTPException 401."""
    said = request.headers.get("authorization")
    if said is not None:
        given = pass_of(site.access.serializer(PURPOSE), said, time.time())
        if given is not None and given.session and site.access.is_over(given.session):
            given = None
        request.state.person = given.person if given else request.state.person
    else:
        given = Pass(person_of(request), None, 0)
    if given is None or not given.person.may("look"):
        raise HTTPException(401, "Sign in to see this customer")
    return given


def _pass_of_session(request: Request) -> Pass:
    session = getattr(request.state, "session", None)
    return Pass(person_of(request), None, time.time(), session.mark if session else None)


def _shown(site: Site, request: Request, customer: str, brief: Brief | None) -> str:
    person, known = person_of(request), known_of(site, customer)
    items = [each for each in on_desk(site, customer) if site.live.desk.why_not(each) is None]
    return site.html(
        request, "panel_view.html", customer=customer, brief=known.warning.brief if known.warning else brief,
        account=known.account, incidents=incidents_of(site, customer), now=site.live.clock(),
        items=[each for each in items if person.of(each.department)],
        elsewhere=[each for each in items if not person.of(each.department)],
    )  # fmt: skip


def _asked(body: bytes) -> tuple[str, str]:
    """The customer and the agent that a help desk's server names; raises HTTPException 400 in one line."""
    try:
        said: Any = json.loads(body)
    except ValueError:
        said = None
    customer, agent = (said.get("customer"), said.get("agent", "")) if isinstance(said, dict) else (None, "")
    if not isinstance(customer, str) or not 0 < len(customer) <= 500:
        raise HTTPException(400, 'customer: write {"customer": KEY, "agent": NAME}; KEY is her id as in the alerts')
    if not isinstance(agent, str) or len(agent) > 100:
        raise HTTPException(400, "agent: write a name of at most 100 characters, or leave it out")
    return customer, agent
