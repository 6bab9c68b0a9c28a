"""Many messages asked about, one after the other or by several processes at once: the answers are the same."""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from itertools import islice
from typing import Any, Final

from ..errors import Unusable
from ..ops.replay import Replay
from .asking import Asked, ask, meant_for

FEW: Final = 5_000  # messages for which other processes are not worth their start
_CHUNK: Final = 100

Meant = tuple[bytes, "str | None"]  # a message, and for whom of a list
_run: Replay | None = None  # in a process that answers: what happened, as it was when the process began


@contextmanager
def asking(run: Replay, most: int) -> Iterator[Any]:
    """Yields what gives the answers to an iterable of `Meant`, in order; raises Unusable where they cannot go on.

    With many, `most` at most, it uses all processors.
    """
    processes = os.cpu_count() or 1
    if most < FEW or processes == 1 or "fork" not in multiprocessing.get_all_start_methods():
        yield lambda meant: (each for chunk in _chunks(meant) for each in _answers(run, chunk))
        return
    global _run
    _run = run
    gc.collect()
    gc.freeze()  # what is shared with the processes stays as it is
    # Who interrupts means this process, which ends them.
    quiet = (signal.signal, (signal.SIGINT, signal.SIG_IGN))
    pool = ProcessPoolExecutor(processes, multiprocessing.get_context("fork"), *quiet)
    try:
        pool.submit(int).result()  # they begin here, before any progress bar has a thread
        yield lambda meant: (each for found in pool.map(_answered, _chunks(meant)) for each in found)
    except BrokenProcessPool:
        raise Unusable("a process that answers was killed, perhaps for want of memory: ask about fewer") from None
    finally:
        pool.shutdown(cancel_futures=True)
        _run = None


def _chunks(meant: Iterable[Meant]) -> Iterator[tuple[int, list[Meant]]]:
    """A hundred at a time, with the number of the first, from 1 on."""
    number, rest = 1, iter(meant)
    while chunk := list(islice(rest, _CHUNK)):
        yield number, chunk
        number += len(chunk)


def _answered(chunk: tuple[int, list[Meant]]) -> list[Asked]:
    assert _run is not None
    return _answers(_run, chunk)


def _answers(run: Replay, chunk: tuple[int, list[Meant]]) -> list[Asked]:
    past = run.partition
    first, meant = chunk
    return [
        ask(past.imagine, past.knows, past.now, event if name is None else meant_for(event, name), number)
        for number, (event, name) in enumerate(meant, first)
    ]
