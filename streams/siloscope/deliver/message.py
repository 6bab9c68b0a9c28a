"""What is told to one receiver: a message of one notice or of many. Pure; times in epoch milliseconds."""

from __future__ import annotations

from typing import Final, Literal

import msgspec
import xxhash

from ..core.alert import Alert
from ..core.handoff import Warning
from ..core.incident import Incident

Subject = Alert | Warning | Incident
What = Literal["opening", "worse", "ended", "retracted", "pending", "overdue", "accepted", "closed"]
Kind = Literal["one", "digest", "summary"]  # a single notice; what came since the last slot; what was over the cap

BEGINS: Final[frozenset[What]] = frozenset({"opening", "pending", "overdue"})  # there is something to do


class Notice(msgspec.Struct, frozen=True):
    """One thing that one receiver is told about an alert, warning or incident, as it stands when it is told.

    `at` is when it became so. `opening` is the id of the notice that told this receiver of the opening, `receipt` what
    `send` gave back for it; both None where this is the opening. `by` is who took it on, `unaccepted` for how many
    minutes nobody did (it is told here because of that), `subject.supersedes` makes it an update of another.
    `handed_to` is the department whose it is now where that is not whom its words were written for, `handed_by` who
    handed it on.
    """

    id: str
    what: What
    subject: Subject
    at: int
    opening: str | None = None
    receipt: str | None = None
    by: str | None = None
    unaccepted: int | None = None
    handed_to: str | None = None
    handed_by: str | None = None


class Message(msgspec.Struct, frozen=True):
    """What is sent at once. The id stays the same however often it is sent; of a single notice it is the notice's."""

    id: str
    kind: Kind
    receiver: str
    notices: tuple[Notice, ...]
    language: str = "en"

    def __post_init__(self) -> None:
        if not self.notices or (self.kind == "one" and len(self.notices) > 1):
            raise ValueError(f"a message of kind {self.kind} with {len(self.notices)} notices")


def notice_id(subject: str, what: What, receiver: str) -> str:
    """The id of a notice: the same for the same alert, warning or incident, telling and receiver."""
    return f"n-{xxhash.xxh3_128_hexdigest(chr(0).join((subject, what, receiver)).encode())}"


def id_of(subject: Subject) -> str:
    """The id of an alert, warning or incident."""
    if isinstance(subject, Alert):
        return subject.alert_id
    return subject.warning_id if isinstance(subject, Warning) else subject.incident_id


def kind_of(subject: Subject) -> str:
    """`alert`, `warning` or `incident`."""
    return type(subject).__name__.lower()
