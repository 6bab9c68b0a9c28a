"""The first page, what is on my department's desk, the most urgent first; and one item of it as a page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ..core.alert import SEVERITIES
from ..core.desk import Item
from .access import Person
from .filters import SHOWN, Filter, address_of, filter_of
from .live import Live
from .outcome import outcome_of
from .rendering import templates
from .shelf import Shelf
from .site import Site, person_of

STEP: Final = 30  # rows of a list, and how many more at a time
MOST: Final = 240


def routes(site: Site) -> list[Route]:
    """`/` and `/items/{subject}`."""
    live = site.live

    async def desk(request: Request) -> Response:
        person, asked = person_of(request), request.query_params
        wanted = filter_of(asked, person)
        most = most_of(asked)
        shelf = Shelf(live, wanted, most)
        return site.page(
            request, "board.html", items=shelf.shown, count=len(shelf), most=most, wanted=wanted, shown=SHOWN,
            kinds=kinds(shelf, asked), severities=SEVERITIES[::-1], department=asked.get("department", ""),
            departments=[each for each in sorted(live.departments) if person.of(each)],
            incidents=spreading(live, wanted), now=live.clock(), events=address_of(asked, "/events"),
            outcome=outcome_of(site, request), more=address_of(asked, most=str(most + STEP)) if most < MOST else None,
        )  # fmt: skip

    async def item(request: Request) -> Response:
        found = item_of(site, request)
        record, person = found.record, person_of(request)
        may_read = not found.is_warning and await site.access.may_read_text(request, record.customer_id, "item")
        return site.page(
            request, "item.html", item=found, record=record, may_read=may_read, may_act=person.may("act"),
            departments=[each for each in sorted(live.departments) if each != found.department], now=live.clock(),
            incident=live.incident_of(found.subject), why_not=live.desk.why_not(found),
            outcome=outcome_of(site, request),
            others=[each for each in live.desk.of_customer(record.customer_id) if each is not found and each.open
                    and person.of(each.department)],
        )  # fmt: skip

    return [Route("/", desk), Route("/items/{subject}", item)]


def item_of(site: Site, request: Request) -> Item:
    """The item in an address; 404 where there is none, or none that this person may see."""
    return item_for(site, person_of(request), request.path_params["subject"])


def item_for(site: Site, person: Person, subject: str) -> Item:
    """The item of this id; 404 where there is none, or none that this person may see."""
    found = site.live.desk.items.get(subject)
    if found is None or not person.of(found.department):
        done = [] if found is None else found.follow.actions
        if any(each.kind == "hand_on" and each.actor == person.name for each in done):
            raise HTTPException(404, "Handed on: it is on their desk now")
        raise HTTPException(404, "There is no such item on your desk: it ended over a week ago, or is another's")
    return found


def most_of(asked: Mapping[str, str]) -> int:
    """How many rows are asked for."""
    said = asked.get("most", "")
    return min(MOST, max(STEP, int(said))) if said.isdecimal() and len(said) < 5 else STEP


def kinds(shelf: Shelf, asked: Mapping[str, str]) -> str:
    """How many of what there are, as HTML: each a link to these alone."""
    said = [(kind, number, address_of(asked, symptom=kind)) for kind, number in shelf.kinds]
    every = address_of(asked, symptom="") if asked.get("symptom") else None
    return str(templates().get_template("parts.html").module.kinds(said, every))  # type: ignore[attr-defined]


def spreading(live: Live, wanted: Filter) -> str:
    """The incidents that go on and concern these departments, as HTML; their alerts stand behind them."""
    concerned = [
        each
        for each in live.desk.incidents.values()
        if each.status == "open"
        and (wanted.departments is None or wanted.departments & {*each.departments, each.owner_department})
    ]
    concerned.sort(key=lambda each: (-each.customers, each.incident_id))
    return str(templates().get_template("parts.html").module.spreading(concerned))  # type: ignore[attr-defined]
