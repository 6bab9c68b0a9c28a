"""A real Prometheus and Alertmanager for tests: on loopback, in a directory of their own, gone after the block."""

from __future__ import annotations

import json
import shutil
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Self
from urllib.error import URLError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import yaml
from tests.debian_tools import Tool, tool

from siloscope.ops.broker import free_port

START_SECONDS = 30.0
INSTALLED = "/usr/share/prometheus/alertmanager"


class Server:
    """A program on a free port (or `port`), in `directory`, which keeps its log; skips the test where it is absent."""

    program: Tool

    def __init__(self, directory: Path, port: int | None = None) -> None:
        directory.mkdir(parents=True, exist_ok=True)
        self.directory = directory
        self.address = f"127.0.0.1:{port or free_port()}"
        self.url = f"http://{self.address}"

    def command(self, program: Path) -> list[str]:
        """Its command line, but for where it listens."""
        raise NotImplementedError

    def __enter__(self) -> Self:
        command = [*self.command(tool(self.program)), f"--web.listen-address={self.address}", "--log.level=warn"]
        with (self.directory / "log").open("w") as log:
            self._process = subprocess.Popen(
                command, stdout=log, stderr=log, stdin=subprocess.DEVNULL, cwd=self.directory
            )
        try:
            self._wait_until_ready()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *exception: object) -> None:
        self._process.kill()
        self._process.wait(10)

    def _wait_until_ready(self) -> None:
        until = time.monotonic() + START_SECONDS
        while True:
            try:
                with urlopen(f"{self.url}/-/ready", timeout=2):
                    return
            except (URLError, OSError):
                if self._process.poll() is not None or time.monotonic() > until:
                    raise AssertionError((self.directory / "log").read_text()[-2_000:]) from None
                time.sleep(0.1)


class Prometheus(Server):
    """`config` is that of prometheus.yml; `flags` of the command besides. It scrapes from 5 s after its start on."""

    program = "prometheus"

    def __init__(self, directory: Path, config: Mapping[str, Any], flags: Sequence[str] = ()) -> None:
        super().__init__(directory)
        self._flags = flags
        (directory / "prometheus.yml").write_text(yaml.safe_dump(dict(config)))

    def command(self, program: Path) -> list[str]:
        """Old samples stay."""
        return [
            str(program), f"--config.file={self.directory / 'prometheus.yml'}",
            f"--storage.tsdb.path={self.directory / 'data'}", "--storage.tsdb.retention.time=10y",
            "--web.enable-lifecycle", *self._flags,
        ]  # fmt: skip

    def api(self, path: str, **parameters: object) -> Any:
        """What `/api/v1/PATH` answers, its `data`; raises HTTPError for a query that it refuses."""
        with urlopen(f"{self.url}/api/v1/{path}?{urlencode(parameters, doseq=True)}", timeout=20) as answer:
            return json.load(answer)["data"]

    def query(self, promql: str, at: float | None = None) -> list[dict[str, Any]]:
        """The series of an instant query: each with `metric` (labels) and `value` ([time, text])."""
        found: list[dict[str, Any]] = self.api("query", query=promql, **({} if at is None else {"time": at}))["result"]
        return found

    def query_range(self, promql: str, start: float, end: float, step: float) -> list[dict[str, Any]]:
        """The series of a range query: each with `metric` and `values`."""
        found: list[dict[str, Any]] = self.api("query_range", query=promql, start=start, end=end, step=step)["result"]
        return found


class Alertmanager(Server):
    """`config` is that of alertmanager.yml."""

    program = "alertmanager"

    def __init__(self, directory: Path, config: Mapping[str, Any], port: int | None = None) -> None:
        super().__init__(directory, port)
        (directory / "alertmanager.yml").write_text(yaml.safe_dump(dict(config)))

    def command(self, program: Path) -> list[str]:
        """It is alone: no cluster."""
        return [
            str(self._movable(program)), f"--config.file={self.directory / 'alertmanager.yml'}",
            f"--storage.path={self.directory / 'data'}", "--cluster.listen-address=",
        ]  # fmt: skip

    def _movable(self, program: Path) -> Path:
        """Debian's finds its templates only where they are installed; a copy finds them where it is started."""
        share = program.parents[1] / "share/prometheus/alertmanager"
        if str(share) == INSTALLED or not share.is_dir():
            return program
        for template in share.glob("*.tmpl"):
            shutil.copy(template, self.directory)
        copy = self.directory / program.name
        copy.write_bytes(program.read_bytes().replace(INSTALLED.encode(), b"./" * (len(INSTALLED) // 2)))
        copy.chmod(0o755)
        return copy

    def add(self, *alerts: Mapping[str, str]) -> None:
        """Let alerts with these labels fire."""
        body = json.dumps([{"labels": dict(each)} for each in alerts]).encode()
        request = Request(f"{self.url}/api/v2/alerts", body, {"Content-Type": "application/json"})
        with urlopen(request, timeout=20):
            pass

    def alerts(self) -> list[dict[str, Any]]:
        """All that fire: each with `labels`, `receivers` and `status` (`inhibitedBy`)."""
        with urlopen(f"{self.url}/api/v2/alerts", timeout=20) as answer:
            found: list[dict[str, Any]] = json.load(answer)
        return found


def scraping(targets: Sequence[str], *, every: str = "1s", rules: Sequence[Path] = ()) -> dict[str, Any]:
    """A configuration that scrapes `targets` (host:port) as the job `siloscope` and evaluates `rules`."""
    return {
        "global": {"scrape_interval": every, "scrape_timeout": every, "evaluation_interval": every},
        "rule_files": [str(rule) for rule in rules],
        "scrape_configs": [{"job_name": "siloscope", "static_configs": [{"targets": list(targets)}]}],
    }
