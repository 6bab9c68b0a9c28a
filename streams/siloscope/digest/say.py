"""Figures as a digest says them."""

from __future__ import annotations

from datetime import date

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def day(when: date) -> str:
    """`2 Mar`."""
    return f"{when.day} {MONTHS[when.month - 1]}"


def hours(minutes: float) -> str:
    """`40 min`, `3 h`, `12 days`: of a customer's time."""
    if minutes < 90:
        return f"{minutes:.0f} min"
    return f"{minutes / 60:.0f} h" if minutes < 72 * 60 else f"{minutes / 1440:,.0f} days"


def money(amount: float, currency: str) -> str:
    """`1,240 EUR`."""
    return f"{amount:,.0f} {currency}".rstrip()


def name(symptom: str) -> str:
    """A symptom as people say it."""
    return symptom.replace("_", " ")
