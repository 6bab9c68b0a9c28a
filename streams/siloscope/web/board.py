"""The first page, what is on my department's desk, the most urgent first; and one item of it as a page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final
from urllib.parse import urlencode

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ..core.alert import SEVERITIES
from ..core.desk import Item
from .filters import SHOWN, Filter, filter_of, symptom_of
from .live import Live
from .outcome import outcome_of
from .rendering import templates
from .shelf import Shelf
from .site import Site, person_of

MOST: Final = 60  # rows of a list: a page stays small, and who has more than that filters


def routes(site: Site) -> list[Route]:
    """`/` and `/items/{subject}`."""
    live = site.live

    async def desk(request: Request) -> Response:
        person, asked = person_of(request), request.query_params
        wanted = filter_of(asked, person)
        shelf = Shelf(live, wanted, MOST)
        known = [each for each in sorted(live.departments) if person.of(each)]
        return site.page(
            request, "board.html", items=shelf.shown, count=len(shelf), most=MOST, wanted=wanted, shown=SHOWN,
            severities=SEVERITIES[::-1], symptoms=symptoms(live, wanted), departments=known,
            department=asked.get("department", ""), incidents=spreading(live, wanted), now=live.clock(),
            events="/events?" + urlencode(_kept(asked)), outcome=outcome_of(site, request),
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
    found = site.live.desk.items.get(request.path_params["subject"])
    if found is None or not person_of(request).of(found.department):
        raise HTTPException(404, "There is no such item on your desk: it ended over a week ago, or is another's")
    return found


def symptoms(live: Live, wanted: Filter) -> list[str]:
    """The symptoms that these departments have, and the one that is asked for."""
    items = live.desk.items.values()
    found = {symptom_of(each) for each in items if wanted.departments is None or each.department in wanted.departments}
    return sorted(found | ({wanted.symptom} - {""}))


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


def _kept(asked: Mapping[str, str]) -> dict[str, str]:
    return {name: asked[name] for name in ("department", "shown", "severity", "symptom", "incident") if asked.get(name)}
