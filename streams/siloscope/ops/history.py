"""Touchpoints that were recorded, from files or from the store, for commands that begin with what happened."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from ..core.rejected import Rejected
from ..core.touchpoint import Touchpoint
from ..settings import Settings
from ..sources import touchpoints
from ..sources.mapping import load
from .progress import progress

_STEP = 1_000  # touchpoints between two words to the progress bar


def history(
    files: Sequence[str], mapping: str | None, store: Settings | None, what: str, total: int | None = None
) -> Iterator[Touchpoint]:
    """The sound touchpoints of `files`, else those of `store`; a bar named `what` shows how many. Raises Unusable.

    `total` is how many there are, where that is known.
    """
    found = _from_files(files, mapping) if files or store is None else _from_store(store)
    with progress(what, "touchpoints", total) as advance:
        for number, each in enumerate(found, 1):
            yield each
            if number % _STEP == 0:
                advance(_STEP)


def _from_files(files: Iterable[str], mapping: str | None) -> Iterator[Touchpoint]:
    mapped = load(mapping) if mapping is not None else None
    for path in files:
        for _, _, found in touchpoints(path, mapped):
            if isinstance(found, Touchpoint):
                yield found


def _from_store(store: Settings) -> Iterator[Touchpoint]:
    from ..stores.recorded import recorded

    return (each for each in recorded(store) if not isinstance(each, Rejected))
