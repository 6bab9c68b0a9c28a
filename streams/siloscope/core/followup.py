"""What staff did about one alert or warning: a fold over their actions, in the order in which the topic has them.

It changes what is told and shown, never what is detected.
"""

from __future__ import annotations

from bisect import bisect_right, insort
from datetime import UTC, datetime
from typing import Final, Literal, NamedTuple

import msgspec

ActionKind = Literal["accept", "snooze", "hand_on", "resolve", "note", "feedback"]
ACTION_KINDS: Final[tuple[ActionKind, ...]] = ("accept", "snooze", "hand_on", "resolve", "note", "feedback")
Verdict = Literal["useful", "false", "known", "accepted"]
VERDICTS: Final[tuple[Verdict, ...]] = ("useful", "false", "known", "accepted")


class Action(msgspec.Struct, frozen=True):
    """What somebody did: the fields of `contract.md` in its order; `occurred_at` in epoch milliseconds.

    `value` is: until when (RFC 3339) of a snooze, the department of a hand_on, the verdict of a feedback.
    """

    action_id: str
    occurred_at: int
    actor: str
    kind: ActionKind
    subject: str
    value: str | None = None
    reason: str | None = None


class Taken(NamedTuple):
    """Why an accept came too late: who has it, and since when (epoch ms)."""

    by: str
    at: int


class FollowUp:
    """What was done about `subject` so far; the first accept wins until it is handed on or let go.

    Whoever accepted it, or had done with it, before it arose anew has it no more, in whatever order that is read.
    """

    __slots__ = (
        "_arose", "_written", "accepted_at", "accepted_by", "actions", "done_at", "done_by", "handed_to", "late",
        "seen", "snoozed_until", "touched_at", "verdicts",
    )  # fmt: skip

    def __init__(self) -> None:
        self._arose: list[int] = []  # epoch ms, in order
        self._written: list[tuple[int, Action]] = []  # when (epoch ms), and what
        self.seen: set[str] = set()
        self.touched_at = 0  # when the last of it was written, epoch ms
        self._begin()

    def _begin(self) -> None:
        self.accepted_by: str | None = None
        self.accepted_at: int | None = None
        self.handed_to: str | None = None  # department
        self.snoozed_until: int | None = None  # epoch ms
        self.done_by: str | None = None
        self.done_at: int | None = None  # when that was written, epoch ms
        self.verdicts: dict[str, Action] = {}  # the last feedback of each actor
        self.actions: list[Action] = []  # what counted, in order
        self.late: dict[str, Taken] = {}  # accepts that came too late, by action id

    @property
    def in_hand(self) -> bool:
        """Somebody, or another department, has it and is not done."""
        return self.done_by is None and (self.accepted_by is not None or self.handed_to is not None)

    @property
    def handed_on(self) -> Action | None:
        """How it came to the desk that it is on now; None where nobody handed it on."""
        return next((each for each in reversed(self.actions) if each.kind == "hand_on" and each.value), None)

    def take(self, action: Action, at: int) -> None:
        """One more action, written at `at` (epoch ms).

        The same action twice counts once. Who accepts what was done with takes it up again.
        """
        if action.action_id in self.seen:
            return
        self.seen.add(action.action_id)
        insort(self._written, (at, action), key=lambda each: each[0])
        self.touched_at = max(self.touched_at, at)
        if self._written[-1][1] is not action or (self._arose and at < self._arose[-1]):
            self._fold()
        else:
            self._count(action, at)

    def take_all(self, other: FollowUp) -> None:
        """What was done about the same thing under another name."""
        for at, action in other._written:
            self.take(action, at)

    def arise(self, at: int) -> None:
        """It stands, or does so again, since `at` (epoch ms); told in order."""
        self._arose.append(at)
        self._fold()

    def _fold(self) -> None:
        self._begin()
        turn = 0
        for at, action in self._written:
            now = bisect_right(self._arose, at)
            if now > turn:
                self._let_go()
                turn = now
            self._count(action, at)
        if turn < len(self._arose):
            self._let_go()

    def _let_go(self) -> None:
        self.accepted_by = self.accepted_at = self.done_by = self.done_at = None

    def _count(self, action: Action, at: int) -> None:
        if action.kind == "accept" and self.done_by is None and self.accepted_by not in (None, action.actor):
            assert self.accepted_by is not None
            assert self.accepted_at is not None
            self.late[action.action_id] = Taken(self.accepted_by, self.accepted_at)
            return
        self._do(action, at)
        self.actions.append(action)

    def asleep(self, now: int) -> bool:
        """Whether somebody put it off until later than `now` (epoch ms)."""
        return self.snoozed_until is not None and now < self.snoozed_until

    def _do(self, action: Action, at: int) -> None:
        match action.kind:
            case "accept":
                if self.accepted_by is None or self.done_by is not None:
                    self.accepted_by, self.accepted_at = action.actor, action.occurred_at
                self.snoozed_until = self.done_by = self.done_at = None
            case "snooze":
                self.snoozed_until = moment_of(action.value) or self.snoozed_until
            case "hand_on":
                self.handed_to = action.value or None
                self.snoozed_until = None
                self._let_go()
            case "resolve":
                self.done_by, self.done_at = action.actor, at
            case "feedback":
                self.verdicts[action.actor] = action
            case "note":
                pass


def moment_of(said: str | None) -> int | None:
    """A time in RFC 3339 as epoch milliseconds; None where it is none."""
    try:
        at = datetime.fromisoformat(said or "")
        return int(at.astimezone(UTC).timestamp() * 1000) if at.tzinfo else None
    except (ValueError, OverflowError):  # in UTC it may lie beyond the last year there is
        return None


def said_of(moment: int) -> str:
    """Epoch milliseconds as the value of a snooze."""
    return datetime.fromtimestamp(moment / 1000, UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
