"""Incidents: one cause, many customers. What it is, since when, whom it hits, and who is at it."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from typing import Final

from markupsafe import Markup
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ..core.alert import Alert
from ..core.desk import Item
from ..core.incident import Incident
from ..core.words import counted, moment
from ..panels.canvas import DIM, line, picture, rect, words
from .site import Site, person_of

NAMED: Final = 60  # customers of a page
BARS: Final = 24
WIDTH: Final = 860


def routes(site: Site) -> list[Route]:
    """`/incidents` and `/incidents/{incident_id}`."""

    async def listing(request: Request) -> Response:
        known = [each for each in site.live.desk.incidents.values() if each.status != "retracted"]
        known.sort(key=lambda each: (each.status != "open", -each.opened_at, each.incident_id))
        return site.page(request, "incidents.html", incidents=known)

    async def one(request: Request) -> Response:
        incident = site.live.desk.incidents.get(request.path_params["incident_id"])
        if incident is None:
            raise HTTPException(404, "There is no such incident, or it ended over a week ago: see the view v_incidents")
        person, items = person_of(request), alerts_of(site, incident)
        mine = [each for each in items if person.of(each.department)]
        return site.page(
            request, "incident.html", incident=incident, known=len(items), items=mine[:NAMED],
            others=len(items) - len(mine), left_out=max(0, len(mine) - NAMED),
            accepted=sum(each.accepted_by is not None for each in items),
            timeline=Markup(timeline([each.began for each in items])), now=site.live.clock(),
        )  # fmt: skip

    return [Route("/incidents", listing), Route("/incidents/{incident_id}", one)]


def alerts_of(site: Site, incident: Incident) -> list[Item]:
    """Its alerts that the desk has, in the order in which they opened."""
    found = [
        each
        for each in site.live.desk.items.values()
        if isinstance(each.record, Alert) and each.record.incident_id == incident.incident_id
        and each.record.status != "retracted"
    ]  # fmt: skip
    return sorted(found, key=lambda each: (each.began, each.subject))


def timeline(moments: Sequence[int]) -> str:
    """How it grew: by when how many of its alerts had opened (epoch ms, in order); empty where that was one moment."""
    if not moments or moments[0] == moments[-1]:
        return ""
    first, span = moments[0], moments[-1] - moments[0]
    step, most = WIDTH / BARS, len(moments)

    def parts() -> Iterator[str]:
        for number in range(BARS):
            at = first + span * (number + 1) // BARS
            many = bisect_right(moments, at)
            tall, tip = 90 * many / most, f"by {moment(at)}: {counted(many, 'alert')}"
            yield rect(step * number + 2, 112 - tall, step - 4, tall, "var(--purple)", tip=tip, round_by=2)
        yield line(0, 112, WIDTH, 112)
        yield words(0, 132, moment(first), DIM)
        yield words(WIDTH, 132, moment(moments[-1]), DIM, anchor="end")
        yield words(WIDTH, 14, counted(most, "alert"), DIM, anchor="end")

    said = f"{counted(len(moments), 'alert')} from {moment(first)} to {moment(moments[-1])}"
    return picture(WIDTH, 140, said, parts())
