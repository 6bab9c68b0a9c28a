"""What the store answered, kept for some seconds: many ask the same, and some questions take long."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Hashable
from typing import TYPE_CHECKING, Final, Generic, TypeVar

from .site import Site
from .stored import answer_of

if TYPE_CHECKING:
    from clickhouse_connect.driver.client import Client

Answer = TypeVar("Answer")
MOST: Final = 1_000  # answers
SOON: Final = 0.5  # seconds that a page may wait for its figures; then it comes without, and they follow


class Kept(Generic[Answer]):
    """Answers to questions by key, `seconds` old at most; who asks while one is on its way waits for that."""

    def __init__(self, site: Site, seconds: float) -> None:
        self._site = site
        self._seconds = seconds
        self._answers: dict[Hashable, tuple[float, asyncio.Task[Answer]]] = {}

    async def of(self, key: Hashable, question: Callable[[Client], Answer]) -> Answer:
        """The answer; raises Unusable in one line, and for as long as an answer is kept."""
        return await asyncio.shield(self._asked(key, question))

    async def soon(self, key: Hashable, question: Callable[[Client], Answer]) -> Answer | None:
        """The answer where it comes soon; it is on its way else."""
        task = self._asked(key, question)
        await asyncio.wait({task}, timeout=SOON)
        return task.result() if task.done() else None

    def _asked(self, key: Hashable, question: Callable[[Client], Answer]) -> asyncio.Task[Answer]:
        now = time.monotonic()
        at, task = self._answers.get(key, (0.0, None))
        if task is None or (task.done() and now - at > self._seconds):
            if len(self._answers) >= MOST:
                self._answers.clear()
            task = asyncio.create_task(answer_of(self._site, question))
            task.add_done_callback(_looked_at)
            self._answers[key] = (now, task)
        return task


def _looked_at(task: asyncio.Task[Answer]) -> None:
    """A failure that nobody waited for any more is no news."""
    if not task.cancelled():
        task.exception()
