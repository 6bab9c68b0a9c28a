"""Claims as what they are: a number, money, a share, a duration, a date, yes or no, or plain text."""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Final, NamedTuple

from . import spelled


class Claim(NamedTuple):
    """A value that compares: claims of one kind, unit and subject clash when their values differ.

    `about` is what a claim drawn from a text is about, as far as the words around it say: a refund is no price.
    """

    kind: str
    unit: str
    value: object
    about: str = ""


# unit -> (what it counts, how many)
UNITS: Final = {
    "second": ("minutes", Decimal(1) / 60),
    "minute": ("minutes", Decimal(1)),
    "hour": ("minutes", Decimal(60)),
    "day": ("minutes", Decimal(1440)),
    "week": ("minutes", Decimal(10080)),
    "month": ("months", Decimal(1)),
    "quarter": ("months", Decimal(3)),
    "year": ("months", Decimal(12)),
    "working day": ("working days", Decimal(1)),
}
CODES: Final = frozenset(["AUD", "CAD", "CHF", "CZK", "DKK", "EUR", "GBP", "HUF", "JPY", "NOK", "PLN", "SEK", "USD"])
"""Currencies that are known by their code in any language."""
_SYMBOLS: Final = {"€": "EUR", "$": "USD", "£": "GBP", "¥": "JPY"}
_YES: Final = frozenset({"yes", "true", "ja", "on", "y"})
_NO: Final = frozenset({"no", "false", "nein", "off", "n"})
_UNIT_OF: Final = {
    word: unit
    for unit, words in (
        ("second", "s sec second seconds sekunde sekunden"),
        ("minute", "min minute minutes minuten"),
        ("hour", "h hour hours stunde stunden"),
        ("day", "d day days tag tage tagen"),
        ("week", "w week weeks woche wochen"),
        ("month", "month months monat monate monaten"),
        ("year", "year years jahr jahre jahren"),
    )
    for word in words.split()
}
_NUMBER: Final = r"[+-]?\d+(?:[.,\u00a0\u202f'’ ]\d{3})*(?:[.,]\d+)?"
_PERIOD: Final = r"(?:\s*(?:/|per|pro|a|im)\s*(?P<period>[a-z]+))?"
_MONEY: Final = re.compile(
    rf"(?:(?P<before>[A-Z]{{3}}|[€$£¥])\s*(?P<one>{_NUMBER})|(?P<two>{_NUMBER})\s*(?P<after>[A-Z]{{3}}|[€$£¥])){_PERIOD}(?!\w)"
)
_SHARE: Final = re.compile(rf"({_NUMBER})\s*(?:%|percent|prozent)", re.IGNORECASE)
_SPAN: Final = re.compile(rf"({_NUMBER})\s*({'|'.join(sorted(_UNIT_OF, key=len, reverse=True))})\b", re.IGNORECASE)
_ISO: Final = re.compile(r"\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:\d{2})?)?")
_DOTTED: Final = re.compile(r"\d{1,2}\.\d{1,2}\.\d{4}")
_PLAIN: Final = re.compile(_NUMBER)


@lru_cache(maxsize=65_536)
def typed(value: str) -> Claim:
    """The claim that `value` makes."""
    said = " ".join(value.split())
    word = said.casefold()
    if word in _YES or word in _NO:
        return Claim("boolean", "", word in _YES)
    for pattern, read in _READERS:
        match = pattern.fullmatch(said)
        if match is not None:
            claim = read(match)
            if claim is not None:
                return claim
    return Claim("text", "", word)


def clash(one: Claim, other: Claim) -> bool:
    """Whether both cannot be true: same kind, unit and subject, other value. A day and a time on it do not clash."""
    if one.kind != other.kind or one.unit != other.unit or one.about != other.about:
        return False
    if isinstance(one.value, tuple) and isinstance(other.value, tuple):
        (day, time), (other_day, other_time) = one.value, other.value
        return bool(day != other_day or (time is not None and other_time is not None and time != other_time))
    return one.value != other.value


def money(amount: Decimal, currency: str, period: str | None = None, about: str = "") -> Claim:
    """An amount in a currency, for each `period` (a unit of time) if given."""
    return Claim("money", currency if period is None else f"{currency}/{period}", amount, about)


def span(number: Decimal, unit: str, about: str = "") -> Claim:
    """So many of a unit of time: 24 months are 2 years, 30 days are no month."""
    counted, factor = UNITS[unit]
    return Claim("duration", counted, number * factor, about)


def on_day(day: date, about: str = "") -> Claim:
    """A day without a time."""
    return Claim("date", "", (day, None), about)


def _decimal(text: str, *, money: bool = False) -> Decimal | None:
    sign = -1 if text[0] == "-" else 1
    number = spelled.number(text.lstrip("+-").replace(" ", ""), ".", money=money)
    return None if number is None else sign * number


def _money(match: re.Match[str]) -> Claim | None:
    amount = _decimal(match["one"] or match["two"], money=True)
    currency = match["before"] or match["after"]
    period = match["period"]
    unit = None if period is None else _UNIT_OF.get(period)
    if amount is None or (period is not None and unit is None):
        return None
    return money(amount, _SYMBOLS.get(currency, currency), unit)


def _share(match: re.Match[str]) -> Claim | None:
    number = _decimal(match[1])
    return None if number is None else Claim("share", "%", number)


def _span(match: re.Match[str]) -> Claim | None:
    number = _decimal(match[1])
    return None if number is None else span(number, _UNIT_OF[match[2].lower()])


def _iso(match: re.Match[str]) -> Claim | None:
    try:
        if len(match[0]) == 10:
            return on_day(date.fromisoformat(match[0]))
        time = datetime.fromisoformat(match[0])
    except ValueError:
        return None
    return Claim("date", "", (time.date(), time.timetz()))


def _dotted(match: re.Match[str]) -> Claim | None:
    day = spelled.day(match[0])
    return None if day is None else on_day(day)


def _plain(match: re.Match[str]) -> Claim | None:
    number = _decimal(match[0])
    return None if number is None else Claim("number", "", number)


_READERS: Final = (
    (_MONEY, _money), (_SHARE, _share), (_SPAN, _span), (_ISO, _iso), (_DOTTED, _dotted), (_PLAIN, _plain),
)  # fmt: skip
