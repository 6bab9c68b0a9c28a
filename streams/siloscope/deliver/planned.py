"""One notice on its way, as the journal keeps it. Pure; times in epoch milliseconds."""

from __future__ import annotations

from typing import Final, Literal

import msgspec
import xxhash

from .message import BEGINS, Kind, What, notice_id

State = Literal["planned", "decided", "sent", "dropped", "failed"]
LIVE: Final[tuple[State, ...]] = ("planned", "decided")


class Planned(msgspec.Struct):
    """A notice: planned, then decided (it is in `message` and will be sent) or dropped, then sent or failed.

    `at` is when what it tells became so, `due` when it is looked at, `together` with what else it is sent, `moved_at`
    when it came into its state, `reason` why it was dropped or failed, `department` whose routes a beginning took,
    `turn` how often its subject had ended before.
    """

    id: str
    root: str
    what: What
    receiver: str
    at: int
    due: int
    together: Kind = "one"
    state: State = "planned"
    moved_at: int = 0
    message: str | None = None
    reason: str | None = None
    receipt: str | None = None
    unaccepted: int | None = None
    suspected: bool = False
    department: str | None = None
    turn: int = 0

    @property
    def begins(self) -> bool:
        """Whether it tells that there is something to do."""
        return self.what in BEGINS

    @property
    def told(self) -> bool:
        """Whether the receiver has it, or will have it whatever happens."""
        return self.state in ("decided", "sent")


def id_for(root: str, what: What, receiver: str, *more: str) -> str:
    """The id of a notice; `more` tells apart what is told again for another reason."""
    return notice_id("\0".join((root, *more)), what, receiver)


def message_id(notices: list[str]) -> str:
    """The id of a message: its notice's, or a hash of its notices' ids."""
    if len(notices) == 1:
        return notices[0]
    return f"m-{xxhash.xxh3_128_hexdigest(chr(0).join(sorted(notices)).encode())}"
