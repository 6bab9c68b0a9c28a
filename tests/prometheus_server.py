"""A real Prometheus for tests: on loopback, in a directory of its own, gone at the end of the block."""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Self
from urllib.error import URLError
from urllib.parse import urlencode
from urllib.request import urlopen

import yaml
from tests.debian_tools import tool

from siloscope.ops.broker import free_port

START_SECONDS = 30.0


class Prometheus:
    """`config` is that of prometheus.yml; `directory` keeps it, the data and the log; `flags` of the command besides.

    Skips the test without one.
    """

    def __init__(self, directory: Path, config: Mapping[str, Any], flags: Sequence[str] = ()) -> None:
        directory.mkdir(parents=True, exist_ok=True)
        self._directory = directory
        self._flags = flags
        (directory / "prometheus.yml").write_text(yaml.safe_dump(dict(config)))
        self._port = free_port()
        self.url = f"http://127.0.0.1:{self._port}"

    def __enter__(self) -> Self:
        command = [
            str(tool("prometheus")), f"--config.file={self._directory / 'prometheus.yml'}",
            f"--storage.tsdb.path={self._directory / 'data'}", f"--web.listen-address=127.0.0.1:{self._port}",
            "--storage.tsdb.retention.time=10y", "--web.enable-lifecycle", "--log.level=warn",
            *self._flags,
        ]  # fmt: skip
        with (self._directory / "log").open("w") as log:
            self._process = subprocess.Popen(command, stdout=log, stderr=log, stdin=subprocess.DEVNULL)
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
                    raise AssertionError((self._directory / "log").read_text()[-2_000:]) from None
                time.sleep(0.1)

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


def scraping(targets: Sequence[str], *, every: str = "1s", rules: Sequence[Path] = ()) -> dict[str, Any]:
    """A configuration that scrapes `targets` (host:port) as the job `siloscope` and evaluates `rules`."""
    return {
        "global": {"scrape_interval": every, "scrape_timeout": every, "evaluation_interval": every},
        "rule_files": [str(rule) for rule in rules],
        "scrape_configs": [{"job_name": "siloscope", "static_configs": [{"targets": list(targets)}]}],
    }
