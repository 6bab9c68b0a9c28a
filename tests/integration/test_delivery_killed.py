"""A delivery process that dies at any moment, again and again: nothing is lost, and nothing told twice by id."""

from __future__ import annotations

import random
import subprocess
import sys
import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec
import pytest
import yaml
from tests.integration.writer_tools import fresh_topics, produce, wait_until, warning
from tests.webhook_receiver import WebhookReceiver

from siloscope import wire
from siloscope.agents.connection import for_confluent
from siloscope.agents.state import StateReader, Unreadable
from siloscope.deliver import process
from siloscope.deliver.journal import Journal
from siloscope.deliver.sending import Outgoing
from siloscope.ops.broker import Broker
from siloscope.ops.health import Health
from siloscope.settings import Settings, load

WARNINGS = 60
DEATHS = 20


def config(folder: Path, broker: Broker, receiver: WebhookReceiver, name: str) -> Path:
    """The settings file of the process `name`."""
    given = {
        "bootstrap_servers": broker.address, "group_id": f"killed-{folder.name}", "instance_id": name, "partitions": 2,
        "metrics_port": 0, "session_timeout": 6,
        "deliver": {
            "receivers": {"hook": receiver.settings}, "routes": [{"to": ["hook"]}], "newest_hours": False,
            "group_wait_seconds": 1,
        },
    }  # fmt: skip
    file = folder / f"{name}.yml"
    file.write_text(yaml.safe_dump(given))
    return file


def tell(address: str, numbers: Iterable[int], revision: int = 1) -> None:
    produce(address, "siloscope.warnings", [wire.encode("warning", warning(each, revision)) for each in numbers])


def wait_for(receiver: WebhookReceiver, kind: str, number: int) -> None:
    wait_until(lambda: receiver.types()[kind] >= number, 120)


def started(file: Path) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-m", "siloscope", "deliver", "--config", str(file)])


def judge(receiver: WebhookReceiver) -> None:
    """Each warning was told, and that somebody took it; and under each id always the same."""
    assert receiver.types() == {"warning.pending": WARNINGS, "warning.accepted": WARNINGS}
    for some in receiver.bodies.values():
        assert len({msgspec.json.decode(each)["data"]["warning_id"] for each in some}) == 1


class Died(BaseException):
    """The process ended here, without a word."""


@pytest.fixture
def undead(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Who died closes no journal: what it had begun stays begun, until the next one shuts it out."""
    close, dead = Journal.close, list[Journal]()

    def close_unless_died(self: Journal) -> None:
        if isinstance(sys.exception(), Died):
            dead.append(self)
        else:
            close(self)

    monkeypatch.setattr(Journal, "close", close_unless_died)
    yield
    for each in dead:
        close(each)


class Alone:
    """A group of one, which nobody waits for."""

    leads = True

    def __init__(self, settings: Settings) -> None:
        pass

    def look(self, seconds: float = 0.0) -> bool:
        return True

    def close(self) -> None:
        pass


@pytest.mark.slow
def test_it_may_die_at_every_step(
    broker: Broker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, undead: None
) -> None:
    """Between any two things that leave the process: in the midst of a round, before and after it, and of a sending."""
    dice = random.Random(6)
    steps = {"left": 20, "deaths": 0}

    def step() -> None:
        steps["left"] -= 1
        if steps["left"] <= 0 and steps["deaths"] < DEATHS:
            steps["deaths"] += 1
            steps["left"] = dice.randint(1, 25)
            raise Died

    produced, written, sent = Journal._produce, Journal.write, Outgoing.send

    def produce_or_die(self: Journal, key: bytes, value: bytes | None) -> None:
        step()
        produced(self, key, value)

    def write_and_die(self: Journal, changes: Any, place: Mapping[Any, int]) -> None:
        written(self, changes, place)
        step()

    def send_and_die(self: Outgoing, message: Any) -> None:
        sent(self, message)
        time.sleep(dice.choice((0, 0, 0.02)))  # it may arrive, and may not
        step()

    monkeypatch.setattr(process, "Membership", Alone)
    monkeypatch.setattr(Journal, "_produce", produce_or_die)
    monkeypatch.setattr(Journal, "write", write_and_die)
    monkeypatch.setattr(Outgoing, "send", send_and_die)
    with WebhookReceiver() as receiver:
        settings = load(config(tmp_path, broker, receiver, "one"))
        fresh_topics(settings)
        stop = threading.Event()

        def again_and_again() -> None:
            while not stop.is_set():
                try:
                    process.deliver(settings, stop, Health("deliver"))
                except Died:
                    pass

        running = threading.Thread(target=again_and_again)
        running.start()
        wait_until(lambda: has_begun(settings))
        for number in range(0, WARNINGS, 10):
            tell(broker.address, range(number, number + 10))
            time.sleep(0.3)
        wait_for(receiver, "warning.pending", WARNINGS)
        tell(broker.address, range(WARNINGS), 2)
        wait_for(receiver, "warning.accepted", WARNINGS)
        stop.set()
        running.join()
        assert steps["deaths"] == DEATHS
        judge(receiver)


@pytest.mark.slow
def test_it_may_be_killed_while_another_stands_by(broker: Broker, tmp_path: Path) -> None:
    dice = random.Random(7)
    with WebhookReceiver() as receiver:
        files = [config(tmp_path, broker, receiver, name) for name in ("one", "two")]
        fresh_topics(load(files[0]))
        running = [started(file) for file in files]
        try:
            wait_until(lambda: has_begun(load(files[0])))
            for number in range(0, WARNINGS, 10):
                tell(broker.address, range(number, number + 10))
                time.sleep(dice.uniform(0.2, 2))
                running[number // 10 % 2].kill()
                running[number // 10 % 2].wait()
                running[number // 10 % 2] = started(files[number // 10 % 2])
            wait_for(receiver, "warning.pending", WARNINGS)
            running[0].kill()  # for good: the other takes over, if it did not lead
            tell(broker.address, range(WARNINGS), 2)
            wait_for(receiver, "warning.accepted", WARNINGS)
        finally:
            for each in running:
                each.terminate()
        assert running[1].wait(30) == 0
        judge(receiver)


def has_begun(settings: Settings) -> bool:
    """It has looked where the topics ended: what is told from now on, is told."""
    found: list[bytes] = []
    reader = StateReader(for_confluent(settings), "siloscope.deliveries", "looking")
    try:
        reader.read({0: lambda key, _: found.append(key)}, threading.Event())
    except Unreadable:  # the topic is new
        return False
    return bool(found)
