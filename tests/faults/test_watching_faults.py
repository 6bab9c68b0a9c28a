"""What watches the pipeline when parts of it, or those it tells, are gone: each behaves, and says so."""

from __future__ import annotations

import re
import signal
from pathlib import Path
from urllib.request import urlopen

import yaml
from tests.faults.expected import Input
from tests.faults.rig import ROOT, Rig
from tests.integration.writer_tools import wait_until
from tests.prometheus_server import Alertmanager, Prometheus, scraping

from siloscope.ops.broker import Broker, free_port

RULES = sorted((ROOT / "deploy" / "prometheus" / "rules").glob("*.yml"))
SHIPPED = yaml.safe_load((ROOT / "deploy" / "alertmanager" / "alertmanager.yml").read_text())
DOWN = 'ALERTS{alertname="SiloscopeProcessDown"}'


def test_prometheus_sees_a_worker_hang_die_and_come_back_and_the_balance_holds(
    rough_broker: Broker, tmp_path: Path, company: Input
) -> None:
    port = free_port()
    rig = Rig(rough_broker, tmp_path, metrics_port=port)
    one, two, three, _ = company.parts(4)
    with Prometheus(tmp_path / "prometheus", scraping([f"127.0.0.1:{port}"], rules=RULES)) as prometheus:
        try:
            worker = rig.work(instance="one")
            rig.feed(one, 1_000)
            wait_until(lambda: has(prometheus, "sum(siloscope_records_accepted_total) > 0"))
            worker.send_signal(signal.SIGSTOP)
            wait_until(lambda: has(prometheus, 'up{job="siloscope"} == 0'))
            worker.send_signal(signal.SIGCONT)
            wait_until(lambda: has(prometheus, 'up{job="siloscope"} == 1'))
            wait_until(lambda: not has(prometheus, DOWN))
            rig.feed(two, 1_000)
            rig.kill9(worker)
            wait_until(lambda: has(prometheus, DOWN))
            wait_until(lambda: not has(prometheus, "siloscope_records_accepted_total"))  # nor are its numbers shown on
            rig.work(instance="one")
            rig.feed(three, 1_000)
            wait_until(lambda: has(prometheus, "sum(siloscope_records_accepted_total) > 0"))
            wait_until(lambda: not has(prometheus, DOWN))
            wait_until(lambda: has(prometheus, "siloscope:balance:records == 0"))
            assert not has(prometheus, "max_over_time(abs(siloscope:balance:records)[10m:1s]) > 0")
            assert not has(prometheus, "increase(siloscope_records_accepted_total[10m]) < 0")
        finally:
            rig.end()


def test_an_alertmanager_that_is_away_is_told_when_it_is_there_and_says_whom_it_cannot_reach(tmp_path: Path) -> None:
    port, page = free_port(), free_port()
    config = scraping([f"127.0.0.1:{page}"], rules=RULES) | {
        "alerting": {"alertmanagers": [{"static_configs": [{"targets": [f"127.0.0.1:{port}"]}]}]}
    }
    again = "--rules.alert.resend-delay=2s"  # a minute unless told otherwise
    with Prometheus(tmp_path / "prometheus", config, [again]) as prometheus:
        # Nobody takes the alerts, and nobody answers on the page: it goes on, and says so.
        wait_until(lambda: has(prometheus, 'ALERTS{alertname="SiloscopeWatchdog", alertstate="firing"}'))
        wait_until(lambda: value(prometheus.url, "prometheus_notifications_errors_total") > 0)
        with Alertmanager(tmp_path / "alertmanager", SHIPPED, port) as alertmanager:
            wait_until(lambda: "SiloscopeWatchdog" in standing(alertmanager))
            # The mail server of the shipped file does not exist: it tries on, and says so.
            wait_until(lambda: value(alertmanager.url, "alertmanager_notifications_failed_total") > 0)
            wait_until(lambda: "SiloscopeWatchdog" in standing(alertmanager))


def has(prometheus: Prometheus, promql: str) -> bool:
    """Whether the query gives anything."""
    return bool(prometheus.query(promql))


def value(url: str, name: str) -> float:
    """The sum of a metric on the page of Prometheus or Alertmanager itself."""
    with urlopen(f"{url}/metrics", timeout=10) as answer:
        page = answer.read().decode()
    return sum(map(float, re.findall(rf"^{name}(?:{{.*}})? (\S+)$", page, re.MULTILINE)))


def standing(alertmanager: Alertmanager) -> set[str]:
    """Names of the alerts that it holds."""
    return {alert["labels"]["alertname"] for alert in alertmanager.alerts()}
