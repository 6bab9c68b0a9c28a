"""An invented company for the browser: a fortnight of touchpoints through the real detection, ending now.

It is small enough to be known by heart, so that a test can say what must be seen; `company.yml` has its story.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml
from tests.detection import Pipeline

from siloscope.core.alert import Alert
from siloscope.core.handoff import Warning
from siloscope.core.incident import Incident
from siloscope.core.touchpoint import DAY, HOUR
from siloscope.patterns.scenarios import BASE, touchpoint

_FILE: Final = Path(__file__).with_name("company.yml")
_MORNING: Final = BASE - 9 * HOUR  # offsets of days count from midnight, so that office hours look like ones
_TIMES: Final = ("occurred_at", "due_at", "renewal_at")


@cache
def _written() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    return found


def touchpoints(now: int) -> list[dict[str, Any]]:
    """The contract's records in order; the fortnight ends at `now` (epoch ms)."""
    days = (now - _MORNING) // DAY * DAY - 9 * HOUR

    def moved(record: dict[str, Any], short: dict[str, Any], name: str) -> int:
        text = str(short["at" if name == "occurred_at" else name])
        return int(record[name]) + (days if ":" in text else now - BASE)

    found = []
    for short in _written():
        record = touchpoint(short)
        found.append(record | {name: moved(record, short, name) for name in _TIMES if name in record})
    return sorted(found, key=lambda each: int(each["occurred_at"]))


def told(now: int) -> list[Alert | Warning | Incident]:
    """What the detection tells of the fortnight by `now`, in order."""
    pipeline = Pipeline()
    for each in touchpoints(now):
        pipeline.send(each)
    pipeline.tick(now)
    return [*pipeline.tellings, *pipeline.warned, *pipeline.incidents]
