"""Symptoms of one's own are named in the rules file, and owned there like ours."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.unit.test_own_python import SOUND as VISITS

from siloscope.__main__ import status
from siloscope.errors import WrongUsage
from siloscope.rules import load
from siloscope.shipped import checkout

TOP = checkout() or pytest.skip("needs a checkout", allow_module_level=True)
RULES = """\
own_symptoms: [own/silence.yml, own/visits.py]
symptoms:
  silence: {within: 48 h}
  unanswered: {mode: off}
  visits: {mode: shadow}
overrides:
  - where: {department: web}
    symptoms: {silence: {within: 1 d}}
owners: {silence: success}
"""


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    own = tmp_path / "own"
    own.mkdir()
    (own / "silence.yml").write_text((TOP / "docs/patterns/silence.yml").read_text())
    (own / "visits.py").write_text(VISITS)
    (tmp_path / "rules.yml").write_text(RULES)
    return tmp_path / "rules.yml"


def asked(name: str, department: str, activity: str = "question") -> str:
    record = {
        "touchpoint_id": name, "occurred_at": "2026-03-02T09:00:00Z", "activity": activity, "department": department,
        "channel": "email", "identifiers": [{"kind": "customer_id", "value": "ann"}],
    }  # fmt: skip
    return json.dumps(record) + "\n"


def test_they_are_tuned_owned_and_put_in_shadow(rules: Path, tmp_path: Path) -> None:
    (tmp_path / "events.jsonl").write_text(asked("q", "support") + asked("w", "web") + asked("v", "store", "visit"))
    arguments = ["--rules", str(rules), "--until", "2026-03-05T00:00:00Z", "--out", str(tmp_path / "out")]
    assert status(["replay", str(tmp_path / "events.jsonl"), *arguments]) == 0
    alerts = [json.loads(line) for line in (tmp_path / "out/alerts.jsonl").read_text().splitlines()]
    assert [(each["key"], each["symptom"], each["opened_at"], each["mode"]) for each in alerts] == [
        ("v", "visits", "2026-03-02T09:00:00Z", "shadow"),
        ("w", "silence", "2026-03-03T09:00:00Z", "live"),
        ("q", "silence", "2026-03-04T09:00:00Z", "live"),
    ]
    assert [each["owner_department"] for each in alerts if each["symptom"] == "silence"] == ["success", "success"]


def test_one_is_listed_and_explained_with_what_is_in_force(rules: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert status(["symptoms", "--rules", str(rules)]) == 0
    assert {"silence", "visits"} <= {line.split()[0] for line in capsys.readouterr().out.splitlines() if line.split()}
    assert status(["symptoms", "silence", "--rules", str(rules)]) == 0
    said = capsys.readouterr().out
    assert "Answer now, with an apology" in said
    assert "48 h" in said


def test_a_mistake_in_one_is_told_with_its_own_line(rules: Path) -> None:
    file = rules.parent / "own/silence.yml"
    file.write_text(file.read_text().replace("activity: [question", "activity: [riddle"))
    with pytest.raises(WrongUsage) as error:
        load(rules)
    assert str(error.value).startswith(f"{file}, line 18: steps[1].asked.activity[1]: 'riddle' is no activity")
