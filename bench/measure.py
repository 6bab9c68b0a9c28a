"""Time and CPU of one process, and how child processes are asked for theirs."""

from __future__ import annotations

import gc
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any, Final, TypeVar

import msgspec

from siloscope.garbage import collect_seldom

ROOT: Final = Path(__file__).parents[1]
LONGEST_SECONDS: Final = 300

Given = TypeVar("Given")


class Task(msgspec.Struct, frozen=True):
    """What a variant is to do: read `events` touchpoints as group `group`; `work` is an empty directory."""

    broker: str
    events: int
    partitions: int
    group: str
    work: str


class Measured(msgspec.Struct, frozen=True):
    """`events` handled in `seconds` of wall time and `cpu` seconds of the process, all its threads included."""

    events: int
    seconds: float
    cpu: float

    @property
    def rate(self) -> float:
        """Events per second."""
        return self.events / self.seconds

    @property
    def micros(self) -> float:
        """Microseconds of CPU per event."""
        return self.cpu / self.events * 1e6


class Meter:
    """Measures this process from `begin` to `end`."""

    def begin(self) -> None:
        """Start; a second call changes nothing."""
        if not hasattr(self, "_started"):
            self._started, self._cpu = time.perf_counter(), _cpu_seconds()

    def end(self, events: int) -> Measured:
        """What it took since `begin`."""
        return Measured(events, time.perf_counter() - self._started, _cpu_seconds() - self._cpu)


def _cpu_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def settled(collect: Callable[[], None] = collect_seldom) -> None:
    """Collect what start-up left, and keep the collector away from what stays, in one of the ways our processes do."""
    gc.collect()
    collect()


def given_as(kind: type[Given]) -> Given:
    """What this process was started with."""
    return msgspec.json.decode(sys.argv[1], type=kind)


def task() -> Task:
    """The task this process was started with."""
    return given_as(Task)


def report(result: Any) -> None:
    """Answer the parent process."""
    print(msgspec.json.encode(result).decode(), flush=True)


def asked(module: str, given: Any, answer: Any = Measured) -> Any:
    """Run `python -m module` with `given` as JSON and return its answer; raises SystemExit with its last words."""
    command = [sys.executable, "-m", module, msgspec.json.encode(given).decode()]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=LONGEST_SECONDS)
    lines = run.stdout.strip().splitlines()
    if run.returncode != 0 or not lines:
        raise SystemExit(f"bench: {module} ended with status {run.returncode}: {run.stderr.strip()[-2000:]}")
    return msgspec.json.decode(lines[-1], type=answer)


def middle(results: list[Measured]) -> Measured:
    """The one with the median rate (the lower of two)."""
    rates = sorted(results, key=lambda each: each.rate)
    return rates[(len(rates) - 1) // 2]


def spread(results: list[Measured]) -> float:
    """How far the rates lie from their median, at most, as a share of it."""
    rates = [each.rate for each in results]
    centre = median(rates)
    return max(abs(rate - centre) for rate in rates) / centre
