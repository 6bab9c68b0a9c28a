"""A handoff warning as it is told to the receiving department, with its brief."""

from __future__ import annotations

from typing import Final, Literal

import msgspec
import xxhash

from .touchpoint import Entry

WarningStatus = Literal["pending", "accepted", "overdue", "closed"]


class Brief(msgspec.Struct, frozen=True):
    """One screen for the receiver, most important first; what was known when it was told."""

    summary: str
    phase: str
    open_cases: tuple[str, ...] = ()
    promises: tuple[str, ...] = ()
    already_given: tuple[str, ...] = ()
    answers_given: tuple[str, ...] = ()
    do_not: tuple[str, ...] = ()
    recent: tuple[str, ...] = ()
    open_alerts: tuple[str, ...] = ()


class Warning(msgspec.Struct, frozen=True):
    """A handoff on its way: the fields of `contract.md` in its order; times in epoch milliseconds."""

    warning_id: str
    status: WarningStatus
    customer_id: str
    account: str | None
    case_ref: str | None
    from_department: str
    to_department: str
    team: str | None
    implied: bool
    urgency: str
    handed_at: int
    due_at: int
    accepted_at: int | None
    accepted_by: str | None
    closed_at: int | None
    close_reason: str | None
    revision: int
    evidence: tuple[str, ...]
    brief: Brief


_encoder: Final = msgspec.msgpack.Encoder()
_decoder: Final = msgspec.msgpack.Decoder(Warning)
NO_BRIEF: Final = Brief("", "")


def warning_id(handoff_id: str) -> str:
    """The id of the warning about the handoff, purchase or signing `handoff_id`."""
    return f"w-{xxhash.xxh3_128_hexdigest(handoff_id.encode())}"


def digest_of(warning: Warning) -> int:
    """Hash of what two runs must agree on: the brief is what was known when it was told, and not part of it."""
    if warning.revision or warning.brief is not NO_BRIEF:
        warning = msgspec.structs.replace(warning, revision=0, brief=NO_BRIEF)
    return xxhash.xxh3_64_intdigest(_encoder.encode(warning))


def packed(warning: Warning) -> bytes:
    """The warning as the state topic keeps it."""
    return _encoder.encode(warning)


def unpacked(data: bytes) -> Warning:
    """The warning that `packed` wrote."""
    return _decoder.decode(data)


class Handoff:
    """A handoff on its way, as the fold knows it; times in epoch milliseconds."""

    __slots__ = ("accepted", "close_reason", "closed_at", "due", "entry", "implied", "overdue", "receivers")

    def __init__(self, entry: Entry, due: int, receivers: tuple[str, ...], implied: bool = False) -> None:
        self.entry = entry
        self.due = due
        self.receivers = receivers
        self.implied = implied
        self.overdue = False
        self.accepted: Entry | None = None
        self.closed_at: int | None = None
        self.close_reason: str | None = None

    @property
    def open(self) -> bool:
        """Nobody has taken over, and the case goes on."""
        return self.accepted is None and self.closed_at is None

    @property
    def status(self) -> WarningStatus:
        """What the receiving department is told."""
        if self.closed_at is not None:
            return "closed"
        if self.accepted is not None:
            return "accepted"
        return "overdue" if self.overdue else "pending"

    def warning(self, customer_id: str) -> Warning:
        """The warning as it stands, before it is told: in revision 0, without a brief."""
        entry, accepted = self.entry, self.accepted
        return Warning(
            warning_id=warning_id(entry.touchpoint_id),
            status=self.status,
            customer_id=customer_id,
            account=entry.account,
            case_ref=entry.case_ref,
            from_department=entry.department,
            to_department=self.receivers[0],
            team=entry.more.team,
            implied=self.implied,
            urgency=entry.more.priority or "normal",
            handed_at=entry.at,
            due_at=self.due,
            accepted_at=accepted.at if accepted else None,
            accepted_by=(accepted.staff_ref or accepted.department) if accepted else None,
            closed_at=self.closed_at,
            close_reason=self.close_reason,
            revision=0,
            evidence=(entry.touchpoint_id,),
            brief=NO_BRIEF,
        )
