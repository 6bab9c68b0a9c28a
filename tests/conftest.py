"""What tests share: a real Kafka broker, where this machine can have one."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from tests.warehouse import company, company_store, warehouse

from siloscope.errors import Unusable
from siloscope.ops.broker import Broker, available

__all__ = ["broker", "company", "company_store", "own_broker", "warehouse"]  # the fixtures of all tests


@pytest.fixture(scope="session")
def broker() -> Iterator[Broker]:
    """One broker for all tests that do not disturb it; each makes topics of its own, or deletes the known ones."""
    with _started() as broker:
        yield broker


@pytest.fixture
def own_broker() -> Iterator[Broker]:
    """A broker for one test alone: it may be killed, and has no topics yet."""
    with _started() as broker:
        yield broker


def _started() -> Broker:
    why_not = available()
    if why_not is not None:
        pytest.skip(why_not)
    broker = Broker()
    try:
        broker.start()
    except Unusable as error:
        pytest.skip(str(error))
    return broker


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what uses a real broker, so that it can be left out where there is none."""
    for item in items:
        if {"broker", "own_broker", "rough_broker"} & set(getattr(item, "fixturenames", ())):
            item.add_marker("broker")
