"""`handoff_drop`: what was handed over (or bought) and not taken up; and the warnings the receivers get."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .life import Change, Finding
from .rules import belongs, closes, differ, explicit, substantive
from .timeline import DAY, HOUR, MINUTE, Timeline

RECEIVERS = ("delivery", "onboarding", "success")


@dataclass
class Handoff:
    """A handoff, explicit or implied by a purchase, with its end."""

    start: Any
    due: int
    receivers: tuple[str, ...]
    implied: bool
    end: Any = None
    how: str | None = None  # accepted, contacted, closed or explicit (it was handed over after all)
    over: Any = None  # what closes its warning: all of these but the acceptance

    @property
    def touchpoint_id(self) -> str:
        return str(self.start.touchpoint_id)

    @property
    def case_ref(self) -> str | None:
        return self.start.case_ref  # type: ignore[no-any-return]

    @property
    def thread_ref(self) -> str | None:
        return self.start.thread_ref  # type: ignore[no-any-return]


def handoffs(
    timeline: Timeline,
    within: int = 24 * HOUR,
    implied_within: int = 72 * HOUR,
    implied_once_in: int = 7 * DAY,
    receivers: tuple[str, ...] = RECEIVERS,
) -> list[Handoff]:
    """All handoffs of a customer, each with the touchpoint that ended it."""
    all_of_them: list[Handoff] = []
    for t in timeline.touchpoints:
        if t.activity == "handoff_accepted":
            for handoff in belongs(t, all_of_them, lambda h: h.end is None, lambda h, t=t: t.department in h.receivers):
                handoff.end, handoff.how = t, "accepted"
        for handoff in all_of_them:
            how = ends(t, handoff, implied_within)
            if handoff.end is None and how:
                handoff.end, handoff.how = t, how
            if handoff.over is None and how:
                handoff.over = t
        if explicit(t):
            later = t.due_at is not None and t.due_at > t.occurred_at
            due = t.due_at if later else t.occurred_at + within
            all_of_them.append(Handoff(t, due, (t.to_department,), implied=False))
        if t.activity in ("purchase", "contract_signed") and t.channel != "store":
            recent = [
                h.start for h in all_of_them if h.implied and t.occurred_at - h.start.occurred_at <= implied_once_in
            ]
            if not any(r.product == t.product for r in recent):
                all_of_them.append(Handoff(t, t.occurred_at + implied_within, tuple(receivers), implied=True))
    return all_of_them


def ends(t: Any, handoff: Handoff, implied_within: int) -> str | None:
    """How `t` ends the handoff, if it does: the receiver's contact, the case's closing, an explicit handoff instead."""
    if closes(t, handoff.case_ref):
        return "closed"
    if handoff.implied and t.activity in ("delivery", "onboarding_step"):
        return "contacted"
    if differ(t.case_ref, handoff.case_ref):
        return None
    if substantive(t) and t.department in handoff.receivers:
        return "contacted"
    if handoff.implied and explicit(t) and t.occurred_at - handoff.start.occurred_at <= implied_within:
        return "explicit"
    return None


def findings(timeline: Timeline, **parameters: Any) -> list[Finding]:
    """All handoffs of a customer that nobody took up in time."""
    found = []
    for handoff in handoffs(timeline, **parameters):
        start, end = handoff.start, handoff.end
        if end is not None and end.occurred_at <= handoff.due:
            continue
        finding = Finding(
            "handoff_drop", handoff.touchpoint_id, timeline, receivers=handoff.receivers[:1], owner="receiver"
        )
        finding.changes.append(Change(handoff.due, timeline.seen_at(handoff.due), [start], timer=True))
        twice = 2 * handoff.due - start.occurred_at
        finding.changes.append(Change(twice, timeline.seen_at(twice), timer=True, twice=True))
        if end is not None:
            lost = (end.occurred_at - start.occurred_at) // MINUTE if handoff.how != "closed" else None
            seen = timeline.touchpoints.index(end) + 1
            finding.changes.append(Change(end.occurred_at, seen, ended="ended", minutes_lost=lost))
        found.append(finding)
    return found


def warnings(timeline: Timeline, **parameters: Any) -> list[dict[str, Any]]:
    """What each receiver was told, as it stands."""
    told = []
    for handoff in handoffs(timeline, **parameters):
        taken, over = handoff.how == "accepted", handoff.over is not None
        overdue = handoff.due <= timeline.until
        told.append(
            {
                "handoff": handoff.touchpoint_id,
                "status": "closed" if over else "accepted" if taken else "overdue" if overdue else "pending",
                "customer_id": timeline.customer_id,
                "from_department": handoff.start.department,
                "to_department": handoff.receivers[0],
                "implied": handoff.implied,
                "handed_at": handoff.start.occurred_at,
                "due_at": handoff.due,
                "accepted_at": handoff.end.occurred_at if taken else None,
                "accepted_by": handoff.end.department if taken else None,
                "closed_at": handoff.over.occurred_at if over else None,
            }
        )
    return told
