"""The deliveries say what they lack when they start; they do not wait for it without a word."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from siloscope.deliver.process import deliver
from siloscope.errors import Unusable
from siloscope.ops.broker import free_port
from siloscope.ops.health import Health
from siloscope.settings import load


def test_without_a_broker_they_end_with_one_line(tmp_path: Path) -> None:
    told = {"receivers": {"log": {"kind": "file", "path": str(tmp_path)}}, "routes": [{"to": ["log"]}]}
    settings = load(None, bootstrap_servers=f"127.0.0.1:{free_port()}", deliver=told)
    with pytest.raises(Unusable, match=r"no Kafka broker answers at 127\.0\.0\.1"):
        deliver(settings, threading.Event(), Health("deliver"))
