"""How Python's collector looks for garbage in processes that hold much which stays: seldom, and little at a time.

A look at a million objects takes a third of a second, and nothing else happens in the process meanwhile.
"""

from __future__ import annotations

import gc
from typing import Any


def collect_seldom() -> None:
    """What is there stays, and what comes is looked at seldom: rows are many and go by themselves.

    With the collector's own pace a batch of rows or a replay takes twice as long, to find nothing.
    """
    gc.freeze()
    gc.set_threshold(5_000, 10, 1_000)


def collect_young() -> None:
    """As `collect_seldom`, and what a look finds alive is never looked at again.

    For processes that hold customers: those live long, and whoever goes goes by herself
    (tests/unit/test_core_garbage.py). `gc.unfreeze` shows all of it to the next look, where much was dropped at once.
    """
    collect_seldom()
    gc.callbacks.append(_keep)


def _keep(phase: str, _: dict[str, Any]) -> None:
    if phase == "stop":
        gc.freeze()
