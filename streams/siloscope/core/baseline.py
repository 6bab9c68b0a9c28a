"""What still matters of the touchpoints that left a timeline; it merges in any order, any number of times."""

from __future__ import annotations

from typing import Final

import msgspec

from .touchpoint import IN, Entry
from .view import BUYS, Contract, substantive

GIVEN: Final = "consent_given"
CONSENTS: Final = (GIVEN, "consent_withdrawn")


def value_contact(entry: Entry) -> bool:
    """Substantive outbound that is no mere notice."""
    return entry.activity != "notice" and substantive(entry)


class Baseline(msgspec.Struct, array_like=True, gc=False):
    """Earliest and latest of what left; `through` is the (time, id) of the newest entry folded in."""

    through: tuple[int, str] = (0, "")
    first_at: int | None = None
    value_contact_at: int | None = None
    renewal: tuple[int, str, int] | None = None  # (time, id, end of term)
    contract: tuple[int, str, bool, str | None] | None = None
    """(time, id, cancelled, account) of the last signing, purchase or cancellation."""
    bought_at: int | None = None
    generation: int = 0
    consents: dict[tuple[str, str], tuple[int, str, bool]] = {}
    """(Channel, purpose; empty: none said) to (time, id, given) of the last decision on it."""
    given: frozenset[str] = frozenset()  # the fields that she gave

    @property
    def cancelled(self) -> tuple[Contract, ...]:
        """The contract, if the last that left on it was its cancellation."""
        return (Contract(None, self.contract[3]),) if self.contract is not None and self.contract[2] else ()

    @property
    def renewal_at(self) -> int | None:
        """End of the contract term as last known."""
        return self.renewal[2] if self.renewal else None

    def absorb(self, entry: Entry) -> None:
        """Take in an entry that leaves the timeline, or that came too late for it."""
        self.through = max(self.through, entry.age)
        self.first_at = entry.at if self.first_at is None else min(self.first_at, entry.at)
        if entry.activity in BUYS:
            self.bought_at = entry.at if self.bought_at is None else min(self.bought_at, entry.at)
        if value_contact(entry):
            self.value_contact_at = max(self.value_contact_at or 0, entry.at)
        told = entry.more_or_none.renewal_at if entry.more_or_none else None
        if told is not None and (self.renewal is None or self.renewal[:2] < entry.age):
            self.renewal = (*entry.age, told)
        cancelled = entry.activity == "contract_cancelled"
        if (cancelled or entry.activity in BUYS) and (self.contract is None or self.contract[:2] < entry.age):
            self.contract = (*entry.age, cancelled, entry.account)
        if entry.direction == IN:
            self.given = self.given.union(entry.more.fields)
        if entry.activity in CONSENTS:
            about = (entry.channel, entry.topic or "")
            known = self.consents.get(about)
            if known is None or known[:2] < entry.age:
                self.consents[about] = (*entry.age, entry.activity == GIVEN)
