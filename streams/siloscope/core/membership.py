"""What an alert and the incidents that it may belong to say to each other, wherever each of them lies.

An alert's partition sends a `Member` to the group of each of its causes, a group answers with a `Verdict`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final

import msgspec
import xxhash

from .alert import SEVERITIES, Alert
from .incident import KINDS, Cause

if TYPE_CHECKING:
    from .bulletin import Bulletin

Order = tuple[int, str]  # when an alert opened, and its id
_GIVEN_BY: Final = {"release": "release", "fact": "fact_published"}


class Member(msgspec.Struct, tag="member", array_like=True, frozen=True, gc=False):
    """An alert as the group of one of its causes must know it; of two the one with the higher rank holds.

    `home` is the partition where it lies, under `customer`. One that does not count (any more) is no part of anything.
    """

    group: str
    alert_id: str
    symptom: str
    departments: tuple[str, ...]
    customer: str
    home: int
    opened_at: int
    severity: int
    owner: str
    counts: bool
    rank: tuple[int, int]

    @property
    def order(self) -> Order:
        """Its place among the alerts of the group."""
        return (self.opened_at, self.alert_id)


class Verdict(msgspec.Struct, tag="verdict", array_like=True, frozen=True, gc=False):
    """To which incident of a group an alert belongs, "" for none; of two the one with the higher rank holds."""

    group: str
    customer: str
    alert_id: str
    incident_id: str
    rank: tuple[int, int]


Note = Member | Verdict
NO_VERDICT: Final = ("", (0, 0))  # an incident's id, and the rank

_encode: Final = msgspec.msgpack.Encoder().encode
_note: Final = msgspec.msgpack.Decoder(Note)
_names: Final = msgspec.json.Decoder(tuple[str, str, str])


def packed(note: Note) -> bytes:
    """The note as it is routed."""
    return _encode(note)


def unpacked(raw: bytes) -> Note:
    """The note that `packed` wrote; raises msgspec.MsgspecError for anything else."""
    note: Note = _note.decode(raw)
    return note


def is_note(raw: bytes) -> bool:
    """Whether a routed message is a note: it begins as no touchpoint does."""
    return 0x90 <= (raw[0] if raw else 0) <= 0x9F


# -- groups


def group_of(symptom: str, cause: Cause) -> str:
    """The name of the group in which all alerts of a symptom with one cause meet."""
    return msgspec.json.encode((symptom, cause.kind, cause.value)).decode()


def parts_of(group: str) -> tuple[str, Cause]:
    """The symptom and the cause of a group."""
    symptom, kind, value = _names.decode(group)
    return symptom, Cause(kind, value)


def groups_of(
    alert: Alert, bulletin: Bulletin, coarse: frozenset[str], parents: Mapping[str, Sequence[str]]
) -> list[str]:
    """The groups an alert belongs to, in the order in which they may claim it.

    First those of the symptoms whose incidents silence its own (`parents`), then its own; each by `KINDS`.
    """
    causes = _causes(alert, bulletin, coarse)
    return [group_of(symptom, each) for symptom in (*parents.get(alert.symptom, ()), alert.symptom) for each in causes]


def _causes(alert: Alert, bulletin: Bulletin, coarse: frozenset[str]) -> list[Cause]:
    said = [each for part in alert.evidence if (each := bulletin.get(part.touchpoint_id)) is not None]
    found: dict[str, str | None] = {
        "message_ref": alert.message_ref,
        "topic": alert.topic if alert.topic not in coarse else None,
        "product": alert.product,
    }
    for kind, activity in _GIVEN_BY.items():
        found[kind] = next((each.touchpoint_id for each in said if each.activity == activity), None)
    return [Cause(kind, value) for kind in KINDS if (value := found[kind])]


# -- the alert's side


class Standing(msgspec.Struct, array_like=True, gc=False):
    """What its groups said to an alert: by group the incident, "" for none, and the verdict's rank.

    `sent` is a hash of what they were last told of it.
    """

    sent: int = 0
    verdicts: dict[str, tuple[str, tuple[int, int]]] = {}

    def incident(self, groups: Sequence[str]) -> str | None:
        """The incident that the alert is told with."""
        return next((said for each in groups if (said := self.verdicts.get(each, NO_VERDICT)[0])), None)


def members_of(
    alert: Alert, customer: str, rank: tuple[int, int], groups: Sequence[str], standing: Standing
) -> list[Member]:
    """What each group must know, those that the alert has left included; the home is still to be filled in.

    An alert that one incident has claimed counts in no group that comes after: one cause, one incident.
    """
    counts = alert.status != "retracted" and alert.part_of is None and alert.mode != "shadow" and alert.customer_id
    claimed = not counts
    members = []
    for group in (*groups, *(each for each in standing.verdicts if each not in groups)):
        members.append(
            Member(
                group, alert.alert_id, alert.symptom, alert.departments, customer, 0, alert.opened_at,
                SEVERITIES.index(alert.severity), alert.owner_department, group in groups and not claimed, rank,
            )
        )  # fmt: skip
        claimed = claimed or bool(standing.verdicts.get(group, NO_VERDICT)[0])
    return members


def hash_of(members: Sequence[Member]) -> int:
    """Equal where all groups would be told the same."""
    return xxhash.xxh3_64_intdigest(_encode([msgspec.structs.replace(each, rank=(0, 0)) for each in members]))
