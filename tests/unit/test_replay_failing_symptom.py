"""A replay with an own symptom that makes a mistake: said in the summary, and no input is counted as rejected."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.unit.test_own_python import SOUND

from siloscope.__main__ import status

VISIT = (
    '{{"touchpoint_id": "v{0}", "occurred_at": "2026-03-0{0}T09:00:00Z", "activity": "visit", "department": "web", '
    '"channel": "web", "identifiers": [{{"kind": "customer_id", "value": "ann"}}]}}\n'
)


@pytest.mark.parametrize(("there", "wrong", "touchpoints"), [
    ('Words("a", "b", "c")', 'Words("a", "b", finding.facts["c"])', ["v1", "v2"]),
    ("    def see(", "    def begin(self):\n        self.memory = nothing\n\n    def see(", ["v1"]),
    ("entry.touchpoint_id", "entry.id", ["v1"]),
])  # fmt: skip
def test_a_failing_symptom_is_said_and_rejects_no_input(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], there: str, wrong: str, touchpoints: list[str]
) -> None:
    (tmp_path / "visits.py").write_text(SOUND.replace(there, wrong))
    (tmp_path / "rules.yml").write_text("own_symptoms: [visits.py]\n")
    (tmp_path / "log.jsonl").write_text(VISIT.format(1) + VISIT.format(2) + "{}\n")
    out = tmp_path / "out"
    ended = status(["replay", str(tmp_path / "log.jsonl"), "--out", str(out), "--rules", str(tmp_path / "rules.yml")])
    said = capsys.readouterr().err.replace("\n", " ")
    assert ended == 0
    assert "2 touchpoints, 1 rejected: 0 alerts" in said
    several = "touchpoints" if len(touchpoints) > 1 else "touchpoint"
    assert f"the symptom visits failed on {len(touchpoints)} {several}: see " in said
    assert "\x1b" not in said
    summary = json.loads((out / "summary.json").read_text())
    assert (summary["accepted"], summary["symptom_failures"]) == (2, {"visits": len(touchpoints)})
    assert "symptom_failed" not in summary["rejected"]
    rows = [json.loads(line) for line in (out / "rejected.jsonl").read_text().splitlines()]
    failed = [row for row in rows if row["reason"] == "symptom_failed"]
    assert [row["input"] for row in failed] == [{"touchpoint_id": each, "customer": "ann"} for each in touchpoints]
    assert all(" in visits.py line " in row["message"] for row in failed)
