"""The department matrix: which department gets into which other's way, and by which alerts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ..errors import Unusable
from .kept import Kept
from .site import Site, person_of
from .stored import rows

if TYPE_CHECKING:
    from clickhouse_connect.driver.client import Client

PERIODS: Final = {"7": "the last week", "28": "the last four weeks", "91": "the last quarter"}
USUAL: Final = "28"
SECONDS: Final = 10.0  # that an answer stands
HEATS: Final = 9
# What is certain, as in the council's week. The time is that of the data: an old log has its last weeks, too.
_CELLS: Final = """
SELECT department, other_department AS other, relation, sum(confirmed_alerts) AS alerts FROM v_department_matrix
WHERE day > (SELECT toDate(as_of, 'UTC') FROM v_clock) - {days:UInt16}
GROUP BY department, other, relation HAVING alerts > 0 ORDER BY department, other, relation
"""
_ALERTS: Final = """
SELECT symptom, relation, status, customer_id, toUnixTimestamp64Milli(opened_at) AS opened
FROM v_department_pairs
WHERE department = {department:String} AND other_department = {other:String} AND confidence = 'confirmed'
    AND toDate(opened_at, 'UTC') > (SELECT toDate(as_of, 'UTC') FROM v_clock) - {days:UInt16}
ORDER BY opened_at DESC, alert_id LIMIT 50
"""
Rows = list[dict[str, Any]]


class Cell(NamedTuple):
    """One pair of departments: how many alerts, how red (0 to 9), and by which relations."""

    alerts: int
    heat: int
    said: str


class Matrix(NamedTuple):
    """`cells` by the department of the row and that of the column."""

    departments: list[str]
    cells: Mapping[tuple[str, str], Cell]


def routes(site: Site) -> list[Route]:
    """`/matrix`; with `from` and `to` also the newest alerts of that pair, where one of the two is the reader's."""
    kept: Kept[tuple[Rows, Rows]] = Kept(site, SECONDS)

    async def shown(request: Request) -> Response:
        asked = request.query_params
        days = asked.get("days", USUAL) if asked.get("days") in PERIODS else USUAL
        pair, person = (asked.get("from", ""), asked.get("to", "")), person_of(request)
        if not any(map(person.of, pair)):
            pair = ("", "")  # alerts between two others are theirs
        values: dict[str, Any] = {"matrix": None, "alerts": [], "why": "", "days": days, "pair": pair}
        part = "hx-request" in request.headers
        ask = kept.of if part else kept.soon
        try:
            answer = await ask((days, pair), lambda client: _asked(client, int(days), pair))
            if answer is not None:
                values |= {"matrix": matrix_of(answer[0]), "alerts": answer[1]}
        except Unusable as error:
            values["why"] = str(error)
        return site.page(request, "matrix_part.html" if part else "matrix.html", periods=PERIODS, **values)

    return [Route("/matrix", shown)]


def _asked(client: Client, days: int, pair: tuple[str, str]) -> tuple[Rows, Rows]:
    alerts = rows(client, _ALERTS, days=days, department=pair[0], other=pair[1]) if all(pair) else []
    return rows(client, _CELLS, days=days), alerts


def matrix_of(found: Sequence[Mapping[str, Any]]) -> Matrix:
    """The cells of rows of (department, other, relation, alerts)."""
    sums: dict[tuple[str, str], int] = {}
    words: dict[tuple[str, str], list[str]] = {}
    for row in found:
        key = (row["department"], row["other"])
        sums[key] = sums.get(key, 0) + row["alerts"]
        words.setdefault(key, []).append(f"{row['relation']}: {row['alerts']}")
    most = max(sums.values(), default=1)
    cells = {key: Cell(number, -(-HEATS * number // most), ", ".join(words[key])) for key, number in sums.items()}
    return Matrix(sorted({name for key in sums for name in key}), cells)
