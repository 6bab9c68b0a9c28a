"""Claims compare as what they are."""

from __future__ import annotations

import pytest

from siloscope import language
from siloscope.core.claims import clash, typed


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("49 EUR", "€49.00"),
        ("1,250.50 EUR", "1.250,50 EUR"),
        ("EUR 49", "49 €"),
        ("24 months", "2 years"),
        ("48 h", "2 days"),
        ("2026-03-04", "4.3.2026"),
        ("2026-03-04", "2026-03-04T10:00:00Z"),
        ("yes", "Ja"),
        ("5 %", "5.0 percent"),
        ("49", "49.0"),
        ("Free  returns", "free returns"),
    ],
)
def test_the_same_said_differently_does_not_clash(one, other):
    assert not clash(typed(one), typed(other))
    assert typed(one).kind == typed(other).kind


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("49 EUR", "59 EUR"),
        ("24 months", "3 years"),
        ("2026-03-04", "2026-03-05"),
        ("2026-03-04T10:00:00Z", "2026-03-04T11:00:00Z"),
        ("yes", "no"),
        ("5 %", "7 %"),
        ("49", "59"),
        ("free returns", "no returns"),
    ],
)
def test_two_values_of_one_kind_clash(one, other):
    assert clash(typed(one), typed(other))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("49 EUR", "59 USD"),
        ("10 EUR/month", "10 EUR/year"),
        ("30 days", "1 month"),
        ("49 EUR", "59"),
        ("soon", "2026-03-04"),
    ],
)
def test_other_currencies_units_and_kinds_are_not_compared(one, other):
    assert not clash(typed(one), typed(other))


def drawn(text):
    return language.shipped().read(text, "en").claims


def test_a_text_makes_a_claim_only_where_it_has_one_value_of_a_kind():
    said = drawn("Your plan costs 49 EUR a month and you can cancel within 30 days.")
    assert {claim.kind for claim in said} == {"money", "duration"}
    assert [claim.kind for claim in drawn("49 EUR now, 59 EUR later, until 2026-05-01")] == ["date"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("The plan costs 49 EUR.", "We credited 20 EUR to your account."),
        ("The plan costs 49 EUR.", "The setup fee is 99 EUR."),
        ("The price is 49 EUR net.", "The price is 58.31 EUR including VAT."),
        ("The notice period is 30 days.", "Delivery takes 10 days."),
        ("You can return it within 30 days.", "The return takes 10 days."),
        ("The contract ends on 3 March 2026.", "Your router arrives on 5 March 2026."),
        ("Please pay by 3 March 2026.", "The invoice was sent, and we collect it on 5 March 2026."),
        ("The plan costs 10 EUR a month.", "The plan costs 120 EUR a year."),
    ],
)
def test_claims_about_different_things_are_not_compared(one, other):
    assert not any(clash(a, b) for a in drawn(one) for b in drawn(other))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("The plan costs 49 EUR a month.", "You pay 59 EUR a month for this."),
        ("The setup fee is 99 EUR.", "The fee for the setup is 79 EUR."),
        ("You can cancel within 30 days.", "You can cancel within two weeks."),
        ("Your router arrives on 3 March 2026.", "We deliver the router on 5 March 2026."),
        ("The discount is 10%.", "You get a discount of 15 percent."),
    ],
)
def test_claims_about_one_thing_are(one, other):
    assert drawn(one) and drawn(other) and any(clash(a, b) for a in drawn(one) for b in drawn(other))


@pytest.mark.parametrize("odd", ["", "  ", "2026-13-45", "99.99.2026", "EUR", "1.2.3.4.5", "€", "٣ EUR", "1e999", "-"])
def test_no_value_breaks_it(odd):
    typed(odd)
    drawn(odd)
