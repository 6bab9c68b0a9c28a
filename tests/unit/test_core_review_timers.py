"""Timers: whatever the ids, whenever they are due, and however much has left the timeline."""

from __future__ import annotations

from typing import Any

import pytest
from tests.detection import Pipeline
from tests.scenario import BASE, touchpoint

DAY = 86_400_000


def sent(pipeline: Pipeline, *shorts: dict[str, Any]) -> Pipeline:
    for short in shorts:
        pipeline.send(touchpoint(short))
    return pipeline


@pytest.mark.parametrize("first", ["\x01", "\x02", "\x03", "!", "#"])
def test_an_id_may_begin_with_any_character(first):
    question = {"id": f"{first}q", "at": "0d", "do": "support question"}
    [alert] = sent(Pipeline(), question).standing(BASE + 7 * DAY)
    assert (alert.key, alert.severity) == (f"{first}q", "critical")


def test_cases_closed_long_before_the_conversations_do_not_end_the_alert_in_the_past():
    case = {"do": "support case_opened", "case_ref": "c1", "topic": "login"}
    talks = [
        {"id": f"q{n}", "at": f"{20 + n}d", "do": "support question", "case_ref": "c1", "thread_ref": f"t{n}",
         "topic": "login", "staff_ref": f"s{n}"}
        for n in range(3)
    ]  # fmt: skip
    pipeline = sent(
        Pipeline(),
        case | {"id": "c", "at": "0d"},
        {"id": "x", "at": "1d", "do": "support case_closed", "case_ref": "c1"},
    )
    [churn] = [a for a in sent(pipeline, *talks).standing(BASE + 30 * DAY) if a.symptom == "ticket_churn"]
    assert (churn.opened_at, churn.resolved_at) == (BASE + 22 * DAY, None)
    [churn] = [a for a in pipeline.standing(BASE + 120 * DAY) if a.symptom == "ticket_churn"]
    assert (churn.resolved_at, churn.resolution) == (BASE + 112 * DAY, "lapsed")
