"""The alert rules: each tried firing and silent, each with a page that says what to type, and a dashboard."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.debian_tools import tool
from tests.warehouse import Warehouse

from siloscope.commands import app
from siloscope.ops import metrics_docs, metrics_page
from siloscope.shipped import checkout

TOP = checkout() or pytest.skip("needs a checkout", allow_module_level=True)
RULES = sorted((TOP / "deploy/prometheus/rules").glob("*.yml"))
TRIALS = sorted((TOP / "deploy/prometheus/tests").glob("*.yml"))
RUNBOOKS = sorted((TOP / "docs/runbooks").glob("*.md"))
HEADINGS = ["What is seen", "What it means", "What to do", "How to verify"]


def rules() -> list[dict[str, Any]]:
    groups = [group for file in RULES for group in yaml.safe_load(file.read_text())["groups"]]
    return [rule for group in groups for rule in group["rules"]]


ALERTS = [rule for rule in rules() if "alert" in rule]
NAMES = sorted({rule["alert"] for rule in ALERTS})


@pytest.mark.parametrize("file", RULES, ids=lambda file: file.stem)
def test_promtool_accepts_the_rules(file: Path) -> None:
    run = subprocess.run([tool("promtool"), "check", "rules", file], capture_output=True, text=True)
    assert run.returncode == 0, run.stderr


def test_promtool_accepts_the_configuration() -> None:
    config = TOP / "deploy/prometheus/prometheus.yml"
    run = subprocess.run([tool("promtool"), "check", "config", config], capture_output=True, text=True)
    assert run.returncode == 0, run.stderr


@pytest.mark.parametrize("file", TRIALS, ids=lambda file: file.stem)
def test_alerts_fire_and_are_silent_as_their_trials_say(file: Path) -> None:
    run = subprocess.run([tool("promtool"), "test", "rules", file], capture_output=True, text=True)
    assert run.returncode == 0, run.stdout + run.stderr


@pytest.mark.parametrize("name", NAMES)
def test_each_alert_is_tried_firing_and_silent(name: str) -> None:
    """Firing: it is expected with a value. Silent: it is looked for, and nothing is expected."""
    trials = [trial for file in TRIALS for trial in yaml.safe_load(file.read_text())["tests"]]
    for what, expects in (("fires", True), ("is silent", False)):
        of_it = [trial for trial in trials if trial["name"].startswith(f"{name} {what}:")]
        assert of_it, f"no trial in which {name} {what}"
        assert any(bool(found) == expects for trial in of_it for found in looked_for(trial, name))


def looked_for(trial: dict[str, Any], name: str) -> list[Any]:
    by_value = [each["exp_samples"] for each in trial.get("promql_expr_test", []) if f'"{name}"' in each["expr"]]
    by_text = [each["exp_alerts"] for each in trial.get("alert_rule_test", []) if each["alertname"] == name]
    return by_value + by_text


@pytest.mark.parametrize("rule", ALERTS, ids=lambda rule: f"{rule['alert']}-{rule['labels'].get('process', '')}")
def test_each_alert_says_what_how_bad_for_whom_and_where_to_read_on(rule: dict[str, Any]) -> None:
    severities = {"critical", "warning", "none", "{{ $labels.severity }}"}
    assert rule["labels"]["severity"] in severities
    assert rule["labels"].get("team") == "pipeline" or "department" in rule["expr"]
    assert "$value" not in str(rule["labels"]), "a label that changes makes an alert anew each time"
    notes = rule["annotations"]
    assert set(notes) == {"summary", "description", "runbook_url", "dashboard_url"}
    assert notes["runbook_url"].endswith(f"/runbooks/{rule['alert']}.md")
    uid = re.search(r"/d/([a-z-]+)", notes["dashboard_url"])[1]  # type: ignore[index]
    assert uid in {json.loads(file.read_text())["uid"] for file in (TOP / "deploy/grafana/dashboards").glob("*.json")}


def test_every_alert_has_a_page_and_every_page_an_alert() -> None:
    assert [page.stem for page in RUNBOOKS] == NAMES


def test_who_is_on_call_finds_every_alert() -> None:
    page = (TOP / "docs/oncall.md").read_text()
    assert sorted(re.findall(r"^\| \[(Siloscope\w+)\]", page, re.MULTILINE)) == NAMES


@pytest.mark.parametrize("page", RUNBOOKS, ids=lambda page: page.stem)
def test_a_page_has_its_four_parts_and_something_to_type(page: Path) -> None:
    text = page.read_text()
    assert text.startswith(f"# {page.stem}\n")
    assert re.findall(r"^## (.+)$", text, re.MULTILINE) == HEADINGS
    do = text.partition("## What to do")[2].partition("## How to verify")[0]
    assert "```" in do and "1. " in do
    assert text.partition("## How to verify")[2].strip()


def pages() -> str:
    return "\n".join(page.read_text() for page in [*RUNBOOKS, TOP / "docs/oncall.md"])


def test_what_the_pages_tell_to_type_are_commands() -> None:
    known = {each.name or each.callback.__name__ for each in app.registered_commands if each.callback}
    typed = set(re.findall(r"(?m)(?:^\s*|`)siloscope ([a-z-]+)", pages()))
    assert typed and typed <= known


def test_metrics_in_rules_and_pages_are_metrics() -> None:
    kinds = {metrics_docs.shown(each): each.describe()[0].type for each in metrics_page.known().values()}
    histograms = [name for name, kind in kinds.items() if kind == "histogram"]
    parts = {f"{name}_{part}" for name in histograms for part in ("bucket", "sum", "count")}
    recorded = {rule["record"] for rule in rules() if "record" in rule}
    said = " ".join([pages(), *(rule["expr"] for rule in rules())])
    named = set(re.findall(r"\bsiloscope_[a-z0-9_]+|\bsiloscope:[a-z0-9_:]+", said))
    assert named <= set(kinds) | parts | recorded


def test_every_recorded_series_is_asked_for() -> None:
    dashboards = "".join(file.read_text() for file in (TOP / "deploy/grafana/dashboards").glob("*.json"))
    said = " ".join([pages(), dashboards, *(rule["expr"] for rule in rules())])
    assert [rule["record"] for rule in rules() if "record" in rule and rule["record"] not in said] == []


def test_the_questions_in_the_pages_are_answered_by_the_store(warehouse: Warehouse) -> None:
    questions = re.findall(r'siloscope sql "(.+?)"', pages())
    assert len(questions) > 8
    for question in questions:
        warehouse.ask(question)
