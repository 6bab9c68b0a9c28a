"""The balance of the writer: what was read became a row, was skipped or refused, and is counted when that is done."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from clickhouse_connect.driver.exceptions import OperationalError
from tests.integration.writer_tools import touchpoint
from tests.unit.test_store_storing import Message, Store

from siloscope import wire
from siloscope.ops import metrics
from siloscope.stores.backlog import Batch
from siloscope.stores.member import LetGo
from siloscope.stores.storing import Storing

VALUES = [wire.encode("touchpoint", touchpoint(n)) for n in range(8)]
DOWN = OperationalError("connection refused")


def batch() -> Batch:
    """Eight touchpoints, a clock record and rubbish."""
    values = [*VALUES, b'{"clock": 1767225600000}', b"rubbish"]
    return Batch("touchpoints", 0, [Message(n, value) for n, value in enumerate(values)])


def rows() -> float:
    return float(metrics.WRITER_ROWS.labels("touchpoints")._value.get())


def skipped() -> float:
    found = metrics.WRITER_SKIPPED.labels
    return float(sum(found("touchpoints", reason)._value.get() for reason in ("clock", "undecodable")))


def counted(store: Store, wait: Callable[[float], None] = lambda _: None) -> tuple[float, float, int]:
    """Rows, skipped and refused of one batch."""
    before = rows(), skipped()
    refused = Storing(store, wait).store(batch())
    return rows() - before[0], skipped() - before[1], len(refused)


def test_each_record_is_counted_once() -> None:
    assert counted(Store()) == (8, 2, 0)


def test_a_batch_that_is_halved_and_tried_again_counts_as_one() -> None:
    assert counted(Store(DOWN, DOWN, refused=frozenset({"test:0000003"}))) == (7, 2, 1)


def test_a_batch_that_is_let_go_counts_for_nothing_here() -> None:
    def let_go(_: float) -> None:
        raise LetGo

    before = rows(), skipped()
    with pytest.raises(LetGo):
        Storing(Store(DOWN), let_go).store(batch())
    assert (rows(), skipped()) == before
    assert metrics.WRITER_FAILING._value.get() == 0, "whether the store still fails, another writer finds out"


def test_it_is_said_since_when_the_store_takes_nothing_and_that_it_takes_all_again() -> None:
    said: list[float] = []
    counted(Store(DOWN, DOWN, DOWN), lambda _: said.append(metrics.WRITER_FAILING._value.get()))
    assert len(said) == 3 and said[0] == said[1] == said[2]
    assert abs(time.time() - said[0]) < 30
    assert metrics.WRITER_FAILING._value.get() == 0
