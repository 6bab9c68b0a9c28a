"""A digest of an empty store; alone, because a process opens one embedded store at a time."""

from __future__ import annotations

from pathlib import Path

import pytest

from siloscope.__main__ import status
from siloscope.settings import load
from siloscope.stores.client import opened
from siloscope.stores.migrations import bring_up


def test_an_empty_store_says_what_to_do(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("chdb")
    settings = load(None, store={"path": tmp_path / "store"})
    with opened(settings) as client:
        bring_up(client, settings)
    assert status(["digest", "--store", str(tmp_path / "store"), "--out", str(tmp_path / "week.html")]) == 1
    assert "the store is empty" in capsys.readouterr().err
