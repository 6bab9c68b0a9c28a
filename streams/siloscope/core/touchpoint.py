"""A touchpoint: one thing that happened between a customer and the company.

`Touchpoint` is the event as the contract has it; `Entry` is what stays of it on a customer's timeline.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from difflib import get_close_matches
from typing import Any, Final

import msgspec
import xxhash

SECOND: Final = 1_000
MINUTE: Final = 60 * SECOND
HOUR: Final = 60 * MINUTE
DAY: Final = 24 * HOUR

EARLIEST: Final = 631_152_000_000  # 1990-01-01
LATEST: Final = 4_102_444_800_000  # 2100-01-01
TEXT_KEPT: Final = 400  # characters of text that stay on the timeline

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND: Final = timedelta(milliseconds=1)

IN, OUT, INTERNAL = "inbound", "outbound", "internal"
DIRECTIONS: Final = {name: name for name in (IN, OUT, INTERNAL)}

# What each activity's direction is where the event does not say; None: it must say.
ACTIVITIES: Final[dict[str, str | None]] = {
    "message": None, "meeting": None, "visit": IN, "promotion": OUT, "notice": OUT,
    "renewal_ask": OUT, "survey_request": OUT,
    "question": IN, "answer": OUT, "info_request": OUT, "info_given": IN, "form_request": OUT,
    "form_submitted": IN,
    "case_opened": IN, "case_updated": INTERNAL, "case_closed": INTERNAL, "case_reopened": IN,
    "handoff_started": INTERNAL, "handoff_accepted": INTERNAL, "escalated": INTERNAL,
    "wait_started": INTERNAL, "wait_ended": INTERNAL, "approval_requested": INTERNAL,
    "approval_decided": INTERNAL,
    "complaint": IN, "praise": IN, "recovered": OUT, "survey_response": IN,
    "bug_reported": IN, "bug_acknowledged": OUT, "bug_fixed": OUT,
    "consent_given": IN, "consent_withdrawn": IN,
    "promise_made": OUT, "promise_kept": OUT,
    "onboarding_step": OUT, "purchase": IN, "contract_signed": IN, "contract_cancelled": IN,
    "invoice": OUT, "payment": IN, "delivery": OUT,
    "fact_published": OUT, "release": OUT, "kpi_reported": INTERNAL,
}  # fmt: skip
BROADCASTS: Final = frozenset({"fact_published", "release", "kpi_reported"})

# At one instant what starts, opens or asks comes before what ends or answers; a reopening after its closing.
_STARTS: Final = frozenset(
    "question info_request form_request case_opened handoff_started escalated wait_started approval_requested"
    " complaint bug_reported promise_made purchase contract_signed fact_published".split()
)
RANK: Final = {name: 0 if name in _STARTS else 2 if name == "case_reopened" else 1 for name in ACTIVITIES}


class Identifier(msgspec.Struct, frozen=True, array_like=False, gc=False, forbid_unknown_fields=True):
    """One way by which a source knows the customer."""

    kind: str
    value: str


class Kpi(msgspec.Struct, frozen=True, gc=False, forbid_unknown_fields=True):
    """A department's own measure of a step; what is unknown is None (grey, not green)."""

    name: str
    value: float | None = None
    target: float | None = None
    met: bool | None = None


class Source(msgspec.Struct, frozen=True, gc=False, forbid_unknown_fields=True):
    """Where the event came from."""

    system: str | None = None
    id: str | None = None


class Touchpoint(msgspec.Struct, gc=False, forbid_unknown_fields=True):
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

    @property
    def age(self) -> tuple[int, str]:
        """By what the oldest leaves first and an anchor is found."""
        return (self.at, self.touchpoint_id)


class Rejected(msgspec.Struct, frozen=True):
    """Why an input is no touchpoint: one of `REASONS`, the field, and a sentence with the remedy."""

    reason: str
    field: str | None
    message: str


REASONS: Final = {
    "undecodable": "the bytes are neither a known Avro schema's record nor a JSON object",
    "unknown_schema": "the message names a schema id that neither the checkout nor the registry knows",
    "unknown_field": "the JSON form has a field that the contract does not",
    "missing_field": "a required field is absent",
    "wrong_type": "a field has another type than the contract's",
    "unknown_activity": "the activity is not in the vocabulary",
    "invalid_value": "a value is outside what the contract allows",
    "no_customer": "no identifier says who the customer is",
    "from_the_future": "the touchpoint is further ahead of the clock than is allowed",
    "id_reused": "another touchpoint with the same id and other content stands",
    "impossible": "a well-formed touchpoint that cannot be applied",
}


def milliseconds(value: int | datetime, field: str) -> int | Rejected:
    """Epoch milliseconds of a time as the contract spells it, or why it is refused."""
    if isinstance(value, datetime):
        if value.tzinfo is None:
            return Rejected("invalid_value", field, f"{field} {value.isoformat()} has no offset: end it with Z or +01:00")
        value = (value - _EPOCH) // _MILLISECOND
    if EARLIEST <= value < LATEST:
        return value
    if EARLIEST <= value * SECOND < LATEST:
        return Rejected("invalid_value", field, f"{field} {value} can only be seconds: give milliseconds, {value * 1000}")
    return Rejected("invalid_value", field, f"{field} {value} is not between 1990 and 2100: check the unit and the source's clock")


def customer_of(touchpoint: Touchpoint) -> str:
    """Who the customer is: the `customer_id` identifier, else the first as `kind:value`."""
    identifiers = touchpoint.identifiers or ()
    for identifier in identifiers:
        if identifier.kind == "customer_id":
            return identifier.value
    return f"{identifiers[0].kind}:{identifiers[0].value}" if identifiers else ""


_LABELS: Final = ("department", "channel", "to_department")
_COLLECTIONS: Final = ("identifiers", "claims", "fields", "refers_to", "attributes")
_PRIORITIES: Final = frozenset({"low", "normal", "high", "critical"})


def sound(touchpoint: Touchpoint) -> Rejected | None:
    """Make `touchpoint` sound in place (times to milliseconds, direction by activity, labels lower-case), or say why not."""
    t = touchpoint
    at = t.occurred_at
    if type(at) is not int or not EARLIEST <= at < LATEST:
        moment = milliseconds(at, "occurred_at")
        if type(moment) is not int:
            return moment
        t.occurred_at = moment
    activity = t.activity
    default = ACTIVITIES.get(activity, "")
    if default == "":
        return _unknown_activity(activity)
    if t.direction is None:
        if default is None:
            return Rejected("missing_field", "direction", f"{activity} must say its direction: inbound, outbound or internal")
        t.direction = default
    elif t.direction not in DIRECTIONS:
        return Rejected("invalid_value", "direction", f"direction {t.direction!r} is none of inbound, outbound, internal")
    if not t.touchpoint_id or not t.department or not t.channel:
        empty = next(name for name in ("touchpoint_id", "department", "channel") if not getattr(t, name))
        return Rejected("missing_field", empty, f"{empty} is empty: say it")
    if "\0" in t.touchpoint_id:
        return Rejected("invalid_value", "touchpoint_id", "touchpoint_id has a NUL character: remove it")
    if not t.department.islower() or not t.channel.islower():
        t.department, t.channel = t.department.lower(), t.channel.lower()
    if t.to_department is not None and not t.to_department.islower():
        t.to_department = t.to_department.lower()
    if activity in BROADCASTS:
        if t.identifiers:
            return Rejected("invalid_value", "identifiers", f"{activity} is said to everybody: leave identifiers out")
    elif not t.identifiers:
        return Rejected("no_customer", "identifiers", "identifiers is empty: give at least one {kind, value}")
    else:
        for identifier in t.identifiers:
            if not identifier.kind or not identifier.value or "\0" in identifier.value:
                return Rejected("no_customer", "identifiers", "an identifier has an empty or unusable kind or value")
    return _rare(t)


def _unknown_activity(activity: str) -> Rejected:
    near = get_close_matches(activity, ACTIVITIES, 1, 0.5)
    hint = f": did you mean {near[0]}?" if near else ": see the vocabulary in the contract"
    return Rejected("unknown_activity", "activity", f"activity {activity!r} is not in the vocabulary{hint}")


def _rare(t: Touchpoint) -> Rejected | None:
    """The checks of what few touchpoints carry; what is empty becomes absent, so that both forms are one record."""
    for field in _COLLECTIONS:
        if getattr(t, field) is not None and not getattr(t, field):
            setattr(t, field, None)
    for field in ("due_at", "renewal_at"):
        value = getattr(t, field)
        if value is not None:
            moment = milliseconds(value, field)
            if type(moment) is not int:
                return moment  # type: ignore[return-value]
            setattr(t, field, moment)
    if t.score is not None and not 0 <= t.score <= 10:
        return Rejected("invalid_value", "score", f"score {t.score} is outside 0 to 10: scale it")
    if t.sentiment is not None and not -1 <= t.sentiment <= 1:
        return Rejected("invalid_value", "sentiment", f"sentiment {t.sentiment} is outside -1 to 1: scale it")
    if t.priority is not None and t.priority not in _PRIORITIES:
        return Rejected("invalid_value", "priority", f"priority {t.priority!r} is none of low, normal, high, critical")
    if t.amount is not None:
        return _amount(t.amount, t.currency)
    return None


def _amount(amount: str, currency: str | None) -> Rejected | None:
    try:
        if not Decimal(amount).is_finite():
            raise InvalidOperation
    except InvalidOperation:
        return Rejected("invalid_value", "amount", f"amount {amount!r} is no decimal number: write it like 49.90")
    if currency is not None and not (len(currency) == 3 and currency.isalpha() and currency.isupper()):
        return Rejected("invalid_value", "currency", f"currency {currency!r} is no ISO 4217 code like EUR")
    return None


_canonical: Final = msgspec.msgpack.Encoder(order="sorted")
_intern: Final = sys.intern


def entry_of(t: Touchpoint) -> Entry:
    """The timeline entry of a sound touchpoint."""
    more = None
    if (
        t.renewal_at is not None or t.segment is not None or t.language is not None or t.fields
        or t.priority is not None or t.amount is not None or t.score is not None or t.sentiment is not None
        or t.kpi is not None or t.audience is not None or t.phase is not None or t.team is not None or t.attributes
    ):  # fmt: skip
        more = _more(t)
    return Entry(
        t.touchpoint_id, t.occurred_at, _intern(t.activity), _intern(t.department), _intern(t.channel),
        DIRECTIONS[t.direction], content_of(t),
        t.account, _shared(t.case_ref), _shared(t.thread_ref), t.message_ref, _shared(t.staff_ref), _shared(t.product),
        _shared(t.topic), t.text[:TEXT_KEPT] if t.text else None, t.claims or None, t.due_at, _shared(t.to_department),
        _shared(t.outcome), t.reply_to, tuple(t.refers_to) if t.refers_to else None, _shared(t.reason), more,
    )  # fmt: skip


def _shared(value: str | None) -> str | None:
    return None if value is None else _intern(value)


def _more(t: Touchpoint) -> More | None:
    attributes = t.attributes or {}
    more = More(
        t.language, t.sentiment, t.score, tuple(t.fields or ()), t.amount, t.currency, t.renewal_at, t.phase,
        t.segment, t.team, t.priority or attributes.get("priority"), t.audience, t.kpi, attributes.get("changed"),
    )  # fmt: skip
    return None if more == _NOTHING_MORE else more


def content_of(t: Touchpoint) -> int:
    """Hash of the whole sound record, equal for its Avro and JSON forms; 60 bits, so that it stays a small int."""
    return xxhash.xxh3_64_intdigest(_canonical.encode(t)) >> 4


def record_of(t: Touchpoint) -> Mapping[str, Any]:
    """The Avro record of a sound touchpoint."""
    return msgspec.to_builtins(t)  # type: ignore[no-any-return]
