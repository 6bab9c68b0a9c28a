"""What `siloscope simulate` writes can be read back by everything that reads touchpoints."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from siloscope.__main__ import status
from siloscope.core.touchpoint import Touchpoint
from siloscope.ops.simulate_scene import Label
from siloscope.wire import decode_touchpoint


def test_simulated_files_are_sound_touchpoints_in_order_and_labels(tmp_path: Path) -> None:
    assert status(["simulate", "--customers", "20", "--start", "2026-03-09", "--out", str(tmp_path)]) == 0
    told = [decode_touchpoint(line) for line in (tmp_path / "touchpoints.jsonl").read_bytes().splitlines()]
    times = [each.occurred_at for each in told if isinstance(each, Touchpoint)]
    assert len(times) == len(told) > 100
    assert times == sorted(times)
    labels = [msgspec.json.decode(line, type=Label) for line in (tmp_path / "labels.jsonl").read_bytes().splitlines()]
    assert {label.expected for label in labels} == {True, False}


def test_a_directory_that_cannot_be_made_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "file").write_text("")
    assert status(["simulate", "--customers", "2", "--out", str(tmp_path / "file")]) == 1
    assert "choose another --out" in capsys.readouterr().err
