"""Timers: what is due when, the soonest first."""

from __future__ import annotations

import sys
from heapq import heapify, heappop, heappush
from typing import Any, Final, Generic, TypeVar

_LEFT_OVERS: Final = 32  # replaced timers that are carried along before they are swept out
NEVER: Final = sys.maxsize

Name = TypeVar("Name", str, tuple[int, str])


class Timers(Generic[Name]):
    """One due time (epoch ms) for each name; setting it again replaces it. Of equal times the smaller name is first.

    Nothing is due before `soonest`.
    """

    __slots__ = ("_due", "_heap", "soonest")

    def __init__(self) -> None:
        self._due: dict[Name, int] = {}
        self._heap: list[tuple[int, Any]] = []  # with those that were replaced or forgotten
        self.soonest = NEVER

    def __len__(self) -> int:
        return len(self._due)

    def set(self, name: Name, due: int | None) -> None:
        """`name` is due at `due`, or never (None)."""
        if due is None:
            self._due.pop(name, None)
        elif self._due.get(name) != due:
            self._due[name] = due
            heappush(self._heap, (due, name))
            if len(self._heap) > 2 * len(self._due) + _LEFT_OVERS:
                self._heap[:] = [(each, name) for name, each in self._due.items()]
                heapify(self._heap)
            self.soonest = self._heap[0][0]

    def get(self, name: Name) -> int | None:
        """When `name` is due."""
        return self._due.get(name)

    def pop(self, until: int) -> tuple[int, Name] | None:
        """The first that is due by `until`, with its due time; then it is due no more."""
        if self.soonest > until:
            return None
        due = self.next_due
        if due is None or due > until:
            return None
        name: Name = heappop(self._heap)[1]
        del self._due[name]
        self.soonest = self._heap[0][0] if self._heap else NEVER
        return due, name

    @property
    def next_due(self) -> int | None:
        """When something is due next."""
        heap = self._heap
        while heap and self._due.get(heap[0][1]) != heap[0][0]:
            heappop(heap)
        self.soonest = heap[0][0] if heap else NEVER
        return heap[0][0] if heap else None
