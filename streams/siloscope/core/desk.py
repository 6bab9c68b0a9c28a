"""What is on staff's desks: the last word on every alert, warning and incident, with what was done about it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from typing import Final

from .alert import SEVERITIES, Alert, Severity
from .followup import Action, FollowUp, Taken
from .handoff import Warning
from .incident import Incident
from .told import SUSPECTED, why_untold
from .touchpoint import DAY

KEPT: Final = 7 * DAY  # after which what has ended is forgotten
Record = Alert | Warning | Incident | Action
Place = tuple[int, int]  # of two tellings of an alert or warning the higher (revision, offset) counts


class Item:
    """One alert or warning as staff see it."""

    __slots__ = ("follow", "place", "record", "subject", "told_at")

    def __init__(self, record: Alert | Warning, place: Place, follow: FollowUp, at: int) -> None:
        self.subject = subject_of(record)
        self.record = record
        self.place = place
        self.follow = follow
        if not (isinstance(record, Alert) and record.supersedes):  # else it goes on, under another name
            # Its first telling may be in the topic no more: the first that is there says only since when it stands.
            follow.arise(min(at, self.began))
        self.told_at = at  # when it was told last

    @property
    def is_warning(self) -> bool:
        """A handoff warning; else an alert."""
        return isinstance(self.record, Warning)

    @property
    def department(self) -> str:
        """Whose desk it is on: whom it was handed on to, else who should act."""
        return self.follow.handed_to or self.meant_for

    @property
    def meant_for(self) -> str:
        """Who should act as detection says, and whom its advice speaks to."""
        return meant_for(self.record)

    @property
    def began(self) -> int:
        """Epoch milliseconds."""
        return began_at(self.record)

    @property
    def stands(self) -> bool:
        """Detection says it goes on."""
        return stands(self.record)

    @property
    def open(self) -> bool:
        """It goes on, and nobody has done with it since it arose."""
        return self.stands and self.done_by is None

    @property
    def done_by(self) -> str | None:
        """Who has done with it since it arose."""
        return self.follow.done_by

    @property
    def accepted_by(self) -> str | None:
        """Who has it."""
        return self.follow.accepted_by

    @property
    def severity(self) -> Severity:
        """`info`, `warning` or `critical`; an overdue warning, or one for something critical, is critical."""
        return severity_of(self.record)

    @property
    def rank(self) -> tuple[int, bool, int, str]:
        """The most urgent first: what is worst, warnings before alerts, the oldest."""
        return (-SEVERITIES.index(self.severity), not self.is_warning, self.began, self.subject)


def stands(record: Alert | Warning | Incident) -> bool:
    """Whether it goes on, as far as detection knows."""
    return record.status in ("pending", "overdue", "open", "updated")


def meant_for(record: Alert | Warning | Incident) -> str:
    """Who should act as detection says, and whom its words speak to."""
    return record.to_department if isinstance(record, Warning) else record.owner_department


def began_at(record: Alert | Warning) -> int:
    """Since when it stands, epoch milliseconds."""
    return record.handed_at if isinstance(record, Warning) else record.opened_at


def severity_of(record: Alert | Warning | Incident) -> Severity:
    """`info`, `warning` or `critical`; an overdue warning, or one for something critical, is critical."""
    if isinstance(record, Warning):
        return "critical" if record.status == "overdue" or record.urgency == "critical" else "warning"
    return record.severity


def subject_of(record: Alert | Warning) -> str:
    """What actions call it."""
    return record.warning_id if isinstance(record, Warning) else record.alert_id


class Desk:
    """Told of records in any order; those of one subject in the order of their topic. Times in epoch milliseconds."""

    def __init__(self) -> None:
        self.items: dict[str, Item] = {}
        self.incidents: dict[str, Incident] = {}
        # An alert that supersedes another is the same thing to staff: what they did is kept under the first one's name.
        self._follow: defaultdict[str, FollowUp] = defaultdict(FollowUp)
        self._first: dict[str, str] = {}  # by the later name
        self._later: defaultdict[str, list[str]] = defaultdict(list)  # by the first name
        self._incident_places: dict[str, tuple[int, int]] = {}  # its last telling's offset, and when that was written
        self._by_customer: defaultdict[str, set[str]] = defaultdict(set)

    def take(self, record: Record, offset: int, at: int) -> set[str]:
        """One record, written at `at` as `offset` of its partition; the subjects or incidents that look different."""
        if isinstance(record, Action):
            first = self._first.get(record.subject, record.subject)
            self._follow[first].take(record, at)
            return {first, *self._later.get(first, ())}
        if isinstance(record, Incident):
            return self._take_incident(record, offset, at)
        return self._take_told(record, (record.revision, offset), at)

    def recall(self, record: Alert | Warning | Incident) -> set[str]:
        """What stands, as workers remember it; where the desk knows it already, it knows it better."""
        if isinstance(record, Incident):
            known, began = record.incident_id in self.incidents, record.opened_at
        else:
            known, began = subject_of(record) in self.items, began_at(record)
        return set() if known else self.take(record, -1, began)

    def _take_incident(self, record: Incident, offset: int, at: int) -> set[str]:
        # Of two tellings the later in the topic counts: one that has lost its last alert was updated earlier.
        if offset < self._incident_places.get(record.incident_id, (-1, 0))[0]:
            return set()
        self._incident_places[record.incident_id] = offset, at
        self.incidents[record.incident_id] = record
        return {record.incident_id}

    def _take_told(self, record: Alert | Warning, place: Place, at: int) -> set[str]:
        subject = subject_of(record)
        known = self.items.get(subject)
        if known is None:
            self.items[subject] = Item(record, place, self._follow_of(record), at)
            self._by_customer[record.customer_id].add(subject)
            return {subject}
        if place <= known.place:
            return set()
        if not known.stands and stands(record):
            known.follow.arise(at)
        known.record, known.place, known.told_at = record, place, at
        return {subject}

    def _follow_of(self, record: Alert | Warning) -> FollowUp:
        """What was done about it, under whatever name; that may have been read already."""
        name = subject_of(record)
        if isinstance(record, Alert) and record.supersedes and name not in self._first:
            first = self._first.get(record.supersedes, record.supersedes)
            self._first[name] = first
            self._later[first].append(name)
            if name in self._follow:
                self._follow[first].take_all(self._follow.pop(name))
        return self._follow[self._first.get(name, name)]

    # -- what is asked

    def on(self, departments: Collection[str] | None, now: int, *, asleep: bool = False) -> list[Item]:
        """What is open on these desks (None: all), the most urgent first; `asleep`: also what is put off.

        Parts of another alert, the suspected and those that are in the shadow are left out: see `why_not`.
        """
        found = [
            each
            for each in self.items.values()
            if each.open
            and (departments is None or each.department in departments)
            and (asleep or not each.follow.asleep(now))
            and self.why_not(each) is None
        ]
        return sorted(found, key=lambda each: each.rank)

    def for_review(self, item: Item) -> bool:
        """Whether it is only suspected: nobody is told of it, who reviews sees it."""
        return self.why_not(item) == SUSPECTED and isinstance(item.record, Alert) and item.record.part_of is None

    def why_not(self, item: Item) -> str | None:
        """Why nobody is told of it; None where somebody is."""
        return why_untold(item.record, self._alert) if isinstance(item.record, Alert) else None

    def late(self, subject: str, action_id: str) -> Taken | None:
        """Who was first, of an accept that came too late."""
        first = self._first.get(subject, subject)
        return self._follow[first].late.get(action_id) if first in self._follow else None

    def of_customer(self, customer_id: str) -> list[Item]:
        """All that is known about one customer, the newest first."""
        found = [self.items[subject] for subject in self._by_customer.get(customer_id, ())]
        return sorted(found, key=lambda each: (-each.began, each.subject))

    def forget(self, now: int) -> int:
        """Drop what has ended, and nobody touched for a week before `now`; how many.

        To be called when all was read and recalled. What staff have done with stays as long as detection says that it
        goes on: the next telling must not put it back on a desk. So does what is in somebody's hands.
        """
        before = now - KEPT
        gone = [
            each
            for each in self.items.values()
            if not each.stands and max(each.told_at, each.follow.touched_at) < before
        ]
        for item in gone:
            self._drop(item)
        over = [
            name
            for name, each in self.incidents.items()
            if each.status in ("ended", "retracted") and self._incident_places[name][1] < before
        ]
        for name in over:
            del self.incidents[name], self._incident_places[name]
        alone = [
            subject
            for subject, follow in self._follow.items()
            if not self._known(subject) and not follow.in_hand and follow.touched_at < before
        ]
        for subject in alone:
            del self._follow[subject]
        return len(gone) + len(over) + len(alone)

    def _drop(self, item: Item) -> None:
        del self.items[item.subject]
        first = self._first.get(item.subject, item.subject)
        if not self._known(first):
            self._follow.pop(first, None)
            for name in self._later.pop(first, ()):
                del self._first[name]
        customer = item.record.customer_id
        self._by_customer[customer].discard(item.subject)
        if not self._by_customer[customer]:
            del self._by_customer[customer]

    def _known(self, first: str) -> bool:
        """Whether anything of that first name is on the desk."""
        return first in self.items or any(name in self.items for name in self._later.get(first, ()))

    def _alert(self, name: str) -> Alert | None:
        item = self.items.get(name)
        return item.record if item is not None and isinstance(item.record, Alert) else None
