"""The parts the demo starts and ends: a broker, and child processes that never outlive it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final, Protocol

from siloscope.errors import Unusable
from siloscope.ops.broker_parts import available, jars

STOP_SECONDS: Final = 20
READY_SECONDS: Final = 60


class LocalBroker(Protocol):
    """What the real broker and the imitation have in common."""

    address: str

    def start(self) -> None:
        """Start it; returns when it answers."""

    def stop(self) -> None:
        """End it; nothing of it stays."""


class Child:
    """A part in a process of its own, which ends when we do, even by kill -9.

    `values` are settings as environment variables without their prefix. What it says on standard error goes to a file
    in `directory`, whose last line is the reason when it ends by itself.
    """

    def __init__(self, role: str, directory: Path, values: Mapping[str, object]) -> None:
        self.role = role
        self._log = directory / f"{role}.log"
        mine = {name: value for name, value in os.environ.items() if not name.upper().startswith("SILOSCOPE_")}
        settings = {f"SILOSCOPE_{name.upper()}": str(value) for name, value in values.items() if name.islower()}
        other = {name: str(value) for name, value in values.items() if name.isupper()}
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "siloscope.ops.demo_child", role, str(directory)],
                env=mine | settings | other | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=log,
                start_new_session=True,  # Ctrl-C is the demo's to handle
            )

    def said(self) -> str:
        """The next line it says; raises Unusable when it ended instead."""
        assert self._process.stdout is not None
        line = self._process.stdout.readline().decode().strip()
        if not line:
            self._process.wait(READY_SECONDS)
            self.must_live()
        return line

    def must_live(self) -> None:
        """Raise Unusable with its last words if it has ended."""
        if self._process.poll() is not None:
            words = self._log.read_text(errors="replace").strip().splitlines()
            raise Unusable(f"the {self.role} ended: {words[-1] if words else f'status {self._process.returncode}'}")

    def ask_to_stop(self) -> None:
        """Ask it to end in good order; `stop` waits for that."""
        if self._process.poll() is None:
            self._process.terminate()

    def stop(self) -> None:
        """End it in good order, else by force. Safe to call twice."""
        self.ask_to_stop()
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with suppress(OSError):
                    pipe.close()


def no_kafka() -> str | None:
    """Why there can be no real Kafka here, None when there can; fetches its jars where they are missing."""
    try:
        why = available()
        if why is None:
            jars()
    except Unusable as error:
        return str(error)
    return why


@contextmanager
def signals_interrupt() -> Iterator[threading.Event]:
    """SIGTERM and a closed terminal end the demo as Ctrl-C does; yields what says that one of them came.

    The exception alone is not enough: raised within a callback of a C library it is lost.
    """
    came = threading.Event()

    def interrupt(*_: object) -> None:
        came.set()
        raise KeyboardInterrupt

    before = {number: signal.signal(number, interrupt) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    try:
        yield came
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
