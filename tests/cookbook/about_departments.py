"""Answers about departments, what they say, and their campaigns."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import timedelta
from typing import Any

from tests.cookbook.facts import (
    Rows,
    answers,
    middle,
    minutes,
    moment,
    pairs,
    recent,
    scorecards,
    share,
    verdict_of,
    week,
)
from tests.recount import day
from tests.recount import moment as when
from tests.warehouse import Company

from siloscope.core.touchpoint import DAY, customer_of


@answers("Who gets into whose way?")
def _matrix(company: Company) -> Rows:
    counts: Counter[tuple[str, str, str]] = Counter()
    for alert in company.standing:
        if (day(company.now) - day(alert.opened_at)).days < 28:
            relation, between = pairs(alert)
            counts.update((relation, *pair) for pair in between)
    return sorted(((*key, n) for key, n in counts.items()), key=lambda row: (row[0], -row[3], row[1], row[2]))


@answers("Who contradicts whom, and on what?")
def _contradicts(company: Company) -> Rows:
    counts: Counter[tuple[str, str, str]] = Counter()
    for alert in company.standing:
        relation, between = pairs(alert)
        if relation == "contradicts" and alert.confidence == "confirmed":
            counts.update((a, b, alert.topic or "") for a, b in between if a < b)
    return sorted(((*key, n) for key, n in counts.items()), key=lambda row: (-row[3], *row[:3]))


@answers("Where do cases bounce?")
def _bounce(company: Company) -> Rows:
    counts: Counter[tuple[str, str]] = Counter()
    for alert in company.standing:
        relation, between = pairs(alert)
        if relation == "bounces to":
            counts.update(between)
    return sorted(((*key, n) for key, n in counts.items()), key=lambda row: (-row[2], *row[:2]))


@answers("Which handoffs are overdue, and which were late?")
def _handoffs(company: Company) -> Rows:
    between = defaultdict(list)
    for warning in {each.warning_id: each for each in company.warnings}.values():
        if not warning.implied:
            between[warning.from_department, warning.to_department].append(warning)
    rows: list[tuple[Any, ...]] = []
    for who, each in between.items():
        late = sum(w.accepted_at is not None and w.accepted_at > w.due_at for w in each)
        took = middle(minutes(w.handed_at, w.accepted_at) for w in each if w.accepted_at is not None)
        hours = None if took is None else round(took / 60, 1)
        rows.append((*who, len(each), sum(w.status == "overdue" for w in each), late, hours))
    return sorted(rows, key=lambda row: (-row[3], -row[4], row[0], row[1]))


@answers("Who has to act now?")
def _act(company: Company) -> Rows:
    owned = defaultdict(list)
    for alert in company.current:
        if alert.status in ("open", "updated") and not alert.part_of:
            owned[alert.owner_department].append(alert)
    rows = []
    for owner, each in owned.items():
        severities = Counter(alert.severity for alert in each)
        oldest = when(min(alert.opened_at for alert in each))
        rows.append((owner, len(each), severities["critical"], severities["warning"], oldest))
    return sorted(rows, key=lambda row: (-row[1], row[0]))


@answers("Who is a watermelon?")
def _watermelon(company: Company) -> Rows:
    totals: dict[str, Counter[str]] = {}
    for (monday, department), card in scorecards(company).items():
        if monday >= week(company.now) - timedelta(days=21):
            totals.setdefault(department, Counter()).update(card)
    rows = []
    for department, sums in totals.items():
        own, outcome = share(sums["met"], sums["missed"]), share(sums["good"], sums["bad"])
        index = None if own is None or outcome is None else round(own - outcome, 3)
        counts = (sums["met"], sums["missed"], sums["good"], sums["bad"])
        rows.append((department, *counts, own, outcome, index))
    return sorted(rows, key=lambda row: (row[7] is None, -(row[7] or 0), row[0]))


@answers("Whose week was red, and whose nobody knows?")
def _weeks(company: Company) -> Rows:
    cards = scorecards(company)
    for alert in company.standing:  # a department may have alerts in a week in which it did nothing
        for department in alert.departments:
            cards.setdefault((week(alert.opened_at), department), Counter())
    found: dict[Any, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for (monday, department), card in sorted(cards.items()):
        if monday >= week(company.now) - timedelta(days=21):
            found[monday][_verdict(card)].append(department)
    return [(monday, by["watermelon"], by["red"], by["grey"]) for monday, by in found.items()]


def _verdict(card: Counter[str]) -> str:
    kpis, outcomes = card["met"] + card["missed"], card["good"] + card["bad"]
    if kpis < 5 or outcomes < 5:
        return "grey"
    if card["met"] / kpis >= 0.9:
        return "green" if card["good"] / outcomes >= 0.5 else "watermelon"
    return "amber" if card["good"] / outcomes >= 0.5 else "red"


@answers("Every target met, and the customer lost?")
def _green(company: Company) -> Rows:
    cases = defaultdict(list)
    for alert in company.standing:
        if alert.symptom == "green_silo":
            for department in {each.department for each in alert.evidence if each.role == "green"}:
                cases[department].append(alert.customer_id)
    rows = [(department, len(each), len(set(each))) for department, each in cases.items()]
    return sorted(rows, key=lambda row: (-row[1], row[0]))


# -- campaigns


def _reached(company: Company) -> dict[str, dict[str, list[tuple[int, str]]]]:
    """By message, then customer: when and by whom it was sent."""
    sent: dict[str, dict[str, list[tuple[int, str]]]] = defaultdict(lambda: defaultdict(list))
    for each in company.touchpoints.values():
        if each.message_ref and each.direction == "outbound" and customer_of(each):
            sent[each.message_ref][customer_of(each)].append((moment(each), each.department))
    return sent


@answers("Which campaigns were noticed, and how did their customers fare?")
def _campaigns(company: Company) -> Rows:
    said = defaultdict(list)
    for each in company.touchpoints.values():
        if each.direction == "inbound" or each.activity == "recovered":
            said[customer_of(each)].append(each)
    named = Counter(alert.message_ref for alert in company.standing)
    rows = []
    for message, customers in _reached(company).items():
        counts: Counter[str] = Counter()
        for customer, copies in customers.items():
            first, _ = min(copies)
            after = [each for each in said[customer] if first < moment(each) <= first + 7 * DAY]
            counts["noticed"] += any(each.direction == "inbound" for each in after)
            counts["withdrew"] += any(each.activity == "consent_withdrawn" for each in after)
            counts["good"] += sum(verdict_of(each) is True for each in after)
            counts["bad"] += sum(verdict_of(each) is False for each in after)
        noticed = round(counts["noticed"] / len(customers), 3)
        fared = (counts["good"], counts["bad"], counts["withdrew"])
        rows.append((message, len(customers), noticed, *fared, named[message]))
    return sorted((row for row in rows if row[1] >= 20), key=lambda row: (-row[6], row[0]))


@answers("Which campaign was sent by two departments?")
def _shared(company: Company) -> Rows:
    rows = []
    for message, customers in _reached(company).items():
        copies = [copy for each in customers.values() for copy in each]
        rows.append((message, sorted({department for _, department in copies}), len(copies), len(customers)))
    return sorted((row for row in rows if len(row[1]) > 1), key=lambda row: (-row[3], row[0]))


@answers("Whom do we write to most?")
def _contacts(company: Company) -> Rows:
    wrote = defaultdict(list)
    for each in company.touchpoints.values():
        contact = each.activity in ("message", "promotion", "survey_request", "renewal_ask")
        if contact and each.direction == "outbound" and customer_of(each) and moment(each) > recent(company, 7):
            wrote[customer_of(each)].append(each.department)
    rows = [(customer, len(each), len(set(each))) for customer, each in wrote.items()]
    return sorted(rows, key=lambda row: (-row[1], row[0]))[:10]


@answers("Who sells to customers in trouble?")
def _sells(company: Company) -> Rows:
    counts: Counter[tuple[str, str]] = Counter()
    for alert in company.standing:
        if alert.symptom == "tone_deaf_outreach":
            sender = next(each.department for each in alert.evidence if each.role == "sent")
            counts[sender, alert.message_ref or ""] += 1
    return sorted(((*key, n) for key, n in counts.items()), key=lambda row: (-row[2], *row[:2]))


# -- answers


@answers("Where do customers hear different answers?")
def _answers(company: Company) -> Rows:
    last: dict[tuple[str, str], dict[str, tuple[int, str, str]]] = defaultdict(dict)
    for each in company.touchpoints.values():
        if each.direction != "outbound" or not customer_of(each) or moment(each) <= recent(company, 90):
            continue
        for key, value in (each.claims or {}).items():
            if key.split(".")[0] not in ("delivery", "appointment", "invoice", "order"):
                told = last[each.topic or "", key]
                said = (moment(each), each.touchpoint_id, " ".join(value.split()).lower())
                told[customer_of(each)] = max(told.get(customer_of(each), said), said)
    rows = []
    for (topic, key), told in last.items():
        counts = Counter(value for _, _, value in told.values())
        ordered = sorted(counts, key=lambda value: (-counts[value], value))
        if len(ordered) > 1:
            rows.append((topic, key, len(told), ordered, round(counts[ordered[0]] / len(told), 3)))
    return sorted(rows, key=lambda row: (row[4], row[0], row[1]))


@answers("What are customers asked for again?")
def _again(company: Company) -> Rows:
    fields: Counter[str] = Counter()
    for alert in company.standing:
        if alert.symptom == "repeated_info_request":
            for each in alert.evidence:
                if each.role == "asked again":
                    fields.update(company.touchpoints[each.touchpoint_id].fields or ())
    return sorted(fields.items(), key=lambda row: (-row[1], row[0]))
