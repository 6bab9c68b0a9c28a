"""Which time a page shows: relative times like now-7d, seen from the newest event, not from the wall clock."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from clickhouse_connect.driver.exceptions import ClickHouseError

from .queries import Range

if TYPE_CHECKING:
    from clickhouse_connect.driver.client import Client

CHOICES: Final = {
    "now-1h": "last hour", "now-6h": "last 6 hours", "now-24h": "last 24 hours", "now-7d": "last 7 days",
    "now-30d": "last 30 days", "now-90d": "last 90 days", "now-1y": "last year",
}  # fmt: skip
_NEWEST: Final = "SELECT as_of FROM v_clock"
_NEVER: Final = 1970  # what an empty store says
_SECONDS: Final = {"s": 1, "m": 60, "h": 3_600, "d": 86_400, "w": 604_800, "M": 2_592_000, "y": 31_536_000}


def newest(store: Client | None) -> datetime | None:
    """The newest event in the store: the "now" of the views; None where there is none."""
    try:
        found: Sequence[Any] = store.query(_NEWEST).result_rows if store is not None else ()
    except ClickHouseError:
        return None  # each panel says it
    at: datetime | None = found[0][0] if found else None
    return at.astimezone(UTC) if at is not None and at.year > _NEVER else None


def shown(since: str, now: datetime) -> Range:
    """From the relative time `since` (now-24h) to `now`; what is no such time is a day."""
    match = re.fullmatch(r"now-(\d{1,4})([smhdwMy])", since)
    seconds = int(match[1]) * _SECONDS[match[2]] if match else _SECONDS["d"]
    return Range(now - timedelta(seconds=seconds), now)


def in_words(since: str) -> str:
    """The choice as it stands in the list."""
    return CHOICES.get(since, since.replace("now-", "last "))
