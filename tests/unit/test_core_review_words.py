"""Words about a customer stay short, however much was claimed."""

from __future__ import annotations

import time

from tests.detection import Pipeline
from tests.scenario import BASE, touchpoint

from siloscope.core.words import quote


def test_a_claim_as_long_as_a_book_is_quoted_short_and_soon():
    long = "12 " + "a" * 50_000
    pipeline = Pipeline()
    for number, who in enumerate(("sales", "support")):
        sent = {
            "id": f"s{number}",
            "at": f"{number}d",
            "do": f"{who} notice",
            "topic": "terms",
            "claims": {"terms": long},
        }
        pipeline.send(touchpoint(sent))
    started = time.process_time()
    [alert] = pipeline.standing(BASE + 86_400_000)
    assert time.process_time() - started < 1
    assert len(alert.explanation) < 1_000
    assert "12 aaa" in quote(next(iter(pipeline.partitions[0]._timelines.customer("ann").entries)))
