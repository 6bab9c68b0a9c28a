"""Claims as what they are: a number, money, a share, a duration, a date, yes or no, or plain text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Final, NamedTuple


class Claim(NamedTuple):
    """A value that compares: claims of one kind and unit clash when their values differ."""

    kind: str
    unit: str
    value: object


_SYMBOLS: Final = {"€": "EUR", "$": "USD", "£": "GBP", "¥": "JPY"}
_YES: Final = frozenset({"yes", "true", "ja", "on", "y"})
_NO: Final = frozenset({"no", "false", "nein", "off", "n"})
# unit word -> (what it counts, how many)
_SPANS: Final = {
    word: (unit, number)
    for words, unit, number in (
        ("s sec second seconds sekunde sekunden", "minutes", Decimal(1) / 60),
        ("min minute minutes minuten", "minutes", Decimal(1)),
        ("h hour hours stunde stunden", "minutes", Decimal(60)),
        ("d day days tag tage tagen", "minutes", Decimal(1440)),
        ("w week weeks woche wochen", "minutes", Decimal(10080)),
        ("month months monat monate monaten", "months", Decimal(1)),
        ("year years jahr jahre jahren", "months", Decimal(12)),
    )
    for word in words.split()
}
_NUMBER: Final = r"[+-]?\d+(?:[.,\u00a0' ]\d{3})*(?:[.,]\d+)?"
_PERIOD: Final = r"(?:\s*(?:/|per|pro|a|im)\s*(?P<period>[a-z]+))?"
_MONEY: Final = re.compile(
    rf"(?:(?P<before>[A-Z]{{3}}|[€$£¥])\s*(?P<one>{_NUMBER})|(?P<two>{_NUMBER})\s*(?P<after>[A-Z]{{3}}|[€$£¥])){_PERIOD}(?!\w)"
)
_SHARE: Final = re.compile(rf"({_NUMBER})\s*(?:%|percent|prozent)", re.IGNORECASE)
_SPAN: Final = re.compile(rf"({_NUMBER})\s*({'|'.join(sorted(_SPANS, key=len, reverse=True))})\b", re.IGNORECASE)
_ISO: Final = re.compile(r"\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:\d{2})?)?")
_DOTTED: Final = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})")
_DIGIT: Final = re.compile(r"\d")
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
    """Whether both cannot be true: same kind and unit, other value. A day and a time on it do not clash."""
    if one.kind != other.kind or one.unit != other.unit:
        return False
    if isinstance(one.value, tuple) and isinstance(other.value, tuple):
        (day, time), (other_day, other_time) = one.value, other.value
        return bool(day != other_day or (time is not None and other_time is not None and time != other_time))
    return one.value != other.value


def drawn(text: str) -> Iterator[Claim]:
    """The claims a text makes: money, shares, durations and dates, each kind only where it has one value."""
    if _DIGIT.search(text) is None:
        return
    for pattern, read in _READERS[:-1]:
        found = {claim for claim in (read(match) for match in pattern.finditer(text)) if claim is not None}
        if len(found) == 1:
            yield found.pop()


def _decimal(text: str) -> Decimal | None:
    text = re.sub(r"[\u00a0' ]", "", text)
    point, comma = text.rfind("."), text.rfind(",")
    decimal = "." if point > comma else ","
    if min(point, comma) < 0 <= max(point, comma):  # one kind of separator: a thousand's where three digits follow
        tail = text[max(point, comma) + 1 :]
        if len(tail) == 3 and (text.count(decimal) > 1 or decimal == ","):
            decimal = "," if decimal == "." else "."
    text = text.replace("," if decimal == "." else ".", "").replace(decimal, ".")
    try:
        return Decimal(text).normalize()
    except InvalidOperation:
        return None


def _money(match: re.Match[str]) -> Claim | None:
    amount = _decimal(match["one"] or match["two"])
    currency = match["before"] or match["after"]
    period = match["period"]
    if period is not None:
        span = _SPANS.get(period)
        if span is None:
            return None
        currency_unit = f"{_SYMBOLS.get(currency, currency)}/{span[1]} {span[0]}"
    else:
        currency_unit = _SYMBOLS.get(currency, currency)
    return None if amount is None else Claim("money", currency_unit, amount)


def _share(match: re.Match[str]) -> Claim | None:
    number = _decimal(match[1])
    return None if number is None else Claim("share", "%", number)


def _span(match: re.Match[str]) -> Claim | None:
    number = _decimal(match[1])
    unit, factor = _SPANS[match[2].lower()]
    return None if number is None else Claim("duration", unit, (number * factor).normalize())


def _iso(match: re.Match[str]) -> Claim | None:
    try:
        if len(match[0]) == 10:
            return Claim("date", "", (date.fromisoformat(match[0]), None))
        time = datetime.fromisoformat(match[0])
    except ValueError:
        return None
    return Claim("date", "", (time.date(), time.timetz()))


def _dotted(match: re.Match[str]) -> Claim | None:
    try:
        return Claim("date", "", (date(int(match[3]), int(match[2]), int(match[1])), None))
    except ValueError:
        return None


def _plain(match: re.Match[str]) -> Claim | None:
    number = _decimal(match[0])
    return None if number is None else Claim("number", "", number)


_READERS: Final = (
    (_MONEY, _money), (_SHARE, _share), (_SPAN, _span), (_ISO, _iso), (_DOTTED, _dotted), (_PLAIN, _plain),
)  # fmt: skip
