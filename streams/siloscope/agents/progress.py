"""Whether a worker gets on: a process that looks alive and handles nothing is worse than one that ends."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, Final

from .outbox import end_process

STALLED_SECONDS: Final = 120.0


class ProgressWatch:
    """Ends the process when there is work and nothing moves; `end` does not return."""

    def __init__(self, seconds: float = STALLED_SECONDS, end: Callable[[str], Any] = end_process) -> None:
        self._seconds = seconds
        self._end = end
        self._seen: object = None
        self._since = time.monotonic()

    def look(self, moved: object, waiting: int, reachable: bool) -> None:
        """`moved` differs whenever something was handled or committed; without a broker there is nothing to judge."""
        if moved != self._seen or not waiting or not reachable:
            self._seen = moved
            self._since = time.monotonic()
        elif time.monotonic() - self._since > self._seconds:
            self._end(f"{waiting} chunks wait and none was done for {self._seconds:g} s")
