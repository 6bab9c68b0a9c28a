"""What happened, in the order of rule 1: per customer, per account and for the whole company."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

import msgspec

from siloscope.core.touchpoint import BROADCASTS, Rejected, Touchpoint, content_of, customer_of, sound

MINUTE = 60_000
HOUR = 60 * MINUTE
DAY = 24 * HOUR

STARTS = (
    "question", "info_request", "form_request", "case_opened", "handoff_started", "escalated", "wait_started",
    "approval_requested", "complaint", "bug_reported", "promise_made", "purchase", "contract_signed", "fact_published",
)  # fmt: skip


def order(t: Any) -> tuple[int, int, str]:
    """Rule 1: time; what starts before what ends, a reopening after its closing; id."""
    rank = 0 if t.activity in STARTS else 2 if t.activity == "case_reopened" else 1
    return (t.occurred_at, rank, t.touchpoint_id)


@dataclass
class Timeline:
    """One customer's (or account's, or the company's) touchpoints in order, seen at `until` (epoch ms)."""

    customer_id: str
    account: str
    touchpoints: list[Any]
    until: int

    def seen_at(self, moment: int) -> int:
        """How many touchpoints a timer due at `moment` sees: all up to and at it."""
        return sum(1 for t in self.touchpoints if t.occurred_at <= moment)

    def after(self, t: Any) -> list[Any]:
        """What comes after `t`, in order."""
        return [other for other in self.touchpoints if order(other) > order(t)]

    def before(self, t: Any) -> list[Any]:
        """What comes before `t`, in order."""
        return [other for other in self.touchpoints if order(other) < order(t)]


def touchpoint_of(record: dict[str, Any]) -> Any:
    """The sound touchpoint of a JSON record; a record that is none is a mistake of the test."""
    touchpoint = msgspec.convert(record, Touchpoint)
    wrong = sound(touchpoint)
    if isinstance(wrong, Rejected):
        raise ValueError(f"{record}: {wrong.message}")
    return touchpoint


def read(records: list[dict[str, Any]], until: int) -> tuple[Timeline, list[Timeline], list[Timeline]]:
    """The company's broadcasts, the customers, the accounts; of one id used twice the smaller (time, hash) stands."""
    company: dict[str, Any] = {}
    customers: dict[str, dict[str, Any]] = defaultdict(dict)
    for touchpoint in sorted(map(touchpoint_of, records), key=lambda t: (t.occurred_at, content_of(t))):
        broadcast = touchpoint.activity in BROADCASTS
        kept = company if broadcast else customers[customer_of(touchpoint)]
        kept.setdefault(touchpoint.touchpoint_id, touchpoint)
    accounts: dict[str, list[Any]] = defaultdict(list)
    for customer in customers.values():
        for touchpoint in customer.values():
            if touchpoint.account:
                accounts[touchpoint.account].append(touchpoint)
    return (
        Timeline("", "", sorted(company.values(), key=order), until),
        [Timeline(who, "", sorted(kept.values(), key=order), until) for who, kept in sorted(customers.items())],
        [Timeline(f"account:{who}", who, sorted(kept, key=order), until) for who, kept in sorted(accounts.items())],
    )
