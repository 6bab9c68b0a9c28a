"""Customers at rest: what does not fit in memory lies on disk, and nobody notices."""

from __future__ import annotations

import random

import pytest

from siloscope.agents.cold import Cold


@pytest.mark.parametrize("limit", [0, 500, 10_000_000])
def test_it_is_a_mapping_whatever_fits_in_memory(limit):
    cold, plain, dice = Cold(limit), {}, random.Random(7)
    for step in range(3_000):
        key = f"c-{dice.randrange(200)}"
        if dice.random() < 0.3:
            assert cold.pop(key, None) == plain.pop(key, None)
        else:
            cold[key] = plain[key] = step.to_bytes(4, "big") * dice.randrange(1, 9)
        assert (key in cold) == (key in plain)
    assert dict(cold.items()) == plain
    assert len(cold) == len(plain)


def test_what_is_not_there_is_not_there():
    with pytest.raises(KeyError):
        Cold(0)["nobody"]
