"""What the store keeps of one customer, and what to know of her now."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from ..core.brief import standing_brief
from ..core.bulletin import Bulletin
from ..core.customer import Customer
from ..core.detection import Detection
from ..core.handoff import Brief
from ..core.touchpoint import Entry
from ..film import Film, film_of
from ..film.stored import entries_from, marks_from

if TYPE_CHECKING:
    from clickhouse_connect.driver.client import Client


class Lived(NamedTuple):
    """Her touchpoints in order of time, her film, and the brief for whoever talks to her next."""

    entries: list[Entry]
    film: Film
    brief: Brief


def lived(client: Client, customer: str, detection: Detection, department: str) -> Lived:
    """Of a customer, as `department` reads it; raises Unusable in one line, also where nothing is known of her."""
    entries = entries_from(client, customer)
    film = film_of(customer, entries, marks_from(client, customer))
    rows: Any = client.query("SELECT as_of FROM v_clock").result_rows
    as_of: datetime = rows[0][0]
    now = max(int(as_of.timestamp() * 1000), entries[-1].at)
    return Lived(entries, film, brief_at(customer, entries, detection, department, now))


def brief_at(customer: str, entries: list[Entry], detection: Detection, department: str, now: int) -> Brief:
    """The brief at `now` (epoch ms), by her own timeline alone."""
    timeline = Customer(customer, detection, Bulletin())
    for entry in entries[-detection.entries :]:
        timeline.insert(entry)
    fold = timeline.folded()
    fold.advance(now)
    brief = standing_brief(timeline, fold, detection.language_of(department))
    fold.end()
    return brief
