"""Every question of the cookbook is answered by the store as by a computation that knows no store."""

from __future__ import annotations

import re
from typing import Any

import pytest
from tests.cookbook import about_departments, about_journeys, about_symptoms, about_trust
from tests.cookbook.facts import ANSWERS
from tests.warehouse import Warehouse

from siloscope.shipped import checkout

TOP = checkout() or pytest.skip("needs a checkout", allow_module_level=True)
PAGE = (TOP / "docs/cookbook.md").read_text(encoding="utf-8")
QUESTIONS = dict(re.findall(r"^### (.+?)\n\n```sql\n(.+?)\n```", PAGE, re.MULTILINE | re.DOTALL))
MODULES = (about_departments, about_journeys, about_symptoms, about_trust)  # importing them fills ANSWERS
MAY_BE_EMPTY = {"What has changed this week, beyond noise?"}  # in the simulated company all weeks are alike


def test_there_are_at_least_25_questions_each_with_an_answer_of_its_own() -> None:
    assert len(QUESTIONS) == len(re.findall(r"^### ", PAGE, re.MULTILINE)) >= 25
    assert list(QUESTIONS.keys() ^ ANSWERS.keys()) == []


@pytest.mark.parametrize("title", QUESTIONS)
def test_the_store_answers_as_a_computation_without_it(warehouse: Warehouse, title: str) -> None:
    answered = [tuple(map(_plain, row)) for row in warehouse.client.query(QUESTIONS[title]).result_rows]
    expected = ANSWERS[title](warehouse.company)
    assert answered == [tuple(map(_close, row)) for row in expected]
    assert answered or title in MAY_BE_EMPTY


def _plain(value: Any) -> Any:
    return float(value) if isinstance(value, float) else value


def _close(value: Any) -> Any:
    return pytest.approx(value, abs=1e-9) if isinstance(value, float) else value
