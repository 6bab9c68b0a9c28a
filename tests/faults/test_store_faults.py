"""Whatever happens to the writer, the store and the way between them, every record is stored once.

After each fault every view there is equals that of a store that met none, and what is counted again in Python.
"""

from __future__ import annotations

import random

import pytest
from tests.faults import store_matrix as matrix
from tests.faults.store_matrix import ON_THE_WAY, Cell, meet
from tests.faults.store_rig import StoreRig
from tests.faults.stored_input import letters, records

pytest.importorskip("chdb")


def assert_right(rig: StoreRig) -> None:
    verdict = rig.verdict()
    assert verdict.right, "\n".join(verdict.wrong)
    assert verdict.views > 15 and verdict.questions > 8 and verdict.rows > 10_000, "little was compared"


def test_a_writer_lives_through_everything_that_can_happen_on_the_way(store_rig: StoreRig) -> None:
    rig, fed = store_rig, records()
    size = -(-len(fed) // len(ON_THE_WAY))
    with rig.writing() as writing:
        for number, each in enumerate(ON_THE_WAY):
            meet(rig, each, fed[number * size : (number + 1) * size], writing.alive)
        rig.wait_until_stored(writing.alive)
    assert_right(rig)
    assert rig.letters() == letters(), "what the store did not refuse became a dead letter"


@pytest.mark.parametrize(
    "cell",
    [matrix.refusing, matrix.store_killed, matrix.store_asleep, matrix.writer_killed_anywhere, matrix.writer_asleep],
    ids=lambda cell: cell.__name__,
)
def test_every_record_is_stored_once_though(store_rig: StoreRig, cell: Cell) -> None:
    assert cell(store_rig, records(), random.Random(4)) > 0, "nobody noticed the fault"
    assert_right(store_rig)


@pytest.mark.parametrize("point", matrix.POINTS)
def test_every_record_is_stored_once_though_the_writer_dies(store_rig: StoreRig, point: str) -> None:
    assert matrix.writer_killed(point, store_rig, records(), random.Random(4)) > 0
    assert_right(store_rig)
