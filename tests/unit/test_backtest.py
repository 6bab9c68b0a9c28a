"""`siloscope backtest` says what a change would have told: what appears, what disappears, what moves."""

from __future__ import annotations

import io
import json
import re

import pytest
from rich.console import Console
from tests.unit.alert_tools import alert

from siloscope.__main__ import status
from siloscope.core.told import told, weekly
from siloscope.ops.backtest import Backtest, compared
from siloscope.ops.backtest_difference import Difference, differences
from siloscope.ops.backtest_shown import show
from siloscope.ops.simulate import Plan, simulate
from siloscope.ops.simulate_command import write
from siloscope.symptoms import ALL, detection

DAY = 86_400_000
PLAN = Plan(seed=3, customers=40)


def only(before, after) -> Difference:
    (found,) = differences(before, after, ["unanswered"])
    return found


def test_the_same_alert_at_another_time_has_moved():
    found = only([alert("x", opened_at=1)], [alert("x", opened_at=2)])
    assert (found.before, found.after, found.moved, found.appears, found.disappears) == (1, 1, 1, [], [])


def test_alerts_with_other_ids_and_evidence_in_common_are_the_same():
    found = only([alert("x", "a", "b")], [alert("y", "b", "c")])
    assert (found.appears, found.disappears, found.moved) == ([], [], 0)


def test_what_is_on_one_side_only_appears_or_disappears():
    found = only([alert("x", "a")], [alert("y", "b")])
    assert [(each.alert.alert_id, each.why) for each in found.disappears] == [("x", "not found")]
    assert [(each.alert.alert_id, each.why) for each in found.appears] == [("y", "not found")]


@pytest.mark.parametrize(
    ("other", "why"),
    [({"mode": "shadow"}, "in shadow (maintenance window)"), ({"part_of": "z"}, "part of another alert"),
     ({"confidence": "suspected"}, "suspected only")],
)  # fmt: skip
def test_what_is_still_found_but_no_longer_told_says_why(other, why):
    found = next(each for each in differences([alert("x")], [alert("x", **other)], ["unanswered"]) if each.disappears)
    assert [each.why for each in found.disappears] == [why]


def test_what_the_rules_have_in_shadow_is_told_apart_from_a_maintenance_window():
    found = differences([alert("x")], [alert("x", mode="shadow")], ["unanswered"], shadow=((), ("unanswered",)))
    assert [each.why for each in next(found).disappears] == ["in shadow (mode: shadow)"]


def test_of_an_incident_that_appears_it_is_said_how_many_alerts_it_has():
    found = only([], [alert(name, name, incident_id="i", opened_at=at) for at, name in enumerate("abc")])
    assert [(each.alert.alert_id, each.alerts) for each in found.appears] == [("a", 3)]


def test_what_the_change_moves_out_of_the_days_says_so():
    (found,) = differences([alert("x", opened_at=9)], [alert("x", opened_at=4)], ["unanswered"], since=5)
    assert [each.why for each in found.disappears] == ["told before these days"]


def test_of_an_incident_one_alert_is_told():
    several = [alert(name, incident_id="i", opened_at=at) for at, name in enumerate("abc")]
    assert [each.alert_id for each in told([*several, alert("alone")])] == ["a", "alone"]


@pytest.mark.parametrize(
    ("whole", "names"),
    [({}, ["whole"]), ({"confidence": "suspected"}, ["part"]), ({"mode": "shadow"}, ["part"])],
)
def test_a_part_is_told_where_its_whole_tells_nobody(whole, names):
    found = told([alert("part", "a", part_of="whole"), alert("whole", "a", "b", **whole)])
    assert [each.alert_id for each in found] == names


def test_a_rate_is_for_a_thousand_customers_and_a_week():
    assert weekly(3, customers=500, span=14 * DAY) == pytest.approx(3.0)


def test_a_stricter_limit_only_adds_and_a_laxer_one_only_takes_away():
    touchpoints = list(simulate(PLAN))
    strict, usual = detection({"unanswered": {"within": "20 h"}}), detection()
    more = {each.symptom: each for each in compared(touchpoints, usual, strict).differences}["unanswered"]
    less = {each.symptom: each for each in compared(touchpoints, strict, usual).differences}["unanswered"]
    assert more.appears
    assert not more.disappears
    assert [each.alert for each in less.disappears] == [each.alert for each in more.appears]


def test_only_the_last_days_count():
    touchpoints = list(simulate(PLAN._replace(days=3)))
    last = compared(touchpoints, detection(), detection(), days=1)
    assert sum(each.before for each in last.differences) < sum(
        each.before for each in compared(touchpoints, detection(), detection()).differences
    )
    assert last.span == DAY


def test_the_command_prints_the_difference_in_words_and_writes_it(tmp_path, capsys):
    write(PLAN, tmp_path / "events.jsonl", None)
    given = ["backtest", str(tmp_path / "events.jsonl"), "--set", "unanswered.within=96h", "--out", str(tmp_path)]
    assert status(given) == 0
    said = capsys.readouterr().out
    assert "  − " in said
    assert re.match(r"\d+ customers: alerts and rates of \d+ days, 20\d\d-\d\d-\d\d to 2026-03-\d\d\n", said)
    assert "--days N" in said
    assert "has no answer for" in said
    found = json.loads((tmp_path / "backtest.json").read_text())
    changed = next(each for each in found["symptoms"] if each["symptom"] == "unanswered")
    assert changed["before"] - changed["after"] == len(changed["only_before"]) > 0
    assert changed["only_before"][0]["explanation"]


@pytest.mark.parametrize("width", [80, 170])
def test_the_table_fits_and_cuts_no_name(width):
    changed = [Difference(each.name, "suspected", 1_234, 1_000, [], [], 123) for each in ALL]
    console = Console(width=width, file=io.StringIO())
    show(Backtest(changed, 20_000, 90 * DAY, 100 * DAY), console, 3)
    lines = console.file.getvalue().splitlines()
    assert max(map(len, lines)) <= width
    assert all(sum(line.startswith(f"{each.name} ") for line in lines) == 1 for each in ALL)


@pytest.mark.parametrize(
    ("given", "said"),
    [(["events.jsonl"], "needs a change"), (["--set", "unanswered.within=1h"], "needs events"),
     (["x", "--set", "unanswred.within=1h"], "did you mean unanswered")],
)  # fmt: skip
def test_what_is_left_out_is_wrong_usage(given, said, capsys):
    assert status(["backtest", *given]) == 2
    assert said in capsys.readouterr().err
