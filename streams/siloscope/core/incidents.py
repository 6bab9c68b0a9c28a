"""The incidents of a partition: groups of alerts, which tell them, and what is kept of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Final, TypeVar

import msgspec

from .incident import KINDS, Parameters, unpacked
from .incident_group import TELLING, Group, Outcome, Seat, ToldIncident
from .membership import Member, Verdict
from .state import Record
from .timers import Timers

if TYPE_CHECKING:
    from .present import Present

PREFIX: Final = "\0"  # of the keys of their state; no customer's begins so
Written = TypeVar("Written", Seat, ToldIncident)
_encode: Final = msgspec.msgpack.Encoder().encode
_seat: Final = msgspec.msgpack.Decoder(Seat)
_told: Final = msgspec.msgpack.Decoder(ToldIncident)


class Incidents:
    """Groups by key. `join` takes alerts; `settle` looks at those of which something is new, or whose time has come."""

    def __init__(self, parameters: Parameters, present: Present, parents: Mapping[str, Sequence[str]]) -> None:
        self._parameters = parameters
        self._present = present
        self._parents = parents
        self._groups: dict[str, Group] = {}
        self._due = Timers()
        self._restless: dict[str, None] = {}
        self._again: list[tuple[int, Verdict]] = []  # verdicts of before a crash

    def join(self, member: Member) -> None:
        """An alert, or what is new of one."""
        group = self._groups.get(member.group)
        if group is None:
            group = self._groups[member.group] = Group(member.group, self._parameters)
        if group.join(member):
            self._restless[member.group] = None

    def wake(self, until: int) -> None:
        """Time has come to `until`."""
        while (key := self._due.pop(until)) is not None:
            self._restless[key] = None

    def settle(self) -> list[tuple[int, Verdict]] | None:
        """Look at the groups that come first; returns the verdicts, with where they go, or None if all are at rest.

        An alert that a group claims counts in none that comes later: so these are looked at after the verdicts.
        """
        if self._again:
            again, self._again = self._again, []
            return again
        if not self._restless:
            return None
        present = self._present
        first = min(map(self._place, self._restless))
        verdicts = []
        for key in [key for key in self._restless if self._place(key) == first]:
            del self._restless[key]
            group = self._groups[key]
            out = group.settle(present.now, present.cause)
            present.changes.incidents.extend(out.incidents)
            verdicts += out.verdicts
            self._keep(group, out)
        return verdicts

    def _place(self, key: str) -> tuple[int, int]:
        group = self._groups[key]
        return (len(self._parents.get(group.symptom, ())), KINDS.index(group.cause.kind))

    def _keep(self, group: Group, out: Outcome) -> None:
        present = self._present
        if group.over_at <= present.now:
            names = [*group.seats, *(TELLING + name for name in group.told), *out.kept]
            del self._groups[group.key]
            self._due.set(group.key, None)
            present.changes.state.extend((_key(group.key, name), None) for name in dict.fromkeys(names))
            return
        present.changes.state.extend(_record(group, name, present.generation) for name in dict.fromkeys(out.kept))
        self._due.set(group.key, group.next_due(present.now))

    @property
    def next_due(self) -> int | None:
        """When the next group wants to be looked at."""
        return self._due.next_due

    @property
    def open(self) -> int:
        """How many groups are remembered."""
        return len(self._groups)

    # -- loading

    def load(self, key: str, value: bytes | None) -> None:
        """One record of their state, in the log's order, its key without the prefix.

        What an earlier generation wrote late does not count.
        """
        name, _, suffix = key.partition("\0")
        group = self._groups.get(name)
        if group is None:
            group = self._groups[name] = Group(name, self._parameters)
        if suffix.startswith(TELLING):
            _load(group.told, suffix.removeprefix(TELLING), _told.decode(value) if value is not None else None)
        else:
            _load(group.seats, suffix, _seat.decode(value) if value is not None else None)

    def loaded(self, committed: Mapping[str, int]) -> None:
        """All records are in: what was said at or after the `committed` offset of its topic is said again."""
        for key, group in list(self._groups.items()):
            if not group.seats:
                del self._groups[key]
                continue
            group.load()
            self._restless[key] = None
            for told in group.told.values():
                if told.offset >= committed.get(told.topic, 0):
                    self._present.changes.incidents.append(unpacked(told.data))
            for seat in group.seats.values():
                if seat.rank != (0, 0) and seat.offset >= committed.get(seat.topic, 0):
                    self._again.append((seat.member.home, seat.verdict()))


def _load(kept: dict[str, Written], name: str, found: Written | None) -> None:
    before = kept.get(name)
    if found is None:
        kept.pop(name, None)
    elif before is None or before.written <= found.written:
        kept[name] = found


def _key(group: str, name: str) -> bytes:
    return f"{PREFIX}{group}\0{name}".encode()


def _record(group: Group, name: str, generation: int) -> Record:
    """What is kept under a name: a seat, a telling, or no more."""
    if name.startswith(TELLING):
        told = group.told.get(name.removeprefix(TELLING))
        return _key(group.key, name), _encode(told) if told is not None else None
    seat = group.seats.get(name)
    if seat is not None:
        seat.written = generation
    return _key(group.key, name), _encode(seat) if seat is not None else None
