"""One message and what it would set off, whoever asks: its touchpoint, its verdict, the answer as JSON has it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, NamedTuple

import msgspec

from ..core.customer import DUPLICATE, TOO_OLD
from ..core.preflight import Advice, Harm, Unjudged, advice
from ..core.rejected import Rejected, shown
from ..core.touchpoint import BROADCASTS, Touchpoint, customer_of
from ..wire import Clock, decode_touchpoint, rfc3339
from .words import foreseen, to_do

Imagine = Callable[[Touchpoint], list[Harm]]  # raises Unjudged
Knows = Callable[[str], bool]  # whether anything has happened with a customer
_FREE: Final = 1_000_000  # past the numbers of a list


class Asked(NamedTuple):
    """One message and what it would set off; `refused` says why it cannot be judged.

    `known` says whether anything has happened with her: of a stranger nothing can be foreseen.
    """

    raw: bytes
    touchpoint: Touchpoint | None
    harms: list[Harm]
    refused: Rejected | None = None
    known: bool = True

    @property
    def verdict(self) -> Advice:
        """`clear`, `caution` or `hold`."""
        return advice(self.harms)


def ask(imagine: Imagine, knows: Knows, now: int, event: bytes, number: int = 1) -> Asked:
    """What one message would set off; without `touchpoint_id` or `occurred_at` it is new and goes out `now`."""
    message = _object(event)
    usual = {"touchpoint_id": f"preflight-{number}", "occurred_at": now}
    found = decode_touchpoint(event if message is None else msgspec.json.encode(usual | message))
    if isinstance(found, Clock) or (isinstance(found, Touchpoint) and found.activity in BROADCASTS):
        found = Rejected("wrong_type", "activity", "preflight is about one customer: name her in identifiers")
    if isinstance(found, Rejected):
        return Asked(event, None, [], found)
    try:
        return Asked(event, found, imagine(found), known=knows(customer_of(found)))
    except Unjudged as error:
        if error.why == DUPLICATE and message is not None and "touchpoint_id" not in message:
            return ask(imagine, knows, now, event, number + _FREE)  # somebody sent one with the id that we gave it
        return Asked(event, None, [], _unjudged(found, error.why))


def _unjudged(touchpoint: Touchpoint, why: str) -> Rejected:
    if why == TOO_OLD:
        at = rfc3339(touchpoint.occurred_at)  # type: ignore[arg-type]  # `sound` made it one
        said = f"occurred_at {at} is before what is kept of her or her account: leave it out, or say when it goes out"
        return Rejected("impossible", "occurred_at", said)
    said = f"touchpoint_id {shown(touchpoint.touchpoint_id)} came already: leave it out, or give the message its own"
    return Rejected("id_reused", "touchpoint_id", said)


def _object(event: bytes) -> dict[str, Any] | None:
    """The message's fields; None where it is no JSON object, which whoever decodes it will say."""
    try:
        return msgspec.json.decode(event, type=dict[str, Any])
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None


def meant_for(event: bytes, name: str) -> bytes:
    """The message as it goes to one of many."""
    message = _object(event)
    if message is None:
        return event
    message.pop("touchpoint_id", None)
    return msgspec.json.encode(message | {"identifiers": [identifier(name)]})


def identifier(name: str) -> dict[str, str]:
    """Who is meant by a name on a list: a `customer_id`, or KIND:VALUE."""
    kind, colon, value = name.partition(":")
    return {"kind": kind, "value": value} if colon else {"kind": "customer_id", "value": name}


def verdict(asked: Asked) -> dict[str, Any]:
    """The answer as JSON has it."""
    if asked.refused is not None or asked.touchpoint is None:
        refused = asked.refused
        return {} if refused is None else {
            "rejected": refused.reason, "field": refused.field, "message": refused.message,
        }  # fmt: skip
    return {
        "touchpoint_id": asked.touchpoint.touchpoint_id,
        "customer": customer_of(asked.touchpoint),
        "verdict": asked.verdict,
        "known": asked.known,
        "reasons": [_reason(each, asked.touchpoint.touchpoint_id) for each in asked.harms],
    }


def _reason(harm: Harm, imagined: str) -> dict[str, Any]:
    alert = harm.alert
    before = [each.touchpoint_id for each in alert.evidence if each.touchpoint_id != imagined]
    return {
        "symptom": alert.symptom, "severity": alert.severity, "confidence": alert.confidence, "title": alert.title,
        "explanation": foreseen(alert.explanation), "suggested_action": to_do(harm),
        "owner_department": alert.owner_department, "departments": alert.departments,
        "already_suffers": harm.stands, "because_of": before,
    }  # fmt: skip
