"""What is read in the sentences of `tests/language`: never what they do not say."""

from __future__ import annotations

import pytest
from tests.language.sentences import claim, claims_of, plain, sentences

SEEN, UNSEEN = sentences("sentences"), sentences("unseen")


def test_there_are_enough_and_varied():
    assert len(SEEN) >= 200 and len(UNSEEN) >= 100
    assert {each.language for each in SEEN} == {"en", "de"}


@pytest.mark.parametrize("each", SEEN, ids=lambda each: each.text[:60])
def test_exactly_what_a_sentence_claims_is_drawn(each):
    assert plain(each.reading.claims) == {claim(value) for value in each.said.get("says", ())}


@pytest.mark.parametrize("each", [each for each in SEEN if "says" in each.said], ids=lambda each: each.text[:60])
def test_nothing_else_is_drawn_where_the_language_is_not_known(each):
    said = {claim(value) for value in each.said["says"]}
    assert {each for each in claims_of(each.text) if each.unit != "cents"} <= said


@pytest.mark.parametrize("field", ["yes", "form", "name"])
def test_yes_form_and_name_are_as_a_reader_finds_them(field):
    said = {each.text: each.said[field] for each in [*SEEN, *UNSEEN] if field in each.said}
    assert {each.text: getattr(each.reading, field) for each in SEEN + UNSEEN if field in each.said} == said
    assert not [
        each.text for each in SEEN if field == "yes" and field not in each.said and each.reading.yes is not None
    ]


def test_a_language_is_named_only_where_it_is_the_one():
    detected = [(each, claims_of(each.text, field="language")) for each in [*SEEN, *UNSEEN]]
    assert not [each.text for each, found in detected if found not in (None, each.language)]
    assert sum(found is not None for _, found in detected) > 0.8 * len(detected)


def test_of_unseen_sentences_nine_in_ten_claims_drawn_are_made():
    drawn = [(found, each) for each in UNSEEN for found in plain(each.reading.claims)]
    right = [found for found, each in drawn if found in {claim(value) for value in each.said.get("says", ())}]
    assert len(right) >= 0.9 * len(drawn)
