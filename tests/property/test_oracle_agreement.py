"""Whatever happens to customers, the core finds what the oracle finds."""

from __future__ import annotations

import json
import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests import oracle
from tests.detection import Pipeline, compared, warned
from tests.property.themes import CHARTER, Parameters
from tests.property.timelines import THEMES, shown, timelines

from siloscope.core.detection import Override

Records = list[dict[str, Any]]
Timeline = tuple[Records, int, Parameters]
OF_WARNINGS = (
    "handoff", "status", "customer_id", "from_department", "to_department", "implied", "handed_at", "due_at",
    "accepted_at", "closed_at",
)  # fmt: skip


def difference(found: Records, expected: Records) -> str:
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


def disagreement(records: Records, until: int, pipeline: Pipeline, parameters: Parameters) -> str:
    """Where the core and the oracle differ on alerts or on warnings; empty where they agree."""
    wrong = difference(compared(pipeline.standing(until)), oracle.standing(records, until, parameters))
    told = [{name: w[name] for name in OF_WARNINGS} for w in map(warned, pipeline.warnings(until))]
    expected = [{name: w[name] for name in OF_WARNINGS} for w in oracle.warnings(records, until, parameters)]
    lines = [wrong] if wrong else []
    lines += [f"warning only of the core: {w}" for w in told if w not in expected]
    lines += [f"warning only of the oracle: {w}" for w in expected if w not in told]
    return "\n".join(lines)


def agree(records: Records, until: int, pipeline: Pipeline, parameters: Parameters) -> None:
    """The core and the oracle see the same; a failure shows the timeline as a scenario."""
    wrong = disagreement(records, until, pipeline, parameters)
    assert not wrong, f"\n{shown(records, until, parameters)}\n{wrong}"


def fed(records: Records, parameters: Parameters, *, eager: bool = True) -> Pipeline:
    pipeline = Pipeline(parameters, eager=eager)
    for record in records:
        pipeline.send(record)
    return pipeline


@pytest.mark.timeout(900)  # when it fails it looks for the shortest timeline
@pytest.mark.parametrize("theme", THEMES)
def test_the_core_finds_what_the_oracle_finds(theme: str) -> None:
    @given(timelines((theme,)), st.integers(0, 1_000), st.booleans())
    def judge(timeline: Timeline, seed: int, eager: bool) -> None:
        records, until, parameters = timeline
        arrival = list(records)
        random.Random(seed).shuffle(arrival)
        agree(records, until, fed(arrival, parameters, eager=eager), parameters)

    judge()


@pytest.mark.timeout(900)
@given(timelines())
def test_the_core_finds_what_the_oracle_finds_in_mixed_company(timeline: Timeline) -> None:
    records, until, parameters = timeline
    agree(records, until, fed(sorted(records, key=lambda t: t["occurred_at"]), parameters), parameters)


OVERRIDES: dict[str, list[Parameters]] = {
    "waits": [{"stalled_wait": {"other": "24 h", "hold": "20 min"}}, {"stalled_wait": {"other": "6 d"}}],
    "questions": [{"unanswered": {"within": "1 h"}}, {"unanswered": {"within": "6 d"}}],
    "approvals": [{"needless_approval": {"longer_than": "1 min"}}, {"needless_approval": {"longer_than": "24 h"}}],
    "consents": [{"contact_without_consent": {"required": "email"}}, {"contact_without_consent": {"required": "chat"}}],
    "charter": [{"channel_role_breach": {"charter": CHARTER}}, {"channel_role_breach": {"charter": CHARTER[:1]}}],
}
PLACES: list[dict[str, tuple[str, ...]]] = [
    {"segment": ("business",)},
    {"department": ("support", "sales")},
    {"channel": ("chat",)},
    {"segment": ("private",), "channel": ("email",)},
]


@pytest.mark.timeout(900)
@pytest.mark.parametrize("theme", OVERRIDES)
def test_an_override_counts_for_what_the_touchpoint_begins(theme: str) -> None:
    places = st.lists(st.tuples(st.sampled_from(PLACES), st.sampled_from(OVERRIDES[theme])), min_size=1, max_size=2)
    segments = st.lists(st.sampled_from([None, None, "business", "private"]), min_size=12, max_size=12)

    @given(timelines((theme,)), places, segments, st.booleans())
    def judge(timeline: Timeline, overrides: list[Any], segments: list[str | None], backwards: bool) -> None:
        records, until, _ = timeline
        told = [
            r if segment is None else {**r, "segment": segment} for r, segment in zip(records, segments, strict=False)
        ]
        pipeline = Pipeline({}, overrides=[Override(*each) for each in overrides])
        for record in reversed(told) if backwards else told:
            pipeline.send(record)
        wrong = difference(compared(pipeline.standing(until)), oracle.standing(told, until, overrides=overrides))
        assert not wrong, f"\n{overrides}\n{shown(told, until, {})}\n{wrong}"

    judge()
