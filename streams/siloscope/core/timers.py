"""Timers: what is due when, the soonest first."""

from __future__ import annotations

from heapq import heapify, heappop, heappush
from typing import Final

_LEFT_OVERS: Final = 1_000  # replaced timers that are carried along before they are swept out


class Timers:
    """One due time (epoch ms) for each name; setting it again replaces it. Of equal times the smaller name is first."""

    __slots__ = ("_due", "_heap")

    def __init__(self) -> None:
        self._due: dict[str, int] = {}
        self._heap: list[tuple[int, str]] = []  # with those that were replaced or forgotten

    def set(self, name: str, due: int | None) -> None:
        """`name` is due at `due`, or never (None)."""
        if due is None:
            self._due.pop(name, None)
        elif self._due.get(name) != due:
            self._due[name] = due
            heappush(self._heap, (due, name))
            if len(self._heap) > 2 * len(self._due) + _LEFT_OVERS:
                self._heap[:] = [(each, name) for name, each in self._due.items()]
                heapify(self._heap)

    def get(self, name: str) -> int | None:
        """When `name` is due."""
        return self._due.get(name)

    def pop(self, until: int) -> str | None:
        """The first name that is due by `until`, which then is due no more."""
        if self.next_due is None or self._heap[0][0] > until:
            return None
        name = heappop(self._heap)[1]
        del self._due[name]
        return name

    @property
    def next_due(self) -> int | None:
        """When something is due next."""
        heap = self._heap
        while heap and self._due.get(heap[0][1]) != heap[0][0]:
            heappop(heap)
        return heap[0][0] if heap else None
