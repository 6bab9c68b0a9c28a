"""What a replay leaves in its directory is of that replay alone."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from siloscope.errors import WrongUsage
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
