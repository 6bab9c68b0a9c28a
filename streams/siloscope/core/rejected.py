"""A refusal: why an input is no touchpoint, said so that its sender can mend it."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from typing import Final

import msgspec

_SHOWN: Final = 40  # characters of a value that an error shows


class Rejected(msgspec.Struct, frozen=True):
    """Why an input is no touchpoint: one of `REASONS`, the field, and a sentence with the remedy."""

    reason: str
    field: str | None
    message: str


class SymptomFailed(Rejected, frozen=True):
    """The mistake of a symptom on a touchpoint that stands on the timeline of `customer`."""

    symptom: str
    customer: str


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
    "symptom_failed": "a symptom made a mistake on the touchpoint; the others went on",
    "impossible": "a well-formed touchpoint that cannot be applied",
}


def shown(value: object) -> str:
    """A value as an error may show it: never a whole text, which may be personal."""
    text = repr(value)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


def nearest(name: str, names: Iterable[str]) -> str:
    """`: did you mean X?` where one of `names` is close to `name`, else nothing."""
    near = get_close_matches(name[:_SHOWN], names, 1, 0.6)
    return f": did you mean {near[0]}?" if near else ""


def place_of(error: BaseException) -> str:
    """Where a mistake was made: `visits.py line 33`."""
    trace = error.__traceback__
    if trace is None:
        return "an unknown place"
    while trace.tb_next is not None:
        trace = trace.tb_next
    return f"{trace.tb_frame.f_code.co_filename.replace(chr(92), '/').rpartition('/')[2]} line {trace.tb_lineno}"
