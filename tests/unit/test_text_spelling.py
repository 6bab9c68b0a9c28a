"""However an amount, a date or a duration is spelled, it is the same claim; and no text breaks the reader."""

from __future__ import annotations

import time
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.language.sentences import plain

from siloscope import language
from siloscope.core.claims import money, on_day, span
from siloscope.core.text import Readings

READ = language.shipped().read
ENGLISH = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
GERMAN = [
    "Januar",
    "Februar",
    "März",
    "April",
    "Mai",
    "Juni",
    "Juli",
    "August",
    "September",
    "Oktober",
    "November",
    "Dezember",
]
amounts = st.decimals(min_value=1, max_value=9_999_999, places=2)


def grouped(whole: int, mark: str) -> str:
    return f"{whole:,}".replace(",", mark)


def spelled(amount: Decimal, style: str) -> str:
    whole, cents = divmod(int(amount * 100), 100)
    mark, point = {"en": (",", "."), "de": (".", ","), "ch": ("'", "."), "fr": ("\u202f", ","), "plain": ("", ".")}[
        style
    ]
    return f"{grouped(whole, mark)}{point}{cents:02}" if cents or whole % 2 else grouped(whole, mark)


@given(amounts, st.sampled_from(["en", "de", "ch", "fr", "plain"]), st.sampled_from(["en", "de"]))
def test_an_amount_is_the_same_in_every_style_and_language(amount, style, spoken):
    figures = spelled(amount, style)
    say = {
        "en": ("The router costs {} EUR.", "The price is €{}.", "You pay EUR {} for it.", "It is {} euros."),
        "de": ("Der Router kostet {} EUR.", "Der Preis ist {} €.", "Dafür sind es {} Euro.", "Das macht €{}."),
    }
    for text in say[spoken]:
        assert plain(READ(text.format(figures), spoken).claims) == {money(amount.normalize(), "EUR")}, text


@given(st.dates(date(1990, 1, 1), date(2099, 12, 31)))
def test_a_date_is_the_same_in_every_spelling(day):
    month, dotted = day.month - 1, f"{day.day}.{day.month}.{day.year}"
    ordinal = f"{day.day}{ {1: 'st', 2: 'nd', 3: 'rd'}.get(day.day % 10 if day.day // 10 != 1 else 0, 'th') }"
    english = [
        f"{day.day} {ENGLISH[month]} {day.year}",
        f"{ENGLISH[month]} {day.day}, {day.year}",
        f"the {ordinal} of {ENGLISH[month]} {day.year}",
        f"{ENGLISH[month]} {ordinal}, {day.year}",
        f"{day.day} {ENGLISH[month][:3]} {day.year}",
        day.isoformat(),
        dotted,
    ]
    for spelling in english:
        assert plain(READ(f"Your router arrives on {spelling}.", "en").claims) == {on_day(day)}, spelling
    for spelling in (f"{day.day}. {GERMAN[month]} {day.year}", dotted, f"{day:%d.%m.%Y}", day.isoformat()):
        assert plain(READ(f"Ihr Router kommt am {spelling} zu Ihnen.", "de").claims) == {on_day(day)}, spelling


@given(st.integers(2, 400), st.sampled_from(["minute", "hour", "day", "week", "month", "year"]))
def test_a_duration_is_the_same_in_every_spelling(number, unit):
    german = {
        "minute": "Minuten",
        "hour": "Stunden",
        "day": "Tage",
        "week": "Wochen",
        "month": "Monate",
        "year": "Jahre",
    }
    said = {span(Decimal(number), unit)}
    for text in (
        f"It takes {number} {unit}s.",
        f"There is a {number}-{unit} warranty.",
        f"It takes {number}\u00a0{unit}s.",
    ):
        assert plain(READ(text, "en").claims) == said, text
    assert plain(READ(f"Das dauert {number} {german[unit]}.", "de").claims) == said


@pytest.mark.parametrize(
    ("one", "other", "spoken"),
    [
        ("two weeks", "14 days", "en"), ("24 months", "2 years", "en"), ("half a year", "6 months", "en"),
        ("twelve months", "a year", "en"), ("48 hours", "two days", "en"), ("zwei Wochen", "14 Tagen", "de"),
        ("24 Monaten", "2 Jahren", "de"), ("einer Woche", "7 Tagen", "de"), ("eines Jahres", "zwölf Monaten", "de"),
        ("eines halben Jahres", "6 Monaten", "de"),
    ],
)  # fmt: skip
def test_durations_are_compared_as_what_they_are(one, other, spoken):
    say = {"en": "You can cancel within {}.", "de": "Sie können innerhalb von {} kündigen."}[spoken]
    first, second = (READ(say.format(each).replace("von ein", "ein"), spoken).claims for each in (one, other))
    assert first and first == second


def test_a_point_means_what_its_language_makes_of_it():
    assert plain(READ("Die Garantie gilt 1.000 Tage.", "de").claims) == {span(Decimal(1000), "day")}
    assert plain(READ("The warranty lasts 1,000 days.", "en").claims) == {span(Decimal(1000), "day")}
    assert plain(READ("The warranty is 1.5 years.", "en").claims) == plain(
        READ("Die Garantie gilt 1,5 Jahre.", "de").claims
    )
    assert not READ("Garantie: 1.000 Tage", None).claims  # a thousand or one


@given(st.text(max_size=400), st.sampled_from(["en", "de", "fr", "x-odd", "", None]))
@settings(max_examples=300)
def test_no_text_breaks_it(text, spoken):
    reading = READ(text, spoken)
    assert len({each.kind for each in reading.claims}) == len(reading.claims)


PIECES = [
    "49", "EUR", "€", "%", "-", "–", ".", ",", "\n", "3", "March", "März", "2026", "two", "weeks", "a", "per", "/",
    "month", "“", "?", "Dear", "Mr", "Tom", "Sie", "du", "yes", "no", "nicht", "möglich", "Best regards", "> ",
    "wrote:", "1.000", "'", "within", "bis", "'1'000",
]  # fmt: skip


@given(st.lists(st.sampled_from(PIECES), max_size=80), st.sampled_from(["", " "]))
@settings(max_examples=300)
def test_no_mixture_of_what_it_knows_breaks_it(pieces, between):
    READ(between.join(pieces), None)


MORE = ["1,", "1.", "1'", "49 EUR ", "Dear ", "no, ", "\n>", "a-", "a'", "('", "3 March ", "\u00a0", " -1"]


@pytest.mark.parametrize("piece", [*PIECES, *MORE])
def test_no_text_takes_long(piece):
    """A timeline keeps 400 characters: what grew with their square or worse would show here."""

    def took() -> float:
        began = time.process_time()
        READ((piece * 400)[:400], "en")
        return time.process_time() - began

    assert min(took() for _ in range(5)) < 0.02  # usual texts take 20 µs, 200 figures some ms


def test_a_text_is_read_once_however_often_it_is_asked_for():
    class Counting:
        def __init__(self):
            self.texts = []

        def read(self, text, spoken):
            self.texts.append(text)
            return READ(text, spoken)

        def similarity(self, one, other):
            return 0.0

    counting = Counting()
    readings = Readings(counting, kept=10)
    for _ in range(3):
        for number in range(10):
            readings.read(f"text {number}", None)
    assert len(counting.texts) == 10
    readings.read("an eleventh", None)
    readings.read("text 0", None)
    assert len(counting.texts) == 12  # no more than `kept` stay
