"""What makes a touchpoint sound: the contract's rules that types alone cannot say."""

from __future__ import annotations

import math
import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from .customer_key import EVERYBODY
from .rejected import Rejected, nearest, shown
from .vocabulary import ACTIVITIES, BROADCASTS, DIRECTIONS, EARLIEST, LATEST, PRIORITIES, SECOND

if TYPE_CHECKING:
    from .touchpoint import Touchpoint

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND: Final = timedelta(milliseconds=1)
_DECIMAL: Final = re.compile(r"[+-]?[0-9]{1,40}(\.[0-9]{1,40})?").fullmatch
_CURRENCY: Final = re.compile(r"[A-Z]{3}").fullmatch


def milliseconds(value: int | datetime, field: str) -> int | Rejected:
    """Epoch milliseconds of a time as the contract spells it, or why it is refused."""
    if isinstance(value, datetime):
        if value.tzinfo is None:
            return _invalid(field, f"{field} {value.isoformat()} has no offset: end it with Z or +01:00")
        value = (value - _EPOCH) // _MILLISECOND
    if EARLIEST <= value < LATEST:
        return value
    if EARLIEST <= value * SECOND < LATEST:
        return _invalid(field, f"{field} {value} can only be seconds: give milliseconds, {value * SECOND}")
    return _invalid(field, f"{field} {value} is not between 1990 and 2100: check the unit and the source's clock")


_OURS: Final = ("account", "company")  # timelines that are no customer's are named like identifiers of these kinds
_BEGIN_OURS: Final = tuple(f"{kind}:" for kind in _OURS)


def sound(touchpoint: Touchpoint) -> Rejected | None:
    """Make `touchpoint` sound in place, or say why not.

    Times become milliseconds, the direction the activity's where absent, departments and channels lower-case,
    and what is empty absent.
    """
    t = touchpoint
    at = t.occurred_at
    if type(at) is not int or not EARLIEST <= at < LATEST:
        moment = milliseconds(at, "occurred_at")
        if isinstance(moment, Rejected):
            return moment
        t.occurred_at = moment
    if not t.touchpoint_id or not t.department or not t.channel or "\0" in t.touchpoint_id:
        return _unnamed(t)
    if not t.department.islower() or not t.channel.islower():
        t.department, t.channel = t.department.lower(), t.channel.lower()
    if t.direction not in DIRECTIONS:
        wrong = _direction(t)
        if wrong is not None:
            return wrong
    if t.activity not in ACTIVITIES:
        return _unknown_activity(t.activity)
    if (
        (t.claims is not None and not t.claims) or (t.attributes is not None and not t.attributes)
        or (t.fields is not None and not t.fields) or (t.refers_to is not None and not t.refers_to)
        or "" in (
            t.account, t.case_ref, t.thread_ref, t.message_ref, t.staff_ref, t.product, t.topic, t.text, t.language,
            t.amount, t.currency, t.to_department, t.phase, t.segment, t.team, t.priority, t.outcome, t.audience,
            t.reply_to, t.reason,
        )
    ):  # fmt: skip
        _drop_empty(t)
    return _customer(t) or _rare(t)


def _invalid(field: str, message: str) -> Rejected:
    return Rejected("invalid_value", field, message)


def _unnamed(t: Touchpoint) -> Rejected:
    for field in ("touchpoint_id", "department", "channel"):
        if not getattr(t, field):
            return Rejected("missing_field", field, f"{field} is empty: say it")
    return _invalid("touchpoint_id", "touchpoint_id has a NUL character: remove it")


def _direction(t: Touchpoint) -> Rejected | None:
    """The activity's direction where the event says none."""
    if t.direction:
        near = nearest(t.direction.lower(), DIRECTIONS)
        return _invalid("direction", f"direction {shown(t.direction)} is none of inbound, outbound, internal{near}")
    default = ACTIVITIES.get(t.activity, "")
    if default is None:
        message = f"{t.activity} must say its direction: inbound, outbound or internal"
        return Rejected("missing_field", "direction", message)
    t.direction = default
    return None


def _unknown_activity(activity: str) -> Rejected:
    near = nearest(activity.lower(), ACTIVITIES) or ": see the vocabulary in the contract"
    return Rejected("unknown_activity", "activity", f"activity {shown(activity)} is not in the vocabulary{near}")


def _customer(t: Touchpoint) -> Rejected | None:
    """Somebody must be named, but nobody by what is said to everybody."""
    if t.activity in BROADCASTS:
        if t.identifiers:
            return _invalid("identifiers", f"{t.activity} is said to everybody: leave identifiers out")
        t.identifiers = None
        return None
    if not t.identifiers:
        return Rejected("no_customer", "identifiers", "identifiers is empty: give at least one {kind, value}")
    for identifier in t.identifiers:
        kind, value = identifier.kind, identifier.value
        if not kind or not value or "\0" in kind or "\0" in value:
            message = "an identifier has an empty kind or value, or a NUL character in it: leave it out"
            return Rejected("no_customer", "identifiers", message)
        if value == EVERYBODY or kind in _OURS or value.startswith(_BEGIN_OURS):
            message = f"the identifier {shown(kind)} {shown(value)} would be taken for an account or for everybody"
            return _invalid("identifiers", f"{message}: an account goes into the field account")
    return None


def _rare(t: Touchpoint) -> Rejected | None:
    """The checks of what few touchpoints carry."""
    if t.due_at is not None or t.renewal_at is not None:
        for field in ("due_at", "renewal_at"):
            value = getattr(t, field)
            if value is not None:
                moment = milliseconds(value, field)
                if isinstance(moment, Rejected):
                    return moment
                setattr(t, field, moment)
    if t.to_department is not None:
        t.to_department = t.to_department.lower()
    if t.account is not None and "\0" in t.account:
        return _invalid("account", "account has a NUL character: remove it")
    if t.score is not None and not 0 <= t.score <= 10:
        return _invalid("score", f"score {t.score} is outside 0 to 10: scale it")
    if t.sentiment is not None and not -1 <= t.sentiment <= 1:
        return _invalid("sentiment", f"sentiment {t.sentiment} is outside -1 to 1: scale it")
    if t.priority is not None and t.priority not in PRIORITIES:
        return _invalid("priority", f"priority {shown(t.priority)} is none of low, normal, high, critical")
    if t.kpi is not None and not all(math.isfinite(number) for number in (t.kpi.value or 0, t.kpi.target or 0)):
        return _invalid("kpi", "kpi has a value or target that is no finite number: leave out what is unknown")
    return _money(t)


def _money(t: Touchpoint) -> Rejected | None:
    amount, currency = t.amount, t.currency
    if amount is not None and not _DECIMAL(amount):
        return _invalid("amount", f"amount {shown(amount)} is no decimal number: write it like 49.90")
    if currency is not None and not _CURRENCY(currency):
        return _invalid("currency", f"currency {shown(currency)} is no ISO 4217 code: write it like EUR")
    return None


def _drop_empty(t: Touchpoint) -> None:
    """Empty is absent: so the Avro and JSON forms of a record are one, and two empty topics are not the same topic."""
    for field in t.__struct_fields__:
        if getattr(t, field) in ("", [], {}):
            setattr(t, field, None)
