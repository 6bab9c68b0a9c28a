"""`/v1/items`: the desk for other tools, as JSON; they prove who they are with a bearer token."""

from __future__ import annotations

from typing import Any, Final

import msgspec
from msgspec.structs import replace
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ..core.alert import Alert
from ..core.desk import Item
from ..core.followup import Action
from ..core.handoff import Warning
from ..core.incident import Incident
from ..wire.json_form import json_line, rfc3339
from .access import needs
from .acting import action_of, done
from .board import item_of
from .filters import filter_of
from .shelf import Shelf
from .site import Site, person_of

MOST: Final = 1_000
USUAL: Final = 100
LONGEST_NAME: Final = 64  # characters of a name


class Asked(msgspec.Struct, forbid_unknown_fields=True):
    """The body of a POST: the fields of an action in the contract; `by` is who did it in the tool that asks."""

    kind: str
    value: str | None = None
    reason: str | None = None
    action_id: str | None = None
    by: str | None = None


def routes(site: Site) -> list[Route]:
    """`/v1/items`, `/v1/items/{subject}`, `/v1/items/{subject}/actions`, `/v1/incidents`."""
    live = site.live

    async def items(request: Request) -> Response:
        shelf = Shelf(live, filter_of(request.query_params, person_of(request)), _limit(request))
        return _json({"items": [_told(site, each) for each in shelf.shown], "count": len(shelf)})

    async def item(request: Request) -> Response:
        found = item_of(site, request)
        with_text = await site.access.may_read_text(request, found.record.customer_id, "api")
        told = _told(site, found, with_text=with_text)
        return _json(told | {"actions": [_raw(each) for each in found.follow.actions]})

    @needs("act")
    async def act(request: Request) -> Response:
        found = item_of(site, request)
        try:
            asked = msgspec.json.decode(await request.body(), type=Asked)
        except msgspec.DecodeError as error:
            raise HTTPException(400, f"the body is no action: {error}") from None
        given = {name: value for name, value in msgspec.to_builtins(asked).items() if value is not None}
        by = given.pop("by", None)
        name = person_of(request).name
        action = action_of(site, found, f"{name}/{by[:LONGEST_NAME]}" if by else name, given)
        came = await done(site, action, "api")
        taken = live.desk.late(action.subject, action.action_id)
        said: dict[str, Any] = {"outcome": came.kind, "message": came.said.striptags(), "action": _raw(action)}
        if taken is not None:
            said |= {"accepted_by": taken.by, "accepted_at": rfc3339(taken.at)}
        return _json(said, 409 if came.kind == "lost" else 201 if came.kind == "won" else 202)

    async def incidents(request: Request) -> Response:
        person = person_of(request)
        found = [
            _raw(each) for each in live.desk.incidents.values()
            if any(person.of(department) for department in {*each.departments, each.owner_department})
        ]  # fmt: skip
        return _json({"incidents": found, "count": len(found)})

    return [
        Route("/v1/items", items),
        Route("/v1/items/{subject}", item),
        Route("/v1/items/{subject}/actions", act, methods=["POST"]),
        Route("/v1/incidents", incidents),
    ]


def _limit(request: Request) -> int:
    said = request.query_params.get("limit", str(USUAL))
    if not (said.isdecimal() and 1 <= int(said) <= MOST):
        raise HTTPException(400, f"limit {said}: write a number from 1 to {MOST}")
    return int(said)


def _told(site: Site, item: Item, *, with_text: bool = False) -> dict[str, Any]:
    """An item: the contract's alert or warning, and what was done about it; `with_text`: with what customers wrote."""
    follow, record = item.follow, item.record
    if isinstance(record, Alert) and not with_text:
        record = replace(record, evidence=tuple(replace(each, excerpt=None) for each in record.evidence))
    told: dict[str, Any] = {
        "subject": item.subject,
        "type": "warning" if item.is_warning else "alert",
        "department": item.department,
        "severity": item.severity,
        "open": item.open,
        "accepted_by": item.accepted_by,
        "accepted_at": _time(follow.accepted_at) if item.accepted_by else None,
        "snoozed_until": _time(follow.snoozed_until),
        "handed_to": follow.handed_to,
        "done_by": item.done_by,
        "done_at": _time(follow.done_at) if item.done_by else None,
        "untold": site.live.desk.why_not(item),
        "data": _raw(record),
    }
    return {name: value for name, value in told.items() if value is not None}


def _time(at: int | None) -> str | None:
    return rfc3339(at) if at is not None else None


def _raw(record: Alert | Warning | Incident | Action) -> msgspec.Raw:
    return msgspec.Raw(json_line(record))


def _json(said: dict[str, Any], status: int = 200) -> Response:
    return Response(msgspec.json.encode(said), status, {"cache-control": "no-store"}, "application/json")
