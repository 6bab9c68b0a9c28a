"""Claims compare as what they are."""

from __future__ import annotations

import pytest

from siloscope.core.claims import clash, drawn, typed


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


def test_a_text_makes_a_claim_only_where_it_has_one_value_of_a_kind():
    said = list(drawn("Your plan costs 49 EUR a month and you can cancel within 30 days."))
    assert {claim.kind for claim in said} == {"money", "duration"}
    assert [claim.kind for claim in drawn("49 EUR now, 59 EUR later, until 2026-05-01")] == ["date"]


@pytest.mark.parametrize("odd", ["", "  ", "2026-13-45", "99.99.2026", "EUR", "1.2.3.4.5", "€", "٣ EUR", "1e999", "-"])
def test_no_value_breaks_it(odd):
    typed(odd)
    list(drawn(odd))
