"""Deliver, board and preflight on a broker that gives each the rights of docs/deploy.md and no others."""

from __future__ import annotations

import hashlib
import json
import re
import signal
import subprocess
from itertools import count
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import Request, urlopen

import pytest
from confluent_kafka import Producer
from tests.board_tools import alert
from tests.integration.secured import Secured, revealed, started
from tests.integration.writer_tools import wait_until

from siloscope import wire
from siloscope.__main__ import status
from siloscope.agents.telling import ALERTS
from siloscope.ops.broker import free_port
from siloscope.ops.processes import PROCESSES, Process, port_of
from siloscope.settings import Settings

pytestmark = pytest.mark.broker

TOKEN = "a token of more than thirty-two letters"
DESK = {
    "name": "desk",
    "sha256": hashlib.sha256(TOKEN.encode()).hexdigest(),
    "role": "lead",
    "departments": ["support"],
}
CHILDREN: tuple[tuple[Process, tuple[str, ...]], ...] = (("deliver", ()), ("board", ()), ("preflight", ("--serve",)))


def test_staff_are_told_and_act_and_ask_with_least_rights(
    secured: Secured, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told, metrics = tmp_path / "told", free_port()
    deliver = {
        "receivers": {"log": {"kind": "file", "path": str(told)}}, "routes": [{"to": ["log"]}],
        "group_wait_seconds": 0, "newest_hours": "off",
    }  # fmt: skip
    board = {"port": metrics + len(PROCESSES), "login": {"tokens": [DESK]}}
    ask_at = metrics + len(PROCESSES) + 1
    besides: dict[str, Any] = {
        "metrics_port": metrics, "deliver": deliver, "board": board, "preflight": {"port": ask_at},
        "store": {"path": str(tmp_path / "none")},
    }  # fmt: skip
    with started(tmp_path) as start:
        settings = {process: secured.settings(process, **besides) for process, _ in CHILDREN}
        children = {process: start(process, settings[process], *more) for process, more in CHILDREN}
        wait_until(lambda: all(_ready(settings[each], each) for each in children) or _ended(children), 120)
        _tell_until(secured, lambda: (told / "deliveries.jsonl").is_file() or _ended(children))
        said = "".join(log.read_text() for _, log in children.values())
        assert not _ended(children), said
        _accept(f"http://127.0.0.1:{board['port']}")
        assert _asked(f"http://127.0.0.1:{ask_at}")["verdict"] == "clear"
        pages = [
            each for process, _ in CHILDREN for each in ("--page", f"127.0.0.1:{port_of(settings[process], process)}")
        ]
        status(["status", "--config", str(tmp_path / "board.json"), *pages])
        shown = capsys.readouterr().out
        for process, _ in CHILDREN:
            assert re.search(rf"^{process} \S* +well ", shown, re.MULTILINE), shown
        for child, log in children.values():
            child.send_signal(signal.SIGTERM)
            assert child.wait(30) == 0, log.read_text()
    said = "".join(log.read_text() for _, log in children.values())
    assert not re.search("ERROR|CRITICAL|Traceback|AUTHORIZATION", said), said


@pytest.mark.parametrize("process", ["deliver", "board", "preflight"])
def test_the_doctor_finds_all_rights_there(
    process: str, secured: Secured, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config = tmp_path / "settings.json"
    settings = secured.settings(process, store={"path": str(tmp_path / "none")})
    config.write_text(json.dumps(revealed(settings.model_dump(exclude_unset=True)), default=str))
    assert status(["doctor", process, "--config", str(config)]) == 0, capsys.readouterr().out
    assert f"right {process}'s rights: all that it needs" in capsys.readouterr().out


def _ready(settings: Settings, process: Process) -> bool:
    try:
        with urlopen(f"http://127.0.0.1:{port_of(settings, process)}/readyz", timeout=5) as page:
            return bool(json.load(page)["ok"])
    except (URLError, OSError):
        return False


def _ended(children: dict[Process, tuple[subprocess.Popen[bytes], Path]]) -> bool:
    return any(child.poll() is not None for child, _ in children.values())


def _tell_until(secured: Secured, done: Any) -> None:
    """Another alert every now and then: whoever began to deliver after one tells only what comes then."""
    producer = Producer({"bootstrap.servers": secured.broker.address, "acks": "all", "log_level": 0})
    numbers = count(1)

    def told() -> bool:
        one = alert(next(numbers))
        producer.produce(ALERTS, wire.encode("alert", one), one.customer_id)
        assert producer.flush(20) == 0
        return bool(done())

    wait_until(told, 120)


def _accept(board: str) -> None:
    """As a help desk does it."""
    items: list[Any] = []
    wait_until(lambda: bool(items.extend(_json(Request(f"{board}/v1/items"))["items"]) or items))
    subject = items[0]["subject"]
    taken = _json(Request(f"{board}/v1/items/{subject}/actions", b'{"kind": "accept"}', method="POST"))
    assert taken["outcome"] == "won", taken


def _asked(preflight: str) -> Any:
    message = {
        "activity": "message", "channel": "email", "direction": "outbound", "department": "marketing",
        "identifiers": [{"kind": "customer_id", "value": "nobody-yet"}],
    }  # fmt: skip
    return _json(Request(f"{preflight}/v1/preflight", json.dumps(message).encode(), method="POST"))


def _json(request: Request) -> Any:
    request.add_header("Authorization", f"Bearer {TOKEN}")
    request.add_header("Content-Type", "application/json")
    with urlopen(request, timeout=20) as answer:
        return json.load(answer)
