"""A fresh pipeline for each fault, and one input for all."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.faults.expected import Input
from tests.faults.proxy import Proxy
from tests.faults.rig import QUICK, Rig
from tests.faults.store_process import StoreProcess
from tests.faults.store_rig import Clean, StoreRig, hurried

from siloscope.ops.broker import Broker
from siloscope.ops.broker_parts import lacking
from siloscope.ops.simulate import Plan, simulate


@pytest.fixture(scope="session")
def company() -> Input:
    """Two days of an invented company: about 18,000 touchpoints."""
    plan = Plan(seed=7, customers=2_000, days=2)
    return Input(list(simulate(plan)), plan.end)


@pytest.fixture(scope="session")
def rough_broker() -> Iterator[Broker]:
    """A broker that the tests of this directory may kill, as long as they start it again."""
    why_not = lacking()
    if why_not is not None:
        pytest.skip(why_not)
    broker = Broker(properties=QUICK)
    broker.start()
    yield broker
    broker.stop()


@pytest.fixture(scope="session")
def clean() -> dict[int, Clean]:
    """What stores that met no fault show."""
    return {}


@pytest.fixture(scope="module")
def store_process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StoreProcess]:
    """A server for one module; who kills it starts it again."""
    process = StoreProcess(tmp_path_factory.mktemp("server") / "store")
    yield process
    process.stop()


@pytest.fixture(name="hurried")
def _hurried() -> Iterator[None]:
    """Writers of this process wait as long as a test can."""
    with hurried():
        yield


@pytest.fixture
def store_rig(
    broker: Broker, store_process: StoreProcess, clean: dict[int, Clean], request: pytest.FixtureRequest,
    hurried: None,
) -> Iterator[StoreRig]:  # fmt: skip
    """Topics and a database of their own."""
    proxy = Proxy(store_process.port)
    name = re.sub(r"\W+", "_", request.node.name[5:]).strip("_")[-50:]
    yield StoreRig(broker, store_process, proxy, name, clean)
    proxy.refuse()


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
