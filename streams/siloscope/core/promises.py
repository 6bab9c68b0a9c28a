"""Promises made to a customer: what keeps one, and what makes it void."""

from __future__ import annotations

from typing import Final

from .symptom import belongs, closed_by_customer, refs_of
from .touchpoint import IN, OUT, Entry

KEEPING: Final = ("delivery", "payment")  # what keeps a promise of its case
CALLBACKS: Final = ("callback",)  # topics of promises to get in touch


class Promise:
    """A promise, `open` until it is kept or void, overdue or not."""

    __slots__ = ("entry", "open")

    def __init__(self, entry: Entry) -> None:
        self.entry = entry
        self.open = True

    @property
    def due(self) -> int | None:
        """When it must be kept (epoch milliseconds), if a time after its making was named."""
        due = self.entry.due_at
        return due if due is not None and due > self.entry.at else None


class Promises:
    """What the company promised a customer and has not kept.

    Any department keeps a promise: by a `promise_kept`, by an activity of `kept_by` in its case, or, for a topic
    of `callbacks`, by any outbound touchpoint of the case. A case that is closed as solved or by the customer before
    the promise is due makes it void.
    """

    __slots__ = ("_callbacks", "_kept_by", "_made")

    def __init__(self, kept_by: tuple[str, ...] = KEEPING, callbacks: tuple[str, ...] = CALLBACKS) -> None:
        self._kept_by = kept_by
        self._callbacks = callbacks
        self._made: list[Promise] = []

    @staticmethod
    def wants(activity: str, direction: str) -> bool:
        """Whether touchpoints with this activity and direction may matter to a promise."""
        return direction == OUT or activity in ("promise_made", "promise_kept", "payment", "delivery", "case_closed")

    @property
    def open(self) -> list[Promise]:
        """Those neither kept nor void, in their order."""
        return [each for each in self._made if each.open]

    def see(self, entry: Entry) -> list[Promise]:
        """Take in one touchpoint, in the timeline's order; returns the promises that it ended."""
        ended = self._ended_by(entry) if self._made else []
        for each in ended:
            each.open = False
        if entry.activity == "promise_made" and entry.direction != IN:
            self._made.append(Promise(entry))
        return ended

    def _ended_by(self, entry: Entry) -> list[Promise]:
        if entry.activity == "promise_kept":
            return belongs(entry, self._made)
        if entry.activity in self._kept_by:
            refs = refs_of(entry)
            return [each for each in self.open if _of_case(entry, each) or _named(refs, each.entry)]
        if entry.activity == "case_closed" and (entry.outcome == "solved" or closed_by_customer(entry)):
            in_time = [each for each in self.open if each.due is None or entry.at <= each.due]
            return [each for each in in_time if _of_case(entry, each)]
        if entry.direction == OUT and entry.case_ref is not None:
            return [each for each in self.open if each.entry.topic in self._callbacks and _of_case(entry, each)]
        return []


def _of_case(entry: Entry, promise: Promise) -> bool:
    return entry.case_ref is not None and entry.case_ref == promise.entry.case_ref


def _named(refs: tuple[str, ...], entry: Entry) -> bool:
    return entry.touchpoint_id in refs or entry.case_ref in refs
