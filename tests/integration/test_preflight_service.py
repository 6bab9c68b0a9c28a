"""`siloscope preflight --serve` beside a worker: it knows what the worker knows, soon, and again after a kill -9."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.faults.rig import PARTITIONS, ROOT, Rig

from siloscope import wire
from siloscope.core.touchpoint import Identifier, Touchpoint
from siloscope.ops.broker import Broker

NOW = 1_772_668_800_000
SECONDS = 60


@pytest.fixture
def rig(broker: Broker, tmp_path: Path) -> Iterator[Rig]:
    made = Rig(broker, tmp_path, session_timeout=10)
    yield made
    made.end()


@contextmanager
def process(rig: Rig) -> Iterator[tuple[subprocess.Popen[str], httpx.Client]]:
    """The process, with a client of it, once it is ready."""
    environment = os.environ | {
        "PYTHONPATH": str(ROOT / "streams"), "SILOSCOPE_BOOTSTRAP_SERVERS": rig.broker.address,
        "SILOSCOPE_PARTITIONS": str(PARTITIONS), "SILOSCOPE_GROUP_ID": rig.group, "SILOSCOPE_CLOCK": "stream",
        "SILOSCOPE_METRICS_PORT": "0", "SILOSCOPE_PREFLIGHT__PORT": "0",
    }  # fmt: skip
    command = [sys.executable, "-m", "siloscope", "preflight", "--serve"]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True, cwd=ROOT) as running:
        assert running.stdout is not None
        try:
            with httpx.Client(base_url=running.stdout.readline().strip(), timeout=10) as client:
                wait_until(lambda: client.get("/readyz").status_code == 200)
                yield running, client
        finally:
            running.kill()


def wait_until(holds: Any) -> None:
    until = time.monotonic() + SECONDS
    while not holds():
        assert time.monotonic() < until
        time.sleep(0.05)


def complaint(customer: str, minute: int) -> tuple[str, bytes]:
    said = Touchpoint(
        f"{customer}-{minute}", NOW + minute * 60_000, "complaint", "support", "email", "inbound",
        [Identifier("customer_id", customer)], case_ref="k",
    )  # fmt: skip
    return customer, wire.encode("touchpoint", said)


def verdict(client: httpx.Client, customer: str) -> str:
    identifiers = [{"kind": "customer_id", "value": customer}]
    message = {"activity": "promotion", "department": "sales", "channel": "email", "identifiers": identifiers}
    answer = client.post("/v1/preflight", json=message)
    assert answer.status_code == 200, answer.text
    return str(answer.json()["verdict"])


def test_it_knows_what_the_worker_knows_and_hears_of_what_comes(rig: Rig) -> None:
    rig.work()
    rig.feed([complaint("ann", 0)], 1_000)
    rig.settle(NOW + 60_000)
    with process(rig) as (_, client):
        assert [verdict(client, each) for each in ("ann", "ben", "cem")] == ["hold", "clear", "clear"]
        rig.feed([complaint("ben", 2)], 1_000)
        wait_until(lambda: verdict(client, "ben") == "hold")
        assert verdict(client, "cem") == "clear"
        wait_until(lambda: client.get("/readyz").json()["waiting_records"] == 0)
    with process(rig) as (running, client):  # the first one was killed
        assert [verdict(client, each) for each in ("ann", "ben", "cem")] == ["hold", "hold", "clear"]
        running.terminate()
        assert running.wait(30) == 0
