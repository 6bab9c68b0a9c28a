"""The incidents of a partition: groups of alerts, which tell them, and what is kept of them."""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping
from itertools import islice
from typing import TYPE_CHECKING, Final

from .incident import KINDS, unpacked
from .incident_group import Group, Outcome
from .incident_records import PREFIX, TELLING, key_of, load_into, record
from .membership import Member, Verdict, parts_of
from .timers import Timers

if TYPE_CHECKING:
    from .detection import Detection
    from .present import Present


GROUPS_AT_ONCE: Final = 500  # that are looked at


class Incidents:
    """Groups by key. `join` takes alerts; `settle` looks at those of which something is new, or whose time has come.

    The `hot` groups touched last are kept live, the others packed in `cold`.
    """

    def __init__(self, detection: Detection, present: Present, *, hot: int, cold: MutableMapping[str, bytes]) -> None:
        self._parameters = detection.incidents
        self._horizon = detection.horizon
        self._parents = detection.silenced_by
        self._present = present
        self._hot_limit = hot
        self._hot: dict[str, Group] = {}  # the last touched last
        self._cold = cold
        self._due: Timers[str] = Timers()
        self._restless: dict[str, None] = {}
        self._again: list[tuple[int, Verdict]] = []  # verdicts of before a crash

    def _group(self, key: str) -> Group:
        group = self._hot.pop(key, None)
        if group is None:
            data = self._cold.pop(PREFIX + key, None)
            if data is None:
                group = Group(key, self._parameters, self._horizon)
            else:
                group = Group.unpacked(key, data, self._parameters, self._horizon)
        self._hot[key] = group
        return group

    def pack(self) -> None:
        """Of too many groups those not touched for long become cold, a tenth at a time."""
        if len(self._hot) > self._hot_limit:
            at_rest = (key for key in list(self._hot) if key not in self._restless)
            for key in islice(at_rest, max(1, self._hot_limit // 10)):
                self._cold[PREFIX + key] = self._hot.pop(key).packed()

    def join(self, member: Member) -> None:
        """An alert, or what is new of one."""
        group = self._group(member.group)
        if group.join(member):
            self._restless[member.group] = None
        elif not group.seats:
            del self._hot[member.group]

    @property
    def busy(self) -> bool:
        """Whether there are groups to look at."""
        return bool(self._restless)

    def wake(self, until: int) -> None:
        """Time has come to `until`."""
        while (timer := self._due.pop(until)) is not None:
            self._restless[timer[1]] = None

    def settle(self, told: int) -> list[tuple[int, Verdict]] | None:
        """Look at some groups that come first; returns the verdicts, with where they go, or None if all are at rest.

        An alert that a group claims counts in none that comes later: so these are looked at after the verdicts. Unless
        a touchpoint comes late, this partition tells no alert any more that opened before `told`.
        """
        if self._again:
            again, self._again = self._again, []
            return again
        if not self._restless:
            return None
        present = self._present
        first = min(map(self._place, self._restless))
        verdicts = []
        for key in list(islice((key for key in self._restless if self._place(key) == first), GROUPS_AT_ONCE)):
            del self._restless[key]
            group = self._group(key)
            out = group.settle(present.now, present.cause)
            group.sweep(told, out)
            present.changes.incidents.extend(out.incidents)
            verdicts += out.verdicts
            self._keep(group, out)
        return verdicts

    def _place(self, key: str) -> tuple[int, int]:
        symptom, cause = parts_of(key)
        return (len(self._parents.get(symptom, ())), KINDS.index(cause.kind))

    def _keep(self, group: Group, out: Outcome) -> None:
        present = self._present
        if group.over_at <= present.now:
            names = [*group.seats, *(TELLING + name for name in group.told), *out.kept]
            del self._hot[group.key]
            self._due.set(group.key, None)
            present.changes.state.extend((key_of(group.key, name), None) for name in dict.fromkeys(names))
            return
        present.changes.state.extend(record(group, name, present.generation) for name in dict.fromkeys(out.kept))
        self._due.set(group.key, group.next_due(present.now))

    @property
    def next_due(self) -> int | None:
        """When the next group wants to be looked at."""
        return self._due.next_due

    # -- loading

    def load(self, key: str, value: bytes | None) -> None:
        """One record of their state, in the log's order, its key without the prefix.

        What an earlier generation wrote late does not count.
        """
        name, _, suffix = key.partition("\0")
        group = self._hot.get(name)
        if group is None:
            group = self._hot[name] = Group(name, self._parameters, self._horizon)
        load_into(group, suffix, value)

    def loaded(self, committed: Mapping[str, int]) -> None:
        """All records are in: what was said at or after the `committed` offset of its topic is said again."""
        for key, group in list(self._hot.items()):
            if not group.seats:
                del self._hot[key]
                continue
            group.load()
            self._restless[key] = None
            for told in group.told.values():
                self._present.standing.load_incident(told.data)
                if told.offset >= committed.get(told.topic, 0):
                    self._present.changes.incidents.append(unpacked(told.data))
            for seat in group.seats.values():
                if seat.rank != (0, 0) and seat.offset >= committed.get(seat.topic, 0):
                    self._again.append((seat.member.home, seat.verdict()))
