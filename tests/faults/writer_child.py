"""The writer as a child process, sound or with a known bug: `python -m tests.faults.writer_child [POINT N | BUG]`.

At a point it dies, by -9, when it passes it for the Nth time.
"""

from __future__ import annotations

import argparse
import logging
import os
import signal
import time
from collections.abc import Callable
from typing import Any, Final

from tests.faults.store_process import die_with_parent

from siloscope.settings import load
from siloscope.stores import inserts, member, writer

POINTS: Final[dict[str, tuple[Any, str]]] = {  # class and method after which to die
    "after_the_plan": (member.Member, "_plan"),
    "after_the_insert": (inserts.Tables, "insert"),
    "before_the_commit": (member.Member, "_store"),
    "after_the_commit": (member.Member, "_commit"),
}


def die_at(point: str, number: int) -> None:
    """This process is killed with -9 when it passes `point` for the `number`th time."""
    owner, name = POINTS[point]
    real: Callable[..., Any] = getattr(owner, name)
    passed = 0

    def passing(*given: Any, **named: Any) -> Any:
        nonlocal passed
        answer = real(*given, **named)
        passed += 1
        if passed == number:
            os.kill(os.getpid(), signal.SIGKILL)
        return answer

    setattr(owner, name, passing)


def read_on_during_an_outage() -> None:
    """While the store is away, what comes is read and kept."""

    def hold(self: member.Member, seconds: float) -> None:
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            self._read(min(left, member.READ_SECONDS))

    member.Member._hold = hold  # type: ignore[method-assign]


BUGS: Final[dict[str, Callable[[], None]]] = {read_on_during_an_outage.__name__: read_on_during_an_outage}


def main() -> None:
    die_with_parent()
    parser = argparse.ArgumentParser()
    parser.add_argument("point", nargs="?", choices=[*POINTS, *BUGS])
    parser.add_argument("number", nargs="?", type=int, default=1)
    given = parser.parse_args()
    logging.basicConfig(level=os.environ.get("LOG", "WARNING"), format="%(asctime)s %(process)d %(name)s %(message)s")
    if given.point in BUGS:
        BUGS[given.point]()
    elif given.point:
        die_at(given.point, given.number)
    writer.run(load())


if __name__ == "__main__":
    main()
