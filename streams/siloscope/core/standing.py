"""What stands open in a partition: alerts, incidents and handoffs nobody has taken over, counted by who should act."""

from __future__ import annotations

from collections import Counter
from typing import Final, NamedTuple

from . import alert as alerts
from . import handoff as handoffs
from . import incident as incidents
from .alert import Alert
from .handoff import Warning
from .incident import Incident
from .state import WARNING
from .telling import OPEN, Told

WAITING: Final = ("pending", "overdue")


class Kind(NamedTuple):
    """What alerts and incidents are counted by; `department` is the one that should act."""

    symptom: str
    severity: str
    department: str


class Standing:
    """Each by id, as it was last told: to hear a thing twice changes nothing. Only what is told to somebody counts.

    `incident_customers` are those hit by the incidents that are open. `changes` rises whenever a count may be another.
    """

    __slots__ = (
        "_alerts", "_incidents", "_warnings", "alerts", "changes", "handoffs", "incident_customers", "incidents"
    )  # fmt: skip

    def __init__(self) -> None:
        self.changes = 0
        self.alerts: Counter[Kind] = Counter()
        self.incidents: Counter[Kind] = Counter()
        self.incident_customers: Counter[Kind] = Counter()
        self.handoffs: Counter[tuple[str, str]] = Counter()  # receiving department, status
        self._alerts: dict[str, Kind] = {}
        self._incidents: dict[str, tuple[Kind, int]] = {}
        self._warnings: dict[str, tuple[str, str]] = {}

    def alert(self, alert: Alert) -> bool:
        """What is told of an alert; whether it opened with it."""
        if alert.mode != "live":
            return False
        self.changes += 1
        before = self._alerts.pop(alert.alert_id, None)
        if before is not None:
            self.alerts[before] -= 1
        if alert.status not in OPEN:
            return False
        kind = self._alerts[alert.alert_id] = Kind(alert.symptom, alert.severity, alert.owner_department)
        self.alerts[kind] += 1
        return before is None

    def warning(self, warning: Warning) -> None:
        """What is told of a handoff."""
        self.changes += 1
        before = self._warnings.pop(warning.warning_id, None)
        if before is not None:
            self.handoffs[before] -= 1
        if warning.status in WAITING:
            now = self._warnings[warning.warning_id] = (warning.to_department, warning.status)
            self.handoffs[now] += 1

    def incident(self, incident: Incident) -> None:
        """What is told of an incident."""
        self.changes += 1
        before = self._incidents.pop(incident.incident_id, None)
        if before is not None:
            self.incidents[before[0]] -= 1
            self.incident_customers[before[0]] -= before[1]
        if incident.status == "open":
            kind = Kind(incident.symptom, incident.severity, incident.owner_department)
            self._incidents[incident.incident_id] = (kind, incident.customers)
            self.incidents[kind] += 1
            self.incident_customers[kind] += incident.customers

    # -- loading

    def load(self, suffix: str, told: Told) -> None:
        """What was told of an alert or warning, as the state keeps it under `suffix`."""
        if told.status in WAITING and suffix.startswith(WARNING):
            self.warning(handoffs.unpacked(told.data))
        elif told.status in OPEN and not suffix.startswith(WARNING):
            self.alert(alerts.unpacked(told.data))

    def load_incident(self, data: bytes) -> None:
        """What was told of an incident, as the state keeps it."""
        self.incident(incidents.unpacked(data))
