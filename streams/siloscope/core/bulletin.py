"""What was said to everybody: published facts, releases, a department's figures."""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Collection, Container
from typing import Final

from .touchpoint import BROADCASTS, OUT, Entry

KEPT: Final = 10_000  # broadcasts a partition remembers
RELEASES: Final = "\0release:"  # before a product's name: what its releases are about
Scope = tuple[str | None, ...]


def subjects(entry: Entry) -> Collection[str]:
    """What it is about, by which a broadcast and those whom it concerns find each other.

    A published fact concerns whoever was told something on its claim keys, a release whoever reported a bug of its
    product.
    """
    activity = entry.activity
    if activity in ("bug_reported", "release"):
        released = (RELEASES + entry.product,) if entry.product is not None else ()
        return (*released, *(entry.claims or ())) if activity == "release" else released
    if entry.claims is not None and (entry.direction == OUT or activity in BROADCASTS):
        return entry.claims
    return ()


def scope_of(fact: Entry) -> Scope:
    """Whose fact it is and for whom: a new one on the same key takes its place."""
    return (fact.department, fact.channel, fact.more.segment, fact.more.language)


class Bulletin:
    """The broadcasts a partition knows, in order, with the facts by claim key; `ids` are all by id."""

    __slots__ = ("_by_key", "_by_scope", "_ordered", "ids")

    def __init__(self) -> None:
        self.ids: dict[str, Entry] = {}
        self._ordered: list[tuple[tuple[int, int, str], Entry]] = []
        self._by_key: dict[str, list[Entry]] = {}
        self._by_scope: dict[str, dict[Scope, list[Entry]]] = {}

    def __len__(self) -> int:
        return len(self.ids)

    def get(self, touchpoint_id: str) -> Entry | None:
        """The broadcast with this id."""
        return self.ids.get(touchpoint_id)

    def add(self, entry: Entry) -> list[Entry]:
        """Take in a broadcast (in the place of one with its id); returns those that no longer fit."""
        if entry.touchpoint_id in self.ids:
            self.remove(entry.touchpoint_id)
        self.ids[entry.touchpoint_id] = entry
        insort(self._ordered, (entry.order, entry), key=lambda pair: pair[0])
        for key in subjects(entry):
            scopes = self._by_scope.setdefault(key, {})
            for facts in (self._by_key.setdefault(key, []), scopes.setdefault(scope_of(entry), [])):
                insort(facts, entry, key=lambda each: each.order)
        gone = [self._ordered[0][1]] if len(self._ordered) > KEPT else []
        for each in gone:
            self.remove(each.touchpoint_id)
        return gone

    def remove(self, touchpoint_id: str) -> None:
        """Forget a broadcast."""
        entry = self.ids.pop(touchpoint_id)
        del self._ordered[bisect_left(self._ordered, entry.order, key=lambda pair: pair[0])]
        for key in subjects(entry):
            scopes, scope = self._by_scope[key], scope_of(entry)
            for facts in (self._by_key[key], scopes[scope]):
                del facts[bisect_left(facts, entry.order, key=lambda each: each.order)]
            if not scopes[scope]:
                del scopes[scope]
            if not scopes:
                del self._by_key[key], self._by_scope[key]

    def facts(self, key: str) -> list[Entry]:
        """What was said to everybody on a subject, in order."""
        return self._by_key.get(key, [])

    def standing(self, key: str, until: tuple[int, int, str], without: Container[str]) -> list[Entry]:
        """In order, the last fact of each scope on a claim key, up to `until` and without some ids."""
        found = []
        for facts in self._by_scope.get(key, {}).values():
            last = bisect_right(facts, until, key=lambda each: each.order)
            while last and facts[last - 1].touchpoint_id in without:
                last -= 1
            if last:
                found.append(facts[last - 1])
        return sorted(found, key=lambda each: each.order)

    def entries(self) -> list[Entry]:
        """All of it, in order."""
        return [entry for _, entry in self._ordered]
