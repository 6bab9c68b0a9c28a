"""What leaves the timeline changes no alert, and what rests on it can only resolve."""

from __future__ import annotations

from typing import Any

from tests.detection import Pipeline
from tests.scenario import BASE, touchpoint

DAY = 86_400_000


def sent(pipeline: Pipeline, *shorts: dict[str, Any]) -> Pipeline:
    for short in shorts:
        pipeline.send(touchpoint(short))
    return pipeline


def visits(first: int, count: int) -> list[dict[str, Any]]:
    return [{"id": f"v{day}", "at": f"{day}d", "do": "web visit"} for day in range(first, first + count)]


def test_a_late_touchpoint_that_makes_others_leave_takes_back_nothing_that_a_timer_told():
    pipeline = sent(
        Pipeline(entries=3),
        {"id": "a", "at": "0d", "do": "web visit"},
        {"id": "q", "at": "1d", "do": "support question"},
        {"id": "b", "at": "1d 01:00", "do": "web visit"},
    )
    pipeline.tick(BASE + 10 * DAY)
    sent(pipeline, {"id": "late", "at": "2d", "do": "web visit"})
    assert [alert.status for alert in pipeline.tellings] == ["updated"]


def test_an_alert_on_an_old_fact_still_ends_when_the_statements_agree():
    fact = {"id": "f", "at": "0d", "do": "web fact_published", "channel": "web", "claims": {"price": "49 EUR"}}
    said = {"do": "sales message", "direction": "outbound", "channel": "phone"}
    pipeline = sent(
        Pipeline(entries=4), fact, *visits(1, 8),
        said | {"id": "s", "at": "20d", "claims": {"price": "59 EUR"}},
        said | {"id": "s2", "at": "21d", "claims": {"price": "49 EUR"}},
    )  # fmt: skip
    [alert] = pipeline.standing(BASE + 22 * DAY)
    assert (alert.status, alert.resolution, alert.resolved_at) == ("resolved", "ended", BASE + 21 * DAY)


def test_an_alert_that_opened_long_after_its_evidence_lapses_after_its_opening():
    signed = {"id": "c", "at": "0d", "do": "sales contract_signed", "renewal_at": "365d", "channel": "store"}
    pipeline = sent(Pipeline(entries=4), signed)
    pipeline.tick(BASE + 246 * DAY)
    sent(pipeline, *visits(250, 6))
    [alert] = pipeline.standing(BASE + 256 * DAY)
    assert (alert.status, alert.opened_at) == ("open", BASE + 245 * DAY)
    [alert] = pipeline.standing(BASE + 336 * DAY)
    assert (alert.resolution, alert.resolved_at) == ("lapsed", BASE + 335 * DAY)


BOUGHT_TWICE = [
    {"id": "b1", "at": "0d", "do": "sales purchase", "product": "pro"},
    {"id": "d", "at": "0d 12:00", "do": "delivery message", "direction": "outbound"},
    {"id": "b2", "at": "1d", "do": "sales purchase", "product": "pro"},
]


def test_what_is_found_only_because_the_oldest_left_is_not_told():
    pipeline = sent(Pipeline(entries=4), *BOUGHT_TWICE)
    assert pipeline.standing(BASE + 40 * DAY) == []
    told = len(pipeline.warned)
    sent(pipeline, *visits(50, 2))
    pipeline.crash(redeliver=1)
    sent(pipeline, *visits(52, 1), {"id": "late", "at": "50d 01:00", "do": "web visit"}, *visits(60, 1))
    assert pipeline.standing(BASE + 70 * DAY) == []
    assert len(pipeline.warned) == told
    pipeline.crash()
    assert pipeline.standing(BASE + 71 * DAY) == []
    assert len(pipeline.warned) == told


def test_what_is_told_after_the_oldest_left_is_told_with_new_evidence():
    asked = {"id": "q", "at": "0d", "do": "support question", "thread_ref": "t"}
    answers = [
        {
            "id": f"a{n}",
            "at": f"{n}d",
            "do": f"{who} answer",
            "channel": "email",
            "thread_ref": "t",
            "claims": {"fee": fee},
        }
        for n, who, fee in ((1, "support", "5 EUR"), (2, "sales", "6 EUR"))
    ]
    pipeline = sent(Pipeline(entries=4), asked, *answers, *visits(50, 3))
    assert [a.symptom for a in pipeline.standing(BASE + 53 * DAY)] == ["inconsistent_answer"]
    said = {"id": "m", "at": "54d", "do": "legal notice", "claims": {"fee": "7 EUR"}}
    sent(pipeline, said)
    [alert] = [a for a in pipeline.standing(BASE + 54 * DAY) if a.symptom == "conflicting_message"]
    assert "m" in [each.touchpoint_id for each in alert.evidence]


def test_an_alert_stays_when_what_led_to_it_besides_its_evidence_leaves():
    talk = {"do": "support question", "topic": "login"}
    pipeline = sent(
        Pipeline(entries=6),
        {"id": "s", "at": "0d", "do": "support visit", "thread_ref": "t0", "staff_ref": "kim"},
        *(talk | {"id": f"q{n}", "at": f"{1 + n}d", "thread_ref": f"t{n}", "staff_ref": "lou"} for n in range(3)),
    )
    [churn] = [a for a in pipeline.standing(BASE + 4 * DAY) if a.symptom == "ticket_churn"]
    sent(pipeline, *visits(10, 3))
    pipeline.crash()
    sent(pipeline, {"id": "late", "at": "9d", "do": "web visit"})
    [still] = [a for a in pipeline.standing(BASE + 13 * DAY) if a.symptom == "ticket_churn"]
    assert (still.alert_id, still.status, still.revision) == (churn.alert_id, churn.status, churn.revision)
