"""Answers about time, waits, promises and the journey; what waits and phases are is recounted in tests/recount.py."""

from __future__ import annotations

from collections import Counter, defaultdict

from tests import recount
from tests.cookbook.facts import Rows, answers, middle, moment
from tests.recount import day
from tests.warehouse import Company

from siloscope.core.touchpoint import DAY, MINUTE

EUROS_AN_HOUR = 30  # the rate of the simulated store


def _lately(company: Company, at: int) -> bool:
    return (day(company.now) - day(at)).days < 28


@answers("What does waiting cost us?")
def _cost(company: Company) -> Rows:
    times: Counter[str] = Counter()
    lost: Counter[str] = Counter()
    for began, by, _ in recount.waits(company.touchpoints.values()).values():
        if by is not None and began.reason != "customer" and _lately(company, began.at):
            times[began.department] += 1
            lost[began.department] += (by.at - began.at) // MINUTE
    for alert in company.standing:
        rests_on_a_wait = alert.symptom in ("stalled_wait", "needless_approval")
        if alert.minutes_lost and not rests_on_a_wait and _lately(company, alert.opened_at):
            times[alert.owner_department] += 1
            lost[alert.owner_department] += alert.minutes_lost
    rows = [
        (department, number, round(lost[department] / 60), round(lost[department] / 60 * EUROS_AN_HOUR), "EUR")
        for department, number in times.items()
    ]
    return sorted(rows, key=lambda row: (-row[2], row[0]))


@answers("What are customers kept waiting for, and how long?")
def _waits(company: Company) -> Rows:
    found = defaultdict(list)
    for began, by, _ in recount.waits(company.touchpoints.values()).values():
        if began.reason != "customer":
            kind = "approval" if began.activity == "approval_requested" else "wait"
            found[began.department, kind, began.reason or "not said"].append((began, by))
    rows = []
    for what, pairs in found.items():
        took = middle((by.at - began.at) // MINUTE for began, by in pairs if by)
        median = None if took is None else round(took)
        rows.append((*what, len(pairs), sum(by is None for _, by in pairs), median))
    return sorted(rows, key=lambda row: (-row[4], -row[3], *row[:3]))


@answers("Do we keep our promises?")
def _promises(company: Company) -> Rows:
    found: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for promise in recount.promises(company.touchpoints.values()).values():
        counts = found[promise.began.department]
        counts["made"] += 1
        counts[recount.state_of(promise, company.now)] += 1
        if promise.kept and promise.by is not None and promise.by.department != promise.began.department:
            counts["others"] += 1
    rows = [
        (who, each["made"], each["kept"], each["kept late"], each["overdue"], each["others"])
        for who, each in found.items()
    ]
    return sorted(rows, key=lambda row: (-row[4], row[0]))


@answers("Where does the journey break?")
def _breaks(company: Company) -> Rows:
    phases = recount.phases(company.touchpoints.values())
    found: defaultdict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for (when, phase, department, _), counts in recount.journey(company.touchpoints, (), phases, company.now).items():
        if (day(company.now) - when).days < 28:
            found[phase, department].update(counts)
    rows = [(*place, each["touchpoints"], each["open_waits"], each["broken_promises"]) for place, each in found.items()]
    return sorted((row for row in rows if row[3] + row[4]), key=lambda row: (-row[3] - row[4], row[0], row[1]))


@answers("From whom to whom are customers passed?")
def _passed(company: Company) -> Rows:
    phases = recount.phases(company.touchpoints.values())
    found: defaultdict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])
    for (_, _, giver, _, _, taker, _), (times, _, seconds) in recount.transitions(
        company.touchpoints.values(), phases
    ).items():
        if giver != taker:
            found[giver, taker][0] += times
            found[giver, taker][1] += seconds
    rows = [(*pair, times, round(seconds / times / 3600, 1)) for pair, (times, seconds) in found.items()]
    return sorted(rows, key=lambda row: (-row[2], row[0], row[1]))[:10]


@answers("How much do we say, how much do we hear?")
def _says(company: Company) -> Rows:
    found: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for each in company.touchpoints.values():
        if _lately(company, moment(each)):
            found[each.department][each.direction or ""] += 1
    rows = [(department, counts["outbound"], counts["inbound"]) for department, counts in found.items()]
    return sorted(rows, key=lambda row: (-row[1], row[0]))


@answers("Whom do we owe something?")
def _owed(company: Company) -> Rows:
    owed = defaultdict(list)
    for alert in company.standing:
        if alert.symptom == "experience_debt" and alert.status != "resolved":
            owed[alert.customer_id].append(alert)
    rows = []
    for customer, alerts in owed.items():
        began = min(each.occurred_at for alert in alerts for each in alert.evidence)
        days = round((company.now // MINUTE - began // MINUTE) / 1440, 1)
        departments = sorted({department for alert in alerts for department in alert.departments})
        rows.append((customer, days, sum(len(alert.evidence) for alert in alerts), departments))
    return sorted(rows, key=lambda row: (-row[1], row[0]))[:10]


@answers("Whom must we not ask to renew now?")
def _renewals(company: Company) -> Rows:
    rows = []
    for holder, (renewal_at, people) in recount.contracts(company.touchpoints.values(), company.now).items():
        alerts = [
            alert
            for alert in company.standing
            if alert.status != "resolved" and alert.confidence == "confirmed" and alert.customer_id in people | {holder}
        ]
        debt = any(alert.symptom == "experience_debt" for alert in alerts)
        critical = sum(alert.severity == "critical" for alert in alerts)
        if (debt or critical) and (renewal_at // MINUTE - company.now // MINUTE) / (DAY // MINUTE) <= 90:
            rows.append((holder, recount.moment(renewal_at), debt, critical))
    return sorted(rows, key=lambda row: (row[1], row[0]))
