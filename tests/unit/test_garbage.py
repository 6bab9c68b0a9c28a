"""What holds customers is not held up by a look at all of them, and what it drops is still found."""

from __future__ import annotations

import asyncio
import gc
import weakref
from collections.abc import Iterator
from typing import Any

import pytest

from siloscope.agents.assignment import INPUTS, Assignment
from siloscope.agents.chunks import Place
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


class Ring:
    """Stands for a partition: what it holds, holds it."""

    def __init__(self) -> None:
        self.itself = self


class Roomy:
    async def room(self) -> None:
        """There is always room."""


@pytest.mark.usefixtures("own_collector")
def test_what_a_worker_gives_up_is_freed_before_it_shows_anything_to_what_it_gets() -> None:
    held: list[weakref.ref[Ring]] = []

    def opened(number: int, generation: int) -> Any:
        ring = Ring()
        held.append(weakref.ref(ring))
        return ring

    async def two_generations() -> None:
        outbox: Any = Roomy()
        teller: Any = None
        assignment = Assignment(opened, outbox, teller, None, session=10, grace=None)
        for generation in (1, 2):
            await assignment.begin(frozenset(Place(topic, 0) for topic in INPUTS), generation)
            await assignment.ready()
            gc.collect()  # looks, and never again at what is there
        assert [each() is None for each in held] == [True, False]

    collect_young()
    asyncio.run(two_generations())
