"""`siloscope simulate` writes what the contract says, and its labels."""

from __future__ import annotations

import itertools
import json
import re

import pytest

from siloscope import wire
from siloscope.__main__ import status
from siloscope.errors import Unusable, WrongUsage
from siloscope.ops import simulate_command
from siloscope.ops.simulate import DEFAULT_START, Plan, labels, simulate
from siloscope.ops.simulate_command import line_of, plan_of, write
from siloscope.ops.simulate_injected import NORMAL
from siloscope.rules import load

SMALL = Plan(seed=2, customers=20)


def test_what_is_written_reads_back_as_the_same_touchpoints(tmp_path):
    write(SMALL, tmp_path / "day.jsonl", None)
    read = [wire.decode_touchpoint(line) for line in (tmp_path / "day.jsonl").read_bytes().splitlines()]
    assert read == list(simulate(SMALL))


def test_what_is_sent_in_avro_reads_back_as_the_same_touchpoints():
    for touchpoint in simulate(SMALL):
        assert wire.decode_touchpoint(wire.encode("touchpoint", touchpoint)) == touchpoint


def test_labels_say_symptom_customer_moment_and_touchpoints(tmp_path):
    write(SMALL, tmp_path / "day.jsonl", tmp_path / "labels.jsonl")
    told = [json.loads(line) for line in (tmp_path / "labels.jsonl").read_text().splitlines()]
    assert len(told) == len(list(labels(SMALL)))
    assert all({"symptom", "confidence", "found_at", "about", "touchpoints", "why"} <= each.keys() for each in told)
    assert {each["found_at"][-1] for each in told} == {"Z"}


def test_lines_go_to_standard_output(capfdbinary):
    write(SMALL, None, None)
    assert len(capfdbinary.readouterr().out.splitlines()) == len(list(simulate(SMALL)))


@pytest.mark.parametrize(
    ("start", "begins"),
    [(None, DEFAULT_START), ("2026-03-05", DEFAULT_START), ("2026-03-05T01:00:00+01:00", DEFAULT_START)],
)
def test_the_start_may_be_said(start, begins):
    assert plan_of(1, 10, start, 1).start == begins


@pytest.mark.parametrize("start", ["yesterday", "2026-03-02T00:00:00", "1875-01-01T00:00:00Z"])
def test_a_start_that_is_no_time_is_wrong_usage(start):
    with pytest.raises(WrongUsage, match="start"):
        plan_of(1, 10, start, 1)


def test_the_command_writes_a_day_to_a_file_and_says_so_in_a_line(tmp_path, capsys):
    day, known = tmp_path / "day.jsonl", tmp_path / "known.jsonl"
    options = ["--customers", "20", "--seed", "2", "--out", str(day), "--labels", str(known)]
    assert status(["simulate", *options]) == 0
    told = len(list(simulate(SMALL)))
    assert len(day.read_bytes().splitlines()) == told
    put_in = list(labels(SMALL))
    expected = sum(label.expected for label in put_in)
    assert re.fullmatch(
        f"{told:,} touchpoints of 20 customers in {re.escape(str(day))}, from 2026-03-05 to 2026-03-05 and before, "
        rf"since 2025-\d\d-\d\d; {expected} symptoms put in and {len(put_in) - expected} near misses in {known}\n",
        capsys.readouterr().err,
    )


def test_an_interrupted_file_is_said_to_be_unfinished_in_a_line(tmp_path, capsys, monkeypatch):
    def interrupted(plan):
        yield from itertools.islice(simulate(plan), 10)
        raise KeyboardInterrupt

    monkeypatch.setattr(simulate_command, "simulate", interrupted)
    day = tmp_path / "day.jsonl"
    assert status(["simulate", "--customers", "20", "--out", str(day)]) == 130
    said = capsys.readouterr().err
    assert said == f"siloscope: interrupted; {day} is unfinished: delete it, or simulate again\n"


def test_a_line_says_the_same_as_the_contract_s_json():
    for touchpoint in simulate(SMALL):
        assert json.loads(line_of(touchpoint)) == json.loads(wire.json_line(touchpoint))


def test_the_company_s_rules_are_written_and_can_be_loaded(tmp_path):
    file = tmp_path / "rules.yml"
    assert status(["simulate", "--customers", "5", "--out", str(tmp_path / "day"), "--rules", str(file)]) == 0
    assert load(file).parameters["channel_role_breach"]["charter"][0] == {"channel": "sms", "department": "delivery"}


@pytest.mark.parametrize(("said", "share"), [("injected", None), ("normal", NORMAL), ("0.02", 0.02), ("0", 0.0)])
def test_how_many_faults_there_are_may_be_said(said, share):
    assert plan_of(1, 10, None, 1, said).faults == share


@pytest.mark.parametrize("said", ["often", "-1", "1.5", "nan"])
def test_faults_that_are_no_share_are_wrong_usage(said):
    with pytest.raises(WrongUsage, match="--faults"):
        plan_of(1, 10, None, 1, said)


def test_a_speed_without_a_broker_is_wrong_usage(capsys):
    assert status(["simulate", "--customers", "20", "--speed", "60"]) == 2
    assert "--to-broker" in capsys.readouterr().err


def test_a_file_that_cannot_be_written_is_one_line(tmp_path):
    with pytest.raises(Unusable, match="cannot be written"):
        write(SMALL, tmp_path / "nowhere" / "day.jsonl", None)
