"""What moves the metrics of delivery; a receiver is named as in the settings, at most `MOST_RECEIVERS` of them."""

from __future__ import annotations

import time
from collections.abc import Iterable
from typing import Final, Literal, get_args

from ..ops import metrics_staff as metrics
from ..ops.names import MOST_RECEIVERS, Names
from .message import What

Outcome = Literal["taken", "again", "refused"]
OUTCOMES: Final[tuple[Outcome, ...]] = ("taken", "again", "refused")


class Figures:
    """Of one process, for the `receivers` of its settings: their counters begin at 0, before anything is told."""

    def __init__(self, receivers: Iterable[str]) -> None:
        self._name = Names(MOST_RECEIVERS)
        self._failing: dict[str, float] = {}
        self._receivers = tuple(receivers)
        for receiver in self._receivers:
            name = self._name(receiver)
            for outcome in OUTCOMES:
                metrics.DELIVER_ATTEMPTS.labels(name, outcome)
            for what in get_args(What):
                metrics.DELIVER_FAILED.labels(name, what)
        self.leads(False)

    def planned(self, receiver: str, what: str) -> None:
        """One notice was planned; `what` is of the closed list opening, worse, ended, …"""
        metrics.DELIVER_PLANNED.labels(self._name(receiver), what).inc()

    def dropped(self, receiver: str, reason: str) -> None:
        """One notice is not needed any more; `reason` is of a closed list, no sentence."""
        metrics.DELIVER_DROPPED.labels(self._name(receiver), reason).inc()

    def sent(self, receiver: str, what: str, told_at: int | None = None) -> None:
        """One notice is with its receiver; `told_at` (epoch milliseconds) is the broker's time of what it tells.

        None: it had to wait, as digests do.
        """
        name = self._name(receiver)
        metrics.DELIVER_SENT.labels(name, what).inc()
        if told_at is not None:
            metrics.DELIVER_SECONDS.labels(name).observe(max(0.0, time.time() - told_at / 1000))

    def failed(self, receiver: str, what: str) -> None:
        """One notice was refused for good."""
        metrics.DELIVER_FAILED.labels(self._name(receiver), what).inc()

    def tried(self, receiver: str, outcome: Outcome) -> None:
        """One message was handed to its receiver; what it takes ends its failing, what it does not begins it."""
        name = self._name(receiver)
        metrics.DELIVER_ATTEMPTS.labels(name, outcome).inc()
        if outcome == "taken":
            self._failing.pop(name, None)
        else:
            self._failing.setdefault(name, time.time())
        metrics.DELIVER_FAILING.labels(name).set(self._failing.get(name, 0))

    def waiting(self, receiver: str, due: int, later: int, oldest_due_seconds: float = 0.0) -> None:
        """How many notices wait for this receiver, and how long ago the oldest that should be with it fell due."""
        name = self._name(receiver)
        metrics.DELIVER_WAITING.labels(name, "due").set(due)
        metrics.DELIVER_WAITING.labels(name, "later").set(later)
        metrics.DELIVER_BEHIND.labels(name).set(oldest_due_seconds if due else 0)

    def leads(self, yes: bool) -> None:
        """Whether this process tells, or stands by: then nothing waits here, and no receiver fails it."""
        metrics.DELIVER_LEADS.set(int(yes))
        if not yes:
            self._failing.clear()
            self.behind(0)
            for receiver in self._receivers:
                self.waiting(receiver, 0, 0)
                metrics.DELIVER_FAILING.labels(self._name(receiver)).set(0)

    def behind(self, records: int) -> None:
        """How many records of all topics were not yet planned from."""
        metrics.DELIVER_LAG.set(records)
