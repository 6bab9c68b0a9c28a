"""A touchpoint: one thing that happened between a customer and the company.

`Touchpoint` is the event as the contract has it; `Entry` is what stays of it on a customer's timeline.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any, Final

import msgspec
import xxhash

from .rejected import REASONS, Rejected
from .soundness import milliseconds, sound
from .vocabulary import (
    ACTIVITIES,
    BROADCASTS,
    DAY,
    DIRECTIONS,
    EARLIEST,
    HANDOFFS,
    HOUR,
    IN,
    INTERNAL,
    LATEST,
    MINUTE,
    OUT,
    RANK,
    SECOND,
    TEXT_KEPT,
)

__all__ = [
    "ACTIVITIES", "BROADCASTS", "DAY", "DIRECTIONS", "EARLIEST",
    "HANDOFFS", "HOUR", "IN", "INTERNAL", "LATEST", "MINUTE", "OUT",
    "RANK", "REASONS", "SECOND", "TEXT_KEPT", "Entry", "Identifier", "Kpi", "More", "Rejected", "Source", "Touchpoint",
    "content_of", "customer_of", "entry_of", "milliseconds", "record_of", "sound",
]  # fmt: skip


class Identifier(msgspec.Struct, frozen=True, array_like=False, gc=False, forbid_unknown_fields=True):
    """One way by which a source knows the customer."""

    kind: str
    value: str


class Kpi(msgspec.Struct, frozen=True, gc=False, omit_defaults=True, forbid_unknown_fields=True):
    """A department's own measure of a step; what is unknown is None (grey, not green)."""

    name: str
    value: float | None = None
    target: float | None = None
    met: bool | None = None


class Source(msgspec.Struct, frozen=True, gc=False, omit_defaults=True, forbid_unknown_fields=True):
    """Where the event came from."""

    system: str | None = None
    id: str | None = None


class Touchpoint(msgspec.Struct, gc=False, omit_defaults=True, forbid_unknown_fields=True):
    """The event as `contract.md` has it, in the order of `schemas/touchpoint.avsc`; times in epoch milliseconds.

    Built by `schemas` from Avro or JSON and made sound by `sound`; nothing else changes one.
    """

    touchpoint_id: str
    occurred_at: int | datetime
    activity: str
    department: str
    channel: str
    direction: str | None = None
    identifiers: list[Identifier] | None = None
    account: str | None = None
    case_ref: str | None = None
    thread_ref: str | None = None
    message_ref: str | None = None
    staff_ref: str | None = None
    product: str | None = None
    topic: str | None = None
    text: str | None = None
    language: str | None = None
    sentiment: float | None = None
    score: float | None = None
    claims: dict[str, str] | None = None
    fields: list[str] | None = None
    amount: str | None = None
    currency: str | None = None
    due_at: int | datetime | None = None
    renewal_at: int | datetime | None = None
    to_department: str | None = None
    phase: str | None = None
    segment: str | None = None
    team: str | None = None
    priority: str | None = None
    outcome: str | None = None
    audience: str | None = None
    reply_to: str | None = None
    refers_to: list[str] | None = None
    kpi: Kpi | None = None
    reason: str | None = None
    source: Source | None = None
    attributes: dict[str, str] | None = None


class More(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What few touchpoints carry, kept apart so that the many stay small."""

    language: str | None = None
    sentiment: float | None = None
    score: float | None = None
    fields: tuple[str, ...] = ()
    amount: str | None = None
    currency: str | None = None
    renewal_at: int | None = None
    phase: str | None = None
    segment: str | None = None
    team: str | None = None
    priority: str | None = None
    audience: str | None = None
    kpi: Kpi | None = None
    changed: str | None = None


_NOTHING_MORE: Final = More()


class Entry(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What a timeline keeps of a touchpoint: what symptoms read. Times in epoch milliseconds.

    `content` is the hash of the whole record, so that a reused id is told from a redelivery.
    """

    touchpoint_id: str
    at: int
    activity: str
    department: str
    channel: str
    direction: str
    content: int
    account: str | None = None
    case_ref: str | None = None
    thread_ref: str | None = None
    message_ref: str | None = None
    staff_ref: str | None = None
    product: str | None = None
    topic: str | None = None
    text: str | None = None
    claims: dict[str, str] | None = None
    due_at: int | None = None
    to_department: str | None = None
    outcome: str | None = None
    reply_to: str | None = None
    refers_to: tuple[str, ...] | None = None
    reason: str | None = None
    more_or_none: More | None = None

    @property
    def more(self) -> More:
        """What few touchpoints carry; all of it absent where none was given."""
        return self.more_or_none or _NOTHING_MORE

    @property
    def order(self) -> tuple[int, int, str]:
        """Where it stands on a timeline: time, rank at that instant, id."""
        return (self.at, RANK[self.activity], self.touchpoint_id)

    def __deepcopy__(self, memo: object) -> Entry:
        """Itself: it does not change, and is known by being the same."""
        return self

    @property
    def age(self) -> tuple[int, str]:
        """By what the oldest leaves first and an anchor is found."""
        return (self.at, self.touchpoint_id)


def customer_of(touchpoint: Touchpoint) -> str:
    """Who the customer is: the `customer_id` identifier, else the first as `kind:value`."""
    identifiers = touchpoint.identifiers or ()
    for identifier in identifiers:
        if identifier.kind == "customer_id":
            return identifier.value
    return f"{identifiers[0].kind}:{identifiers[0].value}" if identifiers else ""


_canonical: Final = msgspec.msgpack.Encoder(order="deterministic")
_intern: Final = sys.intern


def entry_of(t: Touchpoint) -> Entry:
    """The timeline entry of a sound touchpoint."""
    at: int = t.occurred_at  # type: ignore[assignment]  # `sound` made it one, as it gave the direction
    due_at: int | None = t.due_at  # type: ignore[assignment]
    direction: str = t.direction  # type: ignore[assignment]
    return Entry(
        t.touchpoint_id, at, _intern(t.activity), _intern(t.department), _intern(t.channel),
        DIRECTIONS[direction], content_of(t),
        t.account and _intern(t.account), t.case_ref and _intern(t.case_ref),
        t.thread_ref and _intern(t.thread_ref), t.message_ref,
        t.staff_ref and _intern(t.staff_ref), t.product and _intern(t.product), t.topic and _intern(t.topic),
        t.text[:TEXT_KEPT] if t.text else None, t.claims, due_at, t.to_department and _intern(t.to_department),
        t.outcome and _intern(t.outcome), t.reply_to, tuple(t.refers_to) if t.refers_to else None,
        t.reason and _intern(t.reason), _more(t),
    )  # fmt: skip


_NO_RARE: Final = (None,) * 8
_NO_USUAL: Final = (None,) * 5


def _more(t: Touchpoint) -> More | None:
    attributes = t.attributes or {}
    renewal_at: int | None = t.renewal_at  # type: ignore[assignment]
    priority = t.priority or attributes.get("priority")
    rare = (t.sentiment, t.score, t.fields, t.amount, t.currency, renewal_at, t.audience, t.kpi)
    if rare == _NO_RARE and "changed" not in attributes:
        return _usual(t.language, t.phase, t.segment, t.team, priority)
    more = More(
        t.language, t.sentiment, t.score, tuple(t.fields or ()), t.amount, t.currency, renewal_at, t.phase,
        t.segment, t.team, priority, t.audience, t.kpi, attributes.get("changed"),
    )  # fmt: skip
    return None if more == More(currency=t.currency) else more  # a currency of no amount says nothing


@lru_cache(maxsize=10_000)
def _usual(
    language: str | None, phase: str | None, segment: str | None, team: str | None, priority: str | None
) -> More | None:
    """What many touchpoints have in common is one object for all of them."""
    if (language, phase, segment, team, priority) == _NO_USUAL:
        return None
    return More(language=language, phase=phase, segment=segment, team=team, priority=priority)


def content_of(t: Touchpoint) -> int:
    """Hash of what the sound record says, equal for its Avro and JSON forms and under later optional fields.

    60 bits, so that it stays a small int.
    """
    return xxhash.xxh3_64_intdigest(_canonical.encode(t)) >> 4


def record_of(t: Touchpoint) -> Mapping[str, Any]:
    """The Avro record of a sound touchpoint."""
    return msgspec.to_builtins(t)  # type: ignore[no-any-return]
