"""What a claim's value is, and whether two of them clash: money with money, dates with dates, and so on."""

from __future__ import annotations

import re
from decimal import Decimal

UNITS = {"minute": 60, "min": 60, "hour": 3600, "h": 3600, "day": 86400, "d": 86400, "week": 604800, "w": 604800}
CURRENCIES = {"€": "EUR", "$": "USD", "£": "GBP"}


def typed(value: str) -> tuple[str, object]:
    """(kind, value): only values of one kind can be compared; the kind of money has its currency."""
    text = value.strip().lower()
    number = r"(-?\d+(?:\.\d+)?)"
    if text in ("yes", "true"):
        return "boolean", True
    if text in ("no", "false"):
        return "boolean", False
    if re.fullmatch(r"\d{4}-\d\d-\d\d", text):
        return "date", text
    if found := re.fullmatch(number, text):
        return "number", Decimal(found[1])
    if found := re.fullmatch(number + r"\s*(%|percent)", text):
        return "percentage", Decimal(found[1])
    if found := re.fullmatch(number + r"\s*([a-z]{3}|[€$£])", text):
        return "money " + CURRENCIES.get(found[2], found[2].upper()), Decimal(found[1])
    if found := re.fullmatch(r"([a-z]{3}|[€$£])\s*" + number, text):
        return "money " + CURRENCIES.get(found[1], found[1].upper()), Decimal(found[2])
    if found := re.fullmatch(number + r"\s*(minute|min|hour|h|day|d|week|w)s?", text):
        return "duration", Decimal(found[1]) * UNITS[found[2]]
    return "text", " ".join(text.split())


def clash(one: str, other: str) -> bool:
    """The two values are of one kind, and different."""
    (kind, value), (other_kind, other_value) = typed(one), typed(other)
    return kind == other_kind and value != other_value
