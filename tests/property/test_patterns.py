"""Whatever pattern somebody declares, and whatever happens, what it finds does not depend on how it arrives.

And the patterns that repeat symptoms of ours find what these find.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import pytest
import yaml
from hypothesis import given, note
from hypothesis import strategies as st
from tests.detection import judged
from tests.property.timelines import THEMES, timelines

from siloscope.core.symptom import Symptom
from siloscope.core.touchpoint import BROADCASTS
from siloscope.ops import trial_ways
from siloscope.ops.check_differences import arrived_otherwise
from siloscope.patterns import symptoms_in
from siloscope.patterns.loading import pattern_of
from siloscope.patterns.scenarios import Scenario
from siloscope.shipped import checkout
from siloscope.symptoms import ALL, detection
from siloscope.yaml_lines import read

TOP = checkout() or pytest.skip("needs a checkout", allow_module_level=True)
TIMES = ["0 s", "1 h", "1 d", "3 d", "7 d", "90 d", "90 d"]
SHARED = ["case_ref", "thread_ref", "topic", "issue", "department", "channel", "product", "claims", "text"]
PAGE = dict.fromkeys(("suffers_from", "why_it_hurts", "what_is_told", "what_to_do"), "…")
WAYS = [way for ways in trial_ways.WAYS.values() for way in ways]

Clause = dict[str, Any]


def rarely(draw: st.DrawFn, one_in: int) -> bool:
    return draw(st.integers(1, one_in)) == 1


@st.composite
def clauses(draw: st.DrawFn, before: list[str], activities: list[str]) -> Clause:
    """A touchpoint of a pattern, after the steps `before`."""
    clause: Clause = {}
    if not rarely(draw, 4):
        clause["activity"] = draw(st.lists(st.sampled_from(activities), min_size=1, unique=True))
    if rarely(draw, 8):
        clause["direction"] = draw(st.sampled_from(["inbound", "outbound"]))
    if rarely(draw, 8):
        clause["any"] = [{"department": "sales"}, {"channel": "chat", "case_ref": {"present": "no"}}]
    if rarely(draw, 6):
        clause["department"] = draw(st.sampled_from([["support", "sales"], {"not": "finance"}]))
    if rarely(draw, 8):
        clause["case_ref"] = {"present": draw(st.sampled_from(["yes", "no"]))}
    return clause | (draw(links(before)) if before else {})


@st.composite
def links(draw: st.DrawFn, before: list[str]) -> Clause:
    """What a touchpoint has to do with the steps before."""
    clause: Clause = {}
    for name in ("same", "different"):
        if rarely(draw, 4):
            clause[name] = draw(st.sampled_from(SHARED))
    if rarely(draw, 5):
        clause[draw(st.sampled_from(["belongs_to", "answers"]))] = draw(st.sampled_from(before))
    if rarely(draw, 10):
        clause["to_department"] = f"${draw(st.sampled_from(before))}.department"
    if rarely(draw, 3):
        clause["within"] = draw(st.sampled_from(["$time", *TIMES]))
    if rarely(draw, 6):
        clause["after"] = draw(st.sampled_from(TIMES[:3]))
    return clause


@st.composite
def steps(draw: st.DrawFn, activities: list[str]) -> list[dict[str, Clause]]:
    found: list[dict[str, Clause]] = []
    of_her = [each for each in activities if each not in BROADCASTS]
    for name in "abc"[: draw(st.sampled_from([1, 1, 2, 2, 3]))]:
        before = [name for step in found for name in step]
        clause = draw(clauses(before, activities if before else of_her))
        if rarely(draw, 3):
            clause |= {"times": draw(st.integers(1, 3)), "within": draw(st.sampled_from(TIMES[2:]))}
            if rarely(draw, 3):
                clause["from"] = {draw(st.sampled_from(["department", "channel", "case_ref"])): 2}
            if not before and draw(st.booleans()):
                clause["same"] = draw(st.sampled_from(SHARED))
        if before and rarely(draw, 4):
            clause["only_if"] = draw(clauses(before, activities))
        found.append({name: clause})
    return found


@st.composite
def patterns(draw: st.DrawFn, activities: list[str]) -> str:
    """A pattern as its file has it."""
    chosen = draw(steps(activities))
    names = [name for step in chosen for name in step]
    parameters = {"time": {"duration": "3 d", "meaning": "how long"}}
    pattern: dict[str, Any] = {"name": "drawn", **PAGE, "parameters": parameters}
    pattern["steps"] = chosen
    if draw(st.booleans()):
        missing = draw(clauses(names, activities)) | {"activity": draw(st.sampled_from(activities))}
        missing |= {"within": "$time"} | ({"by": "a.due_at"} if draw(st.booleans()) else {})
        pattern["missing"] = {name: value for name, value in missing.items() if name != "after"}
    if draw(st.booleans()):
        pattern["unless"] = draw(st.lists(clauses(names, activities), min_size=1, max_size=2))
    pattern["ends"] = draw(st.sampled_from(
        ["at once", {"after": "7 d"}, {"after": "$time"}, {"with": draw(clauses(names, activities)), "after": "$time"}],
    ))  # fmt: skip
    pattern["key"] = draw(st.sampled_from([*names, "customer", "case_ref", ["department", "product"]]))
    pattern["owner"] = draw(st.sampled_from(["support", f"{names[-1]}.holder"]))
    pattern["minutes_lost"] = draw(st.sampled_from([*names, "a.due_at"]))
    told = f"{{{names[0]}.when}} {{departments}} {{lasted}}[ {{lost}}] {{{names[-1]}.quotes}}"
    pattern |= dict.fromkeys(("title", "explanation", "suggested_action"), told)
    if "$time" not in str(pattern):
        del pattern["parameters"]
    return yaml.safe_dump(pattern, sort_keys=False, allow_unicode=True)


@st.composite
def cases(draw: st.DrawFn) -> tuple[str, Scenario]:
    """A pattern, and a timeline of what it is about."""
    theme = draw(st.sampled_from(sorted(THEMES)))
    text = draw(patterns(sorted({*THEMES[theme].activities} - {"kpi_reported"})))
    records, until, _ = draw(timelines((theme,)))
    return text, Scenario("drawn", "drawn", records, until, [])


@lru_cache(maxsize=256)
def compiled(text: str) -> type[Symptom]:
    return pattern_of(read(text, "drawn.yml"))


@pytest.mark.timeout(900)  # when it fails it looks for the smallest pattern
@given(cases(), st.sampled_from(WAYS))
def test_a_pattern_finds_the_same_however_it_arrives(case: tuple[str, Scenario], way: trial_ways.Way) -> None:
    text, scenario = case
    note(text)
    trying = detection({}, [compiled(text)])
    expected = trial_ways.as_written(scenario, trying).standing(scenario.until)
    assert arrived_otherwise(expected, way(scenario, trying).standing(scenario.until)) == []


@pytest.mark.timeout(900)
@pytest.mark.parametrize(("pattern", "ours", "themes"), [
    ("silence", "unanswered", ("questions", "outreach", "conversations")),
    ("trifle", "needless_approval", ("approvals", "waits")),
    ("broken_word", "broken_promise", ("promises", "trouble")),
])  # fmt: skip
def test_a_pattern_finds_what_our_symptom_finds(pattern: str, ours: str, themes: tuple[str, ...]) -> None:
    (declared,) = symptoms_in(TOP / "docs/patterns" / f"{pattern}.yml")
    (programmed,) = (each for each in ALL if each.name == ours)

    @given(timelines(themes))
    def judge(timeline: tuple[list[dict[str, Any]], int, Any]) -> None:
        records, until, _ = timeline
        scenario = Scenario(ours, "drawn", records, until, [])
        found = [
            [
                judged(a) | {"symptom": ours}
                for a in trial_ways.as_written(scenario, detection({}, [kind])).standing(until)
            ]
            for kind in (declared, programmed)
        ]
        assert found[0] == found[1]

    judge()
