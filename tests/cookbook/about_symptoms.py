"""Answers about symptoms, alerts and incidents."""

from __future__ import annotations

from collections import Counter, defaultdict
from math import sqrt
from statistics import fmean, variance

from tests.cookbook.facts import Rows, answers, middle, minutes, moment, parts, recent, week
from tests.recount import day
from tests.recount import moment as when
from tests.warehouse import Company

from siloscope.core.alert import Alert
from siloscope.core.touchpoint import customer_of

ACTIVE = ("open", "updated")


@answers("What do customers suffer from most?")
def _most(company: Company) -> Rows:
    found = defaultdict(list)
    for alert in company.standing:
        if alert.opened_at > recent(company, 28):
            found[alert.symptom].append(alert)
    rows = [
        (
            symptom,
            len(alerts),
            len({alert.customer_id for alert in alerts if alert.customer_id}),
            sum(alert.status != "resolved" for alert in alerts),
            sum(alert.confidence == "suspected" for alert in alerts),
        )
        for symptom, alerts in found.items()
    ]
    return sorted(rows, key=lambda row: (-row[1], row[0]))


@answers("What has changed this week, beyond noise?")
def _changed(company: Company) -> Rows:
    counts = Counter((alert.symptom, week(alert.opened_at)) for alert in company.standing)
    first = min(monday for _, monday in counts)
    mondays = [first + (week(company.now) - first) / ((week(company.now) - first).days // 7) * n for n in range(99)]
    mondays = [monday for monday in mondays if monday <= week(company.now)]
    rows = []
    for symptom in {symptom for symptom, _ in counts}:
        series = [counts[symptom, monday] for monday in mondays]
        for place, monday in enumerate(mondays[:-1]):  # the last is not over
            before = series[max(0, place - 4) : place]
            if len(before) < 2 or (day(company.now) - monday).days >= 35:
                continue
            usual, change = fmean(before), series[place] - fmean(before)
            noise = 3 * sqrt(max(usual, 1, variance(before)) * (1 + 1 / len(before)))
            if abs(change) > noise:
                rows.append((monday, symptom, series[place], round(usual, 1), "up" if change > 0 else "down"))
    return sorted(rows, key=lambda row: (-row[0].toordinal(), row[1]))


@answers("How many of our customers are affected at all?")
def _affected(company: Company) -> Rows:
    since = recent(company, 28)
    customers = {customer_of(each) for each in company.touchpoints.values() if moment(each) > since} - {""}
    affected = {alert.customer_id for alert in company.standing if alert.opened_at > since} - {""}
    return [(len(customers), len(affected), round(len(affected) / len(customers), 3))]


@answers("Who suffers from several things at once?")
def _several(company: Company) -> Rows:
    suffers = defaultdict(set)
    for alert in company.current:
        if alert.status in ACTIVE and alert.customer_id:
            suffers[alert.customer_id].add(alert.symptom)
    rows = [(customer, len(which), sorted(which)) for customer, which in suffers.items() if len(which) >= 2]
    return sorted(rows, key=lambda row: (-row[1], row[0]))[:20]


@answers("When in the week does it go wrong?")
def _weekday(company: Company) -> Rows:
    opened = (when(alert.opened_at) for alert in company.standing)
    counts = Counter((at.isoweekday(), at.hour) for at in opened)
    return sorted(((*slot, number) for slot, number in counts.items()), key=lambda row: (-row[2], row[:2]))[:10]


@answers("In which phase of the journey?")
def _phase(company: Company) -> Rows:
    phases = Counter(alert.phase or "unknown" for alert in company.standing)
    critical = Counter(alert.phase or "unknown" for alert in company.standing if alert.severity == "critical")
    rows = [(phase, number, critical[phase]) for phase, number in phases.items()]
    return sorted(rows, key=lambda row: (-row[1], row[0]))


@answers("How long does it last?")
def _lasts(company: Company) -> Rows:
    lasted = defaultdict(list)
    for alert in company.current:
        if alert.status == "resolved" and alert.resolved_at is not None:
            lasted[alert.symptom].append(minutes(alert.opened_at, alert.resolved_at))
    return [(symptom, len(each), round((middle(each) or 0) / 60, 1)) for symptom, each in sorted(lasted.items())]


@answers("How much of what was told was taken back?")
def _taken_back(company: Company) -> Rows:
    told = defaultdict(list)
    for alert in company.current:
        told[alert.symptom].append(alert)
    rows = [
        (symptom, len(each), sum(a.status == "retracted" for a in each), sum(bool(a.superseded_by) for a in each))
        for symptom, each in told.items()
    ]
    return sorted((row for row in rows if row[2]), key=lambda row: (-row[2], row[0]))


@answers("What hit many customers at once?")
def _incidents(company: Company) -> Rows:
    last = {each.incident_id: each for each in company.incidents}.values()
    standing = sorted((i for i in last if i.status != "retracted"), key=lambda i: (-i.customers, i.incident_id))
    return [
        (i.symptom, i.cause.kind, i.cause.value, i.customers, i.alerts, i.status, i.owner_department) for i in standing
    ]


@answers("In which channels does it happen?")
def _channels(company: Company) -> Rows:
    alerts: Counter[str] = Counter()
    lost: Counter[str] = Counter()
    for alert, _, channel, weight in parts(company.standing):
        alerts[channel] += weight  # type: ignore[assignment]
        lost[channel] += (alert.minutes_lost or 0) * weight  # type: ignore[assignment]
    rows = [(channel, round(number, 1), round(lost[channel] / 60)) for channel, number in alerts.items()]
    return sorted(rows, key=lambda row: (-row[1], row[0]))


@answers("Whose time do we waste?")
def _time(company: Company) -> Rows:
    lost = defaultdict(list)
    for alert in company.standing:
        if alert.minutes_lost is not None:
            lost[alert.symptom, alert.owner_department].append(alert.minutes_lost)
    rows = [(*who, len(each), sum(each)) for who, each in lost.items()]
    return sorted(rows, key=lambda row: (-row[3], row[0], row[1]))


@answers("How soon do we know?")
def _soon(company: Company) -> Rows:
    first: dict[str, Alert] = {}
    for alert in company.alerts:  # in the order in which they were told
        first.setdefault(alert.alert_id, alert)
    waited = defaultdict(list)
    for alert in first.values():
        assert alert.detected_at is not None
        waited[alert.symptom].append(alert.detected_at // 1000 - alert.opened_at // 1000)
    return [(symptom, round(middle(each) or 0)) for symptom, each in sorted(waited.items())]


@answers("On what does this alert rest?")
def _rests(company: Company) -> Rows:
    green = [alert for alert in company.standing if alert.symptom == "green_silo"]
    alert = min(green, key=lambda each: (each.opened_at, each.alert_id))
    rows = []
    for each in sorted(alert.evidence, key=lambda each: (each.occurred_at, each.touchpoint_id)):
        t = company.touchpoints[each.touchpoint_id]
        rows.append((each.role, when(moment(t)), t.department, t.activity, t.text or ""))
    return rows
