"""What is kept of a group of alerts, in memory at rest and in the state topic."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeVar

import msgspec

from .membership import Member, Order, Verdict
from .state import Record

if TYPE_CHECKING:
    from .incident_group import Group

TELLING: Final = "!"  # before an incident's id; an alert's begins with a year


class Seat(msgspec.Struct, array_like=True, gc=False):
    """An alert of a group, the incident it was last told to belong to ("": none), and the input that led to that."""

    member: Member
    incident_id: str = ""
    rank: tuple[int, int] = (0, 0)
    topic: str = ""
    offset: int = 0
    written: int = 0  # the generation of the worker that wrote it

    def verdict(self) -> Verdict:
        """What its alert is told."""
        member = self.member
        return Verdict(member.group, member.customer, member.alert_id, self.incident_id, self.rank)


class ToldIncident(msgspec.Struct, array_like=True, gc=False):
    """What was told of an incident, where its episode begins, and the input that led to the telling."""

    data: bytes
    departments: tuple[str, ...]
    first: Order
    opened_at: int
    retracted: bool
    topic: str
    offset: int
    written: int


PREFIX: Final = "\0"  # of the keys of their state; no customer's begins so
Written = TypeVar("Written", Seat, ToldIncident)
_encode: Final = msgspec.msgpack.Encoder().encode
_seat: Final = msgspec.msgpack.Decoder(Seat)
_told: Final = msgspec.msgpack.Decoder(ToldIncident)


def load_into(group: Group, name: str, value: bytes | None) -> None:
    """What is kept under a name, as the log has it; what an earlier generation wrote late does not count."""
    if name.startswith(TELLING):
        _load(group.told, name.removeprefix(TELLING), incident_in(value) if value is not None else None)
    else:
        _load(group.seats, name, _seat.decode(value) if value is not None else None)


def incident_in(value: bytes) -> ToldIncident:
    """What was told of an incident, in its record."""
    return _told.decode(value)


def _load(kept: dict[str, Written], name: str, found: Written | None) -> None:
    before = kept.get(name)
    if found is None:
        kept.pop(name, None)
    elif before is None or before.written <= found.written:
        kept[name] = found


def key_of(group: str, name: str) -> bytes:
    """The key of a record in the state topic."""
    return f"{PREFIX}{group}\0{name}".encode()


def record(group: Group, name: str, generation: int) -> Record:
    """What is kept under a name: a seat, a telling, or no more."""
    if name.startswith(TELLING):
        told = group.told.get(name.removeprefix(TELLING))
        return key_of(group.key, name), _encode(told) if told is not None else None
    seat = group.seats.get(name)
    if seat is not None:
        seat.written = generation
    return key_of(group.key, name), _encode(seat) if seat is not None else None
