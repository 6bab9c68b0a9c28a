"""What was said to everybody: published facts, releases, a department's figures."""

from __future__ import annotations

from bisect import bisect_left, insort
from typing import Final

from .touchpoint import Entry

KEPT: Final = 10_000  # broadcasts a partition remembers


class Bulletin:
    """The broadcasts a partition knows, in order, with the facts by claim key. A set by id."""

    __slots__ = ("_by_key", "_ids", "_ordered")

    def __init__(self) -> None:
        self._ids: dict[str, Entry] = {}
        self._ordered: list[tuple[tuple[int, int, str], Entry]] = []
        self._by_key: dict[str, list[Entry]] = {}

    def __len__(self) -> int:
        return len(self._ids)

    def get(self, touchpoint_id: str) -> Entry | None:
        """The broadcast with this id."""
        return self._ids.get(touchpoint_id)

    def add(self, entry: Entry) -> list[Entry]:
        """Take in a broadcast (in the place of one with its id); returns those that no longer fit."""
        if entry.touchpoint_id in self._ids:
            self.remove(entry.touchpoint_id)
        self._ids[entry.touchpoint_id] = entry
        insort(self._ordered, (entry.order, entry), key=lambda pair: pair[0])
        for key in entry.claims or ():
            insort(self._by_key.setdefault(key, []), entry, key=lambda each: each.order)
        gone = [self._ordered[0][1]] if len(self._ordered) > KEPT else []
        for each in gone:
            self.remove(each.touchpoint_id)
        return gone

    def remove(self, touchpoint_id: str) -> None:
        """Forget a broadcast."""
        entry = self._ids.pop(touchpoint_id)
        del self._ordered[bisect_left(self._ordered, entry.order, key=lambda pair: pair[0])]
        for key in entry.claims or ():
            facts = self._by_key[key]
            del facts[bisect_left(facts, entry.order, key=lambda each: each.order)]
            if not facts:
                del self._by_key[key]

    def facts(self, key: str) -> list[Entry]:
        """What was published on a claim key, in order."""
        return self._by_key.get(key, [])

    def entries(self) -> list[Entry]:
        """All of it, in order."""
        return [entry for _, entry in self._ordered]
