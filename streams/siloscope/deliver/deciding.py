"""Whether a notice that is due is still needed, as things stand now. Pure; times in epoch milliseconds."""

from __future__ import annotations

from typing import Final

from ..core.alert import Alert
from ..core.handoff import Warning
from ..core.told import why_untold
from .book import Book
from .message import Subject as Record
from .planned import Planned
from .subject import Subject, stands

OLD: Final = "old"
_UNTOLD: Final = {
    "in shadow": "in_shadow", "in a backfill": "in_a_backfill", "suspected only": "suspected",
    "part of another alert": "part",
}  # fmt: skip


def why_not(notice: Planned, subject: Subject, book: Book, newest: int | None) -> str | None:
    """Why it is not told, one of a closed list; None: it is. `newest` is the age in ms from which things are old."""
    if notice.begins:
        return _why_no_beginning(notice, subject, book, newest)
    opening = book.opening(notice.root, notice.receiver)
    if opening is None:
        return "not_told"
    if notice.what == "worse":
        return _why_not_worse(notice, subject, opening)
    if notice.what == "accepted" and subject.follow.accepted_by is not None:
        return None
    return None if subject.what == notice.what else "open_again"


def waits_for(notice: Planned, book: Book) -> bool:
    """Whether the receiver must first have got what it follows on."""
    opening = None if notice.begins else book.opening(notice.root, notice.receiver)
    return opening is not None and opening.state == "decided"


def _why_no_beginning(notice: Planned, subject: Subject, book: Book, newest: int | None) -> str | None:
    record = subject.record
    if record is None or not stands(record) or subject.what != notice.what:
        return "over"
    if newest is not None and _since(record) < subject.arose_at - newest:
        return OLD
    if notice.department != subject.owner:
        return "handed_on"
    if subject.done_with():
        return "done"
    if subject.follow.accepted_by is not None:
        return "accepted"
    return _why_no_alert(record, notice, book) if isinstance(record, Alert) else None


def _since(record: Record) -> int:
    """Since when it is as it is."""
    if isinstance(record, Warning):
        return record.due_at if record.status == "overdue" else record.handed_at
    return record.opened_at


def _why_no_alert(alert: Alert, notice: Planned, book: Book) -> str | None:
    if alert.incident_id is not None:
        return "incident"
    why = why_untold(alert, book.alert)
    return None if why is None or (why == "suspected only" and notice.suspected) else _UNTOLD[why]


def _why_not_worse(notice: Planned, subject: Subject, opening: Planned) -> str | None:
    if subject.what != "opening" or subject.done_with():
        return "over"
    return "told_already" if opening.moved_at >= notice.at else None
