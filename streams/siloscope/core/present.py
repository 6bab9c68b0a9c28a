"""What a partition is at: the time, the input at hand, and what has come of it so far."""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple

from .alert import Alert
from .handoff import Warning
from .incident import Incident
from .membership import Member
from .settling import Cause
from .standing import Standing
from .state import Record
from .touchpoint import Entry, Rejected

Routed = tuple[int, str, bytes]  # to which partition, key, message


class Changes(NamedTuple):
    """What came of a chunk or tick.

    `refused` are entries that lost their id, or failed a symptom. `notes` are routed like `routed`, but, as all that is
    told, only once the state is safe. `opened` are those of the alerts that were not open before.
    """

    state: list[Record]
    alerts: list[Alert]
    warnings: list[Warning]
    routed: list[Routed]
    refused: list[tuple[Entry, Rejected]]
    incidents: list[Incident]
    notes: list[Routed]
    opened: list[Alert]


class Present:
    """The state of affairs that all parts of a partition share.

    `topic` and `offset` are the last input: what is told is told again after a crash unless that was committed.
    `ticked` says that something came after it, without which it may have been committed. `members` is what the groups
    of alerts must yet be told.
    """

    __slots__ = ("changes", "counts", "generation", "members", "now", "offset", "standing", "ticked", "topic")

    def __init__(self, generation: int) -> None:
        self.now = 0
        self.topic = ""
        self.offset = 0
        self.ticked = False
        self.generation = generation
        self.counts: Counter[str] = Counter()
        self.changes = _nothing()
        self.standing = Standing()
        self.members: list[Member] = []

    @property
    def cause(self) -> Cause:
        """What leads to a telling now."""
        return Cause(self.topic, self.offset + self.ticked, self.generation)

    def taken(self) -> Changes:
        """What has come so far; what follows is collected anew."""
        changes, self.changes = self.changes, _nothing()
        standing = self.standing
        changes.opened.extend(alert for alert in changes.alerts if standing.alert(alert))
        for warning in changes.warnings:
            standing.warning(warning)
        for incident in changes.incidents:
            standing.incident(incident)
        return changes


def _nothing() -> Changes:
    return Changes([], [], [], [], [], [], [], [])
