"""The touchpoints that the store keeps, as they came."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

import msgspec
from clickhouse_connect.driver.exceptions import ClickHouseError

from ..core.customer_key import account_of
from ..core.rejected import Rejected
from ..core.touchpoint import Touchpoint
from ..errors import Unusable
from ..settings import Settings
from ..wire import Clock, decode_touchpoint
from .client import first_line
from .elsewhere import must_exist, readable

if TYPE_CHECKING:
    from clickhouse_connect.driver.client import Client

_PAGE: Final = 50_000  # rows asked for at once
_EMPTY: Final[tuple[Any, ...]] = (None, "", [], {})
_NAMED: Final = ", ".join(Touchpoint.__struct_fields__)


def recorded(settings: Settings) -> Iterator[Touchpoint | Rejected]:
    """All of them in order of time; what the contract no longer takes as its refusal. Raises Unusable in one line."""
    must_exist(settings)
    with readable(settings) as client:
        yield from recorded_through(client)


def recorded_through(client: Client, customer: str | None = None) -> Iterator[Touchpoint | Rejected]:
    """The same from a store that is open for reading: all of them, one customer's, or those of all of an `account:`."""
    after: tuple[str, str] = ("1900-01-01T00:00:00.000Z", "")
    while True:
        lines = _page(client, after, customer)
        for line in lines:
            row = msgspec.json.decode(line)
            after = (row["occurred_at"], row["touchpoint_id"])
            found = decode_touchpoint(msgspec.json.encode(_said(row)))
            if not isinstance(found, Clock):
                yield found
        if len(lines) < _PAGE:
            return


def _page(client: Client, after: tuple[str, str], customer: str | None) -> list[bytes]:
    """The next touchpoints by (time, id), as JSON lines."""
    account = account_of(customer) if customer is not None else None
    whose = "" if customer is None else f"AND {'customer_id' if account is None else 'account'} = {{whose:String}} "
    sql = (
        f"SELECT {_NAMED} FROM v_touchpoints WHERE (occurred_at, touchpoint_id) > "
        "(parseDateTime64BestEffort({at:String}, 3, 'UTC'), {id:String}) "
        f"{whose}ORDER BY occurred_at, touchpoint_id LIMIT {_PAGE}"
    )
    try:
        answer: bytes = client.raw_query(
            sql, {"at": after[0], "id": after[1], "whose": account or customer or ""},
            settings={"date_time_output_format": "iso"}, fmt="JSONEachRow",
        )  # fmt: skip
    except ClickHouseError as error:
        raise Unusable(f"the store does not answer: {first_line(error)}") from None
    return answer.splitlines()


def _said(row: dict[str, Any]) -> dict[str, Any]:
    """The record without what is empty: an absent field is an empty column. A `kpi` without a name is none."""
    said = {name: value for name, value in row.items() if value not in _EMPTY}
    for name in ("kpi", "source"):
        parts = {part: value for part, value in row[name].items() if value not in _EMPTY}
        said.pop(name, None)
        if parts and (name == "source" or "name" in parts):
            said[name] = parts
    return said
