"""Reads the alerts topic until SIGTERM, then prints of each alert when its touchpoint was sent and when it was read.

An alert may be told again with nothing new to rest on, because it is part of another now: that does not count.
"""

from __future__ import annotations

import signal
import sys
import time

from confluent_kafka import Consumer

from bench.measure import report
from siloscope import wire
from siloscope.agents.telling import ALERTS

consumer = Consumer(
    {
        "bootstrap.servers": sys.argv[1],
        "group.id": "bench-latency",
        "auto.offset.reset": "latest",
        "enable.auto.commit": False,
        "fetch.wait.max.ms": 50,
    }
)
consumer.subscribe([ALERTS])
stopped: list[int] = []
signal.signal(signal.SIGTERM, lambda number, _: stopped.append(number))
seen: dict[tuple[str, int], int] = {}
while not stopped:
    message = consumer.poll(0.2)
    if message is not None and message.error() is None:
        read = time.time_ns()
        alert = wire.decode("alert", message.value())
        if alert["status"] == "open" and alert["symptom"] == "duplicate_outreach":
            sent = max(int(each["touchpoint_id"].partition("-")[0]) for each in alert["evidence"])
            seen.setdefault((alert["alert_id"], sent), read)
consumer.close()
report([(sent, read) for (_, sent), read in seen.items()])
