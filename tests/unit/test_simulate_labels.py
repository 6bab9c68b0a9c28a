"""What is put in on purpose is found where its label says, near misses stay silent, and nothing else is found."""

from __future__ import annotations

from collections import defaultdict

import pytest

from siloscope.core.bulletin import Bulletin
from siloscope.core.customer import Customer
from siloscope.core.customer_key import account_key
from siloscope.core.symptom import Finding
from siloscope.core.touchpoint import BROADCASTS, Entry, customer_of, entry_of
from siloscope.ops.simulate import Plan, labels, simulate
from siloscope.symptoms import ALL, detection

PLAN = Plan(seed=3, customers=400, days=2)


def found_in(plan: Plan) -> dict[tuple[str, str], list[Finding]]:
    """What the detection finds by the end, by symptom and timeline; without partitions, state or timers in between."""
    timelines: dict[str, list[Entry]] = defaultdict(list)
    watching, bulletin = detection(), Bulletin()
    for touchpoint in simulate(plan):
        entry = entry_of(touchpoint)
        if touchpoint.activity in BROADCASTS:
            bulletin.add(entry)
            continue
        timelines[customer_of(touchpoint)].append(entry)
        if touchpoint.account:
            timelines[account_key(touchpoint.account)].append(entry)
    found: dict[tuple[str, str], list[Finding]] = defaultdict(list)
    for key, entries in timelines.items():
        customer = Customer(key, watching, bulletin)
        for entry in entries:
            customer.insert(entry)
        fold = customer.folded()
        fold.advance(plan.end)
        for finding in fold.findings.values():
            found[finding.symptom.name, key].append(finding)
    return found


@pytest.fixture(scope="module")
def found() -> dict[tuple[str, str], list[Finding]]:
    return found_in(PLAN)


def key_of(label):
    account_level = label.account and label.symptom == "renewal_only_contact"
    return (label.symptom, account_key(label.account) if account_level else label.customer_id)


def test_every_symptom_is_put_in_and_has_a_near_miss():
    told = list(labels(PLAN))
    names = {symptom.name for symptom in ALL}
    assert (
        {label.symptom for label in told if label.expected}
        == {label.symptom for label in told if not label.expected}
        == names
    )


def test_what_was_put_in_is_found_at_its_moment_on_its_touchpoints(found):
    for label in labels(PLAN):
        if label.expected:
            (finding,) = found[key_of(label)]
            assert finding.opened_at == label.found_at, label.story
            assert set(label.touchpoints) <= finding.evidence.keys(), label.story


def test_near_misses_stay_silent(found):
    assert [label.story for label in labels(PLAN) if not label.expected and found.get(key_of(label))] == []


def test_ordinary_traffic_suffers_from_nothing(found):
    labelled = {key_of(label) for label in labels(PLAN) if label.expected}
    assert {key for key, findings in found.items() if findings} == labelled
