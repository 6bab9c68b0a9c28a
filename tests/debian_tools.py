"""Prometheus' own tools for tests: from the path, else unpacked from Debian's packages into the user's cache.

Nothing is installed and no root is needed; where they cannot be had the test is skipped, and the reason says why.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Final, Literal

import pytest

Tool = Literal["promtool", "prometheus", "amtool", "alertmanager"]

_PACKAGES: Final = {
    "promtool": "prometheus",
    "prometheus": "prometheus",
    "amtool": "prometheus-alertmanager",
    "alertmanager": "prometheus-alertmanager",
}
_DEBIAN_NAMES: Final = {"alertmanager": "prometheus-alertmanager"}  # elsewhere it has its own
_SECONDS: Final = 180
_UNHURRIED: Final = ("-o", "Acquire::Retries=1", "-o", "Acquire::http::Timeout=15", "-o", "Acquire::https::Timeout=15")


class Absent(Exception):
    """A tool cannot be had here; the message says why."""


def tool(name: Tool) -> Path:
    """The program; skips the test where there is none."""
    try:
        return find(name)
    except Absent as error:
        pytest.skip(f"no {name}: {error}")


@cache
def find(name: Tool) -> Path:
    """The program of the path, else of Debian's package, fetched once (15 to 60 MB). Raises Absent."""
    names = [name, _DEBIAN_NAMES.get(name, name)]
    installed = next(filter(None, map(shutil.which, names)), None)
    if installed:
        return Path(installed)
    kept = _cache() / _PACKAGES[name]
    if not kept.is_dir():
        _keep(_PACKAGES[name], kept)
    return kept / "usr" / "bin" / names[-1]


def _cache() -> Path:
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "siloscope" / "debian"


def _keep(package: str, kept: Path) -> None:
    """Unpack a package as `kept`, or not at all; one process at a time."""
    missing = [each for each in ("apt-get", "dpkg-deb") if not shutil.which(each)]
    if missing:
        raise Absent(f"it is not on the path, and without {missing[0]} it cannot be fetched; install {package}")
    try:
        kept.parent.mkdir(parents=True, exist_ok=True)
        with (kept.parent / "lock").open("w") as lock, tempfile.TemporaryDirectory(dir=kept.parent) as unfinished:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not kept.is_dir():
                _unpack(_fetched(package, Path(unfinished)), Path(unfinished) / "tree")
                (Path(unfinished) / "tree").rename(kept)
    except OSError as error:
        raise Absent(f"the cache cannot be written: {error}") from None


def _fetched(package: str, directory: Path) -> Path:
    """The package's file, with the lists of this machine, or with fresh ones where those are none or too old."""
    try:
        _run(["apt-get", *_UNHURRIED, "download", package], directory)
    except Absent:
        state = directory / "apt"
        (state / "lists" / "partial").mkdir(parents=True)
        (state / "cache" / "archives" / "partial").mkdir(parents=True)
        own = ["-o", f"Dir::State={state}", "-o", "Dir::State::status=/var/lib/dpkg/status"]
        own += ["-o", f"Dir::Cache={state / 'cache'}", "-o", "APT::Sandbox::User="]
        _run(["apt-get", *_UNHURRIED, *own, "update"], directory)
        _run(["apt-get", *_UNHURRIED, *own, "download", package], directory)
    return next(directory.glob(f"{package}_*.deb"))


def _unpack(file: Path, tree: Path) -> None:
    _run(["dpkg-deb", "-x", str(file), str(tree)], file.parent)


def _run(command: Sequence[str], directory: Path) -> None:
    try:
        run = subprocess.run(
            command, cwd=directory, capture_output=True, text=True, timeout=_SECONDS, stdin=subprocess.DEVNULL
        )
    except subprocess.TimeoutExpired:
        raise Absent(f"{command[0]} was not done in {_SECONDS} s; is the network there?") from None
    if run.returncode != 0:
        said = [line for line in run.stderr.splitlines() if line.startswith("E: ")] or [f"exit {run.returncode}"]
        raise Absent(f"{command[0]}: {said[0].removeprefix('E: ')}; is the network there?")
