"""The promises made to a customer: which stand, which were kept, and which she needs no more."""

from __future__ import annotations

from typing import Final

from .symptom import belongs, closed_by_customer, refs_of
from .touchpoint import IN, OUT, Entry

KEEPING: Final = ("delivery", "payment")  # activities that keep a promise of their case
CALLBACKS: Final = ("callback",)  # topics of promises that any word to her in the case keeps
_MATTER: Final = frozenset({"promise_made", "promise_kept", "case_closed", *KEEPING})


class Promise:
    """A promise, open until it is kept or void; `due` in epoch ms, None where none was said, or one not after it."""

    __slots__ = ("callback", "due", "entry", "keeping", "kept", "voided")

    def __init__(self, entry: Entry, keeping: tuple[str, ...], callbacks: tuple[str, ...]) -> None:
        self.entry = entry
        self.due = entry.due_at if entry.due_at is not None and entry.due_at > entry.at else None
        self.keeping = keeping
        self.callback = entry.topic in callbacks
        self.kept = False
        self.voided = False

    @property
    def open(self) -> bool:
        """Neither kept nor void, overdue or not."""
        return not (self.kept or self.voided)

    def kept_by(self, entry: Entry) -> bool:
        """Whether a touchpoint keeps it that does not say so as a `promise_kept`."""
        if entry.activity in self.keeping and (_of_case(entry, self.entry) or _names(entry, self.entry)):
            return True
        return self.callback and entry.direction == OUT and _of_case(entry, self.entry)

    def void_by(self, closing: Entry) -> bool:
        """Whether a `case_closed` says in time that she needs it no more."""
        done = closing.outcome == "solved" or closed_by_customer(closing)
        return done and (self.due is None or closing.at <= self.due) and _of_case(closing, self.entry)


class Promises:
    """The promises on one timeline, in the order they were made; `standing` are the open ones with a due time.

    `ended` are those that the touchpoint seen last kept or made void.
    """

    __slots__ = ("_open", "ended", "made", "standing")

    def __init__(self) -> None:
        self.made: list[Promise] = []
        self._open: list[Promise] = []
        self.standing: list[Promise] = []
        self.ended: list[Promise] = []

    @staticmethod
    def wants(activity: str, direction: str) -> bool:
        """Whether `see` needs touchpoints with this activity and direction."""
        return direction == OUT or activity in _MATTER

    def see(
        self, entry: Entry, keeping: tuple[str, ...] = KEEPING, callbacks: tuple[str, ...] = CALLBACKS
    ) -> Promise | None:
        """Take in the next touchpoint; returns the promise that it makes, kept by these activities and callbacks."""
        self.ended = self._ended_by(entry) if self._open else []
        if self.ended:
            self._open = [each for each in self._open if each.open]
            self.standing = [each for each in self.standing if each.open]
        if entry.activity != "promise_made" or entry.direction == IN:
            return None
        promise = Promise(entry, keeping, callbacks)
        self.made.append(promise)
        self._open.append(promise)
        if promise.due is not None:
            self.standing.append(promise)
        return promise

    def _ended_by(self, entry: Entry) -> list[Promise]:
        kept = belongs(entry, self.made) if entry.activity == "promise_kept" else []
        for each in self._open:
            each.voided = entry.activity == "case_closed" and each.void_by(entry)
            each.kept = each in kept or each.kept_by(entry)
        return [each for each in self._open if not each.open]


def _of_case(entry: Entry, promise: Entry) -> bool:
    return entry.case_ref is not None and entry.case_ref == promise.case_ref


def _names(entry: Entry, promise: Entry) -> bool:
    refs = refs_of(entry)
    return promise.touchpoint_id in refs or promise.case_ref in refs
