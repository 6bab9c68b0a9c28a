"""The worker's figures: what moves its metrics, chunk by chunk, and what stands, looked at now and then."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from typing import Any, Final

from prometheus_client import Gauge

from ..core.alert import Alert
from ..core.partition import Changes, Partition
from ..core.touchpoint import Touchpoint
from ..ops import metrics
from ..ops.names import DEPARTMENTS, MOST_DEPARTMENTS, MOST_SYMPTOMS, Names

STANDING_SECONDS: Final = 1.0  # between two looks at what stands
_MET: Final = {True: "yes", False: "no", None: "unknown"}


class Figures:
    """`wall` says whether the clock is the time of day: only then it means something how late an alert is told."""

    def __init__(self, *, wall: bool) -> None:
        self._wall = wall
        self._department = Names(MOST_DEPARTMENTS, DEPARTMENTS)
        self._symptom = Names(MOST_SYMPTOMS)
        self._seen: dict[Gauge, set[tuple[str, ...]]] = {}
        self._standing_changes: object = None
        self._looked = 0.0

    # -- chunk by chunk

    def touchpoints(self, found: Iterable[Any]) -> None:
        """What departments report of themselves on what a chunk holds."""
        reports = [each for each in found if type(each) is Touchpoint and each.kpi is not None]
        for each in reports:
            metrics.KPIS.labels(self._department(each.department), _MET[each.kpi.met]).inc()  # type: ignore[union-attr]

    def came(self, counts: Mapping[str, int]) -> None:
        """How the touchpoints of a chunk came."""
        for how, count in counts.items():
            metrics.TOUCHPOINTS.labels(how).inc(count)

    def told(self, changes: Changes) -> None:
        """What a chunk or tick told."""
        for alert in changes.alerts:
            metrics.ALERTS_TOLD.labels(self._symptom(alert.symptom), alert.status).inc()
        for warning in changes.warnings:
            metrics.WARNINGS_TOLD.labels(warning.status).inc()
        for incident in changes.incidents:
            metrics.INCIDENTS_TOLD.labels(self._symptom(incident.symptom), incident.status).inc()
        for alert in changes.opened:
            self._opened(alert)

    def _opened(self, alert: Alert) -> None:
        symptom, owner = self._symptom(alert.symptom), self._department(alert.owner_department)
        metrics.ALERTS_OPENED.labels(symptom, alert.severity, alert.confidence, owner).inc()
        for department in {self._department(each) for each in alert.departments}:
            metrics.ALERTS_INVOLVING.labels(symptom, department).inc()
        if self._wall:
            metrics.ALERT_DELAY.observe(max(0.0, time.time() - alert.opened_at / 1000))

    # -- what stands

    def look(self, partitions: Collection[Partition]) -> None:
        """Say what stands in the partitions held; more often than once a second it does nothing."""
        now = time.monotonic()
        if now - self._looked < STANDING_SECONDS:
            return
        self._looked = now
        self._say_sizes(partitions)
        changes = [(id(each), each.standing.changes) for each in partitions]
        if changes != self._standing_changes:
            self._standing_changes = changes
            self._say_standing(partitions)

    def _say_sizes(self, partitions: Collection[Partition]) -> None:
        live, packed, timers = (sum(each) for each in zip((0, 0, 0), *(one.size for one in partitions), strict=True))
        metrics.CUSTOMERS.labels("live").set(live)
        metrics.CUSTOMERS.labels("packed").set(packed)
        metrics.TIMERS.set(timers)
        late = [one.now - due for one in partitions if (due := one.next_due) is not None]
        metrics.TIMERS_LATE.set(max(0, *late, 0) / 1000)

    def _say_standing(self, partitions: Iterable[Partition]) -> None:
        alerts, incidents, customers, handoffs = Counter(), Counter(), Counter(), Counter()  # type: ignore[var-annotated]
        for each in partitions:
            alerts.update(each.standing.alerts)
            incidents.update(each.standing.incidents)
            customers.update(each.standing.incident_customers)
            handoffs.update(each.standing.handoffs)
        self._set(metrics.ALERTS_OPEN, self._bounded(alerts))
        self._set(metrics.INCIDENTS_OPEN, self._bounded(incidents))
        self._set(metrics.INCIDENT_CUSTOMERS, self._bounded(customers))
        by_department: Counter[tuple[str, ...]] = Counter()
        for (department, status), count in handoffs.items():
            by_department[self._department(department), status] += count
        self._set(metrics.HANDOFFS_WAITING, by_department)

    def _bounded(self, counts: Mapping[Any, int]) -> Counter[tuple[str, ...]]:
        bounded: Counter[tuple[str, ...]] = Counter()
        for kind, count in counts.items():
            bounded[self._symptom(kind.symptom), kind.severity, self._department(kind.department)] += count
        return bounded

    def _set(self, gauge: Gauge, counts: Mapping[tuple[str, ...], int]) -> None:
        """What was said before and is no more is 0, not as it was."""
        seen = self._seen.setdefault(gauge, set())
        seen.update(counts)
        for labels in seen:
            gauge.labels(*labels).set(counts.get(labels, 0))
