"""`siloscope audit`: who read whose words, for the auditor; read from the topic itself, without a store."""

from __future__ import annotations

import time
from collections.abc import Iterator

import msgspec
from rich.table import Table
from rich.text import Text

from siloscope import wire
from siloscope.agents.telling import AUDIT
from siloscope.core.rejected import Rejected
from siloscope.core.touchpoint import DAY
from siloscope.core.words import moment
from siloscope.ops.console import output
from siloscope.settings import Settings
from siloscope.staff.tail import Tail

from .audit import Record


def main(settings: Settings, customer: str | None, person: str | None, days: int) -> None:
    """Show what is on record of the last `days`, of this customer or person alone where one is named."""
    since = int(time.time() * 1000) - days * DAY
    found = {
        each.audit_id: each
        for each in recorded(settings)
        if each.occurred_at >= since and customer in (None, each.customer_id) and person in (None, each.actor)
    }
    table = Table("when", "who", "did", "customer", "where", "why, from where")
    for each in sorted(found.values(), key=lambda known: known.occurred_at):
        why = " ".join(part for part in (each.reason, each.address) if part)
        said = (moment(each.occurred_at), _who(each), each.kind, each.customer_id or "", each.place or "", why)
        table.add_row(*map(Text, said))  # not as rich's own marks: names are others' words
    output().print(table if found else f"nothing of this is on record in the last {days} days")


def recorded(settings: Settings) -> Iterator[Record]:
    """All that is in the topic now, in no order. Raises Unusable."""
    tail = Tail(settings, (AUDIT,), decode=_decoded)
    try:
        while not tail.caught_up:
            yield from (each.record for each in tail.read())
    finally:
        tail.close()


def _decoded(_: str, value: bytes) -> Record:
    try:
        return msgspec.convert(wire.decode("audit", value), Record)
    except msgspec.ValidationError as error:
        raise wire.Undecodable(Rejected("wrong_type", "", f"no audit: {error}")) from None


def _who(record: Record) -> str:
    return f"{record.actor} ({record.actor_id})" if record.actor_id else record.actor
