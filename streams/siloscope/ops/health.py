"""Health means progress: a process with work before it that commits nothing is ill, however alive it looks.

Also the probe of the container: `python -m siloscope.ops.health [PORT]` asks /healthz here and ends with 0 or 1.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence
from threading import Lock
from typing import Any, Final, NamedTuple

from .processes import PORT, PROCESSES

PATIENCE_SECONDS: Final = 60.0
PORTS: Final = tuple(range(PORT, PORT + len(PROCESSES)))  # where processes serve their pages unless told otherwise
PROBE_SECONDS: Final = 5.0


class Answer(NamedTuple):
    """What a page says: of which process, whether all is well, why, and how much there is to do."""

    process: str
    well: bool
    why: str
    waiting: int  # records in the log that are not yet done, as far as is known
    moved_seconds: float  # since something was last committed, or loaded while the process prepares itself

    @property
    def page(self) -> dict[str, Any]:
        """As JSON: `{"process": "worker", "ok": true, "why": "…", "waiting_records": 0, …}`."""
        return {
            "process": self.process,
            "ok": self.well,
            "why": self.why,
            "waiting_records": self.waiting,
            "seconds_since_progress": round(self.moved_seconds, 1),
        }


class Health:
    """What a process says of itself. Its own loop calls `look`, another thread serves the pages.

    `patience` is how many seconds nothing may move while there is work.
    """

    def __init__(
        self, process: str, patience: float = PATIENCE_SECONDS, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._process = process
        self._patience = patience
        self._clock = clock
        self._lock = Lock()
        self._moved: object = None
        self._waiting = 0
        self._missing: str | None = "it has only just started"
        self._looked = self._moved_at = clock()

    def look(self, moved: object, waiting: int, missing: str | None = None) -> None:
        """Call it at least once a second.

        `moved` differs from the last one whenever something was committed (or loaded), `waiting` are the records that
        are not yet done, `missing` is what the process still lacks before it can work: it is not ready.
        """
        with self._lock:
            self._looked = self._clock()
            # What has nothing to do gets on as well as can be.
            if moved != self._moved or not (waiting or missing):
                self._moved, self._moved_at = moved, self._looked
            self._waiting, self._missing = waiting, missing

    def healthy(self) -> Answer:
        """Whether it gets on: within the patience something moved, or there was nothing to do."""
        with self._lock:
            now = self._clock()
            silent, still = now - self._looked, now - self._moved_at
            if silent > self._patience:
                return self._answer(False, f"its loop has stood still for {silent:.0f} s")
            if still > self._patience and self._missing:
                return self._answer(False, f"{self._missing}, for {still:.0f} s")
            if still > self._patience and self._waiting:
                return self._answer(False, f"{self._waiting:,} records wait and none was committed for {still:.0f} s")
            return self._answer(True, self._missing or "it gets on")

    def ready(self) -> Answer:
        """Whether it can work: all it needs is there, and it gets on."""
        if not (found := self.healthy()).well:
            return found
        with self._lock:
            return self._answer(self._missing is None, self._missing or "ready")

    def _answer(self, well: bool, why: str) -> Answer:
        return Answer(self._process, well, why, self._waiting, self._clock() - self._moved_at)


def probe(ports: Sequence[int] = PORTS) -> Answer:
    """What the process on the first of these ports of this machine says where anything listens."""
    import json
    from urllib.error import HTTPError
    from urllib.request import urlopen

    for port in ports:
        try:
            with urlopen(f"http://127.0.0.1:{port}/healthz", timeout=PROBE_SECONDS) as page:
                said = json.load(page)
        except HTTPError as error:
            said = json.load(error)
        except (OSError, ValueError):
            continue
        return Answer(said["process"], said["ok"], said["why"], said["waiting_records"], said["seconds_since_progress"])
    return Answer("", False, f"nothing answers on 127.0.0.1, port {_listed(ports)}", 0, 0.0)


def _listed(ports: Sequence[int]) -> str:
    return str(ports[0]) if len(ports) == 1 else f"{ports[0]} to {ports[-1]}"


if __name__ == "__main__":
    found = probe([int(port) for port in sys.argv[1:]] or PORTS)
    print(found.why)
    sys.exit(0 if found.well else 1)
