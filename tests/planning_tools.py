"""What tests of the planner share: what was told and done on one Monday, and what is sent because of it."""

from __future__ import annotations

from typing import Any

from tests.board_tools import incident
from tests.deliver_tools import warning
from tests.unit.alert_tools import alert

from siloscope.core.alert import Alert
from siloscope.core.followup import Action
from siloscope.core.handoff import Warning
from siloscope.core.incident import Incident
from siloscope.deliver.config import Deliver
from siloscope.deliver.planning import Planner
from siloscope.deliver.rehearsal import Told, rehearsed
from siloscope.staff.tail import Read

NOW = 1_772_442_000_000  # Monday, 2026-03-02 09:00 UTC
MINUTE, HOUR, DAY = 60_000, 3_600_000, 86_400_000


def an_alert(name: str = "a1", at: int = NOW, **other: Any) -> Alert:
    return alert(name, **({"opened_at": at, "updated_at": at} | other))


def a_warning(name: str = "w1", status: str = "pending", **other: Any) -> Warning:
    usual = {"from_department": "sales", "to_department": "support", "team": None, "urgency": "normal"}
    times = {"handed_at": NOW, "due_at": NOW + HOUR}
    return warning(warning_id=name, status=status, **(usual | times | other))


def an_incident(name: str = "i1", at: int = NOW, **other: Any) -> Incident:
    usual = {"severity": "warning", "owner_department": "sales", "opened_at": at, "updated_at": at}
    return incident(incident_id=name, **(usual | other))


def an_action(kind: Any, subject: str = "a1", value: str | None = None, name: str | None = None) -> Action:
    return Action(name or f"{kind} {subject} {value}", NOW, "ana", kind, subject, value)


def delivery(routes: list[dict[str, Any]], *receivers: str, **other: Any) -> Deliver:
    """The settings with these routes; receivers are files unless `receivers=` says more."""
    given = {name: {"kind": "file", "path": "/nowhere"} for name in receivers or ("desk",)}
    return Deliver.model_validate({"receivers": given, "routes": routes, **other})


def topic_of(record: Any) -> str:
    return type(record).__name__.lower()


def read(at: int, record: Any, offset: int | None = None) -> Read:
    """A record as the tail gives it, written at `at`."""
    return Read(topic_of(record), 0, at if offset is None else offset, at, record)


def told(planner: Planner, *reads: Read, until: int = NOW + 30 * DAY) -> list[Told]:
    """All that is sent, when each record comes in its time and each message is taken at once."""
    return list(rehearsed(planner, reads, until))


def said(messages: list[Told]) -> list[tuple[int, str, str]]:
    """After how many seconds, to whom, what; a message of many as its kind and number; sorted."""
    return sorted(
        (
            (each.at - NOW) // 1000,
            each.message.receiver,
            each.message.notices[0].what
            if each.message.kind == "one"
            else f"{each.message.kind} of {len(each.message.notices)}",
        )
        for each in messages
    )
