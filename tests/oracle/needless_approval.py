"""`needless_approval`: a trifle that somebody had to approve."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from .life import Change, Finding
from .rules import belongs, nobody
from .timeline import HOUR, MINUTE, Timeline


def findings(timeline: Timeline, amount: float = 100, longer_than: int = HOUR) -> list[Finding]:
    """All approvals of small amounts that took their time and were not refused."""
    asked: list[Any] = []
    decided: set[str] = set()
    found = []
    for seen, t in enumerate(timeline.touchpoints, 1):
        if t.activity == "approval_decided":
            for approval in belongs(t, asked, lambda a: a.touchpoint_id not in decided, nobody):
                decided.add(approval.touchpoint_id)
                money = approval.amount or t.amount
                took = t.occurred_at - approval.occurred_at
                if (
                    t.outcome != "refused"
                    and money
                    and abs(Decimal(money)) <= Decimal(str(amount))
                    and took > longer_than
                ):
                    finding = Finding("needless_approval", approval.touchpoint_id, timeline, owner="first case")
                    finding.changes.append(Change(t.occurred_at, seen, [approval, t]))
                    finding.changes.append(Change(t.occurred_at, seen, ended="ended", minutes_lost=took // MINUTE))
                    found.append(finding)
        if t.activity == "approval_requested":
            asked.append(t)
    return found
