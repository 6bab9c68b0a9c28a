"""Whether a notice that is due is still needed, as things stand now. Pure; times in epoch milliseconds."""

from __future__ import annotations

from typing import Final

from ..core.alert import Alert
from ..core.desk import stands
from ..core.handoff import Warning
from ..core.told import PART, SUSPECTED, why_untold
from .book import Book
from .message import Subject as Record
from .planned import Planned
from .subject import Subject

OLD: Final = "old"
_UNTOLD: Final = {
    "in shadow": "in_shadow", "in a backfill": "in_a_backfill", SUSPECTED: "suspected",
    PART: "part",
}  # fmt: skip


def why_not(notice: Planned, subject: Subject, book: Book, newest: int | None) -> str | None:
    """Why it is not told, one of a closed list; None: it is. `newest` is the age in ms from which things are old."""
    if notice.begins:
        return _why_no_beginning(notice, subject, book, newest)
    opening = book.standing(notice.root, notice.receiver, notice.turn)
    if opening is None:
        return "not_told"
    if notice.what == "worse":
        return _why_not_worse(notice, subject, opening)
    if notice.what == "accepted" and subject.accepted_by is not None:
        return None
    return None if (subject.what, subject.turn) == (notice.what, notice.turn) else "open_again"


def waits_for(notice: Planned, book: Book) -> bool:
    """Whether the receiver must first have got what it follows on."""
    return any(
        each.state == "decided" and (each.turn < notice.turn if notice.begins else each.begins)
        for each in book.of(notice.root, notice.receiver)
    )


def anew(known: Planned, notice: Planned, subject: Subject) -> bool:
    """Whether what was dropped has become so again, or what waits should come earlier: it has become more urgent."""
    if notice.turn != subject.turn and notice.what != "accepted":
        return False  # it is over for good
    moved = known.department != notice.department
    if moved and notice.department != subject.owner:
        return False
    if known.state == "planned":
        return moved or notice.due < known.due
    taken = known.what == "accepted" and subject.accepted_by is not None
    return known.state == "dropped" and known.reason != OLD and (taken or subject.what == known.what)


def _why_no_beginning(notice: Planned, subject: Subject, book: Book, newest: int | None) -> str | None:
    record = subject.record
    if record is None or not stands(record) or (subject.what, subject.turn) != (notice.what, notice.turn):
        return "over"
    if newest is not None and _since(record, subject.turn) < subject.arose_at - newest:
        return OLD
    if _is_known(notice, book) or _is_told(notice, book):
        return "told_already"
    if notice.department != subject.owner:
        return "handed_on"
    if subject.done_with():
        return "done"
    if subject.accepted_by is not None:
        return "accepted"
    return _why_no_alert(record, notice, book) if isinstance(record, Alert) else None


def _is_known(notice: Planned, book: Book) -> bool:
    """Whether it stands again to a receiver who is told of ends, and was not told that it had ended."""
    known = book.standing(notice.root, notice.receiver, notice.turn) if notice.turn else None
    if known is None or known.turn == notice.turn or known.what != notice.what:
        return False
    some = book.of(notice.root, notice.receiver)
    return any(known.turn <= each.turn < notice.turn and book.ends(each) for each in some)


def _is_told(notice: Planned, book: Book) -> bool:
    """Whether the same was told since it became so, or is about to be: it was handed to and fro meanwhile."""
    return any(
        each.id != notice.id
        and _same(each) == _same(notice)
        and (each.moved_at >= notice.at if each.told else _waits_before(each, notice))
        for each in book.of(notice.root, notice.receiver)
    )


def _same(notice: Planned) -> tuple[object, ...]:
    return notice.what, notice.turn, notice.department, notice.unaccepted, notice.suspected


def _waits_before(one: Planned, other: Planned) -> bool:
    return one.state == "planned" and (one.due, one.id) < (other.due, other.id)


def _since(record: Record, turn: int) -> int:
    """Since when it is as it is."""
    if isinstance(record, Warning):
        return record.due_at if record.status == "overdue" else record.handed_at
    return record.updated_at if turn else record.opened_at


def _why_no_alert(alert: Alert, notice: Planned, book: Book) -> str | None:
    if alert.incident_id is not None:
        return "incident"
    why = why_untold(alert, book.alert)
    return None if why is None or (why == SUSPECTED and notice.suspected) else _UNTOLD[why]


def _why_not_worse(notice: Planned, subject: Subject, opening: Planned) -> str | None:
    if subject.what != "opening" or subject.turn != notice.turn or subject.done_with():
        return "over"
    return "told_already" if opening.moved_at >= notice.at else None
