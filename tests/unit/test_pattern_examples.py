"""The patterns of the documentation hold; three of them find what our own symptoms find, scenario by scenario."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft202012Validator
from tests.detection import judged
from tests.scenario import load

from siloscope.__main__ import status
from siloscope.core.detection import Detection
from siloscope.ops import trial_ways
from siloscope.ops.check import subject
from siloscope.ops.check_differences import arrived_otherwise, expected_otherwise
from siloscope.ops.symptom_pages import page_of
from siloscope.patterns import symptoms_in
from siloscope.patterns.scenarios import Scenario
from siloscope.patterns.schema import schema, written
from siloscope.shipped import checkout, shipped
from siloscope.symptoms import detection

TOP = checkout() or pytest.skip("needs a checkout", allow_module_level=True)
PATTERNS = sorted((TOP / "docs/patterns").glob("*.yml"))
EQUAL = {"silence": "unanswered", "trifle": "needless_approval", "broken_word": "broken_promise"}
WAYS = [way for ways in trial_ways.WAYS.values() for way in ways]
PAGE = TOP / "docs/own-symptoms.md"


def holds(scenario: Scenario, trying: Detection) -> None:
    found = trial_ways.as_written(scenario, trying).standing(scenario.until)
    assert expected_otherwise(scenario, found) == []
    for way in WAYS:
        assert arrived_otherwise(found, way(scenario, trying).standing(scenario.until)) == []


@pytest.mark.parametrize("file", PATTERNS, ids=lambda file: file.stem)
def test_its_scenarios_hold_however_they_arrive(file: Path) -> None:
    what = subject(file)
    for scenario in what.scenarios:
        holds(scenario, detection(scenario.parameters, what.symptoms))


@pytest.mark.parametrize(("pattern", "scenario"), [
    pytest.param(pattern, scenario, id=str(scenario)) for pattern, ours in EQUAL.items() for scenario in load(ours)
])  # fmt: skip
def test_our_scenarios_hold_for_the_pattern_too(pattern: str, scenario: Scenario) -> None:
    (symptom,) = symptoms_in(TOP / "docs/patterns" / f"{pattern}.yml")
    parameters = dict.fromkeys([symptom.name], next(iter(scenario.parameters.values()), {}))
    trying = detection(parameters, [symptom])
    found = trial_ways.as_written(scenario, trying).standing(scenario.until)
    alerts = [judged(alert) for alert in found]
    assert [{name: a[name] for name in e} for a, e in zip(alerts, scenario.expect, strict=True)] == scenario.expect
    for way in WAYS:
        assert arrived_otherwise(found, way(scenario, trying).standing(scenario.until)) == []


@pytest.mark.parametrize("ours", EQUAL.values())
def test_our_symptoms_have_scenarios_to_compare_with(ours: str) -> None:
    assert len(load(ours)) >= 20


def of_the_page(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", PAGE.read_text(), re.DOTALL)


def test_the_schema_is_that_of_the_language() -> None:
    said = "out of date: python -m siloscope.patterns.schema > schemas/pattern.schema.json"
    assert shipped("schemas/pattern.schema.json").read_text() == written(), said
    Draft202012Validator.check_schema(schema())


def flaws(document: object) -> list[str]:
    """What the schema finds wrong; YAML's values as JSON has them."""
    plain = json.loads(json.dumps(document, default=str))
    return [error.message for error in Draft202012Validator(schema()).iter_errors(plain)]


@pytest.mark.parametrize("file", PATTERNS, ids=lambda file: file.stem)
def test_the_schema_lets_the_examples_through(file: Path) -> None:
    assert flaws(yaml.safe_load(file.read_text())) == []


@pytest.mark.parametrize(("old", "new"), [
    ("steps:", "stages:"),
    ("activity: question", "activity: riddle"),
    ("activity: question", "activty: question"),
    ("within: $within", "within: 7"),
    ("within: $within", "within: 7 days"),
    ("different: department", "different: mood"),
    ("topic: {present: yes}", "topic: {there: yes}"),
    ("{duration: 7 d,", "{length: 7 d,"),
    ("name: asked_elsewhere", "name: Asked elsewhere"),
    ("do: sales question", "does: sales question"),
    ("opened_at: 7d", "began_at: 7d"),
])  # fmt: skip
def test_the_schema_marks_what_cannot_be(old: str, new: str) -> None:
    text = (TOP / "docs/patterns/asked_elsewhere.yml").read_text()
    assert old in text
    assert flaws(yaml.safe_load(text.replace(old, new, 1)))


def test_the_page_shows_patterns_that_are_patterns(tmp_path: Path) -> None:
    whole = [text for text in of_the_page("yaml") if re.search("^name:", text, re.MULTILINE)]
    assert whole
    for number, text in enumerate(whole):
        file = tmp_path / f"{number}.yml"
        file.write_text(text)
        what = subject(file)
        assert flaws(yaml.safe_load(text)) == []
        for scenario in what.scenarios:
            holds(scenario, detection(scenario.parameters, what.symptoms))


def test_the_page_shows_what_check_says(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (shown,) = (text for text in of_the_page("console") if text.startswith("$ siloscope check"))
    file = tmp_path / "gave_up_asking.yml"
    file.write_text(next(text for text in of_the_page("yaml") if text.startswith("name:")))
    assert status(["check", str(file)]) == 0
    said = capsys.readouterr().out.replace(f"{tmp_path}/", "")
    assert "\n".join(shown.splitlines()[1:]).split() == said.split()  # wherever a long path breaks the lines
    file.write_text(file.read_text().replace("activity: complaint", "activity: complaynt"))
    assert status(["check", str(file)]) == 1
    wrong = capsys.readouterr().err.removeprefix("siloscope: ").strip().replace(f"{tmp_path}/", "")
    assert wrong in " ".join(PAGE.read_text().split())


def test_the_python_file_of_the_page_works(tmp_path: Path) -> None:
    (code,) = of_the_page("python")
    file = tmp_path / "second_apology.py"
    file.write_text(code)
    (scenarios,) = (text for text in of_the_page("yaml") if text.startswith("- name:"))
    file.with_suffix(".yml").write_text(scenarios)
    what = subject(file)
    assert what.scenarios
    for scenario in what.scenarios:
        holds(scenario, detection(scenario.parameters, what.symptoms))


@pytest.mark.parametrize("file", PATTERNS, ids=lambda file: file.stem)
def test_a_pattern_has_a_page_like_ours(file: Path) -> None:
    (symptom,) = symptoms_in(file)
    page = page_of(symptom)
    assert page.name == file.stem
    assert page.lead.startswith("This customer suffers from ")
    assert [heading for heading, _ in page.sections][:3] == ["Why it hurts", "What is told", "What to do"]
    assert all(each.doc for each in page.parameters)


def test_another_definition_is_another_version_and_other_scenarios_are_not(tmp_path: Path) -> None:
    text = PATTERNS[0].read_text()
    versions = []
    for number, changed in enumerate((text, text.replace("7 d", "8 d"), text.split("scenarios:")[0])):
        file = tmp_path / f"{number}.yml"
        file.write_text(changed)
        versions.append(symptoms_in(file)[0].version)
    assert versions[0] == versions[2] != versions[1]
