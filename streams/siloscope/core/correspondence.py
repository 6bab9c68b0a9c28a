"""How alerts and the incidents of their causes speak with each other, across the partitions they lie on."""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping
from typing import TYPE_CHECKING, Final

from msgspec.structs import replace

from .customer_key import partition_of
from .incidents import Incidents
from .membership import Member, Note, Verdict, packed

if TYPE_CHECKING:
    from .detection import Detection
    from .present import Present
    from .timelines import Timelines

ROUNDS_PER_DRAIN: Final = 20
CUSTOMERS_PER_GROUP: Final = 4  # that are kept live


class Correspondence:
    """The notes of partition `number` of `count`: to and from the groups that lie here, the rest is routed.

    Where `hot` customers are kept live, so are a quarter as many groups; the others lie packed in `cold`.
    All notes are facts of which the newest holds: a second copy changes nothing.
    """

    def __init__(
        self, detection: Detection, timelines: Timelines, present: Present, number: int, count: int, *, hot: int,
        cold: MutableMapping[str, bytes],
    ) -> None:  # fmt: skip
        self._timelines = timelines
        self._present = present
        self._number = number
        self._count = count
        self._incidents = Incidents(detection, present, hot=max(1, hot // CUSTOMERS_PER_GROUP), cold=cold)
        self._verdicts: list[Verdict] = []  # that came and were not heard

    def take(self, note: Note) -> None:
        """A note from another partition."""
        if isinstance(note, Member):
            self._incidents.join(note)
        else:
            self._verdicts.append(note)

    def tick(self, now: int) -> None:
        """Time has come to `now`."""
        self._incidents.wake(now)

    @property
    def next_due(self) -> int | None:
        """When an incident next wants to be looked at."""
        return self._incidents.next_due

    def settle(self) -> None:
        """Let alerts and groups speak with each other until nothing is new here, or for a while."""
        verdicts, self._verdicts = self._verdicts, []
        for verdict in verdicts:
            self._timelines.claim(verdict)
        self._send_members()
        for _ in range(ROUNDS_PER_DRAIN):
            due = self._timelines.due.next_due
            settled = self._incidents.settle(self._present.now if due is None else min(due - 1, self._present.now))
            if settled is None:
                break
            for home, verdict in settled:
                if home == self._number:
                    self._timelines.claim(verdict)
                else:
                    self._send(home, verdict)
            self._send_members()
        self._incidents.pack()

    @property
    def busy(self) -> bool:
        """Whether they still have something to say."""
        return self._incidents.busy

    def _send_members(self) -> None:
        members, self._present.members = self._present.members, []
        for member in members:
            number = partition_of(member.group, self._count)
            if number == self._number:
                self._incidents.join(replace(member, home=number))
            else:
                self._send(number, replace(member, home=self._number))

    def _send(self, number: int, note: Note) -> None:
        self._present.changes.notes.append((number, note.group, packed(note)))

    def load(self, key: str, value: bytes | None) -> None:
        """One record of state of the groups, in the log's order."""
        self._incidents.load(key, value)

    def loaded(self, committed: Mapping[str, int]) -> None:
        """All records are in; what was said at or after the `committed` offset of its topic is said again."""
        self._incidents.loaded(committed)
