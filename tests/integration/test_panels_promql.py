"""PromQL without a Prometheus: each query of the dashboards answered as Prometheus does, from the same samples."""

from __future__ import annotations

import json
import math
import random
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, start_http_server
from tests.prometheus_server import Prometheus, scraping

from siloscope.panels import sources
from siloscope.panels.evaluation import Evaluated
from siloscope.panels.promql import Selector, parsed
from siloscope.panels.queries import PROMETHEUS, Range, chosen, queries
from siloscope.panels.samples import Samples
from siloscope.shipped import shipped

SECONDS = 12
DASHBOARDS = [json.loads(file.read_text()) for file in sorted(shipped("deploy/grafana/dashboards").glob("*.json"))]
EXPRESSIONS = sorted({
    each.expanded(Range(datetime.now(UTC) - timedelta(hours=3), datetime.now(UTC)), chosen(dashboard))
    for dashboard in DASHBOARDS for each in queries(dashboard) if each.source == PROMETHEUS
})  # fmt: skip
MORE = [
    "rate(siloscope_touchpoints_total[5s])",
    "increase(siloscope_touchpoints_total[4s]) > 3",
    "max_over_time(siloscope_lag_records[6s])",
    'sum without (how) (siloscope_touchpoints_total{how!~"late|x.*"})',
    "siloscope_lag_records > bool 50 or vector(7)",
    "histogram_quantile(0.9, rate(siloscope_event_to_alert_seconds_bucket[8s]))",
    "-siloscope_lag_records / 0",
    "sum(siloscope_lag_records) by (topic) * 2 - 1",
    "count(up) + scalar(sum(siloscope_lag_records)) % 7",
    "siloscope_lag_records and siloscope_lag_records > 50",
    "clamp_max(abs(0 - siloscope_lag_records), 20)",
    "50 < siloscope_lag_records",
]
RATES = "sum by (how) (rate(siloscope_touchpoints_total[5s]))"


@pytest.fixture(scope="module")
def prometheus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Prometheus]:
    """One that has read a process' page for some seconds, while its figures moved and a counter began anew."""
    registry = CollectorRegistry()
    server, thread = start_http_server(0, "127.0.0.1", registry)
    config = scraping([f"127.0.0.1:{server.server_address[1]}"])
    config["global"] = {"scrape_interval": "1s", "scrape_timeout": "1s"}
    with Prometheus(tmp_path_factory.mktemp("prometheus"), config) as found:
        _live(registry)
        yield found
    server.shutdown()
    thread.join()


def _live(registry: CollectorRegistry) -> None:
    chance = random.Random(5)
    came = Counter("siloscope_touchpoints", "how", ["how"], registry=registry)
    lag = Gauge("siloscope_lag_records", "lag", ["topic", "partition"], registry=registry)
    took = Histogram("siloscope_event_to_alert_seconds", "took", registry=registry)
    until = time.monotonic() + SECONDS
    while time.monotonic() < until:
        if until - time.monotonic() < SECONDS / 2 and chance.random() < 0.05:
            came.clear()  # as if the process had started again
        for how in ("in_order", "late", "duplicate"):
            came.labels(how).inc(chance.randrange(20))
        for place in ("0", "1"):
            lag.labels("touchpoints", place).set(chance.randrange(100))
            took.observe(chance.random() * 3)
        time.sleep(0.15)


@pytest.fixture(scope="module")
def samples(prometheus: Prometheus) -> Samples:
    """What that Prometheus keeps, sample by sample, but the newest: it goes on reading."""
    ours, settled = Samples([]), time.time() - 2
    for series in prometheus.query('{job="siloscope"}[5m]'):
        labels = dict(series["metric"])
        name = labels.pop("__name__")
        kept = ours._series[name][tuple(sorted(labels.items()))]
        for at, value in series["values"]:
            if at <= settled:
                kept.add(float(at), float(value))
    return ours


def _newest(samples: Samples) -> float:
    return max(each.times[-1] for named in samples._series.values() for each in named.values() if each.times)


@pytest.mark.parametrize("query", EXPRESSIONS + MORE)
def test_the_answer_is_that_of_prometheus(prometheus: Prometheus, samples: Samples, query: str) -> None:
    theirs, ours = sources.Prometheus(prometheus.url), Evaluated(samples)
    newest = _newest(samples)
    for before in (0.0, 1.3, 4.0, 7.7):
        moment = datetime.fromtimestamp(newest - before, UTC)
        expected, found = (
            {_key(each): each.points[-1][1] for each in asked.at(query, moment)} for asked in (theirs, ours)
        )
        assert found.keys() == expected.keys()
        for labels, value in expected.items():
            assert found[labels] == pytest.approx(value, rel=1e-6, nan_ok=True), (query, labels, before)


def test_over_time_the_points_are_those_of_prometheus(prometheus: Prometheus, samples: Samples) -> None:
    end = datetime.fromtimestamp(_newest(samples), UTC)
    shown = Range(end - timedelta(seconds=20), end)
    theirs, ours = (
        {
            _key(each): each.points
            for each in asked.over("sum by (how) (rate(siloscope_touchpoints_total[5s]))", shown, 2)
        }
        for asked in (sources.Prometheus(prometheus.url), Evaluated(samples))
    )
    assert theirs.keys() == ours.keys() != set()
    for labels, points in theirs.items():
        assert [at for at, _ in ours[labels]] == pytest.approx([at for at, _ in points], abs=2)
        assert [value for _, value in ours[labels]] == pytest.approx([value for _, value in points], rel=1e-6)


def _key(sample: sources.Sample) -> tuple[tuple[str, str], ...]:
    return tuple(sorted((name, value) for name, value in sample.labels.items() if name != "__name__"))


@pytest.mark.parametrize("query", ["rate(x)", "topk(3, x)", "x +", "sum(", "x{a~b}", "predict_linear(x[5m], 3)"])
def test_what_is_not_known_is_said(query: str) -> None:
    samples = Samples([])
    samples.take("http://127.0.0.1:1/metrics", "x 1\n", 1.0)
    with pytest.raises(ValueError, match=r"understood here|not known here|needs a window"):
        Evaluated(samples).at(query, datetime.fromtimestamp(2, UTC))


def test_a_page_that_need_not_be_there_is_down_only_once_it_was_up() -> None:
    board = "http://127.0.0.1:9303/metrics"
    samples = Samples([], [board])
    samples.take(board, None, 0)
    assert list(samples.select(Selector("up", ()))) == []
    samples.take(board, "siloscope_board_connections 2\n", 1)
    samples.take(board, None, 2)
    assert [series.last(2) for _, series in samples.select(Selector("up", ()))] == [0]


def test_a_page_that_is_gone_is_down_and_its_series_end(tmp_path: Path) -> None:
    samples, url = Samples([]), "http://127.0.0.1:9300/metrics"
    samples.take(url, "# TYPE n gauge\nn 4\n", 10.0)
    samples.take(url, None, 11.0)
    answers = Evaluated(samples)
    at = [{name: answers.at(name, datetime.fromtimestamp(now, UTC)) for name in ("n", "up")} for now in (10.5, 11.5)]
    assert [found["n"][0].points[0][1] if found["n"] else None for found in at] == [4, None]
    assert [found["up"][0].points[0][1] for found in at] == [1, 0]
    assert not math.isnan(at[0]["n"][0].points[0][1])


def test_every_query_of_the_dashboards_can_be_read() -> None:
    assert len([parsed(query) for query in EXPRESSIONS]) > 20
