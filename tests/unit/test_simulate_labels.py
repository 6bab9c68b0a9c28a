"""What is put in on purpose is found where its label says, near misses stay silent, and nothing else is found."""

from __future__ import annotations

from collections import Counter, defaultdict

import pytest

from siloscope.core.bulletin import Bulletin
from siloscope.core.customer import Customer
from siloscope.core.customer_key import account_key
from siloscope.core.symptom import Finding
from siloscope.core.touchpoint import BROADCASTS, HOUR, Entry, customer_of, entry_of
from siloscope.ops.simulate import Plan, labels, simulate
from siloscope.ops.simulate_company import rules_text
from siloscope.ops.simulate_incidents import FEWEST, INCIDENTS
from siloscope.ops.simulate_injected import NORMAL, shares
from siloscope.ops.simulate_scene import Label
from siloscope.ops.simulate_stories import INJECTED
from siloscope.rules import load
from siloscope.symptoms import ALL

DAY = Plan(seed=3, customers=200)
MONTH = Plan(seed=4, customers=60, days=30, faults=0.2)  # over a weekend each week, and a holiday
NAMES = {symptom.name for symptom in ALL}

Found = dict[tuple[str, str], list[Finding]]


@pytest.fixture(scope="module")
def rules(tmp_path_factory):
    """The company's rules, as its file says them."""
    file = tmp_path_factory.mktemp("fernhall") / "rules.yml"
    file.write_text(rules_text(), encoding="utf-8")
    return load(file)


def found_in(plan: Plan, rules) -> Found:
    """What the detection finds by the end, by symptom and timeline; without partitions, state or timers in between."""
    timelines: dict[str, list[Entry]] = defaultdict(list)
    watching, bulletin = rules.detection(), Bulletin()
    for touchpoint in simulate(plan):
        entry = entry_of(touchpoint)
        if touchpoint.activity in BROADCASTS:
            bulletin.add(entry)
            continue
        timelines[customer_of(touchpoint)].append(entry)
        if touchpoint.account:
            timelines[account_key(touchpoint.account)].append(entry)
    found: Found = defaultdict(list)
    for key, entries in timelines.items():
        customer = Customer(key, watching, bulletin)
        for entry in entries:
            customer.insert(entry)
        fold = customer.folded()
        fold.advance(plan.end)
        for finding in fold.findings.values():
            found[finding.symptom.name, key].append(finding)
    return found


@pytest.fixture(scope="module", params=[DAY, MONTH], ids=["a day", "a normal month"])
def run(request, rules) -> tuple[Plan, Found]:
    return request.param, found_in(request.param, rules)


def put_in(plan: Plan) -> list[Label]:
    return [label for label in labels(plan) if not label.symptom.startswith("incident:")]


def hits(label: Label, found: Found) -> list[Finding]:
    """The findings that match a label: same symptom, same customer or account, a touchpoint in common."""
    keys = [label.customer_id] + ([account_key(label.account)] if label.account else [])
    several = [finding for key in keys for finding in found.get((label.symptom, key), ())]
    return [finding for finding in several if finding.evidence.keys() & {*label.touchpoints}]


# -- what there is


def test_every_symptom_has_two_faults_and_two_near_misses_at_least():
    assert {kind.symptom for kind in INJECTED} == NAMES
    for expected in (True, False):
        stories = Counter(kind.symptom for kind in INJECTED if kind.expected is expected)
        assert min(stories[name] for name in NAMES) >= 2


def test_what_words_alone_can_say_is_put_in_as_suspected_too():
    sure = {(kind.symptom, kind.confidence) for kind in INJECTED if kind.expected}
    by_words = {"duplicate_outreach", "conflicting_message", "inconsistent_answer", "ticket_churn"}
    assert {name for name, confidence in sure if confidence == "suspected"} == by_words | {"inconsistent_voice"}
    assert {name for name, confidence in sure if confidence == "confirmed"} == NAMES - {"inconsistent_voice"}


def test_stories_have_names_of_their_own():
    assert len({kind.name for kind in (*INJECTED, *INCIDENTS)}) == len(INJECTED) + len(INCIDENTS)


def test_a_day_has_each_story_that_is_not_hard():
    told = {label.story for label in labels(DAY)}
    assert told == {kind.name for kind in (*INJECTED, *INCIDENTS) if not kind.hard}


@pytest.mark.parametrize("plan", [DAY, MONTH])
def test_labels_name_touchpoints_of_their_customer(plan):
    told = {touchpoint.touchpoint_id: touchpoint for touchpoint in simulate(plan)}
    for label in labels(plan):
        assert label.touchpoints
        for each in label.touchpoints:
            touchpoint = told[each]
            known = (customer_of(touchpoint), "", label.customer_id if label.account else "")
            assert touchpoint.activity in BROADCASTS or label.customer_id in known


def test_an_incident_s_label_names_one_cause_of_many_within_an_hour():
    told = list(labels(DAY))
    incidents = [label for label in told if label.symptom.startswith("incident:")]
    assert {label.symptom for label in incidents} == {"incident:unanswered", "incident:duplicate_outreach"}
    for incident in incidents:
        hit = [label for label in told if label.story == incident.story and label is not incident]
        assert len(hit) >= FEWEST
        assert {label.about for label in hit} == {incident.about}
        times = [label.found_at for label in hit]
        assert min(times) == incident.found_at
        assert max(times) - min(times) < HOUR


def test_a_normal_company_has_the_faults_its_share_says():
    assert sum(shares()[kind.name] for kind in INJECTED if kind.expected) == pytest.approx(1)
    plan = Plan(customers=20_000, days=7, faults=NORMAL)
    stories = {label.touchpoints[0] for label in labels(plan) if label.expected}
    assert len(stories) == pytest.approx(20_000 * NORMAL, rel=0.25)


def test_without_faults_nothing_is_put_in():
    assert list(labels(Plan(customers=200, days=9, faults=0.0))) == []


# -- what the detection makes of it


def test_what_was_put_in_is_found_at_its_moment_on_its_touchpoints(run):
    plan, found = run
    hard = {kind.name for kind in INJECTED if kind.hard}
    for label in put_in(plan):
        if label.expected and label.story not in hard:
            (finding,) = hits(label, found)
            assert finding.opened_at == label.found_at, label.story
            assert {*label.touchpoints} <= finding.evidence.keys(), label.story
            assert ("confirmed" if finding.confirmed else "suspected") == label.confidence, label.story


def test_near_misses_stay_silent(run):
    plan, found = run
    assert [label.story for label in put_in(plan) if not label.expected and hits(label, found)] == []


def test_ordinary_traffic_suffers_from_nothing(run):
    plan, found = run
    labelled = {id(each) for label in put_in(plan) if label.expected for each in hits(label, found)}
    foreign = [each for several in found.values() for each in several if id(each) not in labelled]
    assert [(each.symptom.name, [*each.evidence]) for each in foreign] == []
