"""How seldom Python's collector looks for garbage in processes that hold much which stays."""

from __future__ import annotations

import gc


def collect_seldom() -> None:
    """What is there stays, and what comes is looked at seldom: customers live long, rows are many and go by themselves.

    With the collector's own pace a batch of rows or a replay takes twice as long, to find nothing.
    """
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)
