"""Timers: whatever the ids, whenever they are due, and however much has left the timeline."""

from __future__ import annotations

from typing import Any

import pytest

from tests.detection import Pipeline
from tests.scenario import BASE, touchpoint

DAY = 86_400_000


def sent(pipeline: Pipeline, *shorts: dict[str, Any]) -> Pipeline:
    for short in shorts:
        pipeline.send(touchpoint(short))
    return pipeline


@pytest.mark.parametrize("first", ["\x01", "\x02", "\x03", "!", "#"])
def test_an_id_may_begin_with_any_character(first):
    question = {"id": f"{first}q", "at": "0d", "do": "support question"}
    [alert] = sent(Pipeline(), question).standing(BASE + 7 * DAY)
    assert (alert.key, alert.severity) == (f"{first}q", "critical")
