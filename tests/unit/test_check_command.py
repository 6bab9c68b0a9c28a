"""The command `check`: a table of what holds, the differences, and the exit status."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from tests.unit.test_own_python import SOUND as VISITS

from siloscope.__main__ import status
from siloscope.shipped import checkout

TOP = checkout() or pytest.skip("needs a checkout", allow_module_level=True)
SILENCE = (TOP / "docs/patterns/silence.yml").read_text()
VISIT = "- name: a visit\n  touchpoints:\n    - {id: v, at: 0d, do: web visit}\n  expect:\n    - {key: v}\n"


def checked(capsys: pytest.CaptureFixture[str], *files: Path) -> tuple[int, str, str]:
    ended = status(["check", *map(str, files)])
    said = capsys.readouterr()
    return ended, said.out, said.err


def test_what_holds_is_shown_and_ends_with_0(capsys: pytest.CaptureFixture[str]) -> None:
    ended, out, err = checked(capsys, TOP / "docs/patterns/silence.yml")
    assert (ended, err) == (0, "")
    assert re.search(r"silence \(.*silence.yml, version [0-9a-f]{8}\) is shown \d+ of \d+ kinds of touchpoints", out)
    assert re.search(r"as written +doubled +shuffled +any tick +crashes +workers", out)
    assert len(re.findall(r"ok +ok +ok +ok +ok +ok", out)) == 5
    assert "5 scenarios hold\n" in out
    assert "\x1b" not in out


def test_what_differs_is_said_and_ends_with_1(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "silence.yml"
    file.write_text(
        SILENCE.replace("minutes_lost: 4320", "minutes_lost: 4319")
        .replace("opened_at: 3d", "opened_at: 2d 23:59:59.999")
        .replace("    expect: []", "    expect: [{key: q}]", 1)
    )
    ended, out, _ = checked(capsys, file)
    assert ended == 1
    assert "a question nobody answers, as written: alert q: opened_at expected 2d 23:59:59.999, found 3d\n" in out
    assert "a millisecond late, as written: alert q: minutes_lost expected 4319, found 4320\n" in out
    assert "in its last millisecond, as written: expected and not found: {key: q}\n" in out
    assert "3 of 5 scenarios fail\n" in out


def test_what_was_not_expected_is_shown(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "visits.py"
    file.write_text(VISITS)
    file.with_suffix(".yml").write_text(VISIT.replace("expect:\n    - {key: v}", "expect: []"))
    ended, out, _ = checked(capsys, file)
    assert ended == 1
    assert "found and not expected: {key: v, customer_id: ann, status: open, opened_at: 0d, evidence: [v]}" in out


@pytest.mark.parametrize("name", ["visits.py", "visits.yml"])
def test_scenarios_of_a_python_file_stand_beside_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    (tmp_path / "visits.py").write_text(VISITS)
    (tmp_path / "visits.yml").write_text(VISIT)
    ended, out, _ = checked(capsys, tmp_path / name)
    assert ended == 0
    assert "is shown 3 of 135 kinds of touchpoints: visit\n" in out
    assert "1 scenario holds; each expects an alert: write one that must stay silent" in out


def test_a_symptom_that_depends_on_arrival_fails(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It remembers beyond its timeline: what comes doubled or late is not what was written."""
    remembers = VISITS.replace("class Visits", "seen = []\n\n\nclass Visits").replace(
        "        self.fold.open", "        seen.append(entry)\n        if len(seen) == 1:\n            self.fold.open"
    )
    (tmp_path / "visits.py").write_text(remembers)
    (tmp_path / "visits.yml").write_text(VISIT)
    ended, out, _ = checked(capsys, tmp_path / "visits.py")
    assert ended == 1
    assert "a visit, doubled: not found, though found as written" in out


def test_a_symptom_that_makes_a_mistake_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "visits.py").write_text(VISITS.replace("entry.touchpoint_id", "entry.id"))
    (tmp_path / "visits.yml").write_text(VISIT)
    ended, out, _ = checked(capsys, tmp_path / "visits.py")
    assert ended == 1
    assert "visits failed on this touchpoint" in out
    assert "has no attribute 'id'\") in visits.py line 33" in out


@pytest.mark.parametrize(("there", "wrong", "error", "line"), [
    ('return Words("a", "b", "c")', 'return Words("a", "b", finding.facts["c"])', "KeyError('c')", 37),
    ("    def see(", "    def begin(self):\n        self.memory = none\n\n    def see(", "'none' is not defined", 33),
])  # fmt: skip
def test_a_mistake_in_the_words_or_at_the_beginning_is_named_too(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], there: str, wrong: str, error: str, line: int
) -> None:
    assert there in VISITS
    (tmp_path / "visits.py").write_text(VISITS.replace(there, wrong))
    (tmp_path / "visits.yml").write_text(VISIT)
    ended, out, err = checked(capsys, tmp_path / "visits.py")
    assert (ended, err) == (1, "")
    assert "a visit, as written: visits failed on this touchpoint (" in out
    assert error in out
    assert f"in visits.py line {line}): mend or report it" in out


@pytest.mark.parametrize(("text", "said", "expected"), [
    (SILENCE.split("scenarios:")[0], "no scenarios: write one that is told and one that is not", 1),
    (SILENCE.replace("support question", "support riddle"), "line 45: scenarios[1].touchpoints[1]: activity 'rid", 1),
    (SILENCE.replace("name: silence", "name: unanswered"), "the name unanswered is taken", 1),
    (SILENCE.replace("parameters: {silent_departments", "parameters: {silent"), "did you mean silent_departments?", 1),
    (SILENCE.replace("missing:", "misses:"), "did you mean missing?", 1),
    (None, "there is no such file", 2),
])  # fmt: skip
def test_a_file_that_cannot_be_checked_is_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str | None, said: str, expected: int
) -> None:
    file = tmp_path / "own.yml"
    if text is not None:
        file.write_text(text)
    ended, _, err = checked(capsys, file)
    assert ended == expected
    assert said in err
    assert err.startswith("siloscope: ")
    assert err.count("\n") == 1
