"""An account's alerts are the same in whatever order its members' touchpoints come, and rest on all that matters."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from tests.detection import Pipeline, agreed
from tests.scenario import BASE, touchpoint

DAY = 86_400_000
SIGNED = {
    "id": "c", "at": "0d", "do": "sales contract_signed", "renewal_at": "365d", "account": "acme", "channel": "store"
}  # fmt: skip
ASKED = {"id": "a", "at": "301d", "do": "sales renewal_ask", "account": "acme"}


def renewals(*shorts: dict[str, Any]) -> list[Any]:
    pipeline = Pipeline()
    for days in range(0, 310, 10):  # others move the clock
        pipeline.send(touchpoint({"id": f"x{days}", "at": f"{days}d", "do": "web visit", "customer": "bob"}))
    for short in shorts:
        pipeline.send(touchpoint(short))
    return [a for a in pipeline.standing(BASE + 302 * DAY) if a.symptom == "renewal_only_contact"]


@pytest.mark.parametrize(
    "between",
    [
        {"do": "support complaint"},
        {"do": "support case_opened", "case_ref": "k1", "phase": "leave", "segment": "business"},
        {"do": "support question", "case_ref": "k1"},
    ],
    ids=lambda short: short["do"],
)
def test_which_touchpoint_of_a_member_came_first_changes_no_alert(between):
    shorts = [SIGNED, {"id": "k", "at": "300d", "account": "acme", **between}, ASKED]
    told = [[agreed(alert) for alert in renewals(*order)] for order in itertools.permutations(shorts)]
    assert told == [told[0]] * 6


def test_a_complaint_of_a_member_makes_the_accounts_alert_critical():
    complaint = {"id": "k", "at": "300d", "do": "support complaint", "account": "acme"}
    praise = {"id": "p", "at": "300d 01:00", "do": "support praise", "account": "acme", "thread_ref": "t"}
    assert [alert.severity for alert in renewals(SIGNED, complaint, ASKED)] == ["critical"]
    assert [alert.severity for alert in renewals(SIGNED, complaint | {"thread_ref": "t"}, praise, ASKED)] == ["warning"]


def test_nobody_is_told_of_an_ask_for_an_account_that_cancelled():
    cancelled = {"id": "k", "at": "200d", "do": "sales contract_cancelled", "account": "acme"}
    assert renewals(SIGNED, cancelled, ASKED) == []
