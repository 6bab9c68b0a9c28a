"""A fresh pipeline for each fault, and one input for all."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.faults.expected import Input
from tests.faults.rig import QUICK, Rig

from siloscope.errors import Unusable
from siloscope.ops.broker import Broker, available
from siloscope.ops.simulate import Plan, simulate


@pytest.fixture(scope="session")
def company() -> Input:
    """Two days of an invented company: about 18,000 touchpoints."""
    plan = Plan(seed=7, customers=2_000, days=2)
    return Input(list(simulate(plan)), plan.end)


@pytest.fixture(scope="session")
def rough_broker() -> Iterator[Broker]:
    """A broker that the tests of this directory may kill, as long as they start it again."""
    why_not = available()
    if why_not is not None:
        pytest.skip(why_not)
    broker = Broker(properties=QUICK)
    try:
        broker.start()
    except Unusable as error:
        pytest.skip(str(error))
    yield broker
    broker.stop()


@pytest.fixture
def rig(rough_broker: Broker, tmp_path: Path) -> Iterator[Rig]:
    """A pipeline with empty topics, without workers yet."""
    rig = Rig(rough_broker, tmp_path)
    yield rig
    rig.end()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what needs the rig, and with it a real broker."""
    for item in items:
        if "rig" in getattr(item, "fixturenames", ()):
            item.add_marker("broker")
