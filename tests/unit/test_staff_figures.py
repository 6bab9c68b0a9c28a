"""What moves the metrics of deliveries and of the board: bounded, and true about what a receiver takes."""

from __future__ import annotations

import time

import pytest
from prometheus_client import REGISTRY

from siloscope.deliver.figures import Figures
from siloscope.ops import metrics_staff as metrics
from siloscope.ops.names import MOST_RECEIVERS
from siloscope.web import figures as board


@pytest.fixture(autouse=True)
def anew() -> None:
    metrics.DELIVER_ATTEMPTS.clear()
    metrics.DELIVER_FAILING.clear()


def value(name: str, **labels: str) -> float | None:
    return REGISTRY.get_sample_value(name, labels)


def failing(receiver: str) -> float | None:
    return value("siloscope_deliver_failing_since_timestamp_seconds", receiver=receiver)


def test_a_receiver_fails_since_its_first_refusal_until_it_takes_something() -> None:
    told = Figures(["crm"])
    assert failing("crm") == 0, "a series that begins with trouble hides it"
    assert value("siloscope_deliver_failed_total", receiver="crm", what="opening") == 0
    told.tried("crm", "again")
    since = failing("crm")
    assert since is not None and 0 <= time.time() - since < 60
    told.tried("crm", "refused")
    assert failing("crm") == since
    told.tried("crm", "taken")
    assert failing("crm") == 0


def test_a_thousand_receivers_make_a_bounded_page() -> None:
    told = Figures(f"r-{number}" for number in range(1_000))
    for number in range(1_000):
        told.tried(f"r-{number}", "taken")
    seen = {sample.labels["receiver"] for each in metrics.DELIVER_FAILING.collect() for sample in each.samples}
    assert len(seen) <= MOST_RECEIVERS + 1


def test_what_waits_only_for_its_time_makes_nobody_late() -> None:
    told = Figures(["crm"])
    told.waiting("crm", due=0, later=7, oldest_due_seconds=900)
    assert value("siloscope_deliver_behind_seconds", receiver="crm") == 0
    told.waiting("crm", due=2, later=0, oldest_due_seconds=900)
    assert value("siloscope_deliver_behind_seconds", receiver="crm") == 900


def test_who_no_longer_leads_leaves_no_trouble_on_its_page() -> None:
    """Another process has it now; what this one said last would stand there for ever, and wake somebody."""
    told = Figures(["crm"])
    told.leads(True)
    told.tried("crm", "again")
    told.waiting("crm", due=2, later=3, oldest_due_seconds=900)
    told.behind(5_000)
    told.leads(False)
    assert failing("crm") == 0
    assert value("siloscope_deliver_behind_seconds", receiver="crm") == 0
    assert value("siloscope_deliver_waiting", receiver="crm", when="due") == 0
    assert value("siloscope_deliver_lag_records") == 0
    assert value("siloscope_deliver_leads") == 0


def test_a_kind_of_action_that_nobody_knows_makes_no_series_of_its_own() -> None:
    board.action("anna.keller@example.com", "api", "refused")
    assert value("siloscope_board_actions_total", kind="other", way="api", outcome="refused") == 1


def test_open_pages_are_counted_as_long_as_they_are_open() -> None:
    before = value("siloscope_board_connections") or 0
    with board.connected():
        assert value("siloscope_board_connections") == before + 1
    assert value("siloscope_board_connections") == before
