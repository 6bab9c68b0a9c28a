"""What a week was like, asked of the store's views."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from clickhouse_connect.driver.exceptions import ClickHouseError

from ..errors import Unusable
from ..stores.client import first_line

if TYPE_CHECKING:
    from clickhouse_connect.driver.client import Client

WEEKS: Final = 8  # shown up to this one
TOP: Final = 5  # breakages, each with a film
# What counts: what is certain, was told, and is not told as part of something else.
_COUNTED: Final = "status != 'retracted' AND mode = 'live' AND confidence = 'confirmed' AND part_of = ''"
_WEEK: Final = "toDate(opened_at, 'UTC') >= {week:Date} AND toDate(opened_at, 'UTC') < {week:Date} + 7"


class Week(NamedTuple):
    """One of the weeks up to this one."""

    week: date
    alerts: int
    customers: int
    minutes: int


class Breakage(NamedTuple):
    """A symptom between the same departments; `example` is a customer whom it hit, in the alert on most evidence.

    A person where there is one, else an account.
    """

    symptom: str
    departments: tuple[str, ...]
    alerts: int
    customers: int
    minutes: int
    action: str
    example: str


class Pair(NamedTuple):
    """How often the one department got into the other's way, by relation."""

    department: str
    other: str
    relation: str
    alerts: int


class Wasted(NamedTuple):
    """Time of customers that a department wasted; `cost` is None where no rate is set."""

    department: str
    reason: str
    minutes: float
    cost: float | None
    currency: str


class Trend(NamedTuple):
    """A symptom that changed beyond noise."""

    symptom: str
    alerts: int
    usual: float
    trend: str


class Card(NamedTuple):
    """A department's own measure beside its customers' outcome, as shares; None is unknown."""

    department: str
    kpi_met_share: float | None
    good_outcome_share: float | None
    verdict: str


class Incident(NamedTuple):
    """One cause, many customers."""

    symptom: str
    cause: str
    customers: int
    open: bool


class Facts(NamedTuple):
    """The week that begins on Monday `week` (UTC); `complete` when the store knows all of it."""

    week: date
    complete: bool
    weeks: list[Week]
    breakages: list[Breakage]
    pairs: list[Pair]
    wasted: list[Wasted]
    trends: list[Trend]
    cards: list[Card]
    incidents: list[Incident]
    suspected: int
    judged: int
    useful: int

    @property
    def this(self) -> Week:
        """The week itself."""
        return self.weeks[-1]


def facts(client: Client, week: date | None) -> Facts:
    """The week in which `week` lies, else the last that is complete, else the one that runs. Raises Unusable."""
    try:
        now: date = _rows(client, "SELECT toDate(as_of, 'UTC') FROM v_clock")[0][0]
        if now.year < 1980:
            raise Unusable("the store is empty: nothing to report yet; `siloscope demo --store DIR` fills one")
        monday = _monday(week) if week is not None else _last_complete(client, now)
        if monday > now:
            raise Unusable(f"the store ends on {now}: name a week before that with --week")
        return _facts(client, monday, monday + timedelta(days=7) <= now)
    except ClickHouseError as error:
        raise Unusable(f"the store does not answer: {first_line(error)}") from None


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _last_complete(client: Client, now: date) -> date:
    """The week before, unless the first alert that counts came later: then the store begins with the week that runs."""
    ((alerts, first),) = _rows(client, _FIRST)
    before = _monday(now) - timedelta(days=7)
    return before if alerts and before >= _monday(first) else _monday(now)


def _facts(client: Client, week: date, complete: bool) -> Facts:
    def ask(sql: str) -> list[Any]:
        return _rows(client, sql, week=week)

    ((suspected,),) = ask(_SUSPECTED)
    judged, useful = ask("SELECT sum(judged), sum(useful) FROM v_precision")[0]
    return Facts(
        week, complete, list(_weeks(ask, week)), [Breakage(row[0], tuple(row[1]), *row[2:]) for row in ask(_BREAKAGES)],
        [Pair(*row) for row in ask(_PAIRS)], [Wasted(*row) for row in ask(_WASTED)],
        [Trend(*row) for row in ask(_TRENDS)], [Card(*row) for row in ask(_CARDS)],
        [Incident(*row) for row in ask(_INCIDENTS)], suspected, judged, useful,
    )  # fmt: skip


def _weeks(ask: Any, week: date) -> Iterator[Week]:
    """Those up to this one since the first alert, weeks without any included."""
    found = {row[0]: Week(*row) for row in ask(_BY_WEEK)}
    first = min(found, default=week)
    for back in range(WEEKS - 1, -1, -1):
        day = week - timedelta(days=7 * back)
        if day >= first or day == week:
            yield found.get(day, Week(day, 0, 0, 0))


_FIRST: Final = f"SELECT count(), toDate(min(opened_at), 'UTC') FROM v_alerts WHERE {_COUNTED}"
_BY_WEEK: Final = f"""
SELECT toMonday(toDate(opened_at, 'UTC')) AS week, count(), uniqExactIf(customer_id, customer_id != ''),
    toInt64(sum(ifNull(minutes_lost, 0)))
FROM v_alerts
WHERE {_COUNTED} AND toDate(opened_at, 'UTC') < {{week:Date}} + 7
    AND toDate(opened_at, 'UTC') >= {{week:Date}} - {7 * (WEEKS - 1)}
GROUP BY week
"""
_SUSPECTED: Final = f"""
SELECT count() FROM v_alerts WHERE {_WEEK} AND status != 'retracted' AND mode = 'live' AND confidence = 'suspected'
"""
_BREAKAGES: Final = f"""
SELECT symptom, CAST(departments, 'Array(String)') AS between, count() AS alerts,
    uniqExactIf(customer_id, customer_id != '') AS customers, toInt64(sum(ifNull(minutes_lost, 0))) AS minutes,
    argMax(suggested_action, (length(evidence.touchpoint_id), alert_id)) AS action,
    argMax(customer_id, (customer_id NOT LIKE 'account:%', length(evidence.touchpoint_id), alert_id)) AS example
FROM v_alerts WHERE {_COUNTED} AND {_WEEK}
GROUP BY symptom, between ORDER BY customers DESC, alerts DESC, minutes DESC, symptom, between LIMIT {TOP}
"""
_PAIRS: Final = """
SELECT department, other_department, relation, sum(confirmed_alerts) AS alerts FROM v_department_matrix
WHERE day >= {week:Date} AND day < {week:Date} + 7
GROUP BY department, other_department, relation HAVING alerts > 0 ORDER BY department, other_department, relation
"""
_WASTED: Final = """
SELECT department, reason, toFloat64(sum(minutes)) AS wasted, CAST(sum(cost), 'Nullable(Float64)') AS costs,
    any(currency)
FROM v_time_wasted WHERE day >= {week:Date} AND day < {week:Date} + 7
GROUP BY department, reason HAVING wasted > 0 ORDER BY wasted DESC, department, reason
"""
_TRENDS: Final = """
SELECT symptom, alerts, usual, trend FROM v_symptom_trends WHERE week = {week:Date} AND trend IN ('up', 'down')
ORDER BY trend DESC, abs(change) DESC, symptom
"""
_CARDS: Final = """
SELECT department, kpi_met_share, good_outcome_share, verdict FROM v_scorecard
WHERE week = {week:Date} AND department != '' ORDER BY department
"""
_INCIDENTS: Final = f"""
SELECT symptom, concat(cause.kind, ' ', cause.value), customers, status = 'open' FROM v_incidents
WHERE {_WEEK} AND status != 'retracted' ORDER BY customers DESC, incident_id
"""


def _rows(client: Client, sql: str, **parameters: Any) -> list[Any]:
    return list(client.query(sql, parameters=parameters).result_rows)
