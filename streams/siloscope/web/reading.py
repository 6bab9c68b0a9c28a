"""What the brokers have, into the desk: a thread reads, the event loop takes."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable
from typing import Final, Protocol

from ..core.remembered import Standing
from ..errors import Unusable
from ..ops.health import Health
from ..staff.tail import Read
from . import figures
from .live import Live

log = logging.getLogger(__name__)

WAIT_SECONDS: Final = 0.2
TICK_SECONDS: Final = 1.0
AGAIN_SECONDS: Final = 60.0  # until the state is asked for again, after it could not be read


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


Recall = Callable[[threading.Event], list[Standing]]


class Reading:
    """Reads until `stop`; `broken` says why it cannot go on.

    Once it has read what was there at the start, `recall` is asked beside it for what stands and was told before that.
    """

    def __init__(self, live: Live, source: Source, health: Health, recall: Recall) -> None:
        self._live = live
        self._source = source
        self._health = health
        self._recall = recall
        self._stopped = threading.Event()
        self._thread: threading.Thread | None = None
        self._beside: list[asyncio.Task[None]] = []
        self._taken = 0
        self.broken: Unusable | None = None

    def start(self) -> None:
        """Begin; on the event loop."""
        loop = asyncio.get_running_loop()
        self._beside.append(loop.create_task(self._tick()))
        self._thread = threading.Thread(target=self._read_on, args=(loop,), name="reading", daemon=True)
        self._thread.start()

    async def stop(self) -> None:
        """Let go of the brokers."""
        self._stopped.set()
        for task in self._beside:
            task.cancel()
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
            self._beside.append(asyncio.create_task(self._remember()))
        waiting = self._source.behind
        figures.read(waiting)
        missing = None if self._live.ready else f"the board catches up: {self._taken:,} records read"
        self._health.look(self._taken, waiting, missing)

    async def _remember(self) -> None:
        while not self._live.whole:
            try:
                standing = await asyncio.to_thread(self._recall, self._stopped)
                if not self._stopped.is_set():
                    found = self._live.recall(standing)
                    log.info("of what stands, %s was in no topic any more", f"{found:,}")
            except Unusable as error:
                log.warning("what stands and is in no topic any more is not shown yet: %s", error)
            except Exception:
                log.exception("asking for what stands")
            if not self._live.whole:
                await asyncio.sleep(AGAIN_SECONDS)

    async def _tick(self) -> None:
        while True:
            await asyncio.sleep(TICK_SECONDS)
            try:
                self._live.tick()
            except Exception:
                log.exception("letting time pass")
