"""One list of items in the order of their urgency, kept as they change."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from ..core.desk import Item
from .filters import Filter, symptom_of
from .live import Live

Rank = tuple[int, bool, int, str]


class Difference(NamedTuple):
    """What changed of the shown: `gone` are subjects, `put` each with the subject before it (empty: the first)."""

    gone: list[str]
    put: list[tuple[str, str]]

    def __bool__(self) -> bool:
        return bool(self.gone or self.put)


class Shelf:
    """The items of `live` that a filter takes; the first `most` of them are shown."""

    def __init__(self, live: Live, wanted: Filter, most: int) -> None:
        self._live = live
        self.filter = wanted
        self._most = most
        now = live.clock()
        items = [each for each in live.desk.items.values() if wanted.takes(each, live, now)]
        self._ranks = {each.subject: (each.rank, symptom_of(each)) for each in items}
        self._order = sorted(rank for rank, _ in self._ranks.values())
        self._kinds = Counter(symptom_of(each) for each in items)

    def __len__(self) -> int:
        return len(self._order)

    @property
    def shown(self) -> list[Item]:
        """The most urgent first."""
        return [self._live.desk.items[rank[-1]] for rank in self._order[: self._most]]

    @property
    def kinds(self) -> list[tuple[str, int]]:
        """How many of which symptom, the most first."""
        there = [(kind, number) for kind, number in self._kinds.items() if number]
        return sorted(there, key=lambda each: (-each[1], each[0]))

    def update(self, changed: Iterable[str]) -> Difference:
        """Look at these items again; what that changes of the shown."""
        before = {rank[-1] for rank in self._order[: self._most]}
        looked_at = set(changed)
        for subject in looked_at:
            self._place(subject)
        after = [rank[-1] for rank in self._order[: self._most]]
        put = [
            (after[number - 1] if number else "", subject)
            for number, subject in enumerate(after)
            if subject in looked_at or subject not in before
        ]
        return Difference(sorted(before.difference(after)), put)

    def _place(self, subject: str) -> None:
        item = self._live.desk.items.get(subject)
        old = self._ranks.pop(subject, None)
        if old is not None:
            del self._order[bisect_left(self._order, old[0])]
            self._kinds[old[1]] -= 1
        if item is not None and self.filter.takes(item, self._live, self._live.clock()):
            self._ranks[subject] = item.rank, symptom_of(item)
            insort(self._order, item.rank)
            self._kinds[symptom_of(item)] += 1
