"""`python -m bench.delivery`: a thousand warnings in half a minute, then a thousand at once, while one receiver hangs.

The whole way: a broker, the process `siloscope deliver`, webhooks over HTTP. Measured is from before a warning is
written to Kafka until the receiver has it.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Any, Final

import msgspec
import psutil
import yaml
from confluent_kafka import Producer
from tests.integration.writer_tools import wait_until, warning
from tests.webhook_receiver import WebhookReceiver

from siloscope import wire
from siloscope.agents.telling import WARNINGS as WARNINGS_TOPIC
from siloscope.ops import topics
from siloscope.ops.broker import Broker
from siloscope.settings import load

WARNINGS: Final = 1_000
SECONDS: Final = 30.0


class Timed(WebhookReceiver):
    """Notes when it got which warning first."""

    def __init__(self) -> None:
        super().__init__()
        self.at: dict[str, float] = {}

    def heard(self, body: bytes) -> None:
        """One message."""
        self.at.setdefault(msgspec.json.decode(body)["data"]["warning_id"], time.time())


def main() -> None:
    """Run it and print what came of it."""
    with Broker() as broker, Timed() as good, WebhookReceiver(hangs=True) as bad, tempfile.TemporaryDirectory() as work:
        file = Path(work) / "settings.yml"
        receivers = {"good": good.settings, "bad": bad.settings}
        told = {"receivers": receivers, "routes": [{"to": ["bad"]}, {"to": ["good"]}], "newest_hours": False}
        given: dict[str, Any] = {"bootstrap_servers": broker.address, "partitions": 4, "metrics_port": 0}
        file.write_text(yaml.safe_dump({**given, "deliver": told}))
        topics.create(load(file))
        producer = Producer({"bootstrap.servers": broker.address, "linger.ms": 1})
        process = subprocess.Popen([sys.executable, "-m", "siloscope", "deliver", "--config", str(file)])
        try:
            _warm_up(producer, good)
            steady, cpu = _steady(producer, good, process.pid)
            burst = _burst(producer, good)
        finally:
            process.terminate()
            process.wait()
        print(f"{WARNINGS:,} warnings in {SECONDS:g} s: median {median(steady) * 1000:.0f} ms, "
              f"p99 {sorted(steady)[int(0.99 * len(steady))] * 1000:.0f} ms, {cpu:.1f} s of CPU")  # fmt: skip
        print(f"{WARNINGS:,} at once: all there after {burst:.1f} s, {WARNINGS / burst * 60:,.0f} a minute")
        print(f"the receiver that hangs was asked {bad.asked} times and has none")


def _tell(producer: Producer, numbers: range) -> None:
    for number in numbers:
        producer.produce(WARNINGS_TOPIC, wire.encode("warning", warning(number)), str(number))
    producer.poll(0)


def _warm_up(producer: Producer, good: Timed) -> None:
    number = -1
    while not good.at:  # until it has begun it tells nothing
        _tell(producer, range(number, number + 1))
        number -= 1
        time.sleep(0.5)


def _steady(producer: Producer, good: Timed, pid: int) -> tuple[list[float], float]:
    """Seconds that each took, and those of CPU."""
    used, began = sum(psutil.Process(pid).cpu_times()[:2]), time.time()
    written: dict[str, float] = {}
    for number in range(WARNINGS):
        time.sleep(max(0.0, began + number * SECONDS / WARNINGS - time.time()))
        written[f"w-{number}"] = time.time()
        _tell(producer, range(number, number + 1))
    wait_until(lambda: written.keys() <= good.at.keys(), 120)
    used = sum(psutil.Process(pid).cpu_times()[:2]) - used
    return [good.at[name] - at for name, at in written.items()], used


def _burst(producer: Producer, good: Timed) -> float:
    began = time.time()
    _tell(producer, range(WARNINGS, 2 * WARNINGS))
    producer.flush()
    wait_until(lambda: f"w-{2 * WARNINGS - 1}" in good.at and len(good.at) >= 2 * WARNINGS, 120)
    return max(good.at.values()) - began


if __name__ == "__main__":
    main()
