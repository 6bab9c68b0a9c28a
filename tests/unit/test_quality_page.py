"""docs/quality.md is made of what was measured, and says what is missed; the real logs, where they are there."""

from __future__ import annotations

from pathlib import Path

import pytest
from bench.quality_company import Company, merged, normal_of, part, together
from bench.quality_dialogues import Spoken, Tried
from bench.quality_logs import Compared, Truth, compared
from bench.quality_mailing import mailing
from bench.quality_page import Quality, page

from siloscope.ops.evaluate_judge import Score, Share
from siloscope.ops.simulate import Plan
from siloscope.symptoms import ALL

NAMES = [each.name for each in ALL]
DATA = Path(__file__).parents[3] / "shared" / "data"


def score(symptom: str, recall: Share, precision: Share, confidence: str = "confirmed") -> Score:
    return Score(symptom, confidence, recall, precision, 0, Share(0, 4), (0, 60_000))


@pytest.fixture(scope="module")
def company() -> Company:
    found = part(Plan(seed=1, customers=30))
    every = found.evaluation
    return Company([found], normal_of(found.plan), every.scores, every.false, every.missed)


def said(company: Company, *scores: Score) -> str:
    logs = [Compared(Truth("a log", "ping_pong", "yes / no", {"1"}, {"2"}), Share(1, 1), Share(1, 1), [], [])]
    tried = [Tried("as they were", 3, 0, 0, 0, 0), Tried("in turns", 2, 0, 0, 0, 0)]
    return page(Quality(company._replace(scores=list(scores)), logs, tried, Spoken(7, 0), ["something"], 1.0), NAMES)


def test_what_reaches_its_target_is_counted(company: Company) -> None:
    text = said(company, score("ping_pong", Share(500, 500), Share(500, 500)))
    assert "reached by all 1" in text
    assert "nothing is told" in text
    assert "Left out: something." in text


def test_what_misses_its_target_says_so_with_its_figures(company: Company) -> None:
    text = said(company, score("ping_pong", Share(40, 50), Share(98, 100)))
    assert "reached by 0 of 1. **Not reached**" in text
    assert "- `ping_pong`: precision 98 % (92.9–99.4); recall 80 %" in text


def test_a_text_symptom_needs_precision_only(company: Company) -> None:
    text = said(company, score("inconsistent_voice", Share(1, 50), Share(19, 20), "suspected"))
    assert "at whatever recall: reached by all 1" in text


def test_scores_of_several_seeds_add_up() -> None:
    one, other = score("ping_pong", Share(1, 2), Share(3, 4)), score("ping_pong", Share(5, 6), Share(7, 8))
    assert together([one, other]) == [
        one._replace(
            recall=Share(6, 8), precision=Share(10, 12), near=Share(0, 8), delays=(0, 0, 60_000, 60_000)
        )
    ]  # fmt: skip


def test_mistakes_of_one_kind_are_one(company: Company) -> None:
    from siloscope.ops.evaluate_mistakes import Mistake

    one = Mistake("ping_pong", "confirmed", "story", "why", 2, None, None)
    assert merged([one, one, one._replace(story="other")])[0] == one._replace(number=4)


@pytest.mark.slow
@pytest.mark.skipif(not DATA.is_dir(), reason="the real logs are not beside this checkout")
def test_the_real_logs_are_told_as_they_say() -> None:
    found = [*compared(DATA), *mailing(DATA)]
    assert len(found) == 9
    assert all((each.precision.value or 1.0) >= 0.99 for each in found if each.truth.yes)
    assert all(each.precision.of == 0 for each in found if not each.truth.yes)
    assert all((each.recall.value or 1.0) >= 0.93 for each in found)
