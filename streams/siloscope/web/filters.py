"""Which items a list shows: what somebody asks for, within what she may see."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from ..core.alert import SEVERITIES, Alert
from ..core.desk import Item
from .access import Person
from .live import Live

SHOWN: Final = {"open": "Open", "mine": "Mine", "put_off": "Put off", "done": "Resolved", "review": "For review"}
# What a list's address may say.
ASKED: Final = ("department", "shown", "severity", "symptom", "incident", "customer", "most")
HANDOFF: Final = "handoff"  # what stands for a symptom where a handoff warning is meant


@dataclass(frozen=True)
class Filter:
    """What a list shows. `departments` None: all; empty texts: any.

    `shown` is one of `SHOWN`; `by` is whose items `mine` are. The alerts of an incident stand behind it, unless this
    `incident`, or all of a `customer`, is asked for.
    """

    departments: frozenset[str] | None
    shown: str = "open"
    severity: str = ""
    symptom: str = ""
    by: str = ""
    incident: str = ""
    customer: str = ""

    def takes(self, item: Item, live: Live, now: int) -> bool:
        """Whether the list has this item at `now` (epoch ms)."""
        on_a_desk = item.stands and (item.done_by is not None) == (self.shown == "done")
        return on_a_desk and self._about(item, live) and self._in_state(item, live, now)

    def _about(self, item: Item, live: Live) -> bool:
        if self.departments is not None and item.department not in self.departments:
            return False
        if self.severity and item.severity != self.severity:
            return False
        if self.symptom and symptom_of(item) != self.symptom:
            return False
        if self.customer and item.record.customer_id != self.customer:
            return False
        if self.incident:
            return getattr(item.record, "incident_id", None) == self.incident
        return self.shown in ("mine", "done") or bool(self.customer) or live.incident_of(item.subject) is None

    def _in_state(self, item: Item, live: Live, now: int) -> bool:
        if self.shown == "review":
            return live.desk.for_review(item)
        if live.desk.why_not(item) is not None:
            return False
        if self.shown == "mine":
            return item.accepted_by == self.by
        if self.shown == "done":
            return True
        return item.follow.asleep(now) == (self.shown == "put_off")


def symptom_of(item: Item) -> str:
    """Its symptom; `handoff` for a warning."""
    return item.record.symptom if isinstance(item.record, Alert) else HANDOFF


def address_of(asked: Mapping[str, str], path: str = "/", **other: str) -> str:
    """The address of a list like this one, but for what is said to be `other`."""
    wanted = {name: asked.get(name, "") for name in ASKED} | other
    said = urlencode({name: value for name, value in wanted.items() if value})
    return f"{path}?{said}" if said else path


def filter_of(asked: Mapping[str, str], person: Person) -> Filter:
    """The filter in an address; what it asks for and this person may not see is not shown, what is unknown is any."""
    department = asked.get("department", "")
    departments = person.shown
    if department:
        departments = frozenset({department} if person.of(department) else ())
    shown, severity = asked.get("shown", "open"), asked.get("severity", "")
    return Filter(
        departments=departments,
        shown=shown if shown in SHOWN else "open",
        severity=severity if severity in SEVERITIES else "",
        symptom=asked.get("symptom", ""),
        by=person.name if shown == "mine" else "",
        incident=asked.get("incident", ""),
        customer=asked.get("customer", ""),
    )
