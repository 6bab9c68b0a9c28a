"""A lexicon made ready for finding what a text says in figures."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Final

from .claims import CODES
from .lexicon import Lexicon, Phrases
from .tokens import phrase

_REMEMBERED: Final = 50_000


def phrases(meanings: Mapping[str, str] | Iterable[str]) -> Phrases:
    """Finds the phrases of a lexicon; those without a meaning mean themselves."""
    given = meanings if isinstance(meanings, Mapping) else {each: each for each in meanings}
    return Phrases({phrase(text): meaning for text, meaning in given.items()})


class Grammar:
    """What is asked of a lexicon for each figure in a text."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.lexicon = lexicon
        self.decimal = lexicon.decimal
        self.units = phrases(lexicon.units)
        self.numbers = phrases(lexicon.numbers)
        self.values = {text: Decimal(text) for text in lexicon.numbers.values()}
        strict = {f"{per} {word}": unit for per in lexicon.per for word, unit in lexicon.units.items()}
        loose = {f"{per} {word}": unit for per in lexicon.articles_per for word, unit in lexicon.units.items()}
        self.periods = phrases({**strict, **lexicon.periods})
        self.periods_after = phrases({**loose, **strict, **lexicon.periods})
        self.vague_date = phrases(lexicon.vague_date)
        self.vague_number = phrases(lexicon.vague_number)
        self.vague_after = phrases(lexicon.vague_after)
        self.vague_words = frozenset(each for each in lexicon.vague_sentence if len(phrase(each)) == 1)
        self.vague_phrases = phrases(lexicon.vague_sentence - self.vague_words)
        self.bounds = phrases(lexicon.bounds)
        self.percent = phrases(lexicon.percent)
        self.calendar = _calendar(lexicon)
        within = {phrase(text)[0] for text, bound in lexicon.bounds.items() if bound == "within"}
        self.counted = frozenset(
            phrase(each)[0] for each in (*lexicon.units, *lexicon.currencies, *lexicon.cents, *lexicon.percent)
        )
        self.counting = frozenset(self.numbers.first) | within  # without figures, who counts needs one of both
        self.words = self.calendar | {
            word: number for word, number in lexicon.numbers.items() if self.values[number] > 1 and " " not in word
        }
        self.spoken = frozenset(self.words)
        self.begins = frozenset([*self.numbers.first, *lexicon.months, *lexicon.articles])
        self.about = {kind: _About(patterns) for kind, patterns in lexicon.about.items()}

    def currency(self, low: str, raw: str) -> str | None:
        """The code of a currency that a token names."""
        if raw in CODES:
            return raw
        return self.lexicon.currencies.get(low)

    def unit(self, low: list[str], place: int) -> tuple[int, str] | None:
        """The unit at a place, as in `months`, `month's`, `Monats-Vertrag`."""
        found = self.units.at(low, place)
        if found is None and place < len(low):
            unit = self.lexicon.units.get(re.split("['’-]", low[place])[0])
            return None if unit is None else (place + 1, unit)
        return found


def _calendar(lexicon: Lexicon) -> dict[str, str]:
    """Months and weekdays that are nothing else, each with what it is in every language."""
    days = {word: f"weekday {number}" for word, number in lexicon.weekdays.items()}
    months = {word: f"month {number}" for word, number in lexicon.months.items()}
    return {word: day for word, day in (days | months).items() if word not in lexicon.stop_words}


class _About(dict[str, str]):
    """What the words around a claim say that it is about: each word's subject, found once."""

    def __init__(self, patterns: Mapping[str, str]) -> None:
        super().__init__()
        exact = {word: subject for word, subject in patterns.items() if "*" not in word}
        self.update(exact)
        self._patterns = [
            (re.compile(word.replace("*", r"\w*")), subject) for word, subject in patterns.items() if "*" in word
        ]

    def __missing__(self, word: str) -> str:
        found = next((subject for pattern, subject in self._patterns if pattern.fullmatch(word)), "")
        if len(self) < _REMEMBERED:
            self[word] = found
        return found
