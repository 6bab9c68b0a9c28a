"""A planned rule: what a file may say, what it adds to whom, and what it would have told."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from siloscope.__main__ import status
from siloscope.core.touchpoint import DAY, HOUR, Touchpoint
from siloscope.errors import Unusable
from siloscope.ops.trial import decoded
from siloscope.preflight.plan_file import read_plan
from siloscope.preflight.plan_shown import said
from siloscope.preflight.plan_trial import Tried, trial
from siloscope.symptoms import detection

NOW = 1_772_668_800_000
PLAN = """
name: Finance approves each purchase
after: {activity: purchase}
adds:
  - {in: 1 h, activity: approval_requested, department: finance, channel: email}
  - {in: 3 d, activity: approval_decided, department: finance, channel: email, outcome: approved}
"""


def happened(customer: str, day: int, activity: str = "purchase", **more: Any) -> dict[str, Any]:
    return {
        "touchpoint_id": f"{customer}-{day}-{activity}", "occurred_at": NOW + day * DAY, "activity": activity,
        "department": "sales", "channel": "web", "identifiers": [{"kind": "customer_id", "value": customer}],
    } | more  # fmt: skip


def tried(tmp_path: Path, plan: str, records: Iterable[dict[str, Any]], days: int = 90) -> Tried:
    path = tmp_path / "plan.yml"
    path.write_text(plan, encoding="utf-8")
    touchpoints: list[Touchpoint] = [decoded(json.dumps(each).encode()) for each in records]
    return trial(read_plan(path), lambda *_: touchpoints, detection(), detection(), days)


LATER = happened("zoe", 30, "visit")


def test_what_the_rule_adds_is_judged_beside_what_happened(tmp_path: Path) -> None:
    found = tried(tmp_path, PLAN, [happened("ann", 0), happened("ben", 1), LATER])
    assert (found.begun, found.customers, found.added, found.hurt) == (2, 2, 4, 2)
    assert found.waiting == 2 * (3 * DAY - HOUR) // 60_000
    (row,) = found.changed
    assert (row.symptom, row.before, row.after) == ("stalled_wait", 0, 2)
    assert found.minutes == (0, found.waiting)
    assert {gone.alert.customer_id for gone in row.appears} == {"ann", "ben"}


def test_only_the_last_days_count_and_nothing_is_added_after_the_end(tmp_path: Path) -> None:
    records = [happened("ann", 0), happened("ben", 29), LATER]
    found = tried(tmp_path, PLAN, records, days=10)
    assert (found.begun, found.added, found.changed) == (1, 1, [])
    assert found.span == 10 * DAY


def test_conditions_choose_and_a_customer_may_be_spared(tmp_path: Path) -> None:
    records = [
        happened("ann", 0, segment="small"), happened("ann", 1), happened("ann", 20), happened("ben", 0),
        happened("cem", 2, segment="large"), LATER,
    ]  # fmt: skip
    small = PLAN.replace("purchase}", "purchase, segment: [small]}")
    assert tried(tmp_path, small, records).begun == 3  # her segment was told once
    assert tried(tmp_path, small + "every: 14 d\n", records).begun == 2


def test_the_touchpoint_it_comes_after_says_what_it_is_about(tmp_path: Path) -> None:
    records = [happened("ann", 0, case_ref="k", account="acme", product="p"), LATER]
    alert = tried(tmp_path, PLAN, records).changed[0].appears[0].alert
    assert (alert.case_ref, alert.account, alert.product) == ("k", "acme", "p")


def test_an_incident_is_told_once_and_hurts_each_of_its_customers(tmp_path: Path) -> None:
    found = tried(tmp_path, PLAN, [*(happened(f"c{number}", 0, product="p") for number in range(40)), LATER])
    (row,) = found.changed
    assert row.after < 40
    assert found.hurt == 40
    assert row.minutes_after == 40 * (3 * DAY - HOUR) // 60_000


def test_a_wait_without_an_end_is_said(tmp_path: Path) -> None:
    found = tried(tmp_path, PLAN.replace("approval_decided", "case_updated"), [happened("ann", 0), LATER])
    assert found.waiting is None
    assert any("does not end" in sentence for sentence in said(found))


def test_a_rule_that_hurts_nobody_says_so(tmp_path: Path) -> None:
    found = tried(tmp_path, PLAN.replace("3 d", "2 h"), [happened("ann", 0), LATER])
    assert found.changed == []
    assert any(sentence.startswith("Nobody would have been hurt") for sentence in said(found))


def test_a_rule_that_never_begins_is_not_called_harmless(tmp_path: Path) -> None:
    plan = PLAN.replace("purchase}", "purchase, segment: [nobody]}")
    (sentence,) = said(tried(tmp_path, plan, [happened("ann", 0), LATER]))
    assert "begun 0 times: nothing that happened fits" in sentence


@pytest.mark.parametrize(
    ("wrong", "line", "remedy"),
    [
        ("name: x\nafter: {activity: purchase}\n", 1, "adds: [{in:"),
        ("after: {activity: purchase}\nadds: []\n", 1, "name: "),
        ("name: x\nafter: {department: sales}\nadds: []\n", 2, "activity: purchase"),
        ("name: x\nafter: {activity: purchase}\nadds: []\n", 3, "nothing is added"),
        ("name: x\nafter: {activity: purchse}\nadds: []\n", 2, "purchase"),
        (PLAN + "evry: 3 d\n", 7, "every"),
        (PLAN + "every: 3\n", 7, "72 h"),
        (PLAN.replace("1 h", "soon"), 5, "72 h"),
        (PLAN.replace("approval_decided", "approvel_decided"), 6, "approval_decided"),
        (PLAN.replace("channel: email, outcome", "chanel: email, outcome"), 6, "channel"),
        (PLAN.replace("department: finance, channel: email}", "channel: email}"), 5, "department"),
        (PLAN.replace("approval_requested, ", "promotion, direction: inwards, "), 5, "inbound"),
        (PLAN.replace("approval_requested, ", "release, "), 5, ""),
        (PLAN.replace("approval_requested, ", "survey_response, score: good, "), 5, "number"),
        ("name: [", 1, "YAML"), ("", None, "empty"),
    ],
)  # fmt: skip
def test_a_mistake_is_one_line_with_its_place(tmp_path: Path, wrong: str, line: int | None, remedy: str) -> None:
    path = tmp_path / "plan.yml"
    path.write_text(wrong, encoding="utf-8")
    with pytest.raises(Unusable) as mistake:
        read_plan(path)
    text = str(mistake.value)
    assert "\n" not in text
    assert remedy in text
    assert line is None or f"line {line}:" in text


@pytest.fixture
def files(tmp_path: Path) -> dict[str, str]:
    records = [happened("ann", 0), happened("<b>ben</b>", 1), LATER]
    there = {"log.jsonl": "\n".join(map(json.dumps, records)), "plan.yml": PLAN}
    for name, text in there.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    return {name: str(tmp_path / name) for name in (*there, "out.html", "out.json", "out.txt")}


def test_the_command_shows_it_and_writes_a_page_and_json(
    files: dict[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ["preflight", "--plan", files["plan.yml"], "--history", files["log.jsonl"]]
    for out in ("out.html", "out.json"):
        assert status([*asked, "--out", files[out]]) == 0
        shown = capsys.readouterr().out
        assert "2 customers would have been hurt who were not." in shown
        assert "stalled_wait" in shown
    page = Path(files["out.html"]).read_text()
    assert "Finance approves each purchase" in page
    assert "<b>ben</b>" not in page
    found = json.loads(Path(files["out.json"]).read_text())
    assert (found["begun"], found["hurt"]) == (2, 2)
    assert sum(len(row["appears"]) for row in found["rows"]) == 2


@pytest.mark.parametrize(
    ("options", "code", "remedy"),
    [
        (["--plan", "plan.yml", "--out", "out.txt"], 2, ".html or .json"),
        (["--plan", "plan.yml", "--history", "-"], 2, "reads what happened twice"),
        (["--plan", "out.html"], 1, "docs/preflight.md"),
        ([], 2, "--serve"),
    ],
)
def test_wrong_usage_is_one_line(
    files: dict[str, str], capsys: pytest.CaptureFixture[str], options: list[str], code: int, remedy: str
) -> None:
    given = [files.get(each, each) for each in options]
    past = [] if "--history" in options else ["--history", files["log.jsonl"]]
    assert status(["preflight", *given, *past]) == code
    text = capsys.readouterr().err
    assert remedy in text
    assert text.count("\n") == 1
