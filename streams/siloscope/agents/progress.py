"""How far the reading of the state is: a line now and then, metrics, and a bar on a terminal."""

from __future__ import annotations

import logging
import sys
import time
from typing import Final

from rich.progress import Progress as Bar
from rich.progress import TaskID

from ..ops import metrics

log = logging.getLogger(__name__)

EVERY_SECONDS: Final = 5.0


class ReadingProgress:
    """Called with the records read and the most there may be; used by one thread at a time."""

    def __init__(self) -> None:
        self._last = time.monotonic()
        self._bar = Bar(transient=True) if sys.stderr.isatty() else None
        self._task: TaskID | None = None

    def __call__(self, read: int, most: int) -> None:
        metrics.STATE_READ.set(read)
        metrics.STATE_EXPECTED.set(most)
        if self._bar is not None:
            self._draw(self._bar, read, most)
        elif time.monotonic() - self._last > EVERY_SECONDS:
            self._last = time.monotonic()
            log.info("reading state: %s of at most %s records", f"{read:,}", f"{most:,}")

    def _draw(self, bar: Bar, read: int, most: int) -> None:
        if self._task is None:
            bar.start()
            self._task = bar.add_task("reading state", total=most)
        bar.update(self._task, completed=read, total=most)
        if read >= most:
            bar.stop()
            bar.remove_task(self._task)
            self._task = None
