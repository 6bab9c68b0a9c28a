"""This customer suffers from needless approval: somebody had to sign for a trifle, and she waited for it.

Why it hurts
    The control costs more than what it controls, and the customer pays for it in time. Each department sees
    that its step was done.

What is told
    An approval of at most `amount` (in the currency's unit, debit or credit) that was decided, and not
    refused, later than `longer_than` after it was asked for. The amount is the request's, else the decision's.
    It is over with the decision, so the alert ends as it opens; `minutes_lost` is what the approval took.

What to do
    Let the person who talks with the customer decide up to this amount.

What is not told
    An approval nobody has decided yet (that is `stalled_wait`); a refusal, which shows that the question was
    one (`outcome: refused`); approvals without an amount.

Example
    support asks finance for a credit of 40 EUR at 09:00; it is approved at 10:30: told then, 90 minutes lost.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from ..core.parameters import duration, number
from ..core.symptom import Finding, Symptom, Words, belongs
from ..core.touchpoint import MINUTE, Entry
from ..core.words import length, listed, moment, quote, who


@dataclass(frozen=True)
class Parameters:
    amount: float = number(
        100, "the highest amount for which nobody should have to ask, in the currency's unit", stricter="more"
    )
    longer_than: int = duration("1 h", "how long an approval may take all the same")


class _Asked:
    __slots__ = ("entry", "open")

    def __init__(self, entry: Entry) -> None:
        self.entry = entry
        self.open = True


class NeedlessApproval(Symptom):
    name = "needless_approval"
    Parameters = Parameters
    __slots__ = ("asked",)

    def begin(self) -> None:
        self.asked: list[_Asked] = []

    @classmethod
    def wants(cls, activity: str, direction: str) -> bool:
        return activity in ("approval_requested", "approval_decided")

    @classmethod
    def begins(cls, activity: str, direction: str, parameters: Any) -> bool:
        return activity == "approval_requested"

    def see(self, entry: Entry) -> None:
        if entry.activity == "approval_requested":
            self.asked.append(_Asked(entry))
            return
        for asked in belongs(entry, self.asked):
            asked.open = False
            if entry.outcome != "refused":
                self._judge(asked.entry, entry)

    def _judge(self, asked: Entry, decided: Entry) -> None:
        p, amount = self.tuned(decided), _amount(asked, decided)
        if amount is None or abs(amount) > p.amount:
            return
        if decided.at > self.fold.deadline(decided.department, asked.at, p.longer_than):
            owner = self.fold.view.holder(asked.case_ref) or decided.department
            self.fold.open(self, asked.touchpoint_id, [(asked, "asked"), (decided, "decided")], owner=owner)
            self.fold.resolve(self, asked.touchpoint_id, minutes_lost=(decided.at - asked.at) // MINUTE)

    @classmethod
    def words(cls, finding: Finding) -> Words:
        asked, decided = finding.entries
        money = f"{_amount(asked, decided)} {asked.more.currency or decided.more.currency or ''}".strip()
        return Words(
            f"The customer waited {length(decided.at - asked.at)} for an approval of {money}",
            f"{who(asked)} asked on {moment(asked.at)} for {money} ({quote(asked)}); "
            f"{who(decided)} decided on {moment(decided.at)}: {decided.outcome or 'not refused'}. "
            f"Meanwhile the customer waited.",
            f"{finding.owner}: agree with {_partners(finding)} that {asked.department} decides on {money} itself.",
        )


def _partners(finding: Finding) -> str:
    return listed([each for each in finding.departments if each != finding.owner] or finding.departments)


def _amount(asked: Entry, decided: Entry) -> Decimal | None:
    said = asked.more.amount or decided.more.amount
    return None if said is None else Decimal(said)
