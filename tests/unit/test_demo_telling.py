"""What the demo says: an alert in words with its timeline, floods as a count, nothing twice, plain in a pipe."""

from __future__ import annotations

import re
from collections import Counter
from io import StringIO

import pytest
from msgspec.structs import replace
from rich.console import Console

from siloscope.core.alert import Alert
from siloscope.core.incident import Cause, Incident
from siloscope.core.touchpoint import DAY, HOUR, customer_of, entry_of
from siloscope.ops import telling
from siloscope.ops.demo import NO_STORE
from siloscope.ops.demo_feed import Feed
from siloscope.ops.demo_screen import Screen
from siloscope.ops.demo_summary import Outcome, show
from siloscope.ops.replay import Replay
from siloscope.ops.simulate import Plan, labels, simulate
from siloscope.ops.simulate_company import rules_text
from siloscope.ops.telling import LINES_A_SECOND, Memory, Narrator
from siloscope.rules import load

PLAN = Plan(seed=5, customers=30)


@pytest.fixture(scope="module")
def rules(tmp_path_factory):
    file = tmp_path_factory.mktemp("fernhall") / "rules.yml"
    file.write_text(rules_text(), encoding="utf-8")
    return load(file)


@pytest.fixture(scope="module")
def day(rules):
    """The alerts of a day by the company's rules, and what was seen of the customers."""
    run, memory = Replay(rules.detection()), Memory()
    for touchpoint in simulate(PLAN):
        run.take(touchpoint)
        memory.see(customer_of(touchpoint), entry_of(touchpoint))
    run.close(PLAN.end)
    return run.alerts(), memory


@pytest.fixture
def output():
    return StringIO()


@pytest.fixture
def console(output):
    return Console(file=output, width=120)


def first(alerts: list[Alert], symptom: str) -> Alert:
    return next(replace(alert, status="open", resolved_at=None) for alert in alerts if alert.symptom == symptom)


def test_an_alert_says_what_happened_on_which_touchpoints_and_what_helps(day, console, output):
    alerts, memory = day
    alert = first(alerts, "handoff_drop")
    Narrator(console, memory).alert(alert)
    said = output.getvalue()
    assert alert.title in said
    assert f"What helps  {alert.suggested_action}" in said
    assert sum("▶" in line for line in said.splitlines()) == len(alert.evidence)
    assert "\x1b" not in said


def test_the_end_of_an_alert_is_one_line_with_the_time_it_cost(day, console, output):
    alerts, memory = day
    narrator = Narrator(console, memory)
    ended = next(alert for alert in alerts if alert.status == "resolved" and alert.minutes_lost)
    narrator.alert(replace(ended, status="open", resolved_at=None))
    output.truncate(0)
    narrator.alert(ended)
    narrator.alert(replace(ended, revision=ended.revision + 1))
    assert output.getvalue().count("of her time lost") == 1


def test_in_a_pipe_one_alert_after_the_first_is_one_line(day, console, output):
    alerts, memory = day
    narrator, alert = Narrator(console, memory), replace(first(alerts, "ping_pong"), title="long " * 60)
    narrator.alert(replace(alert, alert_id="1"))
    output.truncate(0)
    narrator.alert(replace(alert, alert_id="2"))
    assert len(output.getvalue().splitlines()) == 1


def test_what_is_less_than_it_could_be_is_said_to_the_letter(console, output):
    Screen(console).caution(NO_STORE)
    assert "siloscope[embedded]" in output.getvalue()


def test_of_what_nobody_heard_nobody_hears_that_it_was_not_so(day, console, output):
    alerts, memory = day
    Narrator(console, memory).alert(replace(alerts[0], status="retracted"))
    assert output.getvalue() == ""


def test_what_was_before_the_day_counts_and_is_not_told(day, console, output):
    alerts, memory = day
    narrator = Narrator(console, memory, begins=PLAN.end)
    for alert in alerts:
        narrator.alert(alert)
    assert output.getvalue() == ""
    assert len(narrator.alerts) == len(alerts)


def test_a_flood_becomes_a_count(day, console, output, monkeypatch):
    monkeypatch.setattr(telling.time, "monotonic", lambda: 100.0)
    alerts, memory = day
    narrator, flood = Narrator(console, memory), first(alerts, "ping_pong")
    for number in range(500):
        narrator.alert(replace(flood, alert_id=str(number)))
    narrator.catch_up()
    said = output.getvalue()
    assert said.count("●") == 1 + LINES_A_SECOND
    assert f"{499 - LINES_A_SECOND} ping_pong" in said
    assert len(narrator.alerts) == 500


def test_the_memory_of_customers_is_bounded(day, monkeypatch):
    monkeypatch.setattr(telling, "REMEMBERED", 3)
    memory = Memory()
    entries = [entry_of(touchpoint) for touchpoint in simulate(PLAN)]
    for number, entry in enumerate(entries):
        memory.see(str(number % 10), entry)
    assert len(memory._last) == 3
    assert all(len(lines) <= telling.LAST for lines in memory._last.values())


def test_the_closing_words_compare_told_stored_and_put_in(day, console, output):
    alerts, memory = day
    narrator = Narrator(console, memory, begins=PLAN.end)
    for alert in alerts[1:]:
        narrator.alert(alert)
    stored = {"touchpoints": 7, "warnings": 0, "dead_letters": 0, "alerts": Counter(alert.symptom for alert in alerts)}
    show(console, Outcome(narrator, 7, 0, "", Counter(), stored, [], list(labels(PLAN)), ["next"]))
    together = next(line.split() for line in output.getvalue().splitlines() if "together" in line)
    assert together[1:3] == [str(len(alerts) - 1), str(len(alerts))]
    put_in = sum(label.expected for label in labels(PLAN))
    said = " ".join(output.getvalue().split())
    # The first alert was not told.
    assert f"{put_in - 1} of the {put_in} symptoms and incidents that were put in were found" in said
    assert re.search(r"0 of \d+ near misses were taken for one, 0 alerts on anything else", said)


def test_a_day_takes_its_seconds_and_the_night_little_of_them():
    feed = Feed.__new__(Feed)
    feed._begins, feed._day_seconds = PLAN.start, 60.0
    at = [feed._seconds(PLAN.start + hour * HOUR) for hour in range(24)]
    assert at == sorted(at)
    assert at[0] == 0
    assert feed._seconds(PLAN.start + DAY) == pytest.approx(60)
    assert at[19] - at[7] > 50


def test_of_an_incident_its_beginning_and_its_end_are_told_and_not_that_it_grows(output) -> None:
    narrator = Narrator(Console(file=output, width=200), Memory())
    cause = Cause("topic", "invoice")
    first = Incident(
        "i", "open", "unanswered", ("sales", "support"), cause, "warning", DAY, DAY, None, 10, 10, (), "support"
    )
    for told in (first, replace(first, customers=11), replace(first, customers=12, status="ended", ended_at=2 * DAY)):
        narrator.incident(told)
    assert output.getvalue().splitlines() == [
        "Fri 2 Jan 00:00 ▲ one cause  10 customers: unanswered, topic invoice, by sales and support; support acts",
        "Sat 3 Jan 00:00 △ is over  12 customers: unanswered, topic invoice, by sales and support; support acts",
    ]
    assert narrator.incidents["i"].customers == 12
