"""A film from the store: what it keeps of a customer's touchpoints, and the alerts that were told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import msgspec
from clickhouse_connect.driver.exceptions import ClickHouseError

from ..core.rejected import Rejected
from ..core.touchpoint import Entry, entry_of
from ..errors import Unusable
from ..stores.client import first_line
from ..stores.recorded import recorded_through
from .scene import Film, Mark, film_of

if TYPE_CHECKING:
    from clickhouse_connect.driver.client import Client


class _Row(msgspec.Struct):
    symptom: str
    severity: str
    title: str
    explanation: str
    suggested_action: str
    opened: int
    resolved: int | None
    touchpoints: list[str]


_MARKS: Final = """
SELECT symptom, severity, title, explanation, suggested_action, toUnixTimestamp64Milli(opened_at) AS opened,
    if(resolved_at IS NULL, NULL, toUnixTimestamp64Milli(assumeNotNull(resolved_at))) AS resolved,
    evidence.touchpoint_id AS touchpoints
FROM v_alerts WHERE customer_id = {customer:String} AND status != 'retracted' AND mode = 'live'
ORDER BY opened_at, alert_id
"""


def film_from(client: Client, customer: str) -> Film:
    """The film of all that the store, open for reading, keeps of her; raises Unusable in one line."""
    return film_of(customer, entries_from(client, customer), marks_from(client, customer))


def entries_from(client: Client, customer: str) -> list[Entry]:
    """Her touchpoints in order of time; raises Unusable, also where there is none."""
    found = (each for each in recorded_through(client, customer) if not isinstance(each, Rejected))
    entries = [entry_of(each) for each in found]
    if not entries:
        raise Unusable(f"the store has no touchpoint of {customer}: ids are as in v_touchpoints.customer_id")
    return entries


def marks_from(client: Client, customer: str) -> list[Mark]:
    """What she was said to suffer from, in order; raises Unusable."""
    try:
        rows: Any = client.query(_MARKS, parameters={"customer": customer}).named_results()
        return [_mark(msgspec.convert(row, _Row)) for row in rows]
    except ClickHouseError as error:
        raise Unusable(f"the store does not answer: {first_line(error)}") from None


def _mark(row: _Row) -> Mark:
    return Mark(
        row.symptom, row.severity, row.title, row.explanation, row.suggested_action, row.opened, row.resolved,
        frozenset(row.touchpoints),
    )  # fmt: skip
