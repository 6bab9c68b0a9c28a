"""`siloscope evaluate` on a simulated day: what it prints, writes, and refuses."""

from __future__ import annotations

import json
from xml.etree.ElementTree import fromstring

import pytest

from siloscope.__main__ import status
from siloscope.ops.simulate import Plan
from siloscope.ops.simulate_command import write
from siloscope.ops.simulate_company import rules_text


@pytest.fixture(scope="module")
def day(tmp_path_factory):
    directory = tmp_path_factory.mktemp("day")
    write(Plan(seed=3, customers=40), directory / "events.jsonl", directory / "labels.jsonl")
    (directory / "fernhall.yml").write_text(rules_text())
    return directory


def evaluate(day, *more):
    return status(["evaluate", str(day / "events.jsonl"), "--labels", str(day / "labels.jsonl"), *more])


def test_the_table_names_each_symptom_that_was_put_in(day, capsys):
    assert evaluate(day) == 0
    said = capsys.readouterr().out
    named = {json.loads(line)["symptom"].removeprefix("incident:") for line in (day / "labels.jsonl").open()}
    assert all(name in said for name in named)
    assert "\x1b" not in said


def test_json_and_picture_are_written(day, tmp_path):
    assert evaluate(day, "--out", str(tmp_path)) == 0
    found = json.loads((tmp_path / "evaluation.json").read_text())
    assert {"symptom", "confidence", "recall", "precision", "delay_ms"} <= found["symptoms"][0].keys()
    assert fromstring((tmp_path / "evaluation.svg").read_text()).tag.endswith("svg")


def test_alerts_of_an_earlier_replay_give_the_same_figures(day, tmp_path):
    assert status(["replay", str(day / "events.jsonl"), "--out", str(tmp_path / "replay")]) == 0
    assert evaluate(day, "--out", str(tmp_path / "one")) == 0
    alerts = str(tmp_path / "replay" / "alerts.jsonl")
    labels = str(day / "labels.jsonl")
    assert status(["evaluate", "--labels", labels, "--alerts", alerts, "--out", str(tmp_path / "two")]) == 0
    one, two = (json.loads((tmp_path / name / "evaluation.json").read_text()) for name in ("one", "two"))
    assert one["symptoms"] == two["symptoms"]


def test_a_parameter_too_strict_shows_as_false_alarms_with_words(day, capsys):
    assert evaluate(day, "--set", "unanswered.within=1h") == 0
    said = capsys.readouterr().out
    assert "False alarms: none" not in said
    assert "unanswered (confirmed)" in said


def test_what_is_missed_is_told_with_its_story_and_the_words_of_its_touchpoints(day, capsys):
    assert evaluate(day, "--set", "stalled_wait.other=40d", "--set", "stalled_wait.hold=2h", "--worst", "50") == 0
    said = capsys.readouterr().out
    assert "stalled_wait (confirmed), on_hold" in said


def test_a_symptom_that_watches_nothing_says_so_and_misses_nothing(day, tmp_path, capsys):
    assert evaluate(day, "--out", str(tmp_path)) == 0
    said = capsys.readouterr().out
    assert said.startswith("channel_role_breach watches nothing: it has no charter; simulate --rules FILE writes")
    assert "Missed: none" in said
    found = json.loads((tmp_path / "evaluation.json").read_text())
    assert "channel_role_breach" not in {each["symptom"] for each in found["symptoms"]}


def test_by_the_company_s_own_rules_all_is_found(day, tmp_path, capsys):
    assert evaluate(day, "--rules", str(day / "fernhall.yml"), "--out", str(tmp_path)) == 0
    assert "watches nothing" not in capsys.readouterr().out
    found = json.loads((tmp_path / "evaluation.json").read_text())
    (breach,) = [each for each in found["symptoms"] if each["symptom"] == "channel_role_breach"]
    assert breach["recall"]["value"] == 1


def test_without_events_and_alerts_it_is_wrong_usage(day, capsys):
    assert status(["evaluate", "--labels", str(day / "labels.jsonl")]) == 2
    assert capsys.readouterr().err.count("\n") == 1
