"""What still matters of the touchpoints that left a timeline; everything in it merges in any order, any number of times."""

from __future__ import annotations

import msgspec

from .touchpoint import Entry
from .view import substantive


def value_contact(entry: Entry) -> bool:
    """Substantive outbound that is no mere notice."""
    return entry.activity != "notice" and substantive(entry)


class Baseline(msgspec.Struct, array_like=True, gc=False):
    """Earliest and latest of what left; `through` is the (time, id) of the newest entry folded in."""

    through: tuple[int, str] = (0, "")
    first_at: int | None = None
    value_contact_at: int | None = None
    renewal: tuple[int, str, int | None] | None = None  # (time, id, end of term; None: cancelled)
    bought_at: int | None = None
    generation: int = 0

    @property
    def cancelled(self) -> bool:
        """Whether the last that left on the contract was its cancellation."""
        return self.renewal is not None and self.renewal[2] is None

    @property
    def renewal_at(self) -> int | None:
        """End of the contract term as last known."""
        return self.renewal[2] if self.renewal else None

    def absorb(self, entry: Entry) -> None:
        """Take in an entry that leaves the timeline, or that came too late for it."""
        self.through = max(self.through, entry.age)
        self.first_at = entry.at if self.first_at is None else min(self.first_at, entry.at)
        if entry.activity in ("purchase", "contract_signed"):
            self.bought_at = entry.at if self.bought_at is None else min(self.bought_at, entry.at)
        if value_contact(entry):
            self.value_contact_at = max(self.value_contact_at or 0, entry.at)
        told = entry.more_or_none.renewal_at if entry.more_or_none else None
        cancelled = entry.activity == "contract_cancelled"
        if (told is not None or cancelled) and (self.renewal is None or self.renewal[:2] < entry.age):
            self.renewal = (*entry.age, None if cancelled else told)
