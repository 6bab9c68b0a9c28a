"""The local broker: it keeps its data over kills, leaves nothing behind, and says in one line why it does not start."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from confluent_kafka import Consumer, Producer

from siloscope.errors import Unusable
from siloscope.ops import broker_parts
from siloscope.ops.broker import Broker
from siloscope.ops.mock_broker import MockBroker
from siloscope.ops.topics import create
from siloscope.settings import load

QUIET = {"log_level": 0}


def tell(address: str, value: bytes) -> None:
    producer = Producer({"bootstrap.servers": address, "acks": "all", **QUIET})
    producer.produce("touchpoints", value)
    assert producer.flush(20) == 0


def heard(address: str, count: int) -> list[bytes | None]:
    consumer = Consumer({"bootstrap.servers": address, "group.id": "t", "auto.offset.reset": "earliest", **QUIET})
    consumer.subscribe(["touchpoints"])
    try:
        return sorted(message.value() for message in consumer.consume(count, timeout=20))  # type: ignore[type-var]
    finally:
        consumer.close()


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().split(")")[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_what_was_acknowledged_survives_a_kill_and_a_restart(own_broker: Broker) -> None:
    create(load(bootstrap_servers=own_broker.address))
    tell(own_broker.address, b"before")
    own_broker.kill9()
    assert own_broker.pid is None
    own_broker.start()
    tell(own_broker.address, b"between")
    own_broker.restart()
    assert heard(own_broker.address, 2) == [b"before", b"between"]


def test_a_broker_dies_with_the_process_that_started_it(broker: Broker) -> None:
    code = "import time; from siloscope.ops.broker import Broker; b = Broker(); b.start(); print(b.pid, flush=True); "
    code += "time.sleep(99)"
    parent = subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, env={**os.environ, "PYTHONPATH": "streams"}
    )
    assert parent.stdout is not None
    pid = int(parent.stdout.readline())
    assert alive(pid)
    parent.send_signal(signal.SIGKILL)
    parent.wait()
    deadline = time.monotonic() + 20
    while alive(pid) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not alive(pid)
    parent.stdout.close()


def test_a_taken_port_is_said_with_the_remedy(broker: Broker) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(Unusable, match=f"port {port} on 127.0.0.1 is taken: choose another"):
            Broker(port=port).start()


def test_a_directory_that_no_broker_can_use_is_said_in_one_line(broker: Broker, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "meta.properties").write_text("nonsense")
    with pytest.raises(Unusable, match="Kafka did not start") as caught:
        Broker(directory=tmp_path).start()
    assert "\n" not in str(caught.value)


def test_without_java_the_remedy_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    monkeypatch.setattr(broker_parts, "_packaged_java", lambda: None)
    assert broker_parts.available() == broker_parts.NO_JAVA
    with pytest.raises(Unusable, match="no Java"):
        Broker().start()


def test_without_jars_and_maven_the_remedy_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    with pytest.raises(Unusable, match="Maven"):
        broker_parts.jars()


def test_the_mock_carries_messages_on_four_partitions() -> None:
    with MockBroker() as mock:
        tell(mock.address, b"hello")
        assert heard(mock.address, 1) == [b"hello"]
        listed = Producer({"bootstrap.servers": mock.address, **QUIET}).list_topics("touchpoints", timeout=10)
        assert len(listed.topics["touchpoints"].partitions) == MockBroker.partitions
