"""What staff do about an item: from a form, a button or another tool into the topic, and back as an outcome."""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlencode
from uuid import uuid4

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from ..core.desk import Item
from ..core.followup import ACTION_KINDS, VERDICTS, Action, moment_of, said_of
from ..core.touchpoint import DAY, HOUR
from ..errors import Unusable, nearest
from . import figures
from .access import needs
from .board import item_of
from .outcome import Outcome, after
from .site import Site, person_of

log = logging.getLogger(__name__)

READ_SECONDS: Final = 5.0  # to wait for one's own action
LONGEST: Final = 2_000  # characters of a reason
LONGEST_SLEEP: Final = 90 * DAY
SLEEPS: Final = {"1h": HOUR, "4h": 4 * HOUR, "1d": DAY, "3d": 3 * DAY, "7d": 7 * DAY}
_ID: Final = re.compile(r"[A-Za-z0-9:_.-]{1,100}")


def routes(site: Site) -> list[Route]:
    """`POST /items/{subject}/{kind}`: a form of a page."""

    @needs("act")
    async def act(request: Request) -> Response:
        item, kind = item_of(site, request), request.path_params["kind"]
        form = {name: str(value) for name, value in (await request.form()).items()}
        given = {"kind": kind, "reason": form.get("reason") or None, "value": _value_of(kind, form, site.live.clock())}
        if form.get("key"):
            given["action_id"] = f"board:{form['key']}"
        action = action_of(site, item, person_of(request).name, given)
        came = await done(site, action, "board")
        if request.headers.get("hx-request"):
            return site.page(request, "notice.html", outcome=came)
        return RedirectResponse(_back(form.get("back", ""), action), 303)

    return [Route("/items/{subject}/{kind}", act, methods=["POST"])]


def action_of(site: Site, item: Item, actor: str, given: Mapping[str, Any]) -> Action:
    """The action that `given` asks for: kind, value, reason, action_id. Raises HTTPException 400 in one line."""
    kind, value, reason = given.get("kind"), given.get("value"), given.get("reason")
    if kind not in ACTION_KINDS:
        raise HTTPException(400, f"kind {kind}: write one of {', '.join(ACTION_KINDS)}")
    for name, text in (("value", value), ("reason", reason)):
        if text is not None and not (isinstance(text, str) and len(text) <= LONGEST):
            raise HTTPException(400, f"{name}: write at most {LONGEST} characters")
    if kind == "note" and not (reason or "").strip():
        raise HTTPException(400, "A note says something: write it, then add it")
    action_id = given.get("action_id") or f"board:{uuid4().hex}"
    if not isinstance(action_id, str) or not _ID.fullmatch(action_id):
        raise HTTPException(400, "action_id: write up to 100 letters, digits, colons, dots, dashes")
    now = site.live.clock()
    return Action(action_id, now, actor, kind, item.subject, _checked(site, kind, value, now), reason)


async def done(site: Site, action: Action, way: figures.Way) -> Outcome:
    """Send it and wait until the desk has it; who came too late is told who was first.

    Raises HTTPException 503 in one line when it was not kept.
    """
    try:
        written = await run_in_threadpool(site.actions.send, action)
    except Unusable as error:
        figures.action(action.kind, way, "failed")
        log.warning("an action was not kept: %s", error)
        raise HTTPException(503, "That was not kept: Kafka does not take it. Try again in a minute") from None
    came = after(site, action, await site.live.read_up_to(written, READ_SECONDS))
    figures.action(action.kind, way, "late" if came.kind == "lost" else "taken")
    return came


def _checked(site: Site, kind: str, value: str | None, now: int) -> str | None:
    """The value as it is kept."""
    if kind == "snooze":
        until = moment_of(value)
        if until is None or not now < until <= now + LONGEST_SLEEP:
            raise HTTPException(400, f"until {value}: write a time within 90 days from now, like {said_of(now + HOUR)}")
        return said_of(until)
    if kind == "hand_on":
        known = sorted(site.live.departments)
        if value not in known:
            raise HTTPException(
                400, f"department {value}: write one of {', '.join(known)}{nearest(value or '', known)}"
            )
        return value
    if kind == "feedback":
        if value not in VERDICTS:
            raise HTTPException(400, f"verdict {value}: write one of {', '.join(VERDICTS)}")
        return value
    return None


def _value_of(kind: str, form: Mapping[str, str], now: int) -> str | None:
    if kind == "snooze":
        return said_of(now + SLEEPS.get(form.get("for", ""), HOUR))
    return form.get({"hand_on": "department", "feedback": "verdict"}.get(kind, "value")) or None


def _back(to: str, action: Action) -> str:
    """Where the form was, on this board, with what was done."""
    path = to if re.fullmatch(r"/(?![/\\])[^\s\\]*", to) else f"/items/{action.subject}"
    path = re.sub(r"([?&])(did|action|to)=[^&]*&?", r"\1", path).rstrip("?&")
    did = urlencode({"did": action.kind, "action": action.action_id, "to": action.subject})
    return f"{path}{'&' if '?' in path else '?'}{did}"
