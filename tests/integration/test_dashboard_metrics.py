"""Every PromQL query of the dashboards, as Grafana would send it, on a real Prometheus that scrapes a recorded run."""

from __future__ import annotations

import json
import math
import re
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from prometheus_client import REGISTRY
from tests.prometheus_server import Prometheus, scraping
from tests.recorded_metrics import played, recorded

import siloscope.ops.metrics_staff  # noqa: F401  with this, every metric there is
from siloscope.panels.queries import PROMETHEUS, Query, Range, chosen, queries
from siloscope.shipped import checkout, shipped

DASHBOARDS = [json.loads(file.read_text()) for file in sorted(shipped("deploy/grafana/dashboards").glob("*.json"))]
QUERIES = [
    (query, chosen(each)) for each in DASHBOARDS for query in queries(each) if query.source == PROMETHEUS
]  # fmt: skip
ASKED = [pytest.param(*each, id=f"{each[0].title} {each[0].ref}") for each in QUERIES]
RULES = sorted((checkout() or Path()).glob("deploy/prometheus/rules/*.yml"))
# What a good run does not have, so that the panels that show it are tried too: a third process, which only has this.
TROUBLE = """
process_start_time_seconds {number}
siloscope_writer_retries_total{{table="alerts"}} {number}
siloscope_writer_refused_total{{topic="touchpoints",reason="impossible"}} {number}
"""
FIRING = 'ALERTS{alertname="SiloscopeRestarting",alertstate="firing"}'


@pytest.fixture(scope="module")
def prometheus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Prometheus]:
    pages = {**recorded(), "trouble": [TROUBLE.format(number=number) for number in range(10)]}
    with played(pages) as processes:
        targets = [each.target for each in processes]
        with Prometheus(tmp_path_factory.mktemp("prometheus"), scraping(targets, rules=RULES)) as prometheus:
            until = time.monotonic() + 60
            while not (all(each.over for each in processes) and prometheus.query(FIRING)) and time.monotonic() < until:
                time.sleep(0.2)
            yield prometheus


def _values(prometheus: Prometheus, query: Query, choices: dict[str, list[str]]) -> list[float]:
    now = datetime.now(UTC)
    shown = Range(now - timedelta(minutes=15), now, 60)
    text = query.expanded(shown, choices)
    if query.instant:
        return [float(each["value"][1]) for each in prometheus.query(text, now.timestamp())]
    found = prometheus.query_range(text, shown.start.timestamp(), now.timestamp(), shown.step(15))
    return [float(value) for each in found for _, value in each["values"]]


@pytest.mark.parametrize(("query", "choices"), ASKED)
def test_a_panel_has_data(prometheus: Prometheus, query: Query, choices: dict[str, list[str]]) -> None:
    values = [value for value in _values(prometheus, query, choices) if not math.isnan(value)]
    assert values, "if metrics were renamed: record them anew, see tests/recorded_metrics.py"


@pytest.mark.parametrize(("query", "choices"), ASKED)
def test_a_panel_asks_for_metrics_that_there_are(query: Query, choices: dict[str, list[str]]) -> None:
    there = {sample.name for family in REGISTRY.collect() for sample in family.samples} | {
        family.name + ending
        for family in REGISTRY.collect()
        for ending in {"counter": ("_total",), "histogram": ("_bucket", "_sum", "_count")}.get(family.type, ("",))
    }
    assert set(re.findall(r"siloscope_\w+", query.text)) <= there


def test_in_a_good_run_nothing_is_red(prometheus: Prometheus) -> None:
    limits = {
        panel["title"]: panel["fieldConfig"]["defaults"]["thresholds"]["steps"]
        for dashboard in DASHBOARDS
        for panel in dashboard["panels"]
        if panel["type"] == "stat" and panel["datasource"]["type"] == PROMETHEUS
    }
    for query, choices in QUERIES:
        if query.title in limits:
            (value,) = _values(prometheus, query, choices)
            steps = limits[query.title]
            reached = [step["color"] for step in steps if step["value"] is None or value >= step["value"]]
            assert reached[-1] == "green", (query.title, value)
            assert all(low["value"] < high["value"] for low, high in pairwise(steps[1:]))


def test_a_process_that_goes_away_is_seen(tmp_path: Path) -> None:
    (query,) = [query for query, _ in QUERIES if query.title == "How many processes do not answer?"]
    with played(recorded()) as processes:
        targets = [each.target for each in processes]
        with Prometheus(tmp_path, scraping([*targets, "127.0.0.1:1"])) as prometheus:
            until = time.monotonic() + 30
            while _values(prometheus, query, {}) != [1] and time.monotonic() < until:
                time.sleep(0.2)
            assert _values(prometheus, query, {}) == [1]


def test_without_a_process_nothing_is_known(tmp_path_factory: pytest.TempPathFactory) -> None:
    with Prometheus(tmp_path_factory.mktemp("nothing"), scraping([], rules=RULES)) as prometheus:
        assert [query.title for query, choices in QUERIES if _values(prometheus, query, choices)] == []
