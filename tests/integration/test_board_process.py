"""The board as a process on a real broker: of two who accept at once one wins, and a restart forgets nothing."""

from __future__ import annotations

import hashlib
import signal
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml
from confluent_kafka import OFFSET_END, Producer, TopicPartition
from confluent_kafka.admin import AdminClient
from tests.board_tools import alert, warning
from tests.integration.writer_tools import fresh_topics, produce, wait_until

from siloscope import wire
from siloscope.core.alert import packed
from siloscope.core.state import ALERT, told_record
from siloscope.core.telling import Told
from siloscope.ops.broker import Broker
from siloscope.settings import load

ALERTS = 20
NAMES = ("anna", "ben")
CLIENT = httpx.Client(timeout=30, verify=False)  # certificates take long to load, and nothing here has one


def token(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()


@pytest.fixture
def config(broker: Broker, tmp_path: Path) -> Path:
    """Settings of a board that knows two programs, each for one person."""
    login = {
        "tokens": [
            {"name": name, "role": "agent", "departments": ["support"],
             "sha256": hashlib.sha256(token(name).encode()).hexdigest()}
            for name in NAMES
        ]
    }  # fmt: skip
    file = tmp_path / "siloscope.yml"
    said = {"bootstrap_servers": broker.address, "partitions": 3, "metrics_port": 0, "group_id": "board-test"}
    file.write_text(yaml.safe_dump(said | {"board": {"port": 0, "login": login}}))
    fresh_topics(load(file))
    return file


@contextmanager
def board(config: Path) -> Iterator[str]:
    """The command, ready; its address. It ends with status 0."""
    command = [sys.executable, "-W", "ignore", "-m", "siloscope", "board", "--config", str(config)]
    child = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert child.stdout is not None
    try:
        address = child.stdout.readline().strip().split("/login")[0]
        wait_until(lambda: _ready(address), 60)
        yield address
    finally:
        child.send_signal(signal.SIGTERM)
        _, said = child.communicate(timeout=30)
    assert child.returncode == 0, said
    assert "Traceback" not in said


def _ready(address: str) -> bool:
    try:
        return CLIENT.get(f"{address}/readyz").status_code == 200
    except httpx.TransportError:
        return False


def asked(address: str, name: str, path: str, **body: Any) -> httpx.Response:
    headers = {"authorization": f"Bearer {token(name)}"}
    method = "POST" if body else "GET"
    return CLIENT.request(method, f"{address}/v1/{path}", headers=headers, json=body or None)


def test_of_two_who_accept_at_once_one_wins_and_a_restart_forgets_nothing(broker: Broker, config: Path) -> None:
    told = [alert(number) for number in range(ALERTS)]
    produce(broker.address, "siloscope.alerts", [wire.encode("alert", each) for each in told], 3)
    with board(config) as address, ThreadPoolExecutor(2) as both:
        assert asked(address, "anna", "items").json()["count"] == ALERTS
        winners = {}
        for each in told:
            path = f"items/{each.alert_id}/actions"
            answers = list(both.map(lambda name, path=path: asked(address, name, path, kind="accept"), NAMES))
            assert sorted(answer.status_code for answer in answers) == [201, 409]
            won, lost = sorted(answers, key=lambda answer: answer.status_code)
            assert lost.json()["accepted_by"] == won.json()["action"]["actor"]
            winners[each.alert_id] = lost.json()["accepted_by"]
        verdict = asked(address, "ben", f"items/{told[0].alert_id}/actions", kind="feedback", value="useful")
        assert verdict.status_code == 201
        produce(broker.address, "siloscope.warnings", [wire.encode("warning", warning(1))], 3)
        wait_until(lambda: asked(address, "anna", "items").json()["count"] == ALERTS + 1, 30)
    with board(config) as address:
        items = asked(address, "anna", "items").json()["items"]
        assert {each["subject"]: each["accepted_by"] for each in items if each["type"] == "alert"} == winners
        first = asked(address, "anna", f"items/{told[0].alert_id}").json()
        assert sorted(each["kind"] for each in first["actions"]) == ["accept", "feedback"]
    old = alert(99, opened_at=1, revision=7)
    _is_in_no_topic_any_more(broker.address, "siloscope.alerts")
    told = Told(7, 0, "open", (1, "t"), 1, "touchpoints", 0, 0, packed(old), None)
    _write(broker.address, "siloscope.state", *told_record("c-99", f"{ALERT}{old.alert_id}", told, None))
    with board(config) as address:
        wait_until(lambda: asked(address, "anna", f"items/{old.alert_id}").status_code == 200, 30)
        assert asked(address, "anna", "items").json()["count"] == 2, "and the handoff"


def _is_in_no_topic_any_more(address: str, topic: str) -> None:
    """As if its records had grown too old."""
    client = AdminClient({"bootstrap.servers": address})
    for done in client.delete_records([TopicPartition(topic, number, OFFSET_END) for number in range(3)]).values():
        done.result(30)


def _write(address: str, topic: str, key: bytes, value: bytes | None) -> None:
    producer = Producer({"bootstrap.servers": address})
    producer.produce(topic, value, key)
    assert producer.flush(20) == 0
