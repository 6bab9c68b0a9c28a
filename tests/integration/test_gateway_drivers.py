"""The drivers of Grafana (Go) and of Metabase and DBeaver (Java) read the gateway.

They are fetched by Go's and Maven's own clients, so this runs only when asked to: TEST_FETCHED_DRIVERS=1.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.integration.gateway_tools import TOKEN, Served, served

pytest.importorskip("chdb")

CLIENTS = Path(__file__).parents[1] / "clients"


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    if not os.environ.get("TEST_FETCHED_DRIVERS"):
        pytest.skip("fetches drivers: set TEST_FETCHED_DRIVERS=1")
    with served(tmp_path_factory.mktemp("driven")) as store:
        yield store


def _run(directory: Path, *command: str) -> list[str]:
    if shutil.which(command[0]) is None:
        pytest.skip(f"there is no {command[0]}")
    done = subprocess.run(command, cwd=directory, capture_output=True, text=True, timeout=280, check=False)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    return done.stdout.splitlines()


def test_clickhouse_go_reads_and_is_refused_and_ended(store: Served, tmp_path: Path) -> None:
    work = tmp_path / "go"
    shutil.copytree(CLIENTS / "go", work)
    _run(work, "go", "mod", "tidy")
    said = _run(work, "go", "run", ".", f"127.0.0.1:{store.port}", TOKEN)
    assert said == ["rows 1000", "alerts 200", "refused true", "cancelled true"] * 2


def test_jdbc_reads_and_is_refused(store: Served, tmp_path: Path) -> None:
    work = tmp_path / "java"
    shutil.copytree(CLIENTS / "java", work)
    _run(work, "mvn", "-q", "dependency:copy-dependencies", "-DoutputDirectory=lib")
    said = _run(work, "java", "-cp", "lib/*", "Read.java", f"127.0.0.1:{store.port}", TOKEN)
    assert said == ["valid true", "schemas 1", "views true", "columns true", "rows 1000", "alerts 200", "refused true"]
