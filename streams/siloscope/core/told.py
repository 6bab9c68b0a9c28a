"""Which alerts reach somebody, and how many that are for a company of a thousand customers in a week."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Final

from .alert import Alert
from .touchpoint import DAY

WEEK: Final = 7 * DAY
PART: Final = "part of another alert"
SUSPECTED: Final = "suspected only"


def why_untold(
    alert: Alert, find: Callable[[str], Alert | None] = lambda _: None, parts: frozenset[str] = frozenset()
) -> str | None:
    """Why nobody is told of it; None where somebody is.

    What it is part of, which `find` gives by id, may itself tell nobody; `parts` are known to be parts of it (what was
    told of two alerts at different times may have made each a part of the other).
    """
    if alert.mode != "live":
        return "in shadow" if alert.mode == "shadow" else "in a backfill"
    if alert.confidence == "suspected":
        return SUSPECTED
    if alert.part_of is not None:
        whole, parts = find(alert.part_of), parts | {alert.alert_id}
        if whole is None or whole.alert_id in parts or why_untold(whole, find, parts) in (None, PART):
            return PART
    return None


def certain(alerts: Iterable[Alert]) -> list[Alert]:
    """Those that are sure and nobody else's part, in order of opening, each customer's of an incident too."""
    known = {each.alert_id: each for each in alerts}
    ordered = sorted(known.values(), key=lambda each: (each.opened_at, each.alert_id))
    return [each for each in ordered if why_untold(each, known.get) is None]


def told(alerts: Iterable[Alert]) -> list[Alert]:
    """Those that are delivered, in order of opening; of the alerts of one incident the first stands for all."""
    found, incidents = [], set()
    for alert in certain(alerts):
        if alert.incident_id not in incidents:
            found.append(alert)
            if alert.incident_id is not None:
                incidents.add(alert.incident_id)
    return found


def shown(alerts: Iterable[Alert]) -> list[Alert]:
    """Those that are only suspected: nobody is paged, who reviews sees them."""
    return [each for each in alerts if each.confidence == "suspected" and each.mode == "live" and each.part_of is None]


def weekly(number: float, customers: int, span: int) -> float:
    """`number` alerts of `customers` in `span` milliseconds, as alerts per 1,000 customers and week."""
    return number / max(1, customers) * 1_000 * WEEK / max(1, span)
