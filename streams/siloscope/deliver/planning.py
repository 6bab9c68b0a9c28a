"""The planner: from what detection tells and staff do, who is to be told what, when, and whether still.

It reads no clock and talks to nobody. Which notices are planned hangs on what was told and done alone, not on the order
in which topics are read, nor on how often; whether a planned one is sent is decided when it is due. Times in epoch ms.
"""

from __future__ import annotations

import heapq
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from ..core.alert import Alert
from ..core.calendar import Calendar
from ..core.followup import Action
from ..core.incident import Incident
from ..core.vocabulary import HOUR
from .book import Book
from .config import Deliver
from .deciding import anew, waits_for, why_not
from .message import BEGINS, Message, Notice
from .message import Subject as Record
from .planned import Planned, State, id_for, message_id
from .routing import Facts, Routes, Way
from .subject import Subject

MOST: Final = 500  # notices in one message


class Happened(NamedTuple):
    """A notice that came into a state."""

    notice: Planned
    state: State


class Planner:
    """`take` what is read, `decide` what is due, then say of each message whether it was `sent` or has `failed`."""

    def __init__(self, deliver: Deliver, calendars: Mapping[str, Calendar] | None = None) -> None:
        self.book = Book()
        self.happened: list[Happened] = []  # whoever looks empties it
        self._routes = Routes(deliver, calendars)
        self._receivers = deliver.receivers
        self._wait = round(deliver.group_wait_seconds * 1000)
        self._newest = None if deliver.newest_hours is None else round(deliver.newest_hours * HOUR)
        self._due: list[tuple[int, str]] = []
        self._held: defaultdict[tuple[str, str], set[str]] = defaultdict(set)  # until what went before has arrived
        self._alone: Counter[tuple[str, int]] = Counter()  # messages of one notice, by receiver and hour
        self.messages: dict[str, list[Planned]] = {}  # decided, and not yet sent

    def loaded(self) -> None:
        """The book was read from the journal: go on where it ends."""
        self.book.loaded()
        for notice in self.book.notices.values():
            if notice.state == "planned":
                self._push(notice)
            elif notice.message is not None:
                if notice.state == "decided":
                    self.messages.setdefault(notice.message, []).append(notice)
                self._count(notice)
        for notices in self.messages.values():
            notices.sort(key=lambda each: (each.at, each.id))

    # -- what is read

    def take(self, record: Record | Action, offset: int, at: int) -> None:
        """One record, written at `at` as `offset` of its partition."""
        if isinstance(record, Action):
            subject = self.book.subject(record.subject)
            if subject.act(record, at):
                self.book.changed(subject)
                self._plan(subject, at)
            return
        if isinstance(record, Alert) and record.mode == "backfill":
            return
        subject = self.book.subject_of(record)
        if subject.take(record, (_revision(record), offset), at):
            self.book.changed(subject)
            self._plan(subject, at)

    def _plan(self, subject: Subject, at: int) -> None:
        """All that is to be told of what it ever was, to all whom it ever concerned; what is planned stays."""
        for facts in subject.seen:
            if facts.what in BEGINS:
                self._begin(subject, facts, (), at)
                for department, times in subject.handed.items():
                    first = 2 if department == facts.department else 1  # it was theirs before anybody handed it on
                    for number in range(first, first + times):
                        handed = (department, *([str(number)] if number > 1 else []))
                        self._begin(subject, facts._replace(department=department), handed, at)
        for receiver in self.book.receivers(subject.root):
            for facts in _following(subject):
                self._follow(subject, facts, receiver, at)

    def _begin(self, subject: Subject, facts: Facts, handed: tuple[str, ...], at: int) -> None:
        waits = self._wait if facts.kind == "alert" else 0
        for way in self._routes.of(facts):
            reason = ["escalated"] if way.after_minutes else ["suspected"] if facts.suspected else []
            more = (*_again(facts), *handed, *reason)
            self._keep(
                Planned(
                    id_for(subject.root, facts.what, way.receiver, *more), subject.root, facts.what, way.receiver, at,
                    self._routes.due(way, at + waits, facts),
                    "digest" if way.route.digest else "one",
                    unaccepted=way.after_minutes or None, suspected=facts.suspected, department=facts.department,
                    turn=facts.turn,
                ),
                subject,
            )  # fmt: skip

    def _follow(self, subject: Subject, facts: Facts, receiver: str, at: int) -> None:
        """What goes on, to a receiver for whom the beginning was planned; by the first route that fits."""
        found = next(self._ways(subject, facts, receiver), None)
        if found is None:
            return
        way, facts = found
        more = (*_again(facts), *([facts.severity] if facts.what == "worse" else []))
        calm = facts if facts.what == "worse" else facts._replace(severity="info")  # what is over can wait
        self._keep(
            Planned(
                id_for(subject.root, facts.what, receiver, *more), subject.root, facts.what, receiver, at,
                self._routes.due(way, at, calm), "digest" if way.route.digest else "one", turn=facts.turn,
            ),
            subject,
        )  # fmt: skip

    def _ways(self, subject: Subject, facts: Facts, receiver: str) -> Iterator[tuple[Way, Facts]]:
        for department in subject.owners:
            theirs = facts._replace(department=department)
            for way in self._routes.of(theirs):
                if way.receiver == receiver:
                    yield way._replace(after_minutes=0), theirs

    def _keep(self, notice: Planned, subject: Subject) -> None:
        """Plan it, if it was not; what was dropped is looked at again when it has become so again."""
        known = self.book.notices.get(notice.id)
        if known is None:
            self.book.keep(notice)
            self._push(notice)
            self.happened.append(Happened(notice, "planned"))
        elif anew(known, notice, subject):
            known.state, known.at, known.due, known.together = "planned", notice.at, notice.due, notice.together
            known.department, known.unaccepted = notice.department, notice.unaccepted
            self.book.changed(known)
            self._push(known)

    # -- what is due

    @property
    def next_due(self) -> int | None:
        """When something is to be looked at next."""
        return self._due[0][0] if self._due else None

    def decide(self, now: int) -> list[str]:
        """Look at all that is due by `now`; the ids of the messages to send, once this is journalled."""
        names: list[str] = []
        together: defaultdict[tuple[str, str, int], dict[str, Planned]] = defaultdict(dict)
        while self._due and self._due[0][0] <= now:
            due, name = heapq.heappop(self._due)
            notice = self.book.notices.get(name)
            # It may stand there more than once: it was put off, called back and put off again.
            if notice is None or notice.state != "planned" or notice.due != due or not self._goes(notice, now):
                continue
            if notice.together == "one":
                names.append(self._decided([notice], now))
            else:
                together[notice.receiver, notice.together, due][name] = notice
        return names + [name for some in together.values() for name in self._gathered([*some.values()], now)]

    def _goes(self, notice: Planned, now: int) -> bool:
        """Whether it is sent now; else it was dropped or put off."""
        subject = self.book.subjects.get(notice.root)
        if subject is None:
            self._move(notice, "dropped", now, "over")
            return False
        reason = why_not(notice, subject, self.book, self._newest)
        if reason is not None:
            self._move(notice, "dropped", now, reason)
            return False
        asleep = subject.follow.snoozed_until if notice.begins or notice.what == "worse" else None
        if asleep is not None and asleep > now:
            self._put_off(notice, asleep)
        elif waits_for(notice, self.book):
            self._held[notice.root, notice.receiver].add(notice.id)
        elif notice.together == "one" and self._over_cap(notice.receiver, now):
            notice.together = "summary"
            self._put_off(notice, (now // HOUR + 1) * HOUR)
        else:
            return True
        return False

    def _gathered(self, notices: list[Planned], now: int) -> list[str]:
        ordered = sorted(notices, key=lambda each: (each.at, each.id))
        return [self._decided(ordered[first : first + MOST], now) for first in range(0, len(ordered), MOST)]

    def _decided(self, notices: list[Planned], now: int) -> str:
        name = message_id([each.id for each in notices])
        for notice in notices:
            notice.message = name
            self._move(notice, "decided", now)
        self.messages[name] = notices
        self._count(notices[0])
        return name

    def _over_cap(self, receiver: str, now: int) -> bool:
        cap = self._receivers[receiver].per_hour if receiver in self._receivers else None
        return cap is not None and self._alone[receiver, now // HOUR] >= cap

    def _count(self, notice: Planned) -> None:
        if notice.together == "one":
            self._alone[notice.receiver, notice.moved_at // HOUR] += 1

    def _put_off(self, notice: Planned, until: int) -> None:
        notice.due = until
        self.book.changed(notice)
        self._push(notice)

    def _push(self, notice: Planned) -> None:
        heapq.heappush(self._due, (notice.due, notice.id))

    def _move(self, notice: Planned, state: State, now: int, reason: str | None = None) -> None:
        notice.state, notice.moved_at, notice.reason = state, now, reason
        self.book.changed(notice)
        self.happened.append(Happened(notice, state))

    # -- what is sent

    def message(self, name: str) -> Message:
        """A message that was decided, with everything as it stands now."""
        notices = self.messages[name]
        first = notices[0]
        receiver = self._receivers.get(first.receiver)
        told = tuple(self._notice(each) for each in notices)
        return Message(name, first.together, first.receiver, told, receiver.language if receiver else "en")

    def _notice(self, notice: Planned) -> Notice:
        subject = self.book.subjects[notice.root]
        record = subject.record
        assert record is not None
        opening = self.book.opening(notice.root, notice.receiver)
        before = opening if opening is not None and opening.id != notice.id else None
        handed = subject.handed_on
        return Notice(
            notice.id, notice.what, record, notice.at, before.id if before else None,
            before.receipt if before else None, subject.accepted_by or getattr(record, "accepted_by", None),
            notice.unaccepted, handed.value if handed else None, handed.actor if handed else None,
        )  # fmt: skip

    def sent(self, name: str, now: int, receipt: str | None = None) -> None:
        """The receiver has the message."""
        for notice in self.messages.pop(name):
            notice.receipt = receipt
            self._move(notice, "sent", now)
            self._release(notice, now)

    def failed(self, name: str, now: int, reason: str) -> None:
        """The receiver will not take the message."""
        for notice in self.messages.pop(name):
            self._move(notice, "failed", now, reason)
            self._release(notice, now)

    def _release(self, arrived: Planned, now: int) -> None:
        """What followed on it is looked at again."""
        for name in self._held.pop((arrived.root, arrived.receiver), ()):
            notice = self.book.notices[name]
            notice.due = max(notice.due, now)
            self._push(notice)

    def later(self) -> Counter[str]:
        """How many notices are planned and not yet due, by receiver."""
        return Counter(each.receiver for each in self.book.notices.values() if each.state == "planned")

    def forget(self, now: int) -> int:
        """Drop what is over for good; how many subjects."""
        for key in [key for key in self._alone if key[1] < now // HOUR]:
            del self._alone[key]
        return self.book.forget(now)


def _revision(record: Record) -> int:
    return 0 if isinstance(record, Incident) else record.revision


def _again(facts: Facts) -> list[str]:
    """What tells the second time that something stood from the first."""
    return [f"again {facts.turn}"] if facts.turn else []


def _following(subject: Subject) -> list[Facts]:
    """What is told to those who know of it: whatever it was but a beginning, and that somebody took it on."""
    if not subject.seen:
        return []
    accepts = any(each.kind == "accept" for _, each in subject.done)
    taken = [subject.seen[0]._replace(what="accepted")] if accepts else []
    after = [each for each in (*subject.seen, *taken) if each.what not in BEGINS]
    suspected = all(each.suspected for each in subject.seen)
    return [
        each if each.what == "worse" else each._replace(severity=subject.worst, suspected=suspected) for each in after
    ]
