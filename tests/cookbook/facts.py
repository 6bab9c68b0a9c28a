"""What the answers share: times, weeks, who fared how, all in plain Python over the company's records."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta
from itertools import pairwise
from statistics import median
from typing import Any

from tests.recount import day
from tests.warehouse import Company

from siloscope.core.alert import Alert
from siloscope.core.touchpoint import DAY, Touchpoint, customer_of

Rows = list[tuple[Any, ...]]
Answer = Callable[[Company], Rows]

ANSWERS: dict[str, Answer] = {}


def answers(title: str) -> Callable[[Answer], Answer]:
    """Marks the answer to the question with this title."""

    def put(function: Answer) -> Answer:
        assert title not in ANSWERS, title
        ANSWERS[title] = function
        return function

    return put


def moment(touchpoint: Touchpoint) -> int:
    """When it happened, in epoch milliseconds."""
    at: int = touchpoint.occurred_at  # type: ignore[assignment]
    return at


def week(at: int) -> date:
    """The Monday of the week, UTC."""
    return day(at) - timedelta(days=day(at).weekday())


def recent(company: Company, days: int) -> int:
    """The time from which on "the last `days` days" count; what lies exactly on it does not."""
    return company.now - days * DAY


def minutes(begin: int, end: int) -> int:
    """Whole minutes of the clock between the two, as dateDiff counts them."""
    return end // 60_000 - begin // 60_000


def middle(values: Iterable[float]) -> float | None:
    """The median; None of nothing."""
    known = list(values)
    return median(known) if known else None


def parts(alerts: Iterable[Alert]) -> Iterator[tuple[Alert, str, str, float]]:
    """Each alert with each department and channel it involves, and its share of the alert."""
    for alert in alerts:
        involved, used = alert.departments or ("",), alert.channels or ("",)
        for department in involved:
            for channel in used:
                yield alert, department, channel, 1 / (len(involved) * len(used))


def pairs(alert: Alert) -> tuple[str, set[tuple[str, str]]]:
    """What the alert says of departments, and between which."""
    acted = [each.department for each in alert.evidence]
    if alert.symptom == "handoff_drop":
        return "drops to", {(acted[0], other) for other in alert.departments if other != acted[0]}
    if alert.symptom == "ping_pong":
        return "bounces to", {(a, b) for a, b in pairwise(acted) if a != b}
    both = {(a, b) for a in alert.departments for b in alert.departments if a != b}
    if alert.symptom in ("duplicate_outreach", "contact_pressure", "form_pile_up", "tone_deaf_outreach"):
        return "collides with", both
    if alert.symptom in ("conflicting_message", "inconsistent_answer", "inconsistent_voice"):
        return "contradicts", both
    return "", set()


def verdict_of(touchpoint: Touchpoint) -> bool | None:
    """Whether the customer fared well by it; None where it says nothing."""
    if touchpoint.activity in ("praise", "recovered"):
        return True
    if touchpoint.activity in ("complaint", "case_reopened", "contract_cancelled"):
        return False
    if touchpoint.activity == "survey_response" and touchpoint.score is not None:
        if touchpoint.score >= 8:
            return True
        if touchpoint.score <= 4:
            return False
    return None


def scorecards(company: Company) -> dict[tuple[date, str], Counter[str]]:
    """By week and department: met, missed, good, bad."""
    served: dict[tuple[date, str], set[str]] = {}
    fared: dict[tuple[date, str], Counter[str]] = {}
    cards: dict[tuple[date, str], Counter[str]] = {}
    for each in company.touchpoints.values():
        monday, customer = week(moment(each)), customer_of(each)
        card = cards.setdefault((monday, each.department), Counter())
        card["touchpoints"] += 1
        if each.kpi is not None:
            card["unknown" if each.kpi.met is None else "met" if each.kpi.met else "missed"] += 1
        if customer:
            served.setdefault((monday, customer), set()).add(each.department)
            good = verdict_of(each)
            if good is not None:
                fared.setdefault((monday, customer), Counter())["good" if good else "bad"] += 1
    for (monday, customer), outcome in fared.items():
        for department in served[monday, customer]:
            cards[monday, department] += outcome
    return cards


def share(part: float, rest: float, digits: int = 3) -> float | None:
    """part / (part + rest), rounded; None of nothing."""
    return round(part / (part + rest), digits) if part + rest else None
