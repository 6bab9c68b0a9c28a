"""What the process that tells does, round after round: read, plan, journal, send; then journal what was sent."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from typing import Any, Final, Protocol

from ..core.vocabulary import HOUR
from ..staff.tail import Place, Read
from .figures import Figures
from .line import Line
from .planned import Planned
from .planning import Happened, Planner
from .sending import Outgoing, Went

log = logging.getLogger(__name__)

ROUND_SECONDS: Final = 0.1
BUSY_SECONDS: Final = 0.02  # of a round while messages wait
_COUNT_MS: Final = 5_000  # between two counts of what is planned for later


class Reading(Protocol):
    """Where records come from: a `staff.tail.Tail`."""

    @property
    def caught_up(self) -> bool:
        """Whether all was read that was there at the start."""
        ...

    @property
    def behind(self) -> int:
        """How many records wait to be read."""
        ...

    def read(self, timeout: float = ...) -> list[Read]:
        """What came."""
        ...


class Writing(Protocol):
    """Where it is written down: a `journal.Journal`."""

    def write(self, changes: Any, place: Mapping[Place, int]) -> None:
        """One round, whole or not at all."""
        ...


class Leader:
    """Works on a planner that was loaded from the journal; `place` is up to where that has read which partition.

    Nothing is sent before it is journalled that it will be. `clock` gives epoch milliseconds.
    """

    def __init__(
        self, planner: Planner, reading: Reading, journal: Writing, outgoing: Outgoing, figures: Figures,
        place: Mapping[Place, int], give_up_ms: int, clock: Callable[[], int],
    ) -> None:  # fmt: skip
        self._planner = planner
        self._reading = reading
        self._journal = journal
        self._outgoing = outgoing
        self._figures = figures
        self._place = dict(place)
        self._give_up = give_up_ms
        self._clock = clock
        self._lines: dict[str, Line] = {}
        self._forgot_at = self._counted_at = clock()
        self.moved = 0  # rises with all that is journalled
        for name in planner.messages:
            self._line_up(name)

    def round(self, timeout: float = ROUND_SECONDS) -> None:
        """One round; raises journal.Lost when the journal must be read again."""
        went = self._outgoing.went()
        reads = self._reading.read(min(timeout, BUSY_SECONDS) if self._planner.messages else timeout)
        now = self._clock()
        for each in went:
            self._heard(each, now)
        for read in reads:
            self._planner.take(read.record, read.offset, read.timestamp)
            self._place[read.topic, read.partition] = read.offset + 1
        # What was read so far may be undone by what is yet to be read: an accept, an end.
        decided = self._planner.decide(now) if self._reading.caught_up else []
        if now - self._forgot_at > HOUR:
            self._forgot_at = now
            self._planner.forget(now)
        if now - self._counted_at > _COUNT_MS:
            self._let_go(now)
        self._write(bool(reads))
        for name in decided:
            self._line_up(name)
        for line in self._lines.values():
            for name in line.next(now):
                self._outgoing.send(self._planner.message(name))
        self._tell(now)

    def finish(self, seconds: float) -> None:
        """Wait so long for what is under way, and journal how it went: then it is not sent again."""
        until = time.monotonic() + seconds
        while True:
            for each in self._outgoing.went():
                self._heard(each, self._clock())
            if time.monotonic() > until or not any(line.under_way for line in self._lines.values()):
                break
            time.sleep(BUSY_SECONDS)
        self._write(False)

    @property
    def waiting(self) -> int:
        """Messages that are decided and not yet sent."""
        return len(self._planner.messages)

    def _write(self, read: bool) -> None:
        changes = list(self._planner.book.changes())
        if changes or read:
            self._journal.write(changes, self._place)
            self.moved += 1

    def _line_up(self, name: str) -> None:
        receiver = self._planner.messages[name][0].receiver
        self._lines.setdefault(receiver, Line()).add(name, self._planner.messages[name][0].moved_at)

    def _heard(self, went: Went, now: int) -> None:
        self._figures.tried(went.receiver, went.outcome)
        line = self._lines[went.receiver]
        if went.outcome == "taken":
            line.done(went.message, taken=True)
            self._planner.sent(went.message, now, went.receipt)
            return
        log.warning("%s: %s", went.receiver, went.why)
        if went.outcome == "again" and now - line.again(went.message, now, went.after) < self._give_up:
            return
        line.done(went.message, taken=False)
        self._planner.failed(went.message, now, went.why)

    def _let_go(self, now: int) -> None:
        """What a receiver that takes nothing was not even asked about, as others wait before it, fails all the same."""
        for receiver, line in self._lines.items():
            names = line.given_up(now - self._give_up)
            if names:
                log.warning("%s: %d messages are given up, it takes none", receiver, len(names))
            for name in names:
                self._planner.failed(name, now, "it takes no messages")

    def _tell(self, now: int) -> None:
        for happened in self._planner.happened:
            _count(self._figures, happened)
        self._planner.happened.clear()
        if now - self._counted_at > _COUNT_MS:
            self._counted_at = now
            self._figures.behind(self._reading.behind)
            later = self._planner.later()
            for receiver in {*later, *self._lines}:
                line = self._lines.setdefault(receiver, Line())
                waits = (now - (line.oldest or now)) / 1000
                self._figures.waiting(receiver, len(line), later[receiver], waits)


def _count(figures: Figures, happened: Happened) -> None:
    notice: Planned = happened.notice
    match happened.state:
        case "planned":
            figures.planned(notice.receiver, notice.what)
        case "dropped":
            figures.dropped(notice.receiver, notice.reason or "")
        case "sent":
            at_once = notice.together == "one" and notice.unaccepted is None
            figures.sent(notice.receiver, notice.what, notice.at if at_once else None)
        case "failed":
            figures.failed(notice.receiver, notice.what)
        case "decided":
            pass
