"""What holds customers is not held up by a look at all of them, and what it drops is still found."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

from siloscope.garbage import collect_young

KEPT = 30_000  # six times as many as make the collector look


@pytest.fixture
def own_collector() -> Iterator[None]:
    thresholds, callbacks = gc.get_threshold(), list(gc.callbacks)
    yield
    gc.callbacks[:] = callbacks
    gc.set_threshold(*thresholds)
    gc.unfreeze()
    gc.collect()


@pytest.mark.usefixtures("own_collector")
def test_what_a_look_found_alive_is_not_looked_at_again_until_it_is_shown() -> None:
    gc.collect()
    collect_young()
    rings: list[list[object]] = []
    for _ in range(KEPT):
        ring: list[object] = []
        ring.append(ring)
        rings.append(ring)
    assert len(gc.get_objects()) < KEPT  # what is frozen is not among them
    rings.clear()
    assert gc.collect() < KEPT
    gc.unfreeze()
    assert gc.collect() > KEPT / 2
