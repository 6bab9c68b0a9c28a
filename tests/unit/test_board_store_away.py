"""A store that hangs keeps nobody from doing what needs no store; a board that reads no more says so and ends."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from tests.board_tools import Everybody, alert, site

from siloscope.core.remembered import Standing
from siloscope.errors import Unusable
from siloscope.ops.health import Health
from siloscope.staff.tail import Read
from siloscope.web.live import Live
from siloscope.web.reading import Reading
from siloscope.web.site import STORE_AT_ONCE
from siloscope.web.stored import answer_of


def test_of_a_store_that_hangs_only_so_many_wait_in_threads() -> None:
    asked, release = threading.Semaphore(0), threading.Event()

    @contextmanager
    def store() -> Iterator[Any]:
        asked.release()
        release.wait(10)
        yield None

    async def tried() -> None:
        made, _ = site(Everybody())
        made.store = store
        waiting = [asyncio.create_task(answer_of(made, lambda client: None)) for _ in range(3 * STORE_AT_ONCE)]
        for _ in range(STORE_AT_ONCE):
            assert await asyncio.to_thread(asked.acquire, timeout=10)
        assert not asked.acquire(blocking=False), "the others wait without a thread"
        release.set()
        await asyncio.gather(*waiting)

    asyncio.run(tried())


class Broken:
    """A topic with a record that the desk cannot stand."""

    caught_up = True
    behind = 0

    def read(self, timeout: float = 0.1) -> list[Read]:
        raise RuntimeError("a mistake")

    def close(self) -> None:
        self.closed = True


def test_a_board_that_can_read_no_more_does_not_look_alive() -> None:
    async def tried() -> Unusable | None:
        source = Broken()
        reading = Reading(Live(), source, Health("board"), lambda _: [])
        reading.start()
        for _ in range(200):
            if reading.broken is not None:
                break
            await asyncio.sleep(0.05)
        await reading.stop()
        assert source.closed
        return reading.broken

    broken = asyncio.run(tried())
    assert broken is not None and "a mistake of ours" in str(broken)


class Empty(Broken):
    """Topics with nothing in them."""

    caught_up = True

    def read(self, timeout: float = 0.1) -> list[Read]:
        return []


def test_what_workers_remember_is_asked_for_until_they_say(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("siloscope.web.reading.AGAIN_SECONDS", 0.01)
    answers = iter([Unusable("no Kafka broker answers"), ValueError("no such record"), [alert(1)]])

    def recall(stop: threading.Event) -> list[Standing]:
        answer = next(answers)
        if isinstance(answer, Exception):
            raise answer
        return answer

    async def tried() -> Live:
        live = Live()
        reading = Reading(live, Empty(), Health("board"), recall)
        reading.start()
        while not live.whole:
            await asyncio.sleep(0.01)
        await reading.stop()
        return live

    assert list(asyncio.run(tried()).desk.items) == [alert(1).alert_id]
