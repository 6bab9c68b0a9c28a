"""A ClickHouse server as far as one can be had here: the embedded engine behind HTTP, in a process of its own.

`python -m tests.faults.store_process DIRECTORY PORT` is that process. With `megabytes` the directory is a file system
of its own, of that size, in a mount namespace of the process; `can_mount` says whether one may be made here.
"""

from __future__ import annotations

import ctypes
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Final

from tests.integration.clickhouse_over_http import PASSWORD, Server

from siloscope.ops.broker import free_port
from siloscope.settings import Settings, load
from siloscope.stores.client import opened
from siloscope.stores.reading import query

ROOT: Final = Path(__file__).parents[2]
_START_SECONDS: Final = 90
_DIE_WITH_PARENT: Final = 1  # PR_SET_PDEATHSIG
_TMPFS: Final = 'mount -t tmpfs -o size="$1" store "$2" && shift 2 && exec "$@"'


class StoreProcess:
    """The server, started; it keeps port and directory when it is started again."""

    def __init__(self, directory: Path, megabytes: int | None = None) -> None:
        self.port = free_port()
        self.directory = directory
        self._megabytes = megabytes
        self._process: subprocess.Popen[bytes] | None = None
        directory.mkdir(parents=True, exist_ok=True)
        self.start()

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    @property
    def inside(self) -> Path:
        """The directory as the process sees it."""
        return Path(f"/proc/{self.pid}/root") / self.directory.relative_to("/")

    def settings(self, database: str, port: int | None = None, **more: object) -> Settings:
        """How to reach it, or what stands before it on `port`."""
        store = {"url": f"http://127.0.0.1:{port or self.port}", "username": "writer", "password": PASSWORD}
        return load(None, database=database, store=store, metrics_port=0, **more)

    def start(self) -> None:
        """Start it and return when it answers."""
        command = [sys.executable, "-m", "tests.faults.store_process", str(self.directory), str(self.port)]
        if self._megabytes:
            mount = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", _TMPFS, "sh"]
            command = [*mount, f"{self._megabytes}m", str(self.directory), *command]
        with (self.directory.parent / "store.log").open("ab") as log:
            self._process = subprocess.Popen(
                command, cwd=ROOT, env=os.environ | {"PYTHONPATH": f"{ROOT / 'streams'}{os.pathsep}{ROOT}"},
                stdout=log, stderr=log,
            )  # fmt: skip
        until = time.monotonic() + _START_SECONDS
        while not self._answers():
            assert self._process.poll() is None, (self.directory.parent / "store.log").read_text()[-2000:]
            assert time.monotonic() < until, "the store did not start"
            time.sleep(0.05)

    def _answers(self) -> bool:
        with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=1):
            return query(self.settings("default"), "SELECT 1") == [(1,)]
        return False

    def kill9(self) -> None:
        """Kill it, whatever it is doing."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """End it."""
        self._end(signal.SIGTERM)

    def pause(self) -> None:
        """It holds its connections and does nothing any more."""
        os.kill(self.pid, signal.SIGSTOP)

    def go_on(self) -> None:
        """After `pause`."""
        os.kill(self.pid, signal.SIGCONT)

    def _end(self, how: signal.Signals) -> None:
        assert self._process is not None
        self._process.send_signal(how)
        self._process.wait(20)


def can_mount() -> str | None:
    """None when a process here may have a file system of its own, else why not."""
    if not shutil.which("unshare"):
        return "no `unshare` here: a full disk cannot be made"
    made = subprocess.run(
        ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", "mount -t tmpfs -o size=1m x /mnt"],
        capture_output=True, text=True,
    )  # fmt: skip
    return None if made.returncode == 0 else f"no file system of one's own here: {made.stderr.strip()}"


def die_with_parent() -> None:
    """This process does not outlive the one that started it."""
    ctypes.CDLL(None).prctl(_DIE_WITH_PARENT, signal.SIGKILL)


def main() -> None:
    die_with_parent()
    directory, port = Path(sys.argv[1]), int(sys.argv[2])
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})
    with opened(load(None, store={"path": directory / "chdb"})) as client:
        server = Server(client, port)
        server.start()
        signal.sigwait({signal.SIGTERM})
        server.stop()


if __name__ == "__main__":
    main()
