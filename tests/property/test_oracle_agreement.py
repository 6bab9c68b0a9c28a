"""Whatever happens to customers, the core finds what the oracle finds."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, note
from hypothesis import strategies as st

from tests import oracle
from tests.detection import Pipeline, judged, warned
from tests.property.timelines import THEMES, shown, timelines


def difference(found: list[dict[str, Any]], expected: list[dict[str, Any]]) -> str:
    """What one side has and the other has not, alert by alert and field by field."""
    lines = []
    ours, theirs = ({(a["symptom"], a["customer_id"], a["key"]): a for a in alerts} for alerts in (found, expected))
    for name in sorted({*ours, *theirs}):
        one, other = ours.get(name), theirs.get(name)
        if one is None or other is None:
            lines.append(f"only the {'core' if other is None else 'oracle'}: {json.dumps(one or other)}")
        elif one != other:
            fields = ", ".join(f"{k}: core {one[k]!r}, oracle {other[k]!r}" for k in other if one[k] != other[k])
            lines.append(f"{' '.join(name)}: {fields}")
    return "\n".join(lines)


def agree(records: list[dict[str, Any]], until: int, pipeline: Pipeline) -> None:
    """The core and the oracle see the same; a failure shows the timeline as a scenario."""
    found = [judged(alert) for alert in pipeline.standing(until)]
    wrong = difference(found, oracle.standing(records, until))
    assert not wrong, f"\n{shown(records, until)}\n{wrong}"
    names = ("handoff", "status", "customer_id", "to_department", "handed_at", "due_at", "accepted_at", "closed_at")
    told = [{name: w[name] for name in names} for w in map(warned, pipeline.warnings(until))]
    expected = [{name: w[name] for name in names} for w in oracle.warnings(records, until)]
    assert sorted(told, key=str) == sorted(expected, key=str), f"\n{shown(records, until)}"


@pytest.mark.parametrize("theme", THEMES)
def test_the_core_finds_what_the_oracle_finds(theme: str) -> None:
    @given(timelines((theme,)), st.randoms(use_true_random=False), st.booleans())
    def judge(timeline: tuple[list[dict[str, Any]], int], random: Any, eager: bool) -> None:
        records, until = timeline
        arrival = list(records)
        random.shuffle(arrival)
        pipeline = Pipeline(eager=eager)
        for record in arrival:
            pipeline.send(record)
        agree(records, until, pipeline)

    judge()


@given(timelines())
def test_the_core_finds_what_the_oracle_finds_in_mixed_company(timeline: tuple[list[dict[str, Any]], int]) -> None:
    records, until = timeline
    note(shown(records, until))
    pipeline = Pipeline()
    for record in sorted(records, key=lambda t: t["occurred_at"]):
        pipeline.send(record)
    agree(records, until, pipeline)
