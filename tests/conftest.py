"""What tests share: a real Kafka broker, where this machine can have one, and how much hypothesis tries.

`ci` by default, much with HYPOTHESIS_PROFILE=night; failing examples are printed.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, Phase, settings
from tests.warehouse import company, company_store, warehouse

from siloscope.ops.broker import Broker
from siloscope.ops.broker_parts import lacking

__all__ = ["broker", "company", "company_store", "own_broker", "warehouse"]  # the fixtures of all tests

slow = (HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much)
phases = (Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink)  # explaining takes longer than finding
common = {"deadline": None, "print_blob": True, "suppress_health_check": slow, "phases": phases}
# The same examples every time: what is new is looked for at night, not while somebody waits to land a change.
settings.register_profile("ci", max_examples=120, stateful_step_count=25, derandomize=True, **common)
settings.register_profile("night", max_examples=5_000, stateful_step_count=60, **common)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))


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
    why_not = lacking()
    if why_not is not None:
        pytest.skip(why_not)
    broker = Broker()
    broker.start()
    return broker


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what uses a real broker, so that it can be left out where there is none."""
    for item in items:
        if {"broker", "own_broker", "rough_broker"} & set(getattr(item, "fixturenames", ())):
            item.add_marker("broker")
