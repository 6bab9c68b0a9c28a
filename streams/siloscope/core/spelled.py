"""Numbers and dates as people spell them."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import Final

_NUMBER: Final = re.compile(
    r"(?P<whole>\d{1,3}(?P<mark>[.,'’\u00a0\u202f])\d{3}(?:(?P=mark)\d{3})*|\d+)(?:(?P<point>[.,])(?P<rest>\d+))?"
)
_YEAR_FIRST: Final = re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})")
_YEAR_LAST: Final = re.compile(r"(\d{1,2})([./-])(\d{1,2})\2(\d{4})")
_MARKS: Final = str.maketrans("", "", ".,'’\u00a0\u202f")
_LONGEST: Final = 40  # characters; nobody spells a longer number


def number(text: str, decimal: str | None, *, money: bool = False) -> Decimal | None:
    """The number that `text` spells, where `decimal` is the mark before decimals; None where it spells none.

    Three digits after a single mark are thousands in an amount of money, which has no three decimals; elsewhere the
    mark decides, and where it is not known either nobody can say.
    """
    if len(text) > _LONGEST:
        return None
    if text.isdecimal():
        return Decimal(text)
    match = _NUMBER.fullmatch(text)
    if match is None:
        return None
    whole, mark, point, rest = match["whole"], match["mark"], match["point"], match["rest"]
    if mark is not None and mark == point:
        return None
    if mark in (".", ",") and point is None and len(whole) <= len("999.999"):
        if whole[0] == "0" or (not money and mark == decimal):
            whole, rest = whole.split(mark)
        elif not money and decimal is None:
            return None
    return Decimal(f"{whole.translate(_MARKS)}.{rest}" if rest else whole.translate(_MARKS))


def shown(number: Decimal) -> str:
    """A number, alike however it was spelled."""
    return f"{number.normalize():f}"


def day(text: str) -> date | None:
    """The date that figures spell; None where they spell none, or month and day could be either."""
    text = text.replace("\u00a0", "").replace("\u202f", "")
    match = _YEAR_FIRST.fullmatch(text)
    if match is not None:
        return day_of(int(match[1]), int(match[3]), int(match[4]))
    match = _YEAR_LAST.fullmatch(text)
    if match is None:
        return None
    one, other, year = int(match[1]), int(match[3]), int(match[4])
    if match[2] == "." or one > 12 or one == other:
        return day_of(year, other, one)
    return day_of(year, one, other) if other > 12 else None


def day_of(year: int, month: int, number: int) -> date | None:
    """That day, if there is one."""
    try:
        return date(year, month, number)
    except ValueError:
        return None
