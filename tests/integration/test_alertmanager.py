"""Who is told what: routes, what one alert keeps others from saying, and the way from a metrics page to a receiver."""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.request import urlopen

import pytest
import yaml
from prometheus_client import CollectorRegistry, Gauge, start_http_server
from tests.debian_tools import tool
from tests.prometheus_server import Alertmanager, Prometheus

from siloscope.ops.broker import free_port
from siloscope.ops.names import DEPARTMENTS
from siloscope.shipped import checkout

TOP = checkout() or pytest.skip("needs a checkout", allow_module_level=True)
FILE = TOP / "deploy/alertmanager/alertmanager.yml"
CONFIG: dict[str, Any] = yaml.safe_load(FILE.read_text())
WORKER = {"team": "pipeline", "process": "worker"}
WRITER = {"team": "pipeline", "process": "writer"}
DELIVER = {"team": "pipeline", "process": "deliver"}
BOARD = {"team": "pipeline", "process": "board"}


def test_amtool_accepts_it() -> None:
    run = subprocess.run([tool("amtool"), "check-config", FILE], capture_output=True, text=True)
    assert run.returncode == 0, run.stderr


def receivers(**labels: str) -> str:
    command = [tool("amtool"), "config", "routes", "test", f"--config.file={FILE}"]
    command += [f"{name}={value}" for name, value in labels.items()]
    run = subprocess.run(command, capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    return run.stdout.strip()


@pytest.mark.parametrize("department", [name for name in DEPARTMENTS if name])
def test_a_department_of_the_contract_is_told_what_it_should_act_on(department: str) -> None:
    assert receivers(alertname="SiloscopeHandoffsOverdue", severity="warning", department=department) == department


@pytest.mark.parametrize(
    ("labels", "receiver"),
    [
        ({"alertname": "SiloscopeIncidentOpen", "severity": "critical", "department": "other"}, "operations"),
        ({"alertname": "SiloscopeIncidentOpen", "severity": "critical", "department": ""}, "operations"),
        ({"alertname": "SiloscopeBalanceBroken", "severity": "critical", "team": "pipeline"}, "on-call"),
        ({"alertname": "SiloscopeLagging", "severity": "warning", "team": "pipeline"}, "pipeline"),
        ({"alertname": "SiloscopeWatchdog", "severity": "none", "team": "pipeline"}, "watchdog"),
    ],
)
def test_the_pipeline_has_its_own_and_nothing_is_told_to_nobody(labels: dict[str, str], receiver: str) -> None:
    assert receivers(**labels) == receiver


def test_every_receiver_can_be_reached() -> None:
    routed = {CONFIG["route"]["receiver"], *(route["receiver"] for route in CONFIG["route"]["routes"])}
    assert {each["name"] for each in CONFIG["receivers"]} == routed


def test_one_cause_is_told_once(tmp_path: Path) -> None:
    """For each reason what it silences, and what it must not."""
    cases = [
        ({"alertname": "SiloscopeProcessDown", **WORKER}, {"alertname": "SiloscopeLagging", **WORKER}, True),
        ({"alertname": "SiloscopeProcessDown", **WORKER}, {"alertname": "SiloscopeBalanceBroken", **WORKER}, False),
        ({"alertname": "SiloscopeProcessDown", **WORKER}, {"alertname": "SiloscopeSinkFailing", **WRITER}, False),
        ({"alertname": "SiloscopeWorkerStuck", **WORKER}, {"alertname": "SiloscopePartitionsUnserved", **WORKER}, True),
        ({"alertname": "SiloscopeCommitsNotMoving", **WORKER}, {"alertname": "SiloscopeSlowToTell", **WORKER}, True),
        ({"alertname": "SiloscopeLagging", **WORKER}, {"alertname": "SiloscopeSlowToTell", **WORKER}, True),
        ({"alertname": "SiloscopeLagging", **WRITER}, {"alertname": "SiloscopeSlowToTell", **WORKER}, False),
        ({"alertname": "SiloscopeSinkFailing", **WRITER}, {"alertname": "SiloscopeCommitsNotMoving", **WRITER}, True),
        ({"alertname": "SiloscopeSinkFailing", **WRITER}, {"alertname": "SiloscopeCommitsNotMoving", **WORKER}, False),
        ({"alertname": "SiloscopeProcessDown", **BOARD}, {"alertname": "SiloscopeBoardStale", **BOARD}, True),
        ({"alertname": "SiloscopeProcessDown", **BOARD}, {"alertname": "SiloscopeDeliveryUnled", **DELIVER}, False),
        ({"alertname": "SiloscopeDeliveryUnled", **DELIVER}, {"alertname": "SiloscopeDeliveryBehind", **DELIVER}, True),
        (incident("unanswered", "support"), spike("unanswered", "support"), True),
        (incident("unanswered", "support"), spike("unanswered", "sales"), False),
        (incident("unanswered", "support"), spike("ping_pong", "support"), False),
    ]
    # Each pair is a world of its own: `trial` tells them apart, and no rule asks for it.
    apart = [rule | {"equal": [*rule["equal"], "trial"]} for rule in CONFIG["inhibit_rules"]]
    with Alertmanager(tmp_path, silent(CONFIG | {"inhibit_rules": apart})) as alertmanager:
        for number, (source, target, _) in enumerate(cases):
            trial = {"trial": str(number)}
            alertmanager.add(source | trial | {"role": "source"}, target | trial | {"role": "target"})

        def silenced() -> dict[int, bool]:
            targets = [each for each in alertmanager.alerts() if each["labels"]["role"] == "target"]
            return {int(each["labels"]["trial"]): bool(each["status"]["inhibitedBy"]) for each in targets}

        wait_until(lambda: silenced() == {number: each[2] for number, each in enumerate(cases)})


def incident(symptom: str, department: str) -> dict[str, str]:
    return {"alertname": "SiloscopeIncidentOpen", "severity": "critical", "symptom": symptom, "department": department}


def spike(symptom: str, department: str) -> dict[str, str]:
    return {"alertname": "SiloscopeSymptomSpike", "severity": "warning", "symptom": symptom, "department": department}


def silent(config: dict[str, Any]) -> dict[str, Any]:
    """The same, sending no mail."""
    return config | {"receivers": [{"name": each["name"]} for each in config["receivers"]]}


def test_from_a_metrics_page_to_who_is_on_call_also_when_alertmanager_was_away(tmp_path: Path) -> None:
    registry = CollectorRegistry()
    failing = Gauge("siloscope_writer_failing_since_timestamp_seconds", "as in ops/metrics.py", registry=registry)
    failing.set(time.time() - 400)
    page, _ = start_http_server(0, "127.0.0.1", registry)
    port = free_port()
    config, again = watched(page.server_address[1], port), "--rules.alert.resend-delay=2s"  # a minute unless told
    with told() as (address, heard), Prometheus(tmp_path / "p", config, [again]) as prometheus:
        wait_until(lambda: prometheus.query('ALERTS{alertname="SiloscopeSinkFailing", alertstate="firing"}'))
        wait_until(lambda: number(prometheus, "prometheus_notifications_errors_total") > 0)
        with Alertmanager(tmp_path / "a", quickly(address), port):
            wait_until(lambda: {"on-call", "watchdog"} <= {each["receiver"] for each in heard})
    (alert,) = next(each for each in heard if each["receiver"] == "on-call")["alerts"]
    assert alert["labels"] == {
        "alertname": "SiloscopeSinkFailing", "severity": "critical", "job": "siloscope", **WRITER,
        "instance": f"127.0.0.1:{page.server_address[1]}",
    }  # fmt: skip
    assert alert["annotations"]["runbook_url"] == "https://wiki.fernhall.example/docs/runbooks/SiloscopeSinkFailing.md"
    assert alert["annotations"]["dashboard_url"] == "http://localhost:3000/d/siloscope-pipeline-health"
    page.shutdown()


def watched(page: int, alertmanager: int) -> dict[str, Any]:
    """Our prometheus.yml, looking at one page of a writer every second."""
    config: dict[str, Any] = yaml.safe_load((TOP / "deploy/prometheus/prometheus.yml").read_text())
    labels = {"docs": "https://wiki.fernhall.example/docs"}
    config["global"] = {"scrape_interval": "1s", "evaluation_interval": "1s", "external_labels": labels}
    config["rule_files"] = [str(TOP / "deploy/prometheus" / each) for each in config["rule_files"]]
    target = {"targets": [f"127.0.0.1:{page}"], "labels": {"process": "writer"}}
    own = {"job_name": "prometheus", "static_configs": []}
    config["scrape_configs"] = [config["scrape_configs"][0] | {"static_configs": [target]}, own]
    config["alerting"]["alertmanagers"] = [{"static_configs": [{"targets": [f"127.0.0.1:{alertmanager}"]}]}]
    return config


def quickly(address: str) -> dict[str, Any]:
    """Our alertmanager.yml, telling `address` of everything at once."""
    hooks = [{"url": address, "send_resolved": True}]
    receivers = [{"name": each["name"], "webhook_configs": hooks} for each in CONFIG["receivers"]]
    return CONFIG | {"receivers": receivers, "route": CONFIG["route"] | {"group_wait": "0s"}}


def number(prometheus: Prometheus, name: str) -> float:
    """A metric of Prometheus' own."""
    with urlopen(f"{prometheus.url}/metrics", timeout=20) as page:
        lines = page.read().decode().splitlines()
    return sum(float(line.rpartition(" ")[2]) for line in lines if line.startswith(name))


@contextmanager
def told() -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """An address, and what is sent to it."""
    heard: list[dict[str, Any]] = []

    class Hook(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            heard.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Hook)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/", heard
    finally:
        server.shutdown()


def wait_until(holds: Callable[[], Any], seconds: float = 60) -> None:
    until = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < until, f"not within {seconds} s"
        time.sleep(0.2)
