"""The embedded store belongs to one process at a time; beside it stands which, and where others may ask it."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic, sleep
from typing import IO, Final, NamedTuple

from siloscope.errors import Unusable

_LOOK_SECONDS: Final = 0.2  # whoever only looks who holds it (`holder`) has it for a moment


class Holder(NamedTuple):
    """Who has a store open: its process, and the address of its gateway where it has one."""

    process: str
    gateway: str | None


class OpenElsewhere(Unusable):
    """Another process has the embedded store open."""

    def __init__(self, path: Path, holder: Holder) -> None:
        self.holder = holder
        by = f" (process {holder.process})" if holder.process else ""
        super().__init__(
            f"the embedded store {path} is open in another process{by}: stop that first, or use a server (store.url)"
        )


_open_here: Final[dict[Path, tuple[IO[str], list[int]]]] = {}  # locks that this process holds, with how often


@contextmanager
def alone(path: Path) -> Iterator[None]:
    """Hold the embedded store for this process; kill -9 sets it free too. Raises OpenElsewhere, Unusable."""
    path = _real(path)
    if path not in _open_here:
        _open_here[path] = (_locked(path), [0])
    file, count = _open_here[path]
    count[0] += 1
    try:
        yield
    finally:
        count[0] -= 1
        if not count[0]:
            file.close()
            del _open_here[path]


def announce(path: Path, gateway: str | None) -> None:
    """Say where this process, which holds the store, lets others ask it."""
    _write(_open_here[_real(path)][0], gateway)


def open_here(path: Path) -> bool:
    """Whether this process has the embedded store open."""
    return _real(path) in _open_here


def holder(path: Path) -> Holder | None:
    """Which other process has the store open now; None: none has, or this one."""
    path = _real(path)
    if path in _open_here:
        return None
    try:
        with _beside(path).open() as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return _read(_beside(path))
    except OSError:
        pass
    return None


def _real(path: Path) -> Path:
    return Path(os.path.realpath(path))


def _beside(path: Path) -> Path:
    return path.with_name(path.name + ".lock")


def _locked(path: Path) -> IO[str]:
    try:
        path.mkdir(parents=True, exist_ok=True)
        file = _beside(path).open("a+")
    except OSError as error:
        raise Unusable(f"the embedded store {path} cannot be written: {error.strerror}; set store.path") from None
    until = monotonic() + _LOOK_SECONDS
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            if monotonic() > until:
                file.close()
                raise OpenElsewhere(path, _read(_beside(path))) from None
            sleep(_LOOK_SECONDS / 10)
        else:
            _write(file, None)
            return file


def _write(file: IO[str], gateway: str | None) -> None:
    file.truncate(0)
    file.write(f"{os.getpid()}\n{gateway or ''}\n")
    file.flush()


def _read(path: Path) -> Holder:
    process, gateway, *_ = [*path.read_text().splitlines(), "", ""]
    return Holder(process, gateway or None)
