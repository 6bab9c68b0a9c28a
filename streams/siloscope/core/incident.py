"""An incident: one cause, many customers. What is told of it, and from when on it is one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import msgspec
import xxhash

from .alert import Severity, month_of
from .parameters import BadParameter, count, duration, number

KINDS: Final = ("message_ref", "release", "fact", "topic", "product")  # of causes: an alert is told with the first
SAMPLE: Final = 10  # ids of alerts that are named


@dataclass(frozen=True)
class Parameters:
    """From when on alerts with one cause are an incident, and when it is over."""

    customers: int = count(10, "how many different customers")
    within: int = duration("1 h", "in which time they must be hit")
    times_usual: float = number(5, "how many times as many as there usually are in that time", "more")
    usual: int = duration("14 d", "over how long before that the usual is taken")
    ends: int = duration("24 h", "how long after the last alert it is over")

    def __post_init__(self) -> None:
        if self.within <= 0 or self.within > min(self.ends, self.usual):
            raise BadParameter(
                f"incidents.within={self.within // 1000} s: write a time that is longer than 0 and not longer than "
                "incidents.ends and incidents.usual"
            )
        if self.times_usual < 0:
            raise BadParameter(f"incidents.times_usual={self.times_usual:g}: write 0 (any number is one) or more")

    @property
    def looks_back(self) -> int:
        """How far back from an alert it matters what else there was, in ms."""
        return max(self.usual + self.within, self.ends)


class Cause(msgspec.Struct, frozen=True):
    """What the alerts have in common: one of `KINDS`, and which."""

    kind: str
    value: str


class Incident(msgspec.Struct, frozen=True):
    """The fields of `contract.md` in its order; times in epoch milliseconds. `retracted`: it turned out to be none."""

    incident_id: str
    status: str
    symptom: str
    departments: tuple[str, ...]
    cause: Cause
    severity: Severity
    opened_at: int
    updated_at: int
    ended_at: int | None
    customers: int
    alerts: int
    sample: tuple[str, ...]
    owner_department: str


def incident_id(symptom: str, departments: Sequence[str], cause: Cause, first_id: str, first_at: int) -> str:
    """The id of the incident that begins with the alert `first_id`, opened at `first_at`; begins with its month."""
    parts = (symptom, *departments, cause.kind, cause.value, first_id)
    return f"{month_of(first_at)}-{xxhash.xxh3_128_hexdigest(chr(0).join(parts).encode())}"


def silenced_by(inhibit: Mapping[str, Sequence[str]]) -> dict[str, tuple[str, ...]]:
    """By silenced symptom the symptoms whose incidents silence it, those that nothing silences first.

    Raises BadParameter where symptoms silence each other in a circle: none of them would be told.
    """
    heights: dict[str, int] = {}

    def height(symptom: str, above: tuple[str, ...]) -> int:
        if symptom in above:
            circle = " silences ".join((*above[above.index(symptom) :], symptom))
            raise BadParameter(f"inhibit: {circle}: take one of them out")
        if symptom not in heights:
            heights[symptom] = 1 + max(
                (height(each, (*above, symptom)) for each in inhibit.get(symptom, ())), default=0
            )
        return heights[symptom]

    for symptom in inhibit:
        height(symptom, ())
    silenced = dict.fromkeys(each for below in inhibit.values() for each in below)
    return {
        each: tuple(sorted((one for one in inhibit if each in inhibit[one]), key=lambda one: (-heights[one], one)))
        for each in silenced
    }


_encoder: Final = msgspec.msgpack.Encoder()
_decoder: Final = msgspec.msgpack.Decoder(Incident)


def packed(incident: Incident) -> bytes:
    """The incident as the state topic keeps it."""
    return _encoder.encode(incident)


def unpacked(data: bytes) -> Incident:
    """The incident that `packed` wrote."""
    return _decoder.decode(data)
