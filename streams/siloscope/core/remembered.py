"""What stands of all that was ever told, as the state topic has it: the topics of tellings forget it in the end."""

from __future__ import annotations

from typing import Final

from . import alert as alerts
from . import handoff as handoffs
from . import incident as incidents
from .alert import Alert
from .handoff import Warning
from .incident import Incident
from .incident_records import PREFIX, TELLING, incident_in
from .state import ALERT, WARNING, told_in
from .telling import OPEN

_GROUP: Final = PREFIX.encode()
_ALERT: Final = ALERT.encode()
_WARNING: Final = WARNING.encode()
_INCIDENT: Final = TELLING.encode()
Standing = Alert | Warning | Incident
Rank = tuple[int, ...]


class Remembered:
    """`load` the records of the state topic in the log's order; `standing` is what is left.

    What an earlier generation wrote late does not count.
    """

    def __init__(self) -> None:
        self._standing: dict[bytes, Standing] = {}
        self._ranks: dict[bytes, Rank] = {}  # also of what is over
        self._same: dict[Rank, Rank] = {}  # few differ

    def load(self, key: bytes, value: bytes | None) -> None:
        """One record; by far the most are of touchpoints, and passed over."""
        name, _, suffix = key.partition(b"\0")
        if name and suffix[:1] != b"\0":
            return
        if value is None:
            self._standing.pop(key, None)
            self._ranks.pop(key, None)
            return
        if (found := _found(name, suffix, value)) is None:
            return
        rank, standing = found
        if self._ranks.get(key, rank) > rank:
            return
        self._ranks[key] = self._same.setdefault(rank, rank)
        if standing is not None:
            self._standing[key] = standing
        else:
            self._standing.pop(key, None)

    @property
    def standing(self) -> list[Standing]:
        """The last telling of each alert, warning and incident that goes on."""
        return list(self._standing.values())


def _found(name: bytes, suffix: bytes, value: bytes) -> tuple[Rank, Standing | None] | None:
    """The rank of what a record tells of, and that itself if it goes on; None where nothing was told."""
    if not name:
        if not suffix.partition(b"\0")[2].startswith(_INCIDENT):
            return None
        kept = incident_in(value)
        incident = incidents.unpacked(kept.data)
        return (kept.written,), incident if incident.status == "open" else None
    if suffix.startswith(_ALERT):
        known = told_in(value)
        return known.rank, alerts.unpacked(known.data) if known.status in OPEN else None
    if suffix.startswith(_WARNING):
        known = told_in(value)
        return known.rank, handoffs.unpacked(known.data) if known.status in ("pending", "overdue") else None
    return None
