"""What staff say of the alerts: how often each symptom is right, by department, and why it was not."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ..errors import Unusable
from ..ops.evaluate_judge import Share
from .kept import Kept
from .site import Site, person_of
from .stored import rows

if TYPE_CHECKING:
    from clickhouse_connect.driver.client import Client

SECONDS: Final = 10.0  # that an answer stands
FEW: Final = 10  # verdicts below which a share says little
REASONS: Final = 30  # that are shown, the newest
_PRECISION: Final = """
SELECT symptom, owner_department AS department, alerts, judged, useful, false_alarms FROM v_precision
ORDER BY symptom, department
"""
_REASONS: Final = """
SELECT symptom, owner_department AS department, verdict, reason, actor, toUnixTimestamp64Milli(given_at) AS at
FROM v_feedback WHERE reason != '' ORDER BY given_at DESC, alert_id LIMIT 500
"""
Rows = list[dict[str, Any]]


class Judged(NamedTuple):
    """What was said of a symptom's alerts: of one department, or of all (`department` empty)."""

    symptom: str
    department: str
    alerts: int
    judged: int
    useful: int
    false_alarms: int

    @property
    def few(self) -> bool:
        """Too few verdicts to go by."""
        return self.useful + self.false_alarms < FEW

    @property
    def said(self) -> str:
        """The share that was right with the bounds of the true one, as per cents; empty where nobody has judged."""
        share = Share(self.useful, self.useful + self.false_alarms)
        if share.value is None:
            return ""
        low, high = share.bounds
        return f"{share.value:.0%} ({low:.0%} to {high:.0%})"


def routes(site: Site) -> list[Route]:
    """`/quality`."""
    kept: Kept[tuple[Rows, Rows]] = Kept(site, SECONDS)

    async def shown(request: Request) -> Response:
        values: dict[str, Any] = {"groups": None, "reasons": [], "why": "", "few": FEW}
        part = "hx-request" in request.headers
        ask = kept.of if part else kept.soon
        try:
            answer = await ask("", _asked)
            if answer is not None:
                person = person_of(request)
                reasons = [each for each in answer[1] if person.of(each["department"])]
                values |= {"groups": groups_of(answer[0]), "reasons": reasons[:REASONS]}
        except Unusable as error:
            values["why"] = str(error)
        return site.page(request, "quality_part.html" if part else "quality.html", **values)

    return [Route("/quality", shown)]


def _asked(client: Client) -> tuple[Rows, Rows]:
    return rows(client, _PRECISION), rows(client, _REASONS)


def groups_of(found: Sequence[dict[str, Any]]) -> list[tuple[Judged, list[Judged]]]:
    """Each symptom with its departments; those that are judged most come first."""
    parts: dict[str, list[Judged]] = {}
    for row in found:
        parts.setdefault(row["symptom"], []).append(Judged(**row))
    groups = [(_whole(symptom, of_it), of_it) for symptom, of_it in parts.items()]
    return sorted(groups, key=lambda group: (-group[0].judged, group[0].symptom))


def _whole(symptom: str, parts: Sequence[Judged]) -> Judged:
    sums = (sum(numbers) for numbers in zip(*(part[2:] for part in parts), strict=True))
    return Judged(symptom, "", *sums)
