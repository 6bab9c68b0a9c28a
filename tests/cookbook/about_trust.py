"""Answers about one customer, and about how far all of it may be trusted."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator

from tests.cookbook.facts import Rows, answers, moment, share
from tests.recount import moment as when
from tests.warehouse import Company

from siloscope.core.alert import Alert
from siloscope.core.handoff import Warning
from siloscope.core.touchpoint import customer_of

Happened = tuple[int, str, str, str, str]  # when (epoch ms), kind, id, department, what


@answers("What happened to this customer?")
def _timeline(company: Company) -> Rows:
    active = [alert for alert in company.current if alert.status in ("open", "updated") and alert.customer_id]
    customer = min(active, key=lambda alert: (alert.opened_at, alert.alert_id)).customer_id
    alerts = [alert for alert in company.current if alert.customer_id == customer]
    warnings = [w for w in {each.warning_id: each for each in company.warnings}.values() if w.customer_id == customer]
    subjects = {alert.alert_id for alert in alerts} | {warning.warning_id for warning in warnings}
    happened = [
        (moment(each), "touchpoint", each.touchpoint_id, each.department, f"{each.activity} ({each.direction})")
        for each in company.touchpoints.values()
        if customer_of(each) == customer
    ]
    for alert in alerts:
        happened += _of_alert(alert)
    for warning in warnings:
        happened += _of_handoff(warning)
    for action in company.actions:
        if action["subject"] in subjects:
            what = action["kind"] + (f": {action['value']}" if action["value"] else "")
            happened.append((action["occurred_at"], "action", action["subject"], "", what))
    return [(when(at), kind, department, what) for at, kind, _, department, what in sorted(happened)]


def _of_alert(alert: Alert) -> Iterator[Happened]:
    if alert.status != "retracted":
        yield alert.opened_at, "alert opened", alert.alert_id, alert.owner_department, alert.symptom
    if alert.status == "resolved" and alert.resolved_at is not None:
        yield alert.resolved_at, "alert resolved", alert.alert_id, alert.owner_department, alert.symptom


def _of_handoff(warning: Warning) -> Iterator[Happened]:
    if warning.implied:
        return
    giver, receiver = warning.from_department, warning.to_department
    yield warning.handed_at, "handed over", warning.warning_id, giver, f"to {receiver}"
    for at, kind in ((warning.accepted_at, "handoff accepted"), (warning.closed_at, "handoff closed")):
        if at is not None:
            yield at, kind, warning.warning_id, receiver, f"from {giver}"


@answers("How often are alerts right?")
def _right(company: Company) -> Rows:
    symptoms = {alert.alert_id: alert.symptom for alert in company.current}
    told = Counter(alert.symptom for alert in company.standing)
    last: dict[tuple[str, str], tuple[int, str, str]] = {}
    for action in company.actions:
        if action["kind"] == "feedback":
            said = (action["occurred_at"], action["action_id"], action["value"])
            by = (action["subject"], action["actor"])
            last[by] = max(last.get(by, said), said)
    verdicts = Counter((symptoms[subject], value) for (subject, _), (_, _, value) in last.items())
    rows = []
    for symptom in set(symptoms.values()):
        useful, wrong = verdicts[symptom, "useful"], verdicts[symptom, "false"]
        rows.append((symptom, told[symptom], useful, wrong, share(useful, wrong)))
    return sorted(rows, key=lambda row: (row[4] is None, row[4] or 0, row[0]))


@answers("What do staff do about alerts?")
def _staff(company: Company) -> Rows:
    done = defaultdict(list)
    for action in company.actions:
        done[action["kind"]].append((action["subject"], action["actor"]))
    rows = [(kind, len(each), len({s for s, _ in each}), len({a for _, a in each})) for kind, each in done.items()]
    return sorted(rows, key=lambda row: (-row[1], row[0]))


@answers("How fresh is what I see?")
def _fresh(company: Company) -> Rows:
    newest = {
        "actions": max(action["occurred_at"] for action in company.actions),
        "alerts": max(alert.updated_at for alert in company.alerts),
        "dead letters": max(letter["timestamp"] for letter in company.dead_letters),
        "incidents": max(max(each.updated_at, each.ended_at or 0) for each in company.incidents),
        "touchpoints": max(moment(each) for each in company.arrivals),
        "warnings": max(max(w.handed_at, w.accepted_at or 0, w.closed_at or 0) for w in company.warnings),
    }
    return [(subject, when(at)) for subject, at in newest.items()]


@answers("What could not be used?")
def _unused(company: Company) -> Rows:
    letters = Counter((letter["reason"], letter["field"] or "") for letter in company.dead_letters)
    return sorted(((*key, n, n) for key, n in letters.items()), key=lambda row: (-row[2], *row[:2]))
