"""All that the deliveries remember: subjects and notices, and what of it changed since it was last journalled. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Final

import msgspec

from ..core.alert import Alert
from ..core.desk import stands
from ..core.vocabulary import DAY
from .message import Subject as Record
from .message import id_of
from .planned import LIVE, Planned
from .subject import Subject

KEPT_ENDED: Final = 2 * DAY  # after which what is over is forgotten, but for its name and turn where it was told
KEPT: Final = 400 * DAY  # after which everything is: as long as what it rests on may be on a customer's timeline
_TOLD: Final = ("sent", "failed")  # states in which the receiver may have it, under its id

_encode: Final = msgspec.msgpack.Encoder().encode
_subject: Final = msgspec.msgpack.Decoder(Subject)
_notice: Final = msgspec.msgpack.Decoder(Planned)


class Book:
    """Subjects by root, notices by id and by (root, receiver)."""

    def __init__(self) -> None:
        self.subjects: dict[str, Subject] = {}
        self.notices: dict[str, Planned] = {}
        self._roots: dict[str, str] = {}  # of every id of a subject
        self._of: defaultdict[str, dict[str, list[Planned]]] = defaultdict(dict)  # by root and receiver
        self._changed: dict[bytes, None] = {}

    def find(self, name: str) -> Subject | None:
        """The subject that has this id, or had it."""
        return self.subjects.get(self._roots.get(name, name))

    def subject(self, name: str) -> Subject:
        """The same; a new one where there is none."""
        return self.find(name) or self._add(Subject(name, [name]))

    def subject_of(self, record: Record) -> Subject:
        """The subject that a record tells of; an alert may supersede one that is known."""
        name = id_of(record)
        known = self.find(name)
        new = known is None or (known.record is None and known.root == name)
        if isinstance(record, Alert) and record.supersedes is not None and new:
            return self._renamed(name, self.subject(record.supersedes))
        return self.subject(name)

    def _renamed(self, name: str, subject: Subject) -> Subject:
        """The subject, which has got a new name; what staff did under that may have been read already."""
        early = self.subjects.pop(name, None) if subject.root != name else None
        self._roots[name] = subject.root
        if early is not None:
            for at, action in early.done:
                subject.act(action, at)
            self.changed(early)
        return subject

    def alert(self, name: str) -> Alert | None:
        """The alert of that id, as it was told last."""
        found = self.find(name)
        return found.alert if found is not None else None

    def keep(self, notice: Planned) -> None:
        """A notice that is new."""
        self._index(notice)
        self.changed(notice)

    def of(self, root: str, receiver: str) -> list[Planned]:
        """The notices to one receiver about one subject."""
        return self._of[root].get(receiver, []) if root in self._of else []

    def receivers(self, root: str) -> list[str]:
        """Those for whom anything about a subject was ever planned."""
        return list(self._of[root]) if root in self._of else []

    def opening(self, root: str, receiver: str) -> Planned | None:
        """The notice by which the receiver was first told, or will be, that there is something to do."""
        told = [each for each in self.of(root, receiver) if each.begins and each.told]
        return min(told, key=lambda each: (each.moved_at, each.id)) if told else None

    def standing(self, root: str, receiver: str, turn: int) -> Planned | None:
        """The last beginning that the receiver was told; None also where it was told of its end before that `turn`."""
        told = [each for each in self.of(root, receiver) if each.told]
        began = max((each for each in told if each.begins), key=lambda each: (each.turn, each.moved_at), default=None)
        if began is None or any(began.turn <= each.turn < turn and self.ends(each) for each in told):
            return None
        return began

    def ends(self, notice: Planned) -> bool:
        """Whether it tells that there is nothing more to do; that staff took an alert on does not."""
        over = notice.what == "accepted" and self.subjects[notice.root].warning is not None
        return over or notice.what in ("ended", "retracted", "closed")

    # -- the journal

    def changed(self, what: Subject | Planned) -> None:
        """It must be written down."""
        self._changed[_key(what)] = None

    def changes(self) -> Iterator[tuple[bytes, bytes | None]]:
        """What must be written down since the last time; None: it is forgotten."""
        for key in self._changed:
            found = (self.subjects if key[:1] == b"s" else self.notices).get(key[1:].decode())
            yield key, _encode(found) if found is not None else None
        self._changed = {}

    def load(self, key: bytes, value: bytes | None) -> None:
        """One record that was written down, in the order of the journal."""
        if value is None:
            (self.subjects if key[:1] == b"s" else self.notices).pop(key[1:].decode(), None)
        elif key[:1] == b"s":
            self._add(_subject.decode(value), write=False)
        else:
            notice = _notice.decode(value)
            self.notices[notice.id] = notice

    def loaded(self) -> None:
        """All was read: the notices are found again by what they are about."""
        self._of.clear()
        for notice in self.notices.values():
            self._index(notice)

    def forget(self, now: int) -> int:
        """Drop what is over, and what nobody has heard of for long; how many subjects.

        Of what somebody was told it stays known how often it stood: should it stand again, that is told under new ids.
        """
        gone = [each for each in self.subjects.values() if self._over(each, now)]
        for subject in gone:
            notices = self._notices(subject)
            for notice in notices:
                del self.notices[notice.id]
                self.changed(notice)
            self._of.pop(subject.root, None)
            if any(each.state in _TOLD for each in notices):
                self._add(subject.rest)
                continue
            del self.subjects[subject.root]
            self.changed(subject)
            for name in subject.ids:
                self._roots.pop(name, None)
        return len(gone)

    def _over(self, subject: Subject, now: int) -> bool:
        notices = self._notices(subject)
        if any(each.state in LIVE for each in notices):
            return False
        ended = not subject.is_rest and (subject.record is None or not stands(subject.record))
        touched = max((subject.touched_at, *(each.moved_at for each in notices)))
        return touched < now - (KEPT_ENDED if ended else KEPT)

    def _notices(self, subject: Subject) -> list[Planned]:
        return [each for some in self._of.get(subject.root, {}).values() for each in some]

    def _add(self, subject: Subject, *, write: bool = True) -> Subject:
        self.subjects[subject.root] = subject
        for name in subject.ids:
            self._roots[name] = subject.root
        if write:
            self.changed(subject)
        return subject

    def _index(self, notice: Planned) -> None:
        self.notices[notice.id] = notice
        self._of[notice.root].setdefault(notice.receiver, []).append(notice)


def _key(what: Subject | Planned) -> bytes:
    return f"s{what.root}".encode() if isinstance(what, Subject) else f"n{what.id}".encode()
