"""A writer process that is killed at any moment, again and again, leaves the store exact."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from tests.integration.writer_tools import alert, fresh_topics, produce, touchpoints, wait_until

from siloscope import wire
from siloscope.ops.broker import Broker
from siloscope.settings import Settings, load
from siloscope.stores.client import opened
from siloscope.stores.migrations import bring_up
from siloscope.stores.reading import query
from siloscope.stores.writer import lag

pytest.importorskip("chdb")

KILLS = 4
TOUCHPOINTS = 20_000
ALERTS = 600


def writer(settings: Settings) -> subprocess.Popen[str]:
    script = (
        "from siloscope.settings import load; from siloscope.stores.writer import run\n"
        f"run(load(None, bootstrap_servers={settings.bootstrap_servers!r}, group_id={settings.group_id!r},"
        f" session_timeout=6, metrics_port=0, store={{'path': {str(settings.store.path)!r}}}))"
    )
    return subprocess.Popen([sys.executable, "-c", script], stderr=subprocess.PIPE, text=True)


def fill(address: str) -> None:
    """Touchpoints and alerts in small lots; every alert in three tellings, the last not at the end."""
    step = TOUCHPOINTS // 50
    for lot in range(50):
        touchpoints(address, range(lot * step, (lot + 1) * step))
        told = [alert(number, revision) for number in range(lot * 12, lot * 12 + 12) for revision in (1, 3, 2)]
        produce(address, "siloscope.alerts", [wire.encode("alert", each) for each in told])
        time.sleep(0.2)


@pytest.mark.slow
def test_nothing_is_lost_or_doubled_when_the_writer_is_killed(broker: Broker, tmp_path: Path) -> None:
    settings = load(
        None, bootstrap_servers=broker.address, group_id="killed", partitions=2, store={"path": tmp_path / "chdb"}
    )
    fresh_topics(settings)
    with opened(settings) as client:
        bring_up(client, settings)
        # Merges would tidy up what was stored twice.
        client.command("ALTER TABLE touchpoints MODIFY SETTING max_bytes_to_merge_at_max_space_in_pool = 1")
    filling = threading.Thread(target=fill, args=[broker.address])
    filling.start()
    chance = random.Random(7)
    for _ in range(KILLS):
        process = writer(settings)
        before = lag(settings)
        wait_until(lambda: lag(settings) != before or not filling.is_alive())  # noqa: B023
        time.sleep(chance.uniform(0, 1.5))
        assert process.poll() is None, process.communicate()[1]
        process.kill()
        process.wait()
    filling.join()
    process = writer(settings)
    wait_until(lambda: lag(settings) == 0)
    process.send_signal(signal.SIGTERM)
    _, said = process.communicate(timeout=30)
    assert process.returncode == 0, said

    with opened(settings):
        touched = "SELECT count(), uniqExact(touchpoint_id), max(touchpoint_id) FROM"
        for table in ("touchpoints", "v_touchpoints"):
            assert query(settings, f"{touched} {table}") == [(TOUCHPOINTS, TOUCHPOINTS, "test:0019999")]
        current = "SELECT count(), uniqExact(alert_id), min(revision), uniqExact(status) FROM v_alerts"
        assert query(settings, current) == [(ALERTS, ALERTS, 3, 1)]
        assert query(settings, "SELECT count() FROM v_alert_revisions") == [(3 * ALERTS,)]


def test_the_store_of_a_running_writer_is_not_opened_twice(broker: Broker, tmp_path: Path) -> None:
    settings = load(None, bootstrap_servers=broker.address, group_id="twice", store={"path": tmp_path / "chdb"})
    fresh_topics(settings)
    first = writer(settings)
    wait_until(lambda: _named(tmp_path / "chdb.lock", first.pid))
    second = writer(settings)
    _, said = second.communicate(timeout=60)
    first.terminate()
    assert first.wait(60) == 0
    assert second.returncode == 1
    assert f"is open in another process (process {first.pid})" in said.splitlines()[-1]


def _named(lock: Path, process: int) -> bool:
    return lock.exists() and str(process) in lock.read_text()
