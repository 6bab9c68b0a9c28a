"""Complaints, and whatever else a customer suffers from until it is made good."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from .symptom import belongs
from .touchpoint import DAY, HOUR, OUT, Entry

REPLY_WITHIN: Final = 48 * HOUR
AT_MOST: Final = 90 * DAY
AFTER_REPLY: Final = 14 * DAY


class Complaint:
    """A complaint, open until it is made good."""

    __slots__ = ("ended", "entry", "replied_at")

    def __init__(self, entry: Entry) -> None:
        self.entry = entry
        self.ended = False
        self.replied_at: int | None = None

    @property
    def open(self) -> bool:
        """Not ended by anybody; its age is another question."""
        return not self.ended

    @property
    def until(self) -> int:
        """When it is over if nobody ends it (epoch milliseconds, still open then)."""
        latest = self.entry.at + AT_MOST
        if self.replied_at is None or self.entry.case_ref is not None:
            return latest
        return min(latest, self.replied_at + AFTER_REPLY)

    def open_at(self, at: int) -> bool:
        """Whether the customer still suffers from it."""
        return not self.ended and at <= self.until


def hear(entry: Entry, complaints: Iterable[Complaint]) -> None:
    """Let `entry` end the complaints that it makes good, and answer those that it replies to."""
    activity = entry.activity
    if activity == "recovered":
        for each in belongs(entry, complaints):
            each.ended = True
    elif activity in ("praise", "case_closed"):
        for each in complaints:
            of_case = entry.case_ref is not None and each.entry.case_ref == entry.case_ref
            of_thread = entry.thread_ref is not None and each.entry.thread_ref == entry.thread_ref
            each.ended |= of_case or (of_thread and activity == "praise")
    if entry.direction == OUT:
        for each in complaints:
            if each.replied_at is None and is_reply(entry, each.entry):
                each.replied_at = entry.at


def is_reply(entry: Entry, inbound: Entry) -> bool:
    """Whether outbound `entry` replies: it says so, or in time, in the case or thread, by who received it."""
    if entry.reply_to == inbound.touchpoint_id:
        return True
    if entry.at - inbound.at > REPLY_WITHIN or entry.department != inbound.department:
        return False
    return (entry.case_ref is not None and entry.case_ref == inbound.case_ref) or (
        entry.thread_ref is not None and entry.thread_ref == inbound.thread_ref
    )
