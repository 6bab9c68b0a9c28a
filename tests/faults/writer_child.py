"""The writer as a child process that may be told to die at a point: `python -m tests.faults.writer_child [POINT N]`."""

from __future__ import annotations

import argparse
import logging
import os
import signal
from collections.abc import Callable
from typing import Any, Final

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


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("point", nargs="?", choices=POINTS)
    parser.add_argument("number", nargs="?", type=int, default=1)
    given = parser.parse_args()
    logging.basicConfig(level=os.environ.get("LOG", "WARNING"), format="%(asctime)s %(process)d %(name)s %(message)s")
    if given.point:
        die_at(given.point, given.number)
    writer.run(load())


if __name__ == "__main__":
    main()
