"""The mappings that come with the program, on small logs of our own and, where they are there, on the real ones."""

from __future__ import annotations

import gzip
from collections import Counter
from pathlib import Path

import pytest
from tests.unit.mapping_tools import DATA, read

from siloscope import sources
from siloscope.core.rejected import Rejected
from siloscope.core.touchpoint import Touchpoint
from siloscope.sources import mapping

SHARED = Path(__file__).parents[3] / "shared" / "data"
LOAN = SHARED / "bpic2012_loan" / "BPI_Challenge_2012.xes.gz"
INCIDENTS = SHARED / "bpic2014_rabobank_subset" / "BPIC14_incident_log.csv.gz"


def told(path: Path, name: str) -> list[tuple[str, str, str, str | None, str | None]]:
    found = [each for _, _, each in read(path, mapping.load(name))]
    assert all(isinstance(each, Touchpoint) for each in found), found
    return [(each.touchpoint_id, each.activity, each.department, each.to_department, each.outcome) for each in found]


def test_a_loan_application_is_told_by_who_did_it_and_what_was_done():
    assert told(DATA / "loan.xes", "bpi2012_loan") == [
        ("bpi2012:1:1", "question", "web", None, None),
        ("bpi2012:1:2", "handoff_started", "web", "sales", None),
        ("bpi2012:1:3", "handoff_accepted", "sales", None, None),
        ("bpi2012:1:4", "answer", "credit", None, "refused"),
        ("bpi2012:1:4/closed", "case_closed", "credit", None, "refused"),
        ("bpi2012:2:1", "handoff_started", "sales", "credit", None),
    ]


def test_an_incident_is_handed_from_team_to_team_and_notes_of_others_do_not_count(tmp_path):
    (tmp_path / "log.csv").write_bytes((DATA / "incidents.csv").read_bytes())
    attributes = gzip.compress((DATA / "incident_attributes.csv").read_bytes())
    (tmp_path / "BPIC14_incident_case_attributes.csv.gz").write_bytes(attributes)
    assert told(tmp_path / "log.csv", "bpi2014_incidents") == [
        ("bpi2014:001A1", "case_opened", "team0001", None, None),
        ("bpi2014:001A2", "handoff_started", "team0001", "team0002", None),
        ("bpi2014:001A3", "case_updated", "team0001", None, None),
        ("bpi2014:001A4", "message", "team0009", None, None),
        ("bpi2014:001A5", "case_updated", "team0002", None, None),
        ("bpi2014:001A5/taken", "handoff_accepted", "team0002", None, None),
        ("bpi2014:001A6", "case_updated", "team0002", None, None),
        ("bpi2014:001A7", "case_closed", "team0002", None, None),
        ("bpi2014:001A8", "case_opened", "team0001", None, None),
    ]


@pytest.mark.skipif(not LOAN.is_file(), reason="the BPI Challenge 2012 log is not beside this checkout")
def test_every_event_of_the_loan_log_becomes_a_touchpoint():
    lines: set[int] = set()
    ids: set[str] = set()
    kinds: Counter[str] = Counter()
    for number, _, each in sources.touchpoints(LOAN, mapping.load("bpi2012_loan")):
        assert isinstance(each, Touchpoint), each
        lines.add(number)
        ids.add(each.touchpoint_id)
        kinds[each.activity] += 1
    assert lines == set(range(1, 262_201))
    assert len(ids) == kinds.total() == 262_200 + 7_635  # a refusal is told and closes the case
    assert kinds["case_opened"] == 13_087


@pytest.mark.skipif(not INCIDENTS.is_file(), reason="the BPI Challenge 2014 log is not beside this checkout")
def test_every_row_of_the_incident_log_becomes_a_touchpoint():
    ids: set[str] = set()
    kinds: Counter[str] = Counter()
    for _, _, each in sources.touchpoints(INCIDENTS, mapping.load("bpi2014_incidents")):
        assert not isinstance(each, Rejected), each
        assert isinstance(each, Touchpoint)
        ids.add(each.touchpoint_id)
        kinds[each.activity] += 1
    assert len(ids) == kinds.total() == 39_911 + kinds["handoff_accepted"]
    assert kinds["handoff_accepted"] == kinds["handoff_started"]
