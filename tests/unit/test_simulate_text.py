"""What Fernhall says: templates that can all be filled, and numbers that mean the same in every spelling."""

from __future__ import annotations

from random import Random

import pytest

from siloscope.core.claims import typed
from siloscope.ops.simulate_text import _parsed, _say, composed, day, money, percentage, span, templates, words

FACTS = dict.fromkeys(["name", "first", "last", "title", "product", "r", "article", "price", "date", "fact"], "this")


@pytest.mark.parametrize("language", ["en", "de"])
def test_every_occasion_can_be_said_in_both_languages_and_forms(language):
    for occasion in words():
        for formal in (True, False):
            said = composed(Random(1), occasion, language, formal, FACTS)
            assert said == said.strip()
            assert not set("[]<>{}|") & set(said), said


def test_a_choice_takes_one_part_and_a_form_the_fitting_one():
    template = _parsed("a [b|c [d|e]] <Sie|du> {fact}.")
    assert len(template) == 7
    said = set()
    for seed in range(50):
        parts: list[str] = []
        _say(Random(seed), template, False, FACTS, parts)
        said.add("".join(parts))
    assert said == {"a b du this.", "a c d du this.", "a c e du this."}


@pytest.mark.parametrize("line", ["a [b|c", "a <Sie|du"])
def test_a_part_that_is_never_closed_is_refused(line):
    with pytest.raises(ValueError, match="never closed"):
        _parsed(line)


def test_templates_are_read_once():
    assert templates("praise", "en") is templates("praise", "en")


@pytest.mark.parametrize("language", ["en", "de"])
def test_an_amount_means_the_same_in_every_spelling(language):
    chance = Random(2)
    spelled = {money(chance, language, "1049.50") for _ in range(60)}
    assert len(spelled) > 2
    assert all("1049" in each and ("50" in each) for each in spelled)


def test_a_day_has_its_year_in_every_spelling():
    chance = Random(3)
    for language in ("en", "de"):
        assert all("2026" in day(chance, language, "2026-03-05") for _ in range(30))


def test_durations_and_shares_compare_equal_where_they_are_typed():
    chance = Random(4)
    for said in ("24 months", "14 days", "4 weeks"):
        figures = {each for each in (span(chance, "en", said) for _ in range(40)) if each[0].isdigit()}
        assert len({typed(each) for each in figures}) == 1
    assert {typed(percentage(chance, "de", 10)) for _ in range(20)} == {typed("10 %")}
