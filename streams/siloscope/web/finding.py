"""Finding a customer: by her key, a case, an account, an alert; on the desk, and in the store."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING, Final, NamedTuple

from ..core.desk import Item
from ..errors import Unusable
from .access import Person
from .site import Site
from .stored import answer_of, rows

if TYPE_CHECKING:
    from clickhouse_connect.driver.client import Client

MOST: Final = 50  # customers of an answer
SHORTEST: Final = 3  # letters that a part of a key must have


class Found(NamedTuple):
    """A customer, and by what she was found."""

    customer: str
    by: str


_STORED: Final = f"""
SELECT customer_id, multiIf(customer_id = {{q:String}}, 'customer', case_ref = {{q:String}}, 'case',
    thread_ref = {{q:String}}, 'conversation', account = {{q:String}}, 'account', 'touchpoint') AS how
FROM v_touchpoints
WHERE customer_id != '' AND (customer_id = {{q:String}} OR case_ref = {{q:String}} OR thread_ref = {{q:String}}
    OR account = {{q:String}} OR touchpoint_id = {{q:String}})
GROUP BY customer_id, how ORDER BY max(occurred_at) DESC LIMIT {MOST}
"""


async def sought(site: Site, wanted: str) -> tuple[list[Found], str | None]:
    """The customers that `wanted` may mean, and why the store was not asked where it could not be."""
    found = {each.customer: each for each in _on_desk(site, wanted)}
    try:
        for each in await answer_of(site, lambda client: _stored(client, wanted)):
            found.setdefault(each.customer, each)
    except Unusable as error:
        return list(found.values())[:MOST], str(error)
    return list(found.values())[:MOST], None


def on_desk(site: Site, customer: str) -> list[Item]:
    """Her items that go on."""
    return [each for each in site.live.desk.of_customer(customer) if each.open]


def busiest(site: Site, person: Person) -> list[tuple[str, int]]:
    """The customers about whom most is open on this person's desk, with how much; at most ten."""
    counts = Counter(
        each.record.customer_id
        for each in site.live.desk.on(person.shown, site.live.clock(), asleep=True)
        if each.record.customer_id
    )
    return sorted(counts.items(), key=lambda each: (-each[1], each[0]))[:10]


def _on_desk(site: Site, wanted: str) -> Iterator[Found]:
    like = wanted.casefold() if len(wanted) >= SHORTEST else None
    for item in site.live.desk.items.values():
        record = item.record
        if not record.customer_id:
            continue
        if record.customer_id == wanted:
            yield Found(record.customer_id, "customer")
        elif wanted in (record.case_ref, record.account, item.subject):
            known = {record.case_ref: "case", record.account: "account"}
            yield Found(record.customer_id, known.get(wanted, "alert or handoff"))
        elif like is not None and like in record.customer_id.casefold():
            yield Found(record.customer_id, "part of the name")


def _stored(client: Client, wanted: str) -> list[Found]:
    return [Found(row["customer_id"], row["how"]) for row in rows(client, _STORED, q=wanted)]
