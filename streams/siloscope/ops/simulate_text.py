"""What is said at Fernhall: texts put together from parts, so that two are rarely equal; numbers in many spellings.

A template is a line in which `[a|b]` is a choice, `<Sie|du>` the formal and the informal word, `{name}` a fact filled
in. Parts may be nested.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from functools import cache
from importlib.resources import files
from random import Random
from typing import Any, Final, NamedTuple

import yaml

_CLOSING: Final = {"[": "]", "<": ">", "{": "}"}


class Choice(NamedTuple):
    """One of several texts; `by_form`: the first to whom we speak formally, the second to others."""

    texts: tuple[tuple[Any, ...], ...]
    by_form: bool


class Fact(NamedTuple):
    """A place for something filled in."""

    name: str


Template = tuple[Any, ...]  # of str, Choice and Fact


@cache
def templates(occasion: str, language: str) -> tuple[Template, ...]:
    """The ways to say something. Raises KeyError for an occasion that has no words."""
    return tuple(_parsed(line) for line in words()[occasion][language].splitlines())


@cache
def words() -> dict[str, dict[str, str]]:
    """The templates by occasion and language, one in a line."""
    text = files("siloscope.ops").joinpath("simulate_words.yml").read_text(encoding="utf-8")
    spoken: dict[str, dict[str, str]] = yaml.safe_load(text)
    return spoken


def composed(chance: Random, occasion: str, language: str, formal: bool, facts: dict[str, str]) -> str:
    """A text for the occasion."""
    ways = templates(occasion, language)
    parts: list[str] = []
    _say(chance, ways[int(chance.random() * len(ways))], formal, facts, parts)
    return "".join(parts)


def _say(chance: Random, template: Template, formal: bool, facts: dict[str, str], parts: list[str]) -> None:
    for part in template:
        if type(part) is str:
            parts.append(part)
        elif type(part) is Fact:
            parts.append(facts[part.name])
        elif part.by_form:
            _say(chance, part.texts[0 if formal else 1], formal, facts, parts)
        else:
            _say(chance, part.texts[int(chance.random() * len(part.texts))], formal, facts, parts)


def _parsed(line: str) -> Template:
    parts, rest = _sequence(line, "")
    if rest:
        raise ValueError(f"{line}: the part {rest} is never opened")
    return parts


def _sequence(line: str, until: str) -> tuple[Template, str]:
    """The parts up to one of the characters of `until`, and what follows from it on."""
    parts: list[Any] = []
    said = ""
    while line and line[0] not in until:
        sign, line = line[0], line[1:]
        if sign not in _CLOSING:
            said += sign
            continue
        if said:
            parts.append(said)
            said = ""
        part, line = _part(sign, line)
        parts.append(part)
    return (*parts, said) if said else tuple(parts), line


def _part(sign: str, line: str) -> tuple[Choice | Fact, str]:
    closing = _CLOSING[sign]
    if sign == "{":
        name, _, rest = line.partition(closing)
        return Fact(name), rest
    texts = []
    while True:
        text, line = _sequence(line, "|" + closing)
        texts.append(text)
        if not line:
            raise ValueError(f"a part opened with {sign} is never closed")
        ended, line = line[0] == closing, line[1:]
        if ended:
            return Choice(tuple(texts), sign == "<"), line


_EN: Final = "January February March April May June July August September October November December"
_DE: Final = "Januar Februar März April Mai Juni Juli August September Oktober November Dezember"
_MONTHS: Final = {
    "en": _EN.split(),
    "de": _DE.split(),
}


def money(chance: Random, language: str, amount: str) -> str:
    """An amount in euros as people write it: `49.00` is `49 EUR`, `€49`, `49,00 €`."""
    value = Decimal(amount)
    plain = f"{value:.2f}" if value % 1 or chance.random() < 0.4 else str(int(value))
    if language == "de":
        plain = plain.replace(".", ",")
        return chance.choice((f"{plain} EUR", f"{plain} €", f"{plain} Euro"))
    return chance.choice((f"{plain} EUR", f"EUR {plain}", f"€{plain}"))


def day(chance: Random, language: str, iso: str) -> str:
    """A day as people write it, always with its year: `2026-03-05` is `5 March 2026` or `05.03.2026`."""
    on = date.fromisoformat(iso)
    month = _MONTHS[language][on.month - 1]
    if language == "de":
        return chance.choice((iso, f"{on:%d.%m.%Y}", f"{on.day}. {month} {on.year}"))
    return chance.choice((iso, f"{on.day} {month} {on.year}", f"{month} {on.day}, {on.year}"))


# Durations and other ways to say exactly the same.
_SPANS: Final = {
    ("24 months", "en"): ("24 months", "2 years", "two years"),
    ("24 months", "de"): ("24 Monate", "2 Jahre", "zwei Jahre"),
    ("14 days", "en"): ("14 days", "2 weeks", "two weeks"),
    ("14 days", "de"): ("14 Tage", "2 Wochen", "zwei Wochen"),
    ("30 days", "en"): ("30 days", "thirty days"),
    ("30 days", "de"): ("30 Tage", "dreißig Tage"),
    ("3 months", "en"): ("3 months", "three months"),
    ("3 months", "de"): ("3 Monate", "drei Monate"),
    ("48 hours", "en"): ("48 hours", "2 days", "two days"),
    ("48 hours", "de"): ("48 Stunden", "2 Tage", "zwei Tage"),
    ("90 minutes", "en"): ("90 minutes", "90 min"),
    ("90 minutes", "de"): ("90 Minuten", "90 min"),
    ("4 weeks", "en"): ("4 weeks", "four weeks", "28 days"),
    ("4 weeks", "de"): ("4 Wochen", "vier Wochen", "28 Tage"),
    ("12 months", "en"): ("12 months", "one year", "1 year"),
    ("12 months", "de"): ("12 Monate", "1 Jahr"),
}


def span(chance: Random, language: str, duration: str) -> str:
    """A duration as people write it: `24 months` is `2 years` too. Raises KeyError for one nobody says."""
    return chance.choice(_SPANS[duration, language])


def percentage(chance: Random, language: str, percent: int) -> str:
    """A percentage as people write it."""
    return chance.choice((f"{percent} %", f"{percent}%", f"{percent} {'Prozent' if language == 'de' else 'percent'}"))
