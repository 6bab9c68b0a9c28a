"""A worker whose broker is away is ill after its patience, says why, and is well again by itself."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import urlopen

from tests.faults.rig import Rig
from tests.integration.writer_tools import wait_until

from siloscope.ops.broker import Broker, free_port


def test_a_worker_without_its_broker_is_ill_and_recovers_by_itself(own_broker: Broker, tmp_path: Path) -> None:
    port = free_port()
    pipeline = Rig(own_broker, tmp_path, session_timeout=6, health_seconds=3, metrics_port=port)

    def asked(page: str) -> tuple[int, dict[str, Any]]:
        try:
            with urlopen(f"http://127.0.0.1:{port}/{page}", timeout=5) as answer:
                return answer.status, json.load(answer)
        except HTTPError as error:
            return error.code, json.load(error)
        except OSError:  # not there yet, or busy
            return 0, {}

    pipeline.work()
    try:
        wait_until(lambda: asked("readyz")[0] == 200)
        own_broker.kill9()
        wait_until(lambda: asked("healthz")[0] == 503)
        assert "the group of workers has not answered for" in asked("healthz")[1]["why"]
        assert asked("readyz")[0] == 503
        own_broker.start()
        wait_until(lambda: asked("readyz")[0] == asked("healthz")[0] == 200)
    finally:
        pipeline.end()
