"""A worker that has work and does not move ends; one that only waits does not."""

from __future__ import annotations

import time

from siloscope.agents.progress import ProgressWatch


def ends(*looks: tuple[object, int, bool]) -> list[str]:
    said: list[str] = []
    watch = ProgressWatch(0.05, said.append)
    for look in looks:
        watch.look(*look)
        time.sleep(0.06)
    return said


def test_work_that_does_not_move_ends_the_process() -> None:
    assert ends((1, 10, True), (1, 10, True)) == ["10 chunks wait and none was done for 0.05 s"]


def test_work_that_moves_does_not() -> None:
    assert ends((1, 10, True), (2, 10, True), (3, 10, True)) == []


def test_nothing_to_do_is_no_standstill() -> None:
    assert ends((1, 0, True), (1, 0, True)) == []


def test_a_broker_that_is_away_is_no_standstill() -> None:
    assert ends((1, 10, False), (1, 10, False)) == []
