"""Another process finds the gateway of the one that has the store open: its address, its token, its answers."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.integration.gateway_tools import TOKEN, served

from siloscope.errors import Unusable
from siloscope.gateway.serving import gateway
from siloscope.gateway.token import token_of, token_path
from siloscope.settings import load
from siloscope.stores.client import opened
from siloscope.stores.migrations import bring_up

pytest.importorskip("chdb")

SQL = "SELECT count() AS n FROM v_alerts"


def _siloscope(
    path: Path, *arguments: str, command: str = "sql", **environment: str
) -> subprocess.CompletedProcess[str]:
    clean = {name: value for name, value in os.environ.items() if not name.startswith("SILOSCOPE_")}
    return subprocess.run(
        [sys.executable, "-m", "siloscope", command, "--store", str(path), *arguments],
        capture_output=True, text=True, timeout=120, env=clean | environment, check=False,
    )  # fmt: skip


def test_sql_and_backtest_ask_the_gateway_of_the_process_that_has_the_store_open(tmp_path: Path) -> None:
    settings = load(None, store={"path": tmp_path / "store"}, gateway={"port": 0})
    path = settings.store.path
    with served(tmp_path) as store:
        token = {"SILOSCOPE_GATEWAY__TOKEN": TOKEN}
        assert json.loads(_siloscope(path, SQL, **token).stdout) == {"n": 200}
        assert _siloscope(path, SQL, "--format", "CSVWithNames", **token).stdout == '"n"\n200\n'
        refused = _siloscope(path, "SELECT * FROM secret", **token)
        assert refused.returncode == 1
        assert refused.stderr.startswith("siloscope: the store does not answer that: Code: 497")
        wrong = _siloscope(path, SQL, SILOSCOPE_GATEWAY__TOKEN="a wrong one of the same length")
        assert wrong.returncode == 1 and "Authentication failed" in wrong.stderr and "\n" not in wrong.stderr.strip()
        assert TOKEN not in wrong.stderr + refused.stderr
        change = ("--set", "unanswered.within=1 h")
        beside = _siloscope(path, *change, command="backtest", **token)
        assert beside.returncode == 0, beside.stderr
        assert store.rows(SQL) == [["200"]]
    assert _siloscope(path, *change, command="backtest").stdout == beside.stdout
    assert json.loads(_siloscope(path, SQL).stdout) == {"n": 200}, "closed: it is opened directly"


def test_a_token_that_nobody_set_is_made_for_the_owner_alone_and_kept(tmp_path: Path) -> None:
    settings = load(None, store={"path": tmp_path / "store"}, gateway={"port": 0})
    kept = []
    for _ in range(2):
        with opened(settings) as client:
            bring_up(client, settings)
            with gateway(settings) as url:
                kept.append(token_path(settings).read_text())
                assert url in (tmp_path / "store.lock").read_text()
            assert url not in (tmp_path / "store.lock").read_text()
    assert token_path(settings).stat().st_mode & 0o777 == 0o600
    assert kept[0] == kept[1] and len(kept[0].strip()) >= 32
    token_path(settings).write_text("short")
    with pytest.raises(Unusable, match=r"shorter than 16 letters: remove the file"):
        token_of(settings)
