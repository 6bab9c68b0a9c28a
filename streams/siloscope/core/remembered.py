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


class Remembered:
    """`load` the records of the state topic in the log's order; `standing` is what is left."""

    def __init__(self) -> None:
        self._standing: dict[bytes, Standing] = {}

    def load(self, key: bytes, value: bytes | None) -> None:
        """One record; by far the most are of touchpoints, and passed over."""
        name, _, suffix = key.partition(b"\0")
        if name and suffix[:1] != b"\0":
            return
        found = _standing(name, suffix, value) if value is not None else None
        if found is not None:
            self._standing[key] = found
        else:
            self._standing.pop(key, None)

    @property
    def standing(self) -> list[Standing]:
        """The last telling of each alert, warning and incident that goes on."""
        return list(self._standing.values())


def _standing(name: bytes, suffix: bytes, value: bytes) -> Standing | None:
    """What a record tells of, if that goes on."""
    if not name:
        told = suffix.partition(b"\0")[2]
        incident = incidents.unpacked(incident_in(value).data) if told.startswith(_INCIDENT) else None
        return incident if incident is not None and incident.status == "open" else None
    if suffix.startswith(_ALERT):
        known = told_in(value)
        return alerts.unpacked(known.data) if known.status in OPEN else None
    if suffix.startswith(_WARNING):
        known = told_in(value)
        return handoffs.unpacked(known.data) if known.status in ("pending", "overdue") else None
    return None
