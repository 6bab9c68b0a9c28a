"""The metrics of real workers: what they say stands is what they told, also after a death, and the balance closes."""

from __future__ import annotations

import re
import subprocess
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest
from prometheus_client.parser import text_string_to_metric_families
from tests.debian_tools import tool
from tests.faults.expected import Standing
from tests.faults.rig import PARTITIONS, Rig
from tests.integration.writer_tools import wait_until

from siloscope import wire
from siloscope.core.touchpoint import HOUR, MINUTE, Identifier, Kpi, Touchpoint
from siloscope.ops.broker import Broker

NOW = time.time_ns() // 1_000_000 - 30 * HOUR
OPEN = ("open", "updated", "pending", "overdue")
Record = tuple[str, bytes]
Page = dict[tuple[str, frozenset[tuple[str, str]]], float]


@pytest.fixture
def rig(broker: Broker, tmp_path: Path) -> Iterator[Callable[..., Rig]]:
    made: list[Rig] = []

    def make(**settings: object) -> Rig:
        made.append(Rig(broker, tmp_path, session_timeout=10, **settings))
        return made[-1]

    yield make
    for each in made:
        each.end()


def touchpoint(name: str, customer: str, at: int, what: str, **more: Any) -> Record:
    department, activity = what.split()
    found = Touchpoint(name, at, activity, department, "email", None, [Identifier("customer_id", customer)], **more)
    return customer, wire.encode("touchpoint", found)


def input_of_a_day() -> list[Record]:
    """Twelve unanswered questions on one topic, five handoffs that nobody takes over, reports, rubbish, twice."""
    asked = NOW - 72 * HOUR
    records = [
        touchpoint(f"q{n}", f"anna-{n}", asked + n * MINUTE, "support question", topic="invoice", thread_ref=f"t{n}")
        for n in range(12)
    ]
    records += [
        touchpoint(f"h{n}", f"ben-{n}", NOW - 30 * HOUR, "sales handoff_started", to_department="delivery")
        for n in range(5)
    ]
    records += [
        touchpoint(f"k{n}", f"cleo-{n}", NOW - HOUR, "support case_opened", case_ref=f"c{n}", kpi=Kpi("sla", met=met))
        for n, met in enumerate((True, True, False, None))
    ]
    return [*records, *records[:3], ("anna", b"rubbish"), ("anna", b"{}")]


def text_of(port: str) -> str:
    return str(urlopen(f"http://127.0.0.1:{port}/metrics", timeout=5).read().decode())


def page_of(port: str) -> Page:
    text = text_of(port)
    samples = (sample for family in text_string_to_metric_families(text) for sample in family.samples)
    return {(sample.name, frozenset(sample.labels.items())): sample.value for sample in samples}


def pages(rig: Rig) -> list[Page]:
    """Those of the workers that live; a port is said once at the start."""
    found = []
    for port in set(re.findall(r"127\.0\.0\.1:(\d+)/metrics", (rig._work / "workers.log").read_text())):
        try:
            found.append(page_of(port))
        except OSError:
            continue
    return found


def series(found: list[Page], name: str) -> dict[tuple[str, ...], float]:
    """The sum over pages, by the values of the labels in the order of their names; what is 0 is left out."""
    total: Counter[tuple[str, ...]] = Counter()
    for page in found:
        for (each, labels), value in page.items():
            if each == name:
                total[tuple(value for _, value in sorted(labels))] += value  # type: ignore[assignment]
    return {labels: value for labels, value in total.items() if value}


def balances(found: list[Page]) -> list[float]:
    terms = ("applied_total", "dead_total", "absent_total", "given_back_total", "unhandled")
    accepted = [series([page], "siloscope_records_accepted_total") for page in found]
    rest = [[series([page], f"siloscope_records_{term}") for term in terms] for page in found]
    return [
        value - sum(each.get(topic, 0) for each in rest[number])
        for number, of_page in enumerate(accepted)
        for topic, value in of_page.items()
    ]


def told(standing: Standing) -> dict[str, dict[tuple[str, ...], float]]:
    """What the topics say stands open, as the metrics should have it."""
    opened = [each for each in standing.values() if each["status"] in OPEN]
    alerts = [each for each in opened if "alert_id" in each]
    incidents = [each for each in opened if "sample" in each]
    warnings = [each for each in opened if "warning_id" in each]
    return {
        "siloscope_alerts_open": dict(Counter(map(_kind, alerts))),
        "siloscope_incidents_open": dict(Counter(map(_kind, incidents))),
        "siloscope_incident_customers": {_kind(each): each["customers"] for each in incidents},
        "siloscope_handoffs_waiting": dict(Counter((each["to_department"], each["status"]) for each in warnings)),
    }


def _kind(told: dict[str, Any]) -> tuple[str, ...]:
    return told["owner_department"], told["severity"], told["symptom"]


def said(found: list[Page]) -> dict[str, dict[tuple[str, ...], float]]:
    names = ("alerts_open", "incidents_open", "incident_customers", "handoffs_waiting")
    return {f"siloscope_{name}": series(found, f"siloscope_{name}") for name in names}


def test_what_stands_is_what_was_told_before_and_after_a_death_and_nothing_is_lost(rig: Callable[..., Rig]) -> None:
    pipeline, began = rig(), time.time()
    worker = pipeline.work(instance="one")
    pipeline.feed(input_of_a_day(), 10_000)
    pipeline.settle(NOW + HOUR)
    expected = told(pipeline.standing())
    assert expected["siloscope_incident_customers"] == {("support", "warning", "unanswered"): 12}
    assert expected["siloscope_handoffs_waiting"] == {("delivery", "overdue"): 5}
    wait_until(lambda: said(pages(pipeline)) == expected)

    found = pages(pipeline)
    assert series(found, "siloscope_alerts_opened_total").keys() >= {("confirmed", "support", "warning", "unanswered")}
    assert series(found, "siloscope_kpis_total") == {
        ("support", "yes"): 2, ("support", "no"): 1, ("support", "unknown"): 1,
    }  # fmt: skip
    assert balances(found) == [0, 0]
    assert series(found, "siloscope_records_dead_total") == {("touchpoints",): 2}
    fed = len(input_of_a_day()) + PARTITIONS
    assert series(found, "siloscope_records_accepted_total")["touchpoints",] == fed
    chunks = series(found, "siloscope_event_to_alert_seconds_count")[()]
    assert series(found, "siloscope_event_to_alert_seconds_sum")[()] / chunks < 60, "the start of the worker included"
    assert series(found, "siloscope_alert_delay_seconds_count") == {}, "the clock is that of the events"
    assert began < series(found, "siloscope_worker_seen_timestamp_seconds")[()] < time.time()
    assert began < series(found, "siloscope_last_commit_timestamp_seconds")[()] < time.time()
    assert series(found, "siloscope_customers")["live",] == 12 + 5 + 4
    assert series(found, "siloscope_timers_waiting")[()] > 5

    text = text_of(re.findall(r"127\.0\.0\.1:(\d+)/metrics", pipeline.log())[-1])
    run = subprocess.run([tool("promtool"), "check", "metrics"], input=text, capture_output=True, text=True)
    assert (run.returncode, run.stdout, run.stderr) == (0, "", "")

    pipeline.kill9(worker)
    pipeline.work(instance="one")
    wait_until(lambda: said(pages(pipeline)) == expected)
    assert series(pages(pipeline), "siloscope_alerts_opened_total") == {}, "what is told again did not open again"


def test_when_partitions_change_hands_each_worker_says_its_own_and_both_balances_close(rig: Callable[..., Rig]) -> None:
    pipeline = rig()
    pipeline.work()
    records = input_of_a_day()
    pipeline.feed(records[:12], 10_000)
    pipeline.wait_for(12)
    pipeline.wait_until_at_work(pipeline.work())
    pipeline.feed(records[12:], 10_000)
    pipeline.settle(NOW + HOUR)
    expected = told(pipeline.standing())
    wait_until(lambda: said(pages(pipeline)) == expected)
    found = pages(pipeline)
    assert len(found) == 2
    assert sorted(series([page], "siloscope_partitions_held")[()] for page in found) == [2, 2]
    assert series(found, "siloscope_partitions")[()] == 2 * PARTITIONS, "each says how many there are"
    assert set(balances(found)) == {0}


def test_with_the_wall_clock_it_is_measured_how_late_an_alert_is(rig: Callable[..., Rig]) -> None:
    pipeline = rig(clock="wall", grace_seconds=0)
    pipeline.wait_until_at_work(pipeline.work())
    due_soon = time.time_ns() // 1_000_000 - 72 * HOUR + 2_000
    pipeline.feed([touchpoint("q", "anna", due_soon, "support question", thread_ref="t")], 10_000)
    wait_until(lambda: series(pages(pipeline), "siloscope_alert_delay_seconds_count") == {(): 1})
    assert series(pages(pipeline), "siloscope_alert_delay_seconds_sum")[()] < 10
