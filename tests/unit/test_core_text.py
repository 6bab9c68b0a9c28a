"""When two texts say the same."""

from __future__ import annotations

import pytest

from siloscope import language
from siloscope.core.text import Readings

SPRING = "Dear Ann, our spring offer for the pro plan ends soon, upgrade today and save. Best regards, Tom"


def similar(one: str, other: str, share: float, words: int = 5) -> bool:
    readings = Readings(language.shipped())
    return readings.alike(readings.read(one, None), readings.read(other, None), share, words)


@pytest.mark.parametrize(
    "other",
    [
        "Hello Ann! Our spring offers for the pro plan end soon: upgrade today and save. Cheers, Sales",
        "our spring offer for the pro plan ends soon, upgrade today and save",
        "Our spring offer for the pro plan ends soon, upgrade today and save.\n-- \nTom Hill\nSales",
        "Our spring offer for the pro plan ends soon, upgrade today and save.\n\nOn 3 March Ann wrote:\n> what is new?",
    ],
)
def test_greeting_signature_quotes_and_inflection_do_not_make_texts_differ(other):
    assert similar(SPRING, other, 0.8)


def test_other_content_is_not_similar():
    assert not similar(SPRING, "Your invoice for the pro plan is attached, please pay it soon", 0.8)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("49 EUR", "59 EUR"),
        ("49 EUR", "49 USD"),
        ("49 EUR a month", "49 EUR a year"),
        ("on 3 March", "on 5 March"),
        ("on 3 March", "on 3 April"),
        ("next Monday", "next Tuesday"),
        ("within two weeks", "within three weeks"),
        ("in July", "in August"),
        ("5 %", "7 %"),
    ],
)
def test_texts_whose_numbers_amounts_or_dates_differ_are_never_similar(one, other):
    say = "The offer for the large pro plan with the second office line that you asked us about holds {} for you".format
    assert similar(say(one), say(one), 0.5)
    assert not similar(say(one), say(other), 0.5)


@pytest.mark.parametrize(
    ("one", "other"),
    [("49 EUR", "€49.00"), ("1,200 EUR", "1200.00 EUR"), ("24 months", "two years"), ("3 March 2026", "2026-03-03")],
)
def test_the_same_number_may_be_spelled_otherwise(one, other):
    say = "The offer for the large pro plan with the second office line that you asked us about says {} for you".format
    assert similar(say(one), say(other), 0.5)


@pytest.mark.parametrize(("words", "alike"), [(5, False), (4, True)])
def test_short_texts_are_not_compared(words, alike):
    assert similar("reset login password quickly", "reset login password quickly", 0.8, words) is alike


def test_german_is_stemmed_as_german():
    assert similar(
        "Sehr geehrte Frau Berg, Ihre Lieferung verspätet sich leider wegen hoher Nachfrage",
        "Hallo Frau Berg, leider verspäten sich Ihre Lieferungen wegen hoher Nachfragen. Mit freundlichen Grüßen, Jan",
        0.8,
    )


@pytest.mark.parametrize("nothing", ["", "…", "the and of"])
def test_nothing_is_similar_to_nothing(nothing):
    assert not similar(nothing, nothing, 0.1, 0)
