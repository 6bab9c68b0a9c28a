"""This customer suffers from a dropped handoff: one department let go of her, the next never took hold.

Why it hurts
    Each department did its step and closed it. The customer stands between two of them and hears nothing.

What is told
    After `handoff_started` or `escalated` to another department: by `due_at`, else in the time `within`, the
    receiver neither accepted nor made contact (substantive outbound; in the same case where both name one).
    Implied: after a `purchase` or `contract_signed` (not in a store) nobody of `receivers` made contact, and
    there was no `delivery` or `onboarding_step`, within `implied_within`; once per customer and product in
    `implied_once_in`, and not where an explicit handoff follows in that time. The receiving department gets a
    handoff warning with a brief at once, long before the alert. The alert ends when she is accepted or
    contacted (`minutes_lost` from the handoff on), or when the case is closed. Past twice the time it is critical.

What to do
    The receiver calls her today; the sender makes sure that she did.

What is not told
    Cases closed in between.

Example
    sales hands a signed customer to onboarding on Monday 09:00; nobody of onboarding accepts or writes
    until Tuesday 09:00: told then.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from ..core.handoff import Handoff
from ..core.parameters import duration, names
from ..core.symptom import Finding, Symptom, Words, belongs
from ..core.touchpoint import HANDOFFS, MINUTE, OUT, Entry
from ..core.view import substantive
from ..core.words import length, listed, moment, who

_BOUGHT: Final = ("purchase", "contract_signed")
_DELIVERED: Final = ("delivery", "onboarding_step")
_CLOSES: Final = "case_closed"


@dataclass(frozen=True)
class Parameters:
    within: int = duration("24 h", "how long the receiver has where the handoff has no `due_at`")
    implied_within: int = duration("72 h", "how long the receivers have after a purchase or signing")
    implied_once_in: int = duration("7 d", "purchases of one product in this time make one implied handoff")
    receivers: tuple[str, ...] = names(
        "delivery, onboarding, success", "who must make contact after a purchase or signing"
    )


class HandoffDrop(Symptom):
    name = "handoff_drop"
    Parameters = Parameters
    __slots__ = ("active", "bought", "handoffs")

    def begin(self) -> None:
        self.handoffs: dict[str, Handoff] = {}
        self.active: dict[str, Handoff] = {}  # not closed yet
        self.bought: dict[str | None, int] = {}  # product -> when its last implied handoff began

    @classmethod
    def wants(cls, activity: str, direction: str) -> bool:
        return (
            direction == OUT or activity in HANDOFFS or activity in _BOUGHT or activity in _DELIVERED
            or activity in (_CLOSES, "handoff_accepted")
        )  # fmt: skip

    @classmethod
    def begins(cls, activity: str, direction: str, parameters: Any) -> bool:
        return activity in HANDOFFS or activity in _BOUGHT

    def see(self, entry: Entry) -> None:
        activity = entry.activity
        if activity in HANDOFFS:
            self._hand(entry)
        elif activity in _BOUGHT and entry.channel != "store":
            self._buy(entry)
        if not self.active:
            return
        if activity == "handoff_accepted":
            for handoff in belongs(entry, self.handoffs.values(), by_department=True):
                handoff.accepted = entry
                self._taken(handoff)
        elif activity == _CLOSES:
            for handoff in list(self.active.values()):
                if entry.case_ref is not None and handoff.entry.case_ref == entry.case_ref:
                    self._close(handoff, "case_closed")
        elif entry.direction == OUT or activity in _DELIVERED:
            for handoff in list(self.active.values()):
                if handoff.entry is not entry and self._contacts(entry, handoff):
                    self._close(handoff, "contacted", late=True)

    def _contacts(self, entry: Entry, handoff: Handoff) -> bool:
        if handoff.implied and entry.activity in _DELIVERED:
            return True
        return substantive(entry) and entry.department in handoff.receivers and _same_case(entry, handoff.entry)

    def _hand(self, entry: Entry) -> None:
        to = entry.to_department
        if to is None or to == entry.department:
            return
        for handoff in list(self.active.values()):
            if handoff.implied and handoff.open and not handoff.overdue and _same_case(entry, handoff.entry):
                self._close(handoff, "handed_explicitly")
        due = entry.due_at
        if due is None or due <= entry.at:
            due = self.fold.deadline(to, entry.at, self.tuned(entry).within)
        self._register(Handoff(entry, due, (to,)))

    def _buy(self, entry: Entry) -> None:
        p, before = self.tuned(entry), self.bought.get(entry.product)
        if before is not None and entry.at - before <= p.implied_once_in:
            return
        self.bought[entry.product] = entry.at
        due = self.fold.deadline(p.receivers[0], entry.at, p.implied_within)
        self._register(Handoff(entry, due, p.receivers, implied=True))

    def _register(self, handoff: Handoff) -> None:
        key = handoff.entry.touchpoint_id
        self.handoffs[key] = self.active[key] = handoff
        self.fold.handoffs[key] = handoff
        self.fold.wake(self, key, handoff.due)

    def _taken(self, handoff: Handoff) -> None:
        key = handoff.entry.touchpoint_id
        self.fold.handoffs[key] = handoff
        self.fold.sleep(self, key)
        self.fold.resolve(self, key, minutes_lost=(self.fold.at - handoff.entry.at) // MINUTE)

    def _close(self, handoff: Handoff, reason: str, late: bool = False) -> None:
        key = handoff.entry.touchpoint_id
        handoff.closed_at = self.fold.at
        handoff.close_reason = reason
        del self.active[key]
        self.fold.handoffs[key] = handoff
        self.fold.sleep(self, key)
        minutes = (self.fold.at - handoff.entry.at) // MINUTE if late and handoff.accepted is None else None
        self.fold.resolve(self, key, minutes_lost=minutes)

    def wake(self, key: str) -> None:
        handoff = self.handoffs[key]
        entry = handoff.entry
        handoff.overdue = True
        self.fold.handoffs[key] = handoff
        self.fold.open(
            self, key, [(entry, "handed over")], owner=handoff.receivers[0],
            involved=handoff.receivers[:1] if handoff.implied else (),
            twice_at=self._twice(handoff), due=handoff.due, implied=handoff.implied, receivers=handoff.receivers,
        )  # fmt: skip

    def _twice(self, handoff: Handoff) -> int:
        """When it has lasted twice its limit."""
        entry, p = handoff.entry, self.tuned(handoff.entry)
        if not handoff.implied and entry.due_at == handoff.due:
            return 2 * handoff.due - entry.at
        within = p.implied_within if handoff.implied else p.within
        return self.fold.deadline(handoff.receivers[0], entry.at, 2 * within)

    @classmethod
    def words(cls, finding: Finding) -> Words:
        entry, facts = finding.entries[0], finding.facts
        allowed = length(facts["due"] - entry.at)
        done = "bought" if entry.activity == "purchase" else "signed"
        if facts["implied"]:
            title = f"Nobody took over since the customer {done}"
            what = (
                f"The customer {done} {entry.product or 'something'} on {moment(entry.at)}; within {allowed} nobody of "
            )
            what += f"{listed(facts['receivers'])} made contact, and nothing was delivered."
        else:
            title = f"{entry.to_department} has not taken over from {entry.department}"
            what = f"On {moment(entry.at)} {who(entry)} handed the customer to {entry.to_department}; within {allowed} "
            what += f"{entry.to_department} neither accepted nor made contact."
        if finding.minutes_lost is not None:
            what += f" She was taken care of after {length(finding.minutes_lost * MINUTE)}."
        return Words(title, what, f"{finding.owner}: contact her today; {entry.department}: make sure that it happens.")


def _same_case(one: Entry, other: Entry) -> bool:
    """The same case where both name one."""
    return one.case_ref is None or other.case_ref is None or one.case_ref == other.case_ref
