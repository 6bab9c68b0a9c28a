"""What each topic holds, which table it goes to, and what of it makes no row."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final, NamedTuple

from siloscope import wire
from siloscope.agents.telling import ACTIONS, ALERTS, AUDIT, DEAD_LETTERS, INCIDENTS, TOUCHPOINTS, WARNINGS
from siloscope.core.rejected import Rejected
from siloscope.stores.backlog import ALERT_LIMITS, TOUCHPOINT_LIMITS, Limits
from siloscope.stores.rows import (
    Columns,
    Row,
    action_columns,
    dead_letter_columns,
    plain_columns,
    told_columns,
    touchpoint_columns,
)


class Skipped(NamedTuple):
    """A record that makes no row and no dead letter either, and why."""

    reason: str


# Rows are many objects, looked at column by column: so many stay in a processor's cache meanwhile (half the time).
PART: Final = 1_000

Decoded = Any  # a record for the columns, Skipped or Rejected


class Kind(NamedTuple):
    """One topic's way into the store."""

    table: str
    limits: Limits
    decode: Callable[[bytes | None], Decoded]
    columns: Callable[[Sequence[Row]], Columns]

    def parts(self, rows: Sequence[Row]) -> Iterator[Columns]:
        """The columns of all `rows`, some rows at a time."""
        return (self.columns(rows[first : first + PART]) for first in range(0, len(rows), PART))


def _touchpoint(value: bytes | None) -> Decoded:
    """Dead letters of touchpoints are the worker's alone: what it refuses is only left out here."""
    decoded = wire.decode_touchpoint(value or b"")
    if isinstance(decoded, wire.Clock):
        return Skipped("clock")
    return Skipped(decoded.reason) if isinstance(decoded, Rejected) else decoded


def _told(kind: str) -> Callable[[bytes | None], Decoded]:
    def decode(value: bytes | None) -> Decoded:
        try:
            return wire.decode(kind, value or b"")
        except wire.Undecodable as error:
            return error.rejected

    return decode


def _dead_letter(value: bytes | None) -> Decoded:
    """A dead letter that cannot be read makes no further one: it is in its topic already."""
    try:
        return wire.decode("dead_letter", value or b"")
    except wire.Undecodable:
        return Skipped("undecodable")


KINDS: Final = {
    TOUCHPOINTS: Kind("touchpoints", TOUCHPOINT_LIMITS, _touchpoint, touchpoint_columns),
    ALERTS: Kind("alerts", ALERT_LIMITS, _told("alert"), told_columns),
    WARNINGS: Kind("warnings", ALERT_LIMITS, _told("warning"), told_columns),
    INCIDENTS: Kind("incidents", ALERT_LIMITS, _told("incident"), plain_columns),
    ACTIONS: Kind("actions", ALERT_LIMITS, _told("action"), action_columns),
    AUDIT: Kind("audit", ALERT_LIMITS, _told("audit"), plain_columns),
    DEAD_LETTERS: Kind("dead_letters", ALERT_LIMITS, _dead_letter, dead_letter_columns),
}
