"""The hot path: a message of the topic `touchpoints` to a touchpoint."""

from __future__ import annotations

from typing import Any, Final

import msgspec

from ..core.touchpoint import Identifier, Kpi, Rejected, Source, Touchpoint, sound
from . import json_form
from .avro import FRAME
from .framing import READERS, Reader, reader
from .json_form import Undecodable
from .records import broken
from .registry import RegistryDown


class Clock(msgspec.Struct, frozen=True, gc=False):
    """A clock record: this partition has seen everything up to `at`, in epoch milliseconds."""

    at: int


_json: Final = msgspec.json.Decoder(Touchpoint)
_BRACE: Final = b"{"
_READERS: Final = READERS["touchpoint"]


def decode_touchpoint(value: bytes) -> Touchpoint | Clock | Rejected:
    """The sound touchpoint in framed Avro or JSON, a clock record, or why it is neither.

    Raises nothing but RegistryDown, when the schema of a new id must be asked for and the registry gives no answer.
    """
    try:
        if value[:1] == _BRACE:
            touchpoint = _json.decode(value)
        else:
            known = _READERS.get(value[:FRAME]) or reader("touchpoint", value)
            if type(known) is not Reader:
                return known  # type: ignore[return-value]
            touchpoint = _touchpoint(known.decode(value), known.in_order)
        return sound(touchpoint) or touchpoint
    except RegistryDown:
        raise
    except Exception as error:  # noqa: BLE001  # the libraries promise no closed list
        return _refused(value, error)


def _touchpoint(record: dict[str, Any], in_order: bool) -> Touchpoint:
    """The struct; by position, which costs a tenth, where the record has our schema's order."""
    touchpoint = Touchpoint(*record.values()) if in_order else Touchpoint(**record)
    identifiers: Any = touchpoint.identifiers
    if identifiers is not None:
        touchpoint.identifiers = [Identifier(each["kind"], each["value"]) for each in identifiers]
    if touchpoint.kpi is not None:
        touchpoint.kpi = Kpi(**record["kpi"])
    if touchpoint.source is not None:
        touchpoint.source = Source(**record["source"])
    return touchpoint


def _refused(value: bytes, error: Exception) -> Clock | Rejected:
    """What the fast way stumbled over: a clock record, or why the value is no touchpoint."""
    if not value:
        return Rejected("undecodable", None, "the message has no value: a touchpoint cannot be deleted, only corrected")
    if value[:1] != _BRACE:
        return Rejected("undecodable", None, broken("touchpoint", value, error))
    try:
        found = json_form.parse(value)
        if set(found) == {"clock"}:
            return Clock(json_form.moment(found["clock"], "clock"))
        json_form.record("touchpoint", found)
    except Undecodable as refusal:
        return refusal.rejected
    return Rejected("undecodable", None, f"the value is no touchpoint: {' '.join(str(error).split())[:120]}")
