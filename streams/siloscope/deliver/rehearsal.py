"""`siloscope deliver --dry-run`: what the last days would have told whom, by the routes. Nothing is sent."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Final, NamedTuple

from confluent_kafka.admin import OffsetSpec
from rich.console import Console
from rich.table import Table

from .. import wire
from ..core.handoff import Warning
from ..core.incident import Incident
from ..core.vocabulary import DAY
from ..errors import Unusable
from ..rules.in_force import in_force
from ..settings import Settings
from ..staff.tail import TOLD, Read, Tail
from .message import Message, Subject
from .planning import Planner
from .since import where

SILENT_SECONDS: Final = 30.0
_BECAUSE: Final = {
    "over": "were over by then", "old": "began too long ago (deliver.newest_hours)",
    "told_already": "were told already", "handed_on": "had been handed on", "done": "were resolved",
    "accepted": "had been accepted",
    "in_shadow": "are in the shadow", "in_a_backfill": "are of a backfill", "suspected": "are only suspected",
    "part": "are part of another alert", "incident": "are told with their incident",
    "not_told": "follow on what was not told", "open_again": "were open again",
}  # fmt: skip


class Told(NamedTuple):
    """A message that would have been sent, at epoch milliseconds."""

    at: int
    message: Message


def main(settings: Settings, days: float) -> None:
    """Print what the routes would have told in the last `days`. Raises Unusable where the broker gives no answer."""
    wire.configure(settings)
    planner = Planner(settings.deliver, in_force(settings).calendars)
    now = int(time.time() * 1000)
    reads = _recorded(settings, now - round(days * DAY))
    dropped: Counter[tuple[str, str]] = Counter()
    table = Table("when (UTC)", "to", "what", "about")
    messages: Counter[str] = Counter()
    for told in rehearsed(planner, reads, now):
        messages[told.message.receiver] += 1
        table.add_row(*_row(told))
    for notice in planner.book.notices.values():
        if notice.state == "dropped":
            dropped[notice.receiver, notice.reason or ""] += 1
    console = Console()
    if table.row_count:
        console.print(table)
    console.print(f"{len(reads):,} records in {days:g} days; nothing was sent.")
    for receiver in settings.deliver.receivers:
        not_told = ", ".join(
            f"{count:,} {_BECAUSE.get(reason, reason)}"
            for (name, reason), count in sorted(dropped.items())
            if name == receiver
        )
        console.print(
            f"{receiver}: {messages[receiver]:,} messages; not told: {not_told or 'nothing'}", highlight=False
        )


def rehearsed(planner: Planner, reads: Iterable[Read], until: int) -> Iterator[Told]:
    """All messages in the order of time, as if each had been taken at once."""
    for read in sorted(reads, key=lambda each: (each.timestamp, each.topic, each.partition, each.offset)):
        yield from _due(planner, read.timestamp - 1)
        planner.take(read.record, read.offset, read.timestamp)
    yield from _due(planner, until)


def _due(planner: Planner, until: int) -> Iterator[Told]:
    while planner.next_due is not None and planner.next_due <= until:
        now = planner.next_due
        for name in planner.decide(now):
            yield Told(now, planner.message(name))
            planner.sent(name, now)


def _recorded(settings: Settings, since: int) -> list[Read]:
    tail = Tail(settings, TOLD, where(settings, OffsetSpec.for_timestamp(since)))
    found: list[Read] = []
    heard = time.monotonic()
    try:
        while not tail.caught_up:
            if reads := tail.read():
                heard = time.monotonic()
                found += reads
            elif time.monotonic() - heard > SILENT_SECONDS:
                raise Unusable(f"the broker gives no answer for {SILENT_SECONDS:g} s")
    finally:
        tail.close()
    return found


def _row(told: Told) -> tuple[str, str, str, str]:
    message, first = told.message, told.message.notices[0]
    at = datetime.fromtimestamp(told.at / 1000, UTC).strftime("%Y-%m-%d %H:%M")
    if message.kind != "one":
        return at, message.receiver, message.kind, f"{len(message.notices)} in one message"
    what = f"{first.what} after {first.unaccepted} min" if first.unaccepted else first.what
    return at, message.receiver, what, _about(first.subject)


def _about(subject: Subject) -> str:
    if isinstance(subject, Warning):
        return f"handoff from {subject.from_department} to {subject.to_department}"
    if isinstance(subject, Incident):
        return f"{subject.symptom}: {subject.cause.kind} {subject.cause.value}, {subject.customers:,} customers"
    return f"{subject.owner_department}: {subject.title}"
