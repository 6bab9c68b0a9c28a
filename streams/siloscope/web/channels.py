"""Live updates: what changed is worked out and rendered once for all pages that show the same, and sent to each."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Final

from . import figures
from .live import Live

PACE_SECONDS: Final = 0.1  # at most so often a page is told; what comes between goes together
BEAT_SECONDS: Final = 15.0  # a sign of life, so that nothing between us and the browser hangs up
LASTS_SECONDS: Final = 900.0  # then the browser comes again, and is let in again, or not
BACKLOG: Final = 32  # messages a page may be behind; then it gets the whole again
_BEAT: Final = b": still here\n\n"
_RETRY: Final = b"retry: 1000\n\n"

Render = Callable[[set[str]], str | None]


class Channel:
    """All pages that show the same; `render` makes of what changed the message to them, None where they need none.

    `whole` makes the message that shows everything anew.
    """

    def __init__(self, live: Live, render: Render, whole: Callable[[], str]) -> None:
        self._live = live
        self._render = render
        self._whole = whole
        self._changed: set[str] = set()
        self._since: int | None = None  # when the oldest of what changed was told, epoch ms
        self._timer: asyncio.TimerHandle | None = None
        self._flushed_at = 0.0
        self.pages: set[asyncio.Queue[bytes]] = set()
        self.told_at = live.version  # the version after which nothing else was told
        live.listeners.append(self._hear)

    def close(self) -> None:
        """Nobody listens any more."""
        self._live.listeners.remove(self._hear)
        if self._timer is not None:
            self._timer.cancel()

    async def messages(self, known: str) -> AsyncIterator[bytes]:
        """What one page is sent, which has seen everything up to `known`, as the id of a message has it."""
        queue: asyncio.Queue[bytes] = asyncio.Queue(BACKLOG)
        self.flush()
        queue.put_nowait(_RETRY if self._is_new(known) else self._message(self._whole()))
        self.pages.add(queue)
        ends = asyncio.get_running_loop().time() + LASTS_SECONDS
        try:
            while asyncio.get_running_loop().time() < ends and not self._live.over:
                try:
                    message = await asyncio.wait_for(queue.get(), BEAT_SECONDS)
                except TimeoutError:
                    message = _BEAT
                yield message
        finally:
            self.pages.discard(queue)

    def flush(self) -> None:
        """Tell the pages now what changed."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if not self._changed:
            return
        changed, since, self._changed, self._since = self._changed, self._since, set(), None
        said = self._render(changed)
        if said is not None:
            if self.pages and since is not None:
                figures.shown(since)
            self.told_at = self._live.version
            self._send(self._message(said))
        self._flushed_at = asyncio.get_running_loop().time()

    def _hear(self, changed: set[str], since: int | None) -> None:
        if self._live.over:
            self._send(_BEAT)
            return
        self._changed |= changed
        self._since = min(since, self._since or since) if since is not None else self._since
        if self._timer is None:
            loop = asyncio.get_running_loop()
            self._timer = loop.call_later(max(0.0, self._flushed_at + PACE_SECONDS - loop.time()), self.flush)

    def _send(self, message: bytes) -> None:
        for page in self.pages:
            try:
                page.put_nowait(message)
            except asyncio.QueueFull:
                while not page.empty():
                    page.get_nowait()
                page.put_nowait(self._message(self._whole()))

    def _is_new(self, known: str) -> bool:
        boot, _, version = known.partition("-")
        return boot == self._live.boot and version.isdecimal() and int(version) >= self.told_at

    def _message(self, said: str) -> bytes:
        return f"id: {self._live.stamp}\ndata: {said}\n\n".encode()
