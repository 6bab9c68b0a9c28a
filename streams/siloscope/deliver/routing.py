"""Whom a thing concerns, and when it may come to them: the routes of the settings. Pure; times in epoch ms."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta, tzinfo
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from ..core.alert import SEVERITIES, Severity
from ..core.calendar import Calendar, moment_of
from .config import Deliver, Route, SubjectKind
from .message import What

MINUTE: Final = 60_000


class Facts(NamedTuple):
    """What routes look at; `department` is the one that should act, `turn` how often it had ended before."""

    kind: SubjectKind
    what: What
    department: str
    severity: Severity
    symptom: str | None = None
    team: str | None = None
    suspected: bool = False
    turn: int = 0


class Way(NamedTuple):
    """One way to a receiver: by which route, and after how many minutes without an accept (0: at once)."""

    receiver: str
    route: Route
    after_minutes: int = 0


class Routes:
    """The routes, with the departments' calendars by which they keep hours."""

    def __init__(self, deliver: Deliver, calendars: Mapping[str, Calendar] | None = None) -> None:
        self._routes = deliver.routes
        self._zone = ZoneInfo(deliver.zone)
        self._calendars = calendars or {}

    def of(self, facts: Facts) -> Iterator[Way]:
        """Each receiver once, by the first route that fits; then whom it goes to when nobody accepts."""
        direct: dict[str, Route] = {}
        later: dict[str, Way] = {}
        for route in self._routes:
            if _fits(route, facts):
                for receiver in route.to:
                    direct.setdefault(receiver, route)
                for step in route.escalate:
                    for receiver in step.to:
                        later.setdefault(receiver, Way(receiver, route, step.after_minutes))
        yield from (Way(*each) for each in direct.items())
        yield from later.values()

    def due(self, way: Way, at: int, facts: Facts) -> int:
        """When that which is so since `at` should be told: in working hours, at the next digest, or at once."""
        calendar = self._calendars.get(facts.department) or self._calendars.get("*")
        keeps = calendar if way.route.hours and not _urgent(way.route, facts) else None
        if way.after_minutes:
            waits = way.after_minutes * MINUTE
            at = keeps.after(at, waits) if keeps else at + waits
        if way.route.digest:
            at = _next(way.route.digest, at, calendar.zone if calendar else self._zone)
            keeps = calendar if way.route.hours else None
        return keeps.after(at, 0) if keeps else at


def _fits(route: Route, facts: Facts) -> bool:
    kinds: tuple[str, ...] = (*route.kinds, "incident") if "alert" in route.kinds else route.kinds
    return (
        SEVERITIES.index(facts.severity) >= SEVERITIES.index(route.severity)
        and _among(facts.department, route.departments)
        and _among(facts.kind, kinds)
        and _among(facts.team, route.teams)
        and _among(facts.symptom, route.symptoms)
        and (route.suspected or not facts.suspected)
        and _among(facts.what, route.tell)
    )


def _among(value: str | None, allowed: Collection[str]) -> bool:
    return not allowed or value in allowed


def _urgent(route: Route, facts: Facts) -> bool:
    """Whether it may come at any hour; that nobody took over in time is for the next working day."""
    if facts.what == "overdue":
        return False
    return route.urgent != "never" and SEVERITIES.index(facts.severity) >= SEVERITIES.index(route.urgent)


def _next(minutes: Iterable[int], at: int, zone: tzinfo) -> int:
    """The first of these times of the day after `at`."""
    today: date = datetime.fromtimestamp(at / 1000, zone).date()
    times = (moment_of(today + timedelta(days=day), minute, zone) for day in range(3) for minute in sorted(minutes))
    return next(each for each in times if each > at)
