"""When two texts say the same."""

from __future__ import annotations

import pytest

from siloscope.core.text import similar

SPRING = "Dear Ann, our spring offer for the pro plan ends soon, upgrade today and save. Best regards, Tom"


@pytest.mark.parametrize(
    "other",
    [
        "Hello Ann! Our spring offers for the pro plan end soon: upgrade today and save. Cheers, Sales",
        "our spring offer for the pro plan ends soon, upgrade today and save",
    ],
)
def test_greeting_signature_and_inflection_do_not_make_texts_differ(other):
    assert similar(SPRING, other, 0.8)


def test_other_content_is_not_similar():
    assert not similar(SPRING, "Your invoice for the pro plan is attached, please pay it soon", 0.8)


def test_texts_whose_numbers_differ_are_never_similar():
    assert not similar("The pro plan costs 49 EUR a month from May", "The pro plan costs 59 EUR a month from May", 0.5)


@pytest.mark.parametrize(("words", "alike"), [(5, False), (4, True)])
def test_short_texts_are_not_compared(words, alike):
    assert similar("reset login password quickly", "reset login password quickly", 0.8, words) is alike


def test_german_is_stemmed_as_german():
    assert similar(
        "Sehr geehrte Frau Berg, Ihre Lieferung verspätet sich leider wegen hoher Nachfrage",
        "Hallo Frau Berg, leider verspäten sich Ihre Lieferungen wegen hoher Nachfragen. Mit freundlichen Grüßen, Jan",
        0.8,
    )


@pytest.mark.parametrize("nothing", [None, "", "…", "the and of"])
def test_nothing_is_similar_to_nothing(nothing):
    assert not similar(nothing, nothing, 0.0, 0)
