"""The invented company's staff: what they do about alerts, as it would come from their own tools."""

from __future__ import annotations

import heapq
import random
from typing import Any, Final

from confluent_kafka import Producer

from siloscope import wire
from siloscope.core.alert import Alert
from siloscope.core.followup import Action
from siloscope.core.touchpoint import HOUR, MINUTE

ACTIONS: Final = "siloscope.actions"
ACCEPTED, JUDGED = 0.7, 0.5  # shares of the alerts that somebody accepts, and that somebody judges
MISTAKEN: Final = {"confirmed": 0.04, "suspected": 0.25}  # shares of the judged that are called false
RESOLVED, HANDED_ON, NOTED = 0.6, 0.1, 0.2  # shares of the accepted that end so, or that somebody writes a line to
NOTES: Final = ("Called her; she knows what happens next.", "Waiting for the other team.", "It is her whole account.")
SOONEST, LATEST = 5 * MINUTE, 90 * MINUTE


class Colleagues:
    """Told of alerts, they act some time later; the same alerts are answered the same way in every run."""

    def __init__(self, address: str) -> None:
        self._producer = Producer({"bootstrap.servers": address, "partitioner": "murmur2_random", "log_level": 2})
        self._due: list[tuple[int, str, Action]] = []
        self._known: set[str] = set()

    def told(self, alert: Alert) -> None:
        """An alert has come; the first telling of it counts."""
        if alert.alert_id in self._known or alert.status == "retracted":
            return
        self._known.add(alert.alert_id)
        chance = random.Random(alert.alert_id)
        at = alert.updated_at + chance.randrange(SOONEST, LATEST)
        who = f"{alert.owner_department}-{chance.randrange(1, 5)}"
        if chance.random() < ACCEPTED:
            self._plan(at, alert, who, "accept")
            self._go_on(at, alert, who, random.Random(f"{alert.alert_id} on"))
        if chance.random() < JUDGED:
            wrong = chance.random() < MISTAKEN[alert.confidence]
            self._plan(at + 30 * MINUTE, alert, who, "feedback", "false" if wrong else "useful")

    def act(self, now: int) -> None:
        """Do what is due at `now`, the stream's time in epoch milliseconds."""
        while self._due and self._due[0][0] <= now:
            _, _, action = heapq.heappop(self._due)
            self._producer.produce(ACTIONS, wire.encode("action", action), action.subject)
        self._producer.poll(0)

    def close(self) -> None:
        """What was done is in the topic."""
        self._producer.flush(5)

    def _go_on(self, at: int, alert: Alert, who: str, chance: random.Random) -> None:
        """What becomes of what was accepted."""
        others = [each for each in alert.departments if each != alert.owner_department]
        later = at + chance.randrange(HOUR, 8 * HOUR)
        if chance.random() < NOTED:
            self._plan(at + 10 * MINUTE, alert, who, "note", reason=chance.choice(NOTES))
        what = chance.random()
        if what < RESOLVED:
            self._plan(later, alert, who, "resolve", reason="settled with the customer")
        elif what < RESOLVED + HANDED_ON and others:
            self._plan(later, alert, who, "hand_on", chance.choice(others), "theirs to decide")

    def _plan(
        self, at: int, alert: Alert, who: str, kind: Any, value: str | None = None, reason: str | None = None
    ) -> None:
        name = f"demo:{alert.alert_id}:{kind}"
        heapq.heappush(self._due, (at, name, Action(name, at, who, kind, alert.alert_id, value, reason)))
