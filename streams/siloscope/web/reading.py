"""What the brokers have, into the desk: a thread reads, the event loop takes."""

from __future__ import annotations

import asyncio
import logging
import threading
from typing import Final, Protocol

from ..errors import Unusable
from ..ops.health import Health
from ..staff.tail import Read
from . import figures
from .live import Live

log = logging.getLogger(__name__)

WAIT_SECONDS: Final = 0.2
TICK_SECONDS: Final = 1.0


class Source(Protocol):
    """Where records come from: `staff.tail.Tail`."""

    @property
    def caught_up(self) -> bool:
        """What was there at the start has been read."""
        ...

    @property
    def behind(self) -> int:
        """How many records wait to be read."""
        ...

    def read(self, timeout: float = 0.1) -> list[Read]:
        """What came."""
        ...

    def close(self) -> None:
        """No more."""
        ...


class Reading:
    """Reads until `stop`; `ended` is called on the loop when it cannot go on, with why."""

    def __init__(self, live: Live, source: Source, health: Health) -> None:
        self._live = live
        self._source = source
        self._health = health
        self._stopped = threading.Event()
        self._thread: threading.Thread | None = None
        self._ticking: asyncio.Task[None] | None = None
        self._taken = 0
        self.broken: Unusable | None = None

    def start(self) -> None:
        """Begin; on the event loop."""
        loop = asyncio.get_running_loop()
        self._ticking = loop.create_task(self._tick())
        self._thread = threading.Thread(target=self._read_on, args=(loop,), name="reading", daemon=True)
        self._thread.start()

    async def stop(self) -> None:
        """Let go of the brokers."""
        self._stopped.set()
        if self._ticking is not None:
            self._ticking.cancel()
        if self._thread is not None:
            await asyncio.to_thread(self._thread.join)

    def _read_on(self, loop: asyncio.AbstractEventLoop) -> None:
        try:
            while not self._stopped.is_set():
                reads = self._source.read(WAIT_SECONDS)
                # One batch at a time: the pages are served between two.
                asyncio.run_coroutine_threadsafe(self._take(reads), loop).result()
        except Unusable as error:
            self.broken = error
        except (Exception, asyncio.CancelledError) as error:
            if not (self._stopped.is_set() or loop.is_closed()):  # a board that reads no more must not look alive
                log.exception("reading what is told")
                self.broken = Unusable(f"a mistake of ours in reading what is told: {type(error).__name__}")
        finally:
            self._source.close()

    async def _take(self, reads: list[Read]) -> None:
        self._live.take(reads)
        self._taken += len(reads)
        if not self._live.ready and self._source.caught_up:
            self._live.ready = True
            log.info("the board has read %s records of before and is ready", f"{self._taken:,}")
        waiting = self._source.behind
        figures.read(waiting)
        missing = None if self._live.ready else f"the board catches up: {self._taken:,} records read"
        self._health.look(self._taken, waiting, missing)

    async def _tick(self) -> None:
        while True:
            await asyncio.sleep(TICK_SECONDS)
            try:
                self._live.tick()
            except Exception:
                log.exception("letting time pass")
