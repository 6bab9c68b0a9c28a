"""Whatever happened, in whatever order it came: a copied fold, a new fold and the replica foresee the same."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.property.timelines import timelines

from siloscope.core.partition import Partition
from siloscope.core.preflight import Harm, Unjudged
from siloscope.core.replica import Replica
from siloscope.core.touchpoint import BROADCASTS
from siloscope.ops.trial import decoded
from siloscope.symptoms import detection


@settings(max_examples=60)
@given(lived=timelines(), chance=st.randoms(use_true_random=False))
def test_all_ways_to_imagine_agree(lived: tuple[list[dict[str, Any]], int, dict[str, Any]], chance: Any) -> None:
    records, until, parameters = lived
    watch = detection(parameters)
    arriving = [decoded(json.dumps(each).encode()) for each in records]
    chance.shuffle(arriving)
    at_hand = Partition(watch)
    folded, at_rest = Replica(watch, {}, 100_000), Replica(watch, {}, 0)
    for number, each in enumerate(arriving):
        at_hand.take(each, ("touchpoints", number))
        for key, value in at_hand.drain().state:
            folded.load(key, value)
            at_rest.load(key, value)
        if chance.random() < 0.3:
            at_rest.settle()
        imagined = chance.choice(arriving)
        if imagined.activity not in BROADCASTS and not at_hand.busy:
            now = max(at_hand.now, chance.choice([0, until]))
            foreseen = said(at_rest.imagine, imagined, now)
            assert said(folded.imagine, imagined, now) == foreseen
            assert said(folded.imagine, imagined, now) == foreseen  # asking changed nothing
            if now == at_hand.now:
                assert said(at_hand.imagine, imagined) == foreseen


def said(imagine: Callable[..., list[Harm]], *asked: Any) -> list[Harm] | str:
    """What would be set off, or why that cannot be said."""
    try:
        return imagine(*asked)
    except Unjudged as error:
        return error.why
