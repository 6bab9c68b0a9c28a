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
