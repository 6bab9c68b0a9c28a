"""The worker as a child process, as it is or with a known bug put back: `python -m tests.faults.child [BUG]`."""

from __future__ import annotations

import argparse
import asyncio
import logging
import os
import time
from collections.abc import Callable
from typing import Any, Final

from siloscope.agents import assignment, outbox, worker
from siloscope.agents.chunks import Chunk
from siloscope.settings import load
from siloscope.wire import decode_touchpoint


def acknowledge_before_the_delivery_report() -> None:
    """A chunk counts as done when it is handed to the producer."""

    class Early(outbox.Batch):
        delivered = property(lambda _: True, lambda _, value: None)

    outbox.Batch = Early  # type: ignore[misc]


def await_inside_a_chunk() -> None:
    """A chunk is left at an await, and acknowledged in `finally` as Faust does it."""

    async def turn(self: assignment.Assignment, chunk: Chunk) -> None:
        whole = list(chunk.records)
        try:
            for start in range(0, len(whole), 100):
                chunk.records = whole[start : start + 100]
                self.handle(chunk, [decode_touchpoint(record.value) for record in chunk.records])
                chunk.outcome = None
                await asyncio.sleep(0.02)
        finally:
            chunk.outcome = self._outbox.seal()

    assignment.Assignment.turn = turn  # type: ignore[method-assign]


BUGS: Final[dict[str, Callable[[], None]]] = {
    each.__name__: each for each in (acknowledge_before_the_delivery_report, await_inside_a_chunk)
}


def take_time(seconds: float) -> None:
    """Each chunk, or part of one, takes so long, as it would on a slow machine."""
    real = assignment.Assignment.handle

    def handle(self: assignment.Assignment, *given: Any) -> None:
        time.sleep(seconds)
        real(self, *given)

    assignment.Assignment.handle = handle  # type: ignore[method-assign]


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("bug", nargs="?", choices=BUGS)
    parser.add_argument("--linger", type=int, default=outbox.LINGER_MS)
    parser.add_argument("--take", type=float, default=0.0)
    given: Any = parser.parse_args()
    logging.basicConfig(level=os.environ.get("LOG", "WARNING"), format="%(asctime)s %(process)d %(name)s %(message)s")
    logging.getLogger("siloscope").setLevel(logging.INFO)
    outbox.LINGER_MS = given.linger  # type: ignore[misc]
    if given.take:
        take_time(given.take)
    if given.bug:
        BUGS[given.bug]()
    worker.run(load())


if __name__ == "__main__":
    main()
