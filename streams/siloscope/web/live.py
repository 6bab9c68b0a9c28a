"""The desk as the board has it: what the reader brings is put on it, and who listens is told what looks different.

All of it happens on the event loop: whoever reads the desk there sees it between two batches, and needs no lock.
"""

from __future__ import annotations

import asyncio
import heapq
import secrets
import time
from collections.abc import Callable, Iterable, Sequence
from typing import Final

from ..agents.telling import ACTIONS
from ..core.alert import Alert
from ..core.desk import Desk, Record
from ..core.followup import Action
from ..core.handoff import Warning
from ..core.incident import Incident
from ..staff.actions import Written
from ..staff.tail import Read

# gets the ids of what looks different, and when the oldest of that was told (epoch ms; None: only time has passed)
Listener = Callable[[set[str], int | None], None]
_FORGET_MS: Final = 3_600_000  # between two clearings of the desk


def now_ms() -> int:
    """The time of day in epoch milliseconds."""
    return int(time.time() * 1000)


class Live:
    """The desk, live; `clock` gives epoch milliseconds.

    `version` grows with each change and is told apart from that of another process by `boot`. `ready` says that all
    was read that the topics had at the start, `whole` that nothing older is missing. `listeners` get the ids of items
    and incidents that look different.
    """

    def __init__(self, clock: Callable[[], int] = now_ms) -> None:
        self.desk = Desk()
        self.clock = clock
        self.boot = secrets.token_hex(4)
        self.version = 0
        self.ready = False
        self.whole = False
        self.over = False  # the board is about to end: open pages are let go
        self.listeners: list[Listener] = []
        self._read: dict[tuple[str, int], int] = {}  # the last offset by topic and partition
        self._waiting: list[tuple[Written, asyncio.Future[None]]] = []
        self._sleeping: list[tuple[int, str]] = []  # until when which item is put off
        self._forgotten_at = 0
        self.departments: set[str] = set()  # all that were ever named
        self._spreading: set[str] = set()  # the incidents that go on

    @property
    def stamp(self) -> str:
        """Up to where a page that is made now has seen everything."""
        return f"{self.boot}-{self.version}"

    def take(self, reads: Sequence[Read]) -> None:
        """What was read, in order."""
        changed: set[str] = set()
        for read in reads:
            changed |= self.desk.take(read.record, read.offset, read.timestamp)
            self._read[read.topic, read.partition] = read.offset
            changed |= self._noted(read.record)
        self._put_off(changed)
        self._tell(changed, min((read.timestamp for read in reads), default=None))
        self._wake_waiting()

    def recall(self, records: Iterable[Alert | Warning | Incident]) -> int:
        """What stands, as workers remember it; of how much the topics that are read knew nothing.

        To be called when these were read to their ends: from then on nothing is missing on the desk.
        """
        changed: set[str] = set()
        for record in records:
            changed |= self.desk.recall(record)
            changed |= self._noted(record)
        self._put_off(changed)
        self._tell(changed, None)
        self.whole = True
        return len(changed)

    def _noted(self, record: Record) -> set[str]:
        """What else looks different because of it."""
        self.departments.update(_named(record))
        return self._spread(record) if isinstance(record, Incident) else set()

    def tick(self) -> None:
        """Let time pass: what was put off comes back, and what ended long ago goes. Call it every second or so."""
        now, back = self.clock(), set()
        while self._sleeping and self._sleeping[0][0] <= now:
            back.add(heapq.heappop(self._sleeping)[1])
        self._tell(back, None)
        if self.whole and now - self._forgotten_at > _FORGET_MS:
            self._forgotten_at, before = now, {*self.desk.items, *self.desk.incidents}
            self.desk.forget(now)
            self._tell(before.difference(self.desk.items, self.desk.incidents), None)

    def end(self) -> None:
        """Let go of the open pages; they come again by themselves."""
        self.over = True
        for listener in list(self.listeners):
            listener(set(), None)

    async def read_up_to(self, written: Written, seconds: float) -> bool:
        """Wait until the desk has this action; False where it has not in time."""
        if self._has(written):
            return True
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        entry = (written, done)
        self._waiting.append(entry)
        try:
            await asyncio.wait_for(done, seconds)
        except TimeoutError:
            return False
        finally:
            self._waiting = [each for each in self._waiting if each is not entry]
        return True

    def incident_of(self, subject: str) -> Incident | None:
        """The incident that goes on and that this alert is one of many of."""
        item = self.desk.items.get(subject)
        name = getattr(item.record, "incident_id", None) if item is not None else None
        found = self.desk.incidents.get(name) if name is not None else None
        return found if found is not None and found.status == "open" else None

    def _spread(self, incident: Incident) -> set[str]:
        """The alerts that are shown otherwise because their incident began or is over."""
        name, goes_on = incident.incident_id, self.desk.incidents[incident.incident_id].status == "open"
        if goes_on == (name in self._spreading):
            return set()
        (self._spreading.add if goes_on else self._spreading.discard)(name)
        return {
            subject for subject, item in self.desk.items.items() if getattr(item.record, "incident_id", None) == name
        }

    def _put_off(self, changed: set[str]) -> None:
        for subject in changed:
            item = self.desk.items.get(subject)
            if item is not None and item.follow.snoozed_until is not None:
                heapq.heappush(self._sleeping, (item.follow.snoozed_until, subject))

    def _tell(self, changed: set[str], since: int | None) -> None:
        if changed:
            self.version += 1
            for listener in list(self.listeners):
                listener(changed, since)

    def _has(self, written: Written) -> bool:
        return self._read.get((ACTIONS, written.partition), -1) >= written.offset

    def _wake_waiting(self) -> None:
        for written, done in self._waiting:
            if not done.done() and self._has(written):
                done.set_result(None)


def _named(record: Record) -> tuple[str, ...]:
    """The departments in a record."""
    if isinstance(record, Warning):
        return (record.from_department, record.to_department)
    if isinstance(record, Action):
        return (record.value,) if record.kind == "hand_on" and record.value else ()
    return (*record.departments, record.owner_department)
