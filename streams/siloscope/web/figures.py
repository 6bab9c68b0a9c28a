"""What moves the metrics of the board."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Literal

from ..ops import metrics_staff as metrics

Way = Literal["board", "api", "slack"]
Done = Literal["taken", "late", "refused", "failed"]


def action(kind: str, way: Way, outcome: Done) -> None:
    """Somebody did something. taken: it holds; late: somebody was first; failed: it was not kept."""
    metrics.BOARD_ACTIONS.labels(kind if kind in metrics.ACTIONS else "other", way, outcome).inc()


def answered(status: int, seconds: float) -> None:
    """A request was answered with this HTTP status."""
    outcome = "answered" if status < 400 else "refused" if status < 500 else "failed"
    metrics.BOARD_REQUESTS.labels(outcome).inc()
    metrics.BOARD_SECONDS.observe(seconds)


@contextmanager
def connected() -> Iterator[None]:
    """As long as a page gets live updates."""
    metrics.BOARD_CONNECTIONS.inc()
    try:
        yield
    finally:
        metrics.BOARD_CONNECTIONS.dec()


def read(waiting: int) -> None:
    """The reading went round; `waiting` records are not yet read. Call it at least once a second."""
    metrics.BOARD_SEEN.set(time.time())
    metrics.BOARD_LAG.set(waiting)


def shown(told_at: int) -> None:
    """What the broker has had since `told_at` (epoch milliseconds) went to the open pages."""
    metrics.BOARD_SHOWN.observe(max(0.0, time.time() - told_at / 1000))
