"""What was produced counts as delivered when the broker has said so of every record, and not before."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import NoReturn

import pytest
from tests.integration.writer_tools import held

from siloscope.agents.outbox import Outbox
from siloscope.ops.broker import free_port
from siloscope.ops.mock_broker import MockBroker


class Ended(Exception):
    """Stands for the end of the process."""


def end(why: str) -> NoReturn:
    raise Ended(why)


@pytest.fixture(autouse=True)
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is delivered before a test has looked."""
    monkeypatch.setattr("siloscope.agents.outbox.LINGER_MS", 500)


@pytest.fixture(scope="module")
def mock() -> Iterator[MockBroker]:
    with MockBroker() as broker:
        yield broker


def test_a_batch_is_delivered_when_every_record_has_its_report(mock: MockBroker) -> None:
    outbox = Outbox({"bootstrap.servers": mock.address}, end=end)
    for number in range(100):
        outbox.send("siloscope.alerts", f"customer-{number}", b"told")
    batch = outbox.seal()
    assert not batch.delivered
    assert asyncio.run(outbox.empty(10))
    assert batch.delivered
    assert outbox.in_flight == 0


def test_a_batch_that_produced_nothing_waits_for_those_before_it(mock: MockBroker) -> None:
    outbox = Outbox({"bootstrap.servers": mock.address}, end=end)
    outbox.send("siloscope.alerts", "customer", b"told")
    first, second = outbox.seal(), outbox.seal()
    assert (first.delivered, second.delivered) == (False, False)
    asyncio.run(outbox.empty(10))
    assert (first.delivered, second.delivered) == (True, True)


def test_what_is_told_goes_out_when_the_state_that_remembers_it_is_confirmed(mock: MockBroker) -> None:
    outbox = Outbox({"bootstrap.servers": mock.address}, end=end)
    outbox.send("siloscope.state", "customer", b"told")
    outbox.send_later("siloscope.alerts", "customer", b"alert")
    batch = outbox.seal()
    assert outbox.in_flight == 1
    assert asyncio.run(outbox.empty(10))
    assert batch.delivered
    there = [each for number in range(MockBroker.partitions) for each in held(mock.address, "siloscope.alerts", number)]
    assert b"alert" in {message.value() for message in there}


def test_nothing_is_told_while_the_state_is_not_confirmed() -> None:
    outbox = Outbox({"bootstrap.servers": f"127.0.0.1:{free_port()}", "log_level": 0}, end=end)
    outbox.send("siloscope.state", "customer", b"told")
    outbox.send_later("siloscope.alerts", "customer", b"alert")
    outbox.seal()
    assert not asyncio.run(outbox.empty(0.2))
    assert outbox.in_flight == 1


def test_a_record_that_cannot_be_delivered_ends_the_process() -> None:
    nobody = {"bootstrap.servers": f"127.0.0.1:{free_port()}", "message.timeout.ms": 600, "log_level": 0}
    outbox = Outbox(nobody, end=end)
    outbox.send("siloscope.alerts", "customer", b"told")
    batch = outbox.seal()
    with pytest.raises(Ended, match=r"did not take a record of siloscope\.alerts"):
        asyncio.run(outbox.empty(10))
    assert not batch.delivered


def test_what_is_not_delivered_in_time_is_said() -> None:
    outbox = Outbox({"bootstrap.servers": f"127.0.0.1:{free_port()}", "log_level": 0}, end=end)
    outbox.send("siloscope.alerts", "customer", b"told")
    outbox.seal()
    assert not asyncio.run(outbox.empty(0.2))


def test_a_queue_that_stays_full_ends_the_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("siloscope.agents.outbox.MOST_IN_FLIGHT", 5)
    outbox = Outbox({"bootstrap.servers": f"127.0.0.1:{free_port()}", "log_level": 0}, patience=0.3, end=end)
    for _ in range(10):
        outbox.send("siloscope.alerts", "customer", b"told")
    with pytest.raises(Ended, match="takes nothing: 10 records"):
        outbox.send("siloscope.alerts", "customer", b"told")


def test_room_is_waited_for_and_a_broker_that_takes_nothing_ends_the_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("siloscope.agents.outbox.MOST_IN_FLIGHT", 5)
    outbox = Outbox({"bootstrap.servers": f"127.0.0.1:{free_port()}", "log_level": 0}, patience=0.3, end=end)
    for _ in range(8):
        outbox.send("siloscope.alerts", "customer", b"told")
    with pytest.raises(Ended, match="takes nothing: 8 records"):
        asyncio.run(outbox.room())
