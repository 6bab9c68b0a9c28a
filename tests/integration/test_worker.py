"""One worker on a real broker: bad input, time without events, metrics, and what stops it from beginning."""

from __future__ import annotations

import re
import socket
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.faults.rig import PARTITIONS, Rig

from siloscope import wire
from siloscope.agents import worker
from siloscope.agents.telling import ALERTS, DEAD_LETTERS
from siloscope.core.touchpoint import HOUR, MINUTE, Identifier, Touchpoint
from siloscope.errors import Unusable, WrongUsage
from siloscope.ops import topics
from siloscope.ops.broker import Broker, free_port
from siloscope.settings import load

NOW = time.time_ns() // 1_000_000


def question(name: str, at: int) -> Touchpoint:
    return Touchpoint(
        name, at, "question", "support", "email", "inbound", [Identifier("customer_id", "anna")], thread_ref="thread"
    )


def record(touchpoint: Touchpoint) -> tuple[str, bytes]:
    return "anna", wire.encode("touchpoint", touchpoint)


@pytest.fixture
def rig(broker: Broker, tmp_path: Path) -> Iterator[Callable[..., Rig]]:
    made: list[Rig] = []

    def make(**settings: object) -> Rig:
        made.append(Rig(broker, tmp_path, session_timeout=10, **settings))
        return made[-1]

    yield make
    for each in made:
        each.end()


def wait_for(found: Callable[[], list[Any]]) -> list[Any]:
    until = time.monotonic() + 60
    while not (all_of_it := found()):
        assert time.monotonic() < until
        time.sleep(0.2)
    return all_of_it


def alerts(rig: Rig) -> list[dict[str, Any]]:
    return [wire.decode("alert", message.value()) for message in rig.read(ALERTS)]


def test_what_is_no_touchpoint_goes_whole_to_the_dead_letters_and_nothing_stops(rig: Callable[..., Rig]) -> None:
    poison = [b"\xff\x00rubbish", b"{", b'{"touchpoint_id": "x", "mood": "bad"}', b""]
    pipeline = rig()
    good = record(question("q1", NOW - 90 * HOUR))
    pipeline.feed([good, *(("anna", value) for value in poison)], 10_000)
    pipeline.work()
    pipeline.close(NOW)
    letters = [wire.decode("dead_letter", message.value()) for message in pipeline.read(DEAD_LETTERS)]
    assert sorted(letter["value"] for letter in letters) == sorted(poison)
    assert {letter["reason"] for letter in letters} == {"undecodable", "unknown_field"}
    for letter in letters:
        assert letter["dead_letter_id"] == f"touchpoints/{letter['partition']}/{letter['offset']}"
        assert letter["key"] == b"anna"
        assert letter["message"]
    assert [alert["symptom"] for alert in alerts(pipeline)] == ["unanswered"]


def test_with_the_wall_clock_an_alert_comes_without_any_further_event(rig: Callable[..., Rig]) -> None:
    pipeline = rig(clock="wall", grace_seconds=0)
    due_soon = time.time_ns() // 1_000_000 - 72 * HOUR + 10_000
    pipeline.feed([record(question("q1", due_soon))], 10_000)
    pipeline.work()
    found = wait_for(lambda: alerts(pipeline))
    assert [alert["symptom"] for alert in found] == ["unanswered"]
    assert time.time_ns() // 1_000_000 >= due_soon + 72 * HOUR
    assert found[0]["detected_at"] >= found[0]["opened_at"]


def test_a_touchpoint_from_the_future_is_a_dead_letter(rig: Callable[..., Rig]) -> None:
    pipeline = rig(clock="wall")
    far = time.time_ns() // 1_000_000 + 30 * MINUTE
    pipeline.feed([record(question("far", far)), record(question("near", far - 25 * MINUTE))], 10_000)
    pipeline.work()
    letters = wait_for(lambda: [wire.decode("dead_letter", each.value()) for each in pipeline.read(DEAD_LETTERS)])
    assert [letter["reason"] for letter in letters] == ["from_the_future"]


def test_the_metrics_page_says_what_came_and_what_was_told(rig: Callable[..., Rig]) -> None:
    pipeline = rig()
    pipeline.feed([record(question(f"q{number}", NOW - (90 - number) * HOUR)) for number in (1, 1, 2)], 10_000)
    pipeline.feed([("anna", b"rubbish")], 10_000)
    pipeline.work()
    pipeline.wait_for(4)
    port = re.search(r"127\.0\.0\.1:(\d+)/metrics", pipeline.log())
    assert port is not None
    page = urllib.request.urlopen(f"http://127.0.0.1:{port[1]}/metrics", timeout=5).read().decode()
    values = dict(line.rsplit(" ", 1) for line in page.splitlines() if line.startswith("siloscope_"))
    assert float(values['siloscope_touchpoints_total{how="duplicate"}']) == 1
    assert float(values['siloscope_touchpoints_total{how="in_order"}']) == 2
    assert float(values['siloscope_records_rejected_total{reason="undecodable"}']) == 1
    assert float(values["siloscope_partitions_held"]) == PARTITIONS
    assert float(values["siloscope_chunk_seconds_count"]) >= 1


def test_a_broker_that_is_not_there_is_said_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(topics, "_SECONDS_TO_CONNECT", 1)
    with pytest.raises(Unusable, match="no Kafka broker answers at"):
        worker.run(load(bootstrap_servers=f"127.0.0.1:{free_port()}"))


def test_missing_topics_are_said_with_the_command_that_makes_them(own_broker: Broker) -> None:
    with pytest.raises(Unusable, match="siloscope topics --create"):
        worker.run(load(bootstrap_servers=own_broker.address))


def test_a_taken_metrics_port_is_said_with_the_setting(rig: Callable[..., Rig]) -> None:
    pipeline = rig()
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        settings = load(bootstrap_servers=pipeline.broker.address, partitions=PARTITIONS, metrics_port=port)
        with pytest.raises(Unusable, match=f"127.0.0.1:{port}.*metrics_port"):
            worker.run(settings)


def test_a_parameter_that_cannot_be_is_said() -> None:
    with pytest.raises(WrongUsage, match="symptoms: unanswered"):
        worker.partition_opener(load(symptoms={"unanswered": {"nonsense": 1}}))
