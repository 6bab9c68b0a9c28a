"""Touchpoints late, twice, in chunks, over partitions, with crashes and ticks between: the oracle's alerts stand."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import note
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule
from tests.detection import Pipeline
from tests.property.test_oracle_agreement import agree
from tests.property.timelines import DAY, HOUR, THEMES, parameters_of, touchpoints

SOME_THEMES = st.lists(st.sampled_from(list(THEMES)), min_size=1, max_size=2, unique=True)


class CourseOfEvents(RuleBasedStateMachine):
    """A worker's life, seen by its customers."""

    @initialize(data=st.data(), themes=SOME_THEMES, count=st.integers(1, 3), eager=st.booleans())
    def begin(self, data: st.DataObject, themes: list[str], count: int, eager: bool) -> None:
        self.themes = themes
        self.parameters = data.draw(parameters_of(tuple(themes)))
        self.pipeline = Pipeline(self.parameters, count, eager=eager)
        self.records: list[dict[str, Any]] = []
        self.now = 0

    def arrive(self, record: dict[str, Any], at: int) -> None:
        """A touchpoint within the horizon arrives at some partition."""
        times = [t["occurred_at"] for t in [*self.records, record]]
        if max(times) - min(times) < 390 * DAY:
            self.records.append(record)
            self.pipeline.send(record, at % self.pipeline.count)

    @rule(data=st.data(), at=st.integers(0, 2), late=st.booleans())
    def touchpoint(self, data: st.DataObject, at: int, late: bool) -> None:
        theme = data.draw(st.sampled_from(self.themes))
        self.arrive(data.draw(touchpoints(theme, self.records[-6:], len(self.records), back=late)), at)

    @precondition(lambda self: self.records)
    @rule(data=st.data(), at=st.integers(0, 2))
    def duplicate(self, data: st.DataObject, at: int) -> None:
        self.pipeline.send(data.draw(st.sampled_from(self.records)), at % self.pipeline.count)

    @rule(again=st.integers(0, 6), lost=st.integers(0, 6), cut=st.none() | st.integers(0, 4), untold=st.booleans())
    def crash(self, again: int, lost: int, cut: int | None, untold: bool) -> None:
        self.pipeline.crash(again, lost, cut, untold=untold)

    @precondition(lambda self: self.records)
    @rule(by=st.sampled_from([0, 1, HOUR, DAY, 3 * DAY, 14 * DAY]))
    def tick(self, by: int) -> None:
        self.now = max([self.now, *(t["occurred_at"] for t in self.records)]) + by
        self.pipeline.tick(self.now)

    @precondition(lambda self: self.records)
    @rule()
    def judge(self) -> None:
        self.tick(0)
        agree(self.records, self.now, self.pipeline, self.parameters)

    def teardown(self) -> None:
        if getattr(self, "records", None):
            note(f"themes {self.themes}, {self.pipeline.count} partitions")
            self.judge()


TestCourseOfEvents = pytest.mark.timeout(900)(CourseOfEvents.TestCase)  # when it fails it looks for the shortest course
