"""Whatever happens to the writer, the store and the way between them, every record is stored once.

After each fault every view there is equals that of a store that met none, and what is counted again in Python.
"""

from __future__ import annotations

import random
from operator import attrgetter
from pathlib import Path

import pytest
from tests.faults import store_matrix as matrix
from tests.faults.proxy import Proxy
from tests.faults.store_matrix import ON_THE_WAY, Cell, meet
from tests.faults.store_outage import outage
from tests.faults.store_process import StoreProcess, can_mount
from tests.faults.store_rig import Clean, StoreRig
from tests.faults.stored_input import letters, records

from siloscope.ops.broker import Broker

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


# The bench has the others too.
CELLS = [
    matrix.refusing, matrix.read_only, matrix.store_killed, matrix.store_asleep, matrix.writer_killed,
    matrix.writer_killed_anywhere, matrix.writer_asleep,
]  # fmt: skip


@pytest.mark.parametrize("cell", CELLS, ids=attrgetter("__name__"))
def test_every_record_is_stored_once_though(store_rig: StoreRig, cell: Cell) -> None:
    assert cell(store_rig, records(), random.Random(4)) > 0, "nobody noticed the fault"
    assert_right(store_rig)


def test_every_record_is_stored_once_though_the_disk_was_full(
    broker: Broker, tmp_path: Path, clean: dict[int, Clean], hurried: None
) -> None:
    why_not = can_mount()
    if why_not:
        pytest.skip(why_not)
    store = StoreProcess(tmp_path / "store", megabytes=200)
    rig = StoreRig(broker, store, Proxy(store.port), "full", clean)
    try:
        assert matrix.full(rig, records(), random.Random(4)) > 0
        assert_right(rig)
    finally:
        store.stop()


MOST_MEGABYTES = 80  # librdkafka's queue of 32 MB, what was read before, and the slack of Python's memory
AS_FAST_AS_IT_GOES = 1_000_000


def test_memory_stays_flat_while_the_store_is_away(store_rig: StoreRig) -> None:
    # Ten minutes at 2,000 a second in `python -m bench.faults --outage`.
    seen = outage(store_rig, 40_000, AS_FAST_AS_IT_GOES, 6)
    assert seen.grown < MOST_MEGABYTES, seen
    assert_right(store_rig)


def test_the_outage_finds_a_writer_that_reads_on(store_rig: StoreRig) -> None:
    bug = "read_on_during_an_outage"
    seen = outage(store_rig, 200_000, AS_FAST_AS_IT_GOES, 60, bug, enough=MOST_MEGABYTES)
    assert seen.grown >= MOST_MEGABYTES, seen
