"""The messages on their way: each is one attempt in an event loop of its own thread; how it went is read from outside.

However long a receiver hangs, nobody else waits for it.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Mapping
from queue import Empty, SimpleQueue
from typing import Any, Final, NamedTuple, Self

from .figures import Outcome
from .message import Message
from .senders import Again, Refused, Sender

log = logging.getLogger(__name__)

CLOSE_SECONDS: Final = 5.0
AT_ONCE: Final = 8  # attempts with one receiver


class Went(NamedTuple):
    """How one attempt went: `why` where it was not taken, `after` the seconds that the receiver asks to wait."""

    message: str
    receiver: str
    outcome: Outcome
    why: str = ""
    after: float | None = None
    receipt: str | None = None


class Outgoing:
    """A thread with the senders, by receiver; use it with `with`."""

    def __init__(self, senders: Mapping[str, Sender]) -> None:
        self._senders = senders
        self._went: SimpleQueue[Went] = SimpleQueue()
        self._tasks: set[asyncio.Task[None]] = set()
        self._turns = {name: asyncio.Semaphore(AT_ONCE) for name in senders}
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="sending", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        closing = asyncio.run_coroutine_threadsafe(self._close(), self._loop)
        try:
            closing.result(CLOSE_SECONDS)
        except TimeoutError:
            log.warning("a receiver does not let go within %g s", CLOSE_SECONDS)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(CLOSE_SECONDS)

    def send(self, message: Message) -> None:
        """Begin an attempt; it ends in `went`."""
        self._loop.call_soon_threadsafe(self._begin, message)

    def went(self) -> list[Went]:
        """The attempts that have ended since the last time."""
        found: list[Went] = []
        while True:
            try:
                found.append(self._went.get_nowait())
            except Empty:
                return found

    def drop(self) -> None:
        """Forget what is under way: another process tells now, or we begin again from the journal."""
        asyncio.run_coroutine_threadsafe(self._cancel(), self._loop).result(CLOSE_SECONDS)
        self.went()

    def _begin(self, message: Message) -> None:
        task = self._loop.create_task(self._attempt(message))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _attempt(self, message: Message) -> None:
        sender = self._senders.get(message.receiver)
        try:
            if sender is None:
                raise Refused("no such receiver in the settings any more")
            async with self._turns[message.receiver]:
                receipt = await sender.send(message)
            self._went.put(Went(message.id, message.receiver, "taken", receipt=receipt))
        except Again as error:
            self._went.put(Went(message.id, message.receiver, "again", error.why, error.after))
        except Refused as error:
            self._went.put(Went(message.id, message.receiver, "refused", error.why))
        except Exception as error:  # a mistake in a sender must not stop the others
            log.exception("sending to %s", message.receiver)
            self._went.put(Went(message.id, message.receiver, "again", type(error).__name__))

    async def _cancel(self) -> None:
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _close(self) -> Any:
        await self._cancel()
        for sender in self._senders.values():
            await sender.close()
