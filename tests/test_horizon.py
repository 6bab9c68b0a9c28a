"""Rule 9: a timeline is bounded; what leaves it changes no alert, what comes from before it detects nothing."""

from __future__ import annotations

import random
from typing import Any

import pytest
import yaml
from tests.detection import Pipeline, judged
from tests.scenario import moment, touchpoint

DAY = 86_400_000


def timeline(text: str) -> list[dict[str, Any]]:
    """Touchpoints written as in a scenario."""
    return [touchpoint(short) for short in yaml.safe_load(text)]


def invoices(start: str, count: int, apart: int = 60_000, activity: str = "invoice") -> list[dict[str, Any]]:
    """Many touchpoints that set nothing off, `apart` ms from each other."""
    first = {"id": "x", "at": start, "do": f"finance {activity}"}
    return [
        touchpoint(first) | {"touchpoint_id": f"x{number:04}", "occurred_at": moment(start) + number * apart}
        for number in range(count)
    ]


def found(pipeline: Pipeline, until: str, symptom: str) -> list[dict[str, Any]]:
    return [judged(alert) for alert in pipeline.standing(moment(until)) if alert.symptom == symptom]


def fed(records: list[dict[str, Any]], **options: Any) -> Pipeline:
    pipeline = Pipeline(**options)
    for record in records:
        pipeline.send(record)
    return pipeline


DUPLICATES = """
- {id: a, at: 0d, do: marketing promotion, message_ref: m1}
- {id: b, at: 1d, do: sales promotion, message_ref: m1}
"""
QUESTION = "- {id: q, at: 0d, do: support question, case_ref: c1}"


@pytest.mark.parametrize("crash", [False, True])
def test_an_alert_stays_as_it_was_told_when_its_evidence_leaves(crash: bool) -> None:
    before = fed(timeline(QUESTION))
    expected = found(before, "4d", "unanswered")
    pipeline = fed(timeline(QUESTION))
    pipeline.tick(moment("3d"))
    for record in invoices("3d 01:00", 600):
        pipeline.send(record)
    if crash:
        pipeline.crash(redeliver=5, lost=3)
    assert found(pipeline, "4d", "unanswered") == expected
    assert expected[0]["status"] == "open"


def test_an_alert_whose_evidence_left_lapses_90_days_after_it() -> None:
    pipeline = fed([*timeline(QUESTION), *invoices("3d 01:00", 600)])
    alert = found(pipeline, "90d", "unanswered")[0]
    assert (alert["status"], alert["resolved_at"], alert["resolution"]) == ("resolved", moment("90d"), "lapsed")


def test_what_leaves_is_judged_first() -> None:
    """The question's time was up, and nobody had looked since."""
    pipeline = fed([*timeline(QUESTION), *invoices("500d", 3)])
    alert = found(pipeline, "500d", "unanswered")[0]
    assert (alert["opened_at"], alert["resolved_at"], alert["resolution"]) == (moment("3d"), moment("90d"), "lapsed")


def test_with_512_entries_the_oldest_still_counts() -> None:
    records = [*timeline("- {id: a, at: 0d, do: marketing promotion, message_ref: m1}"), *invoices("0d 01:00", 510)]
    pipeline = fed([*records, *timeline("- {id: b, at: 1d, do: sales promotion, message_ref: m1}")])
    assert [alert["evidence"] for alert in found(pipeline, "1d", "duplicate_outreach")] == [["a", "b"]]


def test_what_left_the_timeline_is_no_evidence_for_what_comes() -> None:
    records = [*timeline("- {id: a, at: 0d, do: marketing promotion, message_ref: m1}"), *invoices("0d 01:00", 512)]
    pipeline = fed([*records, *timeline("- {id: b, at: 1d, do: sales promotion, message_ref: m1}")])
    assert found(pipeline, "1d", "duplicate_outreach") == []


def test_what_arrives_from_before_the_oldest_entry_is_counted_and_detects_nothing() -> None:
    pipeline = fed([*invoices("0d", 600), *timeline("- {id: y, at: 2d, do: finance invoice}")])
    for record in timeline("- {id: q, at: -30d, do: support question}"):
        pipeline.send(record)
    assert found(pipeline, "2d", "unanswered") == []
    assert pipeline.counted("too_old") == 1


def test_what_arrives_from_the_time_of_the_oldest_entry_is_judged() -> None:
    """As long as nothing has left, there is no too old within 400 days."""
    pipeline = fed(invoices("0d", 100))
    for record in timeline("- {id: q, at: -30d, do: support question}"):
        pipeline.send(record)
    assert [alert["key"] for alert in found(pipeline, "2d", "unanswered")] == ["q"]


def test_a_touchpoint_that_left_and_comes_again_changes_nothing() -> None:
    records = [*timeline(DUPLICATES), *invoices("2d", 600)]
    pipeline = fed(records)
    expected = found(pipeline, "3d", "duplicate_outreach")
    for record in records[:2]:
        pipeline.send(record)
    assert found(pipeline, "3d", "duplicate_outreach") == expected
    assert len(expected) == 1


def test_age_is_counted_from_the_customers_newest_touchpoint_not_from_now() -> None:
    pipeline = fed(timeline("- {id: a, at: 0d, do: marketing promotion, message_ref: m1}"))
    pipeline.tick(moment("2000d"))
    pipeline.send(timeline("- {id: b, at: 7d, do: sales promotion, message_ref: m1}")[0])
    alerts = found(pipeline, "2000d", "duplicate_outreach")
    assert [(a["evidence"], a["opened_at"], a["resolved_at"]) for a in alerts] == [
        (["a", "b"], moment("7d"), moment("14d"))
    ]


# The baseline: what still matters of those that left.

ASK = "- {id: r, at: 0d, do: sales renewal_ask, renewal_at: 60d}"


@pytest.mark.parametrize("crash", [False, True])
def test_a_customer_stays_as_old_as_she_is(crash: bool) -> None:
    records = [*timeline("- {id: o, at: -200d, do: sales visit}"), *invoices("-100d", 600)]
    pipeline = fed(records)
    if crash:
        pipeline.crash()
    pipeline.send(timeline(ASK)[0])
    assert [alert["evidence"] for alert in found(pipeline, "0d", "renewal_only_contact")] == [["r"]]


@pytest.mark.parametrize("crash", [False, True])
def test_a_value_contact_that_left_the_timeline_still_counts(crash: bool) -> None:
    text = """
    - {id: o, at: -200d, do: sales visit}
    - {id: v, at: -150d, do: success message, direction: outbound}
    """
    pipeline = fed([*timeline(text), *invoices("-100d", 600)])
    if crash:
        pipeline.crash()
    pipeline.send(timeline(ASK)[0])
    assert found(pipeline, "0d", "renewal_only_contact") == []


def test_a_term_told_by_what_left_the_timeline_is_still_known() -> None:
    text = """
    - {id: o, at: -300d, do: sales visit}
    - {id: s, at: -250d, do: sales contract_signed, channel: store, renewal_at: 365d}
    """
    pipeline = fed([*timeline(text), *invoices("-100d", 600)])
    pipeline.send(timeline("- {id: r, at: 0d, do: sales renewal_ask}")[0])
    assert found(pipeline, "0d", "renewal_only_contact") == []


WITHDRAWN = "- {id: w, at: -300d, do: support consent_withdrawn, topic: marketing}"
GIVEN = "- {id: g, at: -290d, do: web consent_given, topic: marketing}"
OFFER = "- {id: m, at: 0d, do: marketing promotion}"


@pytest.mark.parametrize("crash", [False, True])
def test_a_consent_withdrawn_by_what_left_the_timeline_is_still_withdrawn(crash: bool) -> None:
    pipeline = fed([*timeline(WITHDRAWN), *invoices("-100d", 600)])
    if crash:
        pipeline.crash(redeliver=5, lost=3)
    pipeline.send(timeline(OFFER)[0])
    assert [alert["evidence"] for alert in found(pipeline, "0d", "contact_without_consent")] == [["m"]]


@pytest.mark.parametrize("late", [(), (0,), (1,), (0, 1), (1, 0)])
def test_of_the_decisions_that_left_the_timeline_the_latest_counts_whenever_they_came(late: tuple[int, ...]) -> None:
    decided = timeline(f"{WITHDRAWN}\n{GIVEN}")
    in_time = [record for number, record in enumerate(decided) if number not in late]
    too_late = [decided[number] for number in late]
    first = timeline("- {id: o, at: -310d, do: sales visit}")
    pipeline = fed([*first, *in_time, *invoices("-100d", 600), *too_late, *timeline(OFFER)])
    assert found(pipeline, "0d", "contact_without_consent") == []


def test_what_was_told_on_a_consent_withdrawn_stays_as_it_was_when_the_withdrawal_leaves() -> None:
    records = [*timeline(WITHDRAWN), *timeline(OFFER)]
    expected = found(fed(records), "1d", "contact_without_consent")
    assert expected[0]["evidence"] == ["w", "m"]
    pipeline = fed([*records, *invoices("0d 01:00", 511)])
    assert found(pipeline, "1d", "contact_without_consent") == expected


@pytest.mark.parametrize(("field", "keys"), [("address", []), ("phone", ["a"])])
def test_a_field_given_by_what_left_the_timeline_is_given(field: str, keys: list[str]) -> None:
    given = f"- {{id: g, at: -300d, do: support info_given, fields: [{field}]}}"
    forms = """
    - {id: a, at: 0d, do: sales form_request, fields: [address, iban]}
    - {id: b, at: 1d, do: finance form_request, fields: [address, iban]}
    """
    pipeline = fed([*timeline(given), *invoices("-100d", 600), *timeline(forms)])
    assert [alert["key"] for alert in found(pipeline, "1d", "form_pile_up")] == keys


# Ids.

FIRST = "- {id: a, at: 0d, do: marketing promotion, message_ref: m1}"
LATER = "- {id: a, at: 1d, do: finance promotion, message_ref: m2}"
COPY = "- {id: b, at: 2d, do: sales promotion, message_ref: m1}"


@pytest.mark.parametrize("order", [[0, 1, 2], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0], [0, 2, 1]])
@pytest.mark.parametrize("crash", [False, True])
def test_of_one_id_with_two_contents_the_earlier_stands_and_the_other_is_refused(order: list[int], crash: bool) -> None:
    records = timeline("\n".join([FIRST, LATER, COPY]))
    pipeline = Pipeline()
    for number in order:
        pipeline.send(records[number])
        if crash:
            pipeline.crash()
    assert [alert["evidence"] for alert in found(pipeline, "2d", "duplicate_outreach")] == [["a", "b"]]
    assert [rejected.reason for rejected in pipeline.rejected] == ["id_reused"]


def test_of_one_id_at_one_time_the_same_content_stands_in_any_order() -> None:
    texts = [f"- {{id: a, at: 0d, do: marketing promotion, message_ref: m{n}}}" for n in range(4)]
    copies = "\n".join(f"- {{id: b{n}, at: 1d, do: sales promotion, message_ref: m{n}}}" for n in range(4))
    results = set()
    for seed in range(8):
        records = timeline("\n".join([*texts, copies]))
        random.Random(seed).shuffle(records)
        pipeline = fed(records)
        results.add(str([a["evidence"] for a in found(pipeline, "1d", "duplicate_outreach")]))
        assert [rejected.reason for rejected in pipeline.rejected] == ["id_reused"] * 3
    assert len(results) == 1


def test_one_id_with_one_content_is_one_touchpoint() -> None:
    pipeline = fed(timeline("\n".join([FIRST, FIRST, COPY, FIRST])))
    assert pipeline.rejected == []
    assert pipeline.counted("duplicate") == 2


def test_a_fact_whose_id_is_reused_is_refused_for_everybody() -> None:
    text = """
    - {id: f, at: 0d, do: web fact_published, channel: web, claims: {price: 49 EUR}}
    - {id: f, at: 1d, do: web fact_published, channel: web, claims: {price: 59 EUR}}
    - {id: b, at: 2d, do: support notice, claims: {price: 59 EUR}}
    """
    for records in (timeline(text), timeline(text)[::-1]):
        pipeline = fed(records)
        assert [alert["key"] for alert in found(pipeline, "2d", "conflicting_message")] == ["price|f|b"]
        assert [rejected.reason for rejected in pipeline.rejected] == ["id_reused"]
