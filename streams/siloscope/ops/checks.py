"""`siloscope test`: everything the project tests, one after another, with what was left out said in the last line."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from ..errors import Unusable
from ..shipped import checkout
from .broker_parts import lacking

_MINUTES: Final = 40

CHECKS: Final = {
    "style": ["ruff", "check", "."],
    "types": ["mypy"],
    "imports": ["lint-imports", "--no-cache", "--no-logo"],
    "tests": ["pytest", "-n", "2", "--dist", "worksteal", "-m", "not broker"],
}
# One after another: a broker and its workers need the machine for themselves.
WITH_BROKER: Final = {"tests on a real broker": ["pytest", "-m", "broker"]}


def main(arguments: Sequence[str] = ()) -> None:
    """Run all checks, or only pytest with `arguments`; raises Unusable naming those that failed."""
    root = checkout()
    if root is None or not _tool("pytest").exists():
        raise Unusable("the tests are in a checkout of the project: run ./siloscope test there")
    why_not = lacking()
    checks = {"tests": ["pytest", *arguments]} if arguments else CHECKS | ({} if why_not else WITH_BROKER)
    deadline = time.monotonic() + _MINUTES * 60
    failed = [name for name, command in checks.items() if not _passes(root, name, command, deadline)]
    left_out = f"; left out: the tests on a real Kafka broker ({why_not})" if why_not else ""
    if failed:
        raise Unusable(f"failed: {', '.join(failed)}{left_out}")
    print(f"siloscope: {'these' if arguments else 'all'} tests passed{left_out}")


def _tool(name: str) -> Path:
    return Path(sys.executable).with_name(name)


def _passes(root: Path, name: str, command: Sequence[str], deadline: float) -> bool:
    began = time.monotonic()
    print(f"siloscope: {name}: {' '.join(command)}", flush=True)
    try:
        done = subprocess.run([_tool(command[0]), *command[1:]], cwd=root, timeout=max(1, deadline - began)).returncode
    except subprocess.TimeoutExpired:
        print(f"siloscope: {name}: stopped, all tests together may take {_MINUTES} min", flush=True)
        return False
    print(f"siloscope: {name}: {_outcome(done)} in {time.monotonic() - began:.0f} s", flush=True)
    return done == 0


def _outcome(code: int) -> str:
    """Of a check that ended with `code`; one that a signal ended has not said itself what was wrong."""
    if code >= 0:
        return "FAILED" if code else "passed"
    return f"FAILED, ended by {signal.Signals(-code).name}"
