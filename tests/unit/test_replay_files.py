"""What a replay leaves in its directory is of that replay alone."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from siloscope.errors import Unusable, WrongUsage
from siloscope.ops import replay


def _replayed(log: Path, out: Path) -> None:
    replay.main([str(log)], out)


@pytest.fixture
def log(tmp_path: Path) -> Path:
    event = {
        "touchpoint_id": "t1", "occurred_at": "2026-03-01T09:00:00Z", "activity": "question", "department": "support",
        "channel": "email", "identifiers": [{"kind": "customer_id", "value": "c1"}],
    }  # fmt: skip
    path = tmp_path / "log.jsonl"
    path.write_text(json.dumps(event) + "\n", encoding="utf-8")
    return path


def test_a_replay_that_is_interrupted_leaves_nothing_of_the_one_before(
    log: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "out"
    _replayed(log, out)
    assert sorted(path.name for path in out.iterdir()) == sorted(replay.WRITTEN)

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(replay.Replay, "take", interrupted)
    with pytest.raises(KeyboardInterrupt):
        _replayed(log, out)
    assert [path.name for path in out.iterdir()] == ["rejected.jsonl"]


def test_wrong_usage_touches_nothing_of_the_one_before(log: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    _replayed(log, out)
    with pytest.raises(WrongUsage):
        replay.main([str(log)], out, settings=["nonsense"])
    assert (out / "alerts.jsonl").exists()


def test_where_nothing_is_taken_in_the_first_reason_and_the_rejects_are_said(tmp_path: Path) -> None:
    table, out = tmp_path / "log.csv", tmp_path / "out"
    table.write_text("id,when\n1,2026-03-01\n")
    with pytest.raises(Unusable) as raised:
        _replayed(table, out)
    said = str(raised.value)
    assert said.startswith(f"nothing was read: {table}, line 1: the line is no JSON object")
    assert "--mapping FILE (docs/mapping.md); 2 lines rejected" in said and said.endswith(f"{out / 'rejected.jsonl'}")
    assert len((out / "rejected.jsonl").read_text().splitlines()) == 2


def test_one_touchpoint_among_rejected_lines_is_enough(log: Path, tmp_path: Path) -> None:
    log.write_text("no touchpoint\n" + log.read_text())
    _replayed(log, tmp_path / "out")
    assert json.loads((tmp_path / "out" / "summary.json").read_text())["accepted"] == 1
