"""A customer: what is open about her, what to know before one talks to her, and what she went through."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from ..core.alert import Alert
from ..core.detection import Detection
from ..core.handoff import Brief, Warning
from ..core.touchpoint import Entry
from ..errors import Unusable
from ..film import Film, drawn, focused
from ..film.anonymous import anonymous, wordless
from ..rules.in_force import in_force
from .briefs import department_of
from .finding import busiest, on_desk, sought
from .lived import Lived, lived
from .outcome import outcome_of
from .rendering import customer_path
from .site import Site, person_of
from .stored import answer_of

LISTED: Final = 60  # of her touchpoints, the newest; more are a link away
MOST: Final = 2_000  # that a page lists at all: `siloscope sql` has no such end
AROUND: Final = 15  # before and after one that is asked for
NO_WORDS: Final = "What she wrote is not shown here."


class Known(NamedTuple):
    """What the desk has of a customer: the brief of the newest handoff that stands, and which it is."""

    warning: Warning | None
    account: str | None


def routes(site: Site) -> list[Route]:
    """`/customers`, and below it those of one customer."""
    detection = in_force(site.settings)

    async def find(request: Request) -> Response:
        wanted = request.query_params.get("q", "").strip()
        found, missing = (await sought(site, wanted)) if wanted else ([], None)
        if len(found) == 1 and found[0].customer == wanted:
            return RedirectResponse(customer_path(wanted), 303)
        most = busiest(site, person_of(request))
        return site.page(request, "customers.html", wanted=wanted, found=found, missing=missing, busiest=most)

    async def page(request: Request) -> Response:
        customer, person = request.path_params["customer"], person_of(request)
        items = [each for each in site.live.desk.of_customer(customer) if site.live.desk.why_not(each) is None]
        return site.page(
            request, "customer.html", customer=customer, known=known_of(site, customer), now=site.live.clock(),
            outcome=outcome_of(site, request),
            open=[each for each in items if each.open and person.of(each.department)],
            elsewhere=[each for each in items if each.open and not person.of(each.department)],
            over=[each for each in items if not each.open and person.of(each.department)],
            incidents=incidents_of(site, customer),
        )  # fmt: skip

    async def journey(request: Request) -> Response:
        customer, part = request.path_params["customer"], request.headers.get("hx-request")
        name = "journey_part.html" if part else "journey.html"
        try:
            found = await _lived(site, request, detection)
        except Unusable as error:
            return site.page(request, name, 200, customer=customer, lived=None, why=str(error), tell_brief=False)
        may_read = await site.access.may_read_text(request, customer, "journey")
        return site.page(
            request, name, customer=customer, lived=found, may_read=may_read,
            why_no_text=getattr(request.state, "why_no_text", NO_WORDS),
            entries=_listed(found.entries, request.query_params),
            film=drawn(found.film if may_read else wordless(found.film)),
            tell_brief=known_of(site, customer).warning is None,
            symptoms=sorted({mark.symptom for mark in found.film.marks}),
        )  # fmt: skip

    async def picture(request: Request) -> Response:
        customer = request.path_params["customer"]
        try:
            found = await _lived(site, request, detection)
        except Unusable as error:
            raise HTTPException(404, str(error)) from None
        film = _about(found.film, request.query_params.get("about", ""))
        if "nameless" in request.query_params:
            film = anonymous(film)
        elif not await site.access.may_read_text(request, customer, "film"):
            film = wordless(film)
        still = "still" in request.query_params
        saved = {} if still else {"content-disposition": 'attachment; filename="film.svg"'}
        return Response(drawn(film, still=still), headers=saved, media_type="image/svg+xml")

    return [
        Route("/customers", find),
        Route("/customers/{customer:path}/journey", journey),
        Route("/customers/{customer:path}/film.svg", picture),
        Route("/customers/{customer:path}", page),
    ]


def known_of(site: Site, customer: str) -> Known:
    """What the desk knows of her beside its items."""
    records = [each.record for each in site.live.desk.of_customer(customer)]
    standing = [each for each in records if isinstance(each, Warning) and each.status in ("pending", "overdue")]
    return Known(standing[0] if standing else None, next((each.account for each in records if each.account), None))


def brief_of(known: Known, found: Lived | None) -> Brief | None:
    """The brief to show: that of a handoff that stands, else that of the store."""
    if known.warning is not None:
        return known.warning.brief
    return found.brief if found is not None else None


def incidents_of(site: Site, customer: str) -> list[str]:
    """The incidents that go on and that she is one of many in."""
    found = (site.live.incident_of(each.subject) for each in on_desk(site, customer) if isinstance(each.record, Alert))
    return list(dict.fromkeys(each.incident_id for each in found if each is not None))


async def _lived(site: Site, request: Request, detection: Detection) -> Lived:
    customer = request.path_params["customer"]
    department = department_of(person_of(request))
    return await answer_of(site, lambda client: lived(client, customer, detection, department))


def _listed(entries: Sequence[Entry], asked: Mapping[str, str]) -> list[Entry]:
    """Those that a page lists, the newest first: the last ones, and what is around the one it is `asked` about."""
    if "all" in asked:
        return list(entries[-MOST:])[::-1]
    shown = set(range(max(0, len(entries) - LISTED), len(entries)))
    for number, entry in enumerate(entries):
        if entry.touchpoint_id == asked.get("t"):
            shown.update(range(max(0, number - AROUND), min(number + AROUND + 1, len(entries))))
    return [entries[number] for number in sorted(shown, reverse=True)]


def _about(film: Film, symptom: str) -> Film:
    """Only what is around the last alert of a symptom, where one is named that she suffers from."""
    marks = [mark for mark in film.marks if mark.symptom == symptom]
    return focused(film, marks[-1]) if marks else film
