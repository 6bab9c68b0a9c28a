"""Health is progress: what /healthz and /readyz say of a process that works, waits, stands still, or begins."""

from __future__ import annotations

import json
import subprocess
import sys
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest
from prometheus_client import REGISTRY

from siloscope.ops.health import Health
from siloscope.ops.pages import serve


class Clock:
    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def health(clock: Clock) -> Health:
    return Health("worker", 60, clock)


def look(health: Health, clock: Clock, seconds: int, moved: object, waiting: int, missing: str | None = None) -> None:
    """Look once a second for so long."""
    for _ in range(seconds):
        clock.now += 1
        health.look(moved, waiting, missing)


def test_a_process_that_has_just_started_is_healthy_and_not_ready(health: Health) -> None:
    assert health.healthy().well
    assert not health.ready().well


def test_without_work_nothing_need_be_committed(health: Health, clock: Clock) -> None:
    look(health, clock, 600, 7, waiting=0)
    assert health.healthy().well
    assert health.ready().well


def test_work_and_no_commit_is_an_illness_though_the_loop_is_alive(health: Health, clock: Clock) -> None:
    look(health, clock, 10, 7, waiting=0)
    look(health, clock, 59, 7, waiting=1_200)
    assert health.healthy().well
    look(health, clock, 2, 7, waiting=1_200)
    assert health.healthy().why == "1,200 records wait and none was committed for 61 s"
    assert not health.ready().well
    look(health, clock, 1, 8, waiting=900)
    assert health.healthy().well


def test_a_loop_that_stands_still_is_an_illness_also_without_work(health: Health, clock: Clock) -> None:
    look(health, clock, 10, 7, waiting=0)
    clock.now += 61
    assert health.healthy().why == "its loop has stood still for 61 s"


def test_what_is_missing_makes_it_unready_at_once_and_ill_if_it_lasts(health: Health, clock: Clock) -> None:
    look(health, clock, 5, 7, 0)
    look(health, clock, 30, 7, 0, "the store does not answer")
    assert health.healthy().well
    assert health.ready() == ("worker", False, "the store does not answer", 0, 30)
    look(health, clock, 31, 7, 0, "the store does not answer")
    assert health.healthy().why == "the store does not answer, for 61 s"


def test_long_loading_is_progress(health: Health, clock: Clock) -> None:
    for records in range(300):
        look(health, clock, 1, records, 0, "the state is being read")
    assert health.healthy().well
    assert not health.ready().well


def test_the_pages_say_it_beside_the_metrics_and_the_probe_understands(health: Health, clock: Clock) -> None:
    look(health, clock, 2, 7, 3)
    port = serve("127.0.0.1", 0, health)

    def ask(path: str) -> tuple[int, dict[str, object]]:
        try:
            with urlopen(f"http://127.0.0.1:{port}{path}", timeout=5) as page:
                return page.status, json.load(page)
        except HTTPError as error:
            return error.code, json.load(error)

    well = {"process": "worker", "ok": True, "why": "it gets on", "waiting_records": 3, "seconds_since_progress": 1.0}
    assert ask("/healthz") == (200, well)
    assert ask("/readyz") == (200, well | {"why": "ready"})
    assert probed(port) == (0, "it gets on\n")
    clock.now += 100
    assert ask("/healthz")[0] == ask("/readyz")[0] == 503
    assert probed(port) == (1, "its loop has stood still for 100 s\n")
    with urlopen(f"http://127.0.0.1:{port}/metrics", timeout=5) as page:
        assert b"python_info" in page.read()
    assert "python_info" in {metric.name for metric in REGISTRY.collect()}


def test_where_nothing_listens_the_probe_fails() -> None:
    assert probed(1) == (1, "nothing answers on 127.0.0.1, port 1\n")


def probed(port: int) -> tuple[int, str]:
    run = subprocess.run([sys.executable, "-m", "siloscope.ops.health", str(port)], capture_output=True, text=True)
    return run.returncode, run.stdout
