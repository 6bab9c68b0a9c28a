"""What a language brings to the understanding of a text: words, as plain data. `siloscope.language` reads them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar

T = TypeVar("T")
Words = frozenset[str]
Named = Mapping[str, str]

NONE: Final[Words] = frozenset()


@dataclass(frozen=True)
class Lexicon:
    """The words of one language, in lower case but for `formal` and `informal`; phrases are words with blanks between.

    What maps words gives them a meaning that all languages share: a month's number, a unit, a currency's code.
    """

    language: str
    stemmer: str | None = None  # the name of a Snowball algorithm; None: words are compared as they are
    decimal: str | None = None  # the mark before the decimals: `.` or `,`; None: not known
    letters: Words = NONE  # that hardly any other language has
    stop_words: Words = NONE
    greetings: Named = field(default_factory=dict)  # phrase -> formal, neutral, informal
    closings: Named = field(default_factory=dict)  # likewise
    quoted: Words = NONE  # what stands in the line above a quoted message
    titles: Named = field(default_factory=dict)  # word -> Mr, Ms or nothing
    nobody: Words = NONE  # addressed in greetings, and no name
    particles: Words = NONE  # of names, in lower case: `von`
    formal: Words = NONE  # as written: `Sie`
    informal: Words = NONE
    yes: Words = NONE  # phrases that grant, wherever they stand
    yes_first: Words = NONE  # that do at the beginning of a sentence
    no: Words = NONE
    no_first: Words = NONE
    unsure: Words = NONE  # a sentence with one of these neither grants nor refuses
    months: Mapping[str, int] = field(default_factory=dict)
    weekdays: Mapping[str, int] = field(default_factory=dict)
    numbers: Named = field(default_factory=dict)  # phrase -> its number in digits
    articles: Words = NONE  # that are the number one after a word of `within`
    units: Named = field(default_factory=dict)  # phrase -> minute, hour, day, working day, week, month, quarter, year
    of: Words = NONE  # between a day and its month
    per: Words = NONE  # between an amount and what it is for
    articles_per: Words = NONE  # likewise, where a unit of time follows
    by_way: Words = NONE  # that `per` can stand before without an amount being for each
    periods: Named = field(default_factory=dict)  # phrase -> unit: monthly
    currencies: Named = field(default_factory=dict)  # word or sign -> code
    cents: Named = field(default_factory=dict)  # word -> code, or nothing where it is not said
    percent: Words = NONE
    bounds: Named = field(default_factory=dict)  # phrase before a number -> within, by, from
    range: Words = NONE  # between two numbers
    vague_number: Words = NONE  # phrases shortly before a number that make it no claim
    vague_date: Words = NONE  # shortly before a date
    vague_after: Words = NONE  # right after
    vague_sentence: Words = NONE  # anywhere in the sentence
    abbreviations: Words = NONE  # after which a full stop ends no sentence
    about: Mapping[str, Named] = field(default_factory=dict)  # kind of claim -> beginning of a word -> what it is about


# One language's alone: a French `du` is no German one.
_OF_ONE: Final = ("language", "stemmer", "decimal", "about", "formal", "informal")
_EMPTY: Final = Lexicon("")


def merged(lexicons: Sequence[Lexicon]) -> Lexicon:
    """For texts whose language is not known: what the languages do not contradict each other on."""
    names = [name for name in Lexicon.__dataclass_fields__ if name not in _OF_ONE]
    together: dict[str, Any] = {}
    for name in names:
        values = [getattr(each, name) for each in lexicons]
        words = isinstance(getattr(_EMPTY, name), frozenset)
        together[name] = NONE.union(*values) if words else agreed(values)
    together["cents"] |= {word: "" for each in lexicons for word in each.cents if word not in together["cents"]}
    kinds = {kind for each in lexicons for kind in each.about}
    about = {kind: agreed([each.about.get(kind, {}) for each in lexicons]) for kind in kinds}
    return Lexicon("", about=about, **together)


def agreed(mappings: Iterable[Mapping[str, T]]) -> dict[str, T]:
    """All entries of all mappings but those that mean different things in two."""
    together: dict[str, T] = {}
    dropped = set()
    for mapping in mappings:
        for word, meaning in mapping.items():
            if together.setdefault(word, meaning) != meaning:
                dropped.add(word)
    return {word: meaning for word, meaning in together.items() if word not in dropped}


class Phrases:
    """Finds the longest of many phrases at a place among words."""

    __slots__ = ("_meanings", "begins", "first")

    def __init__(self, meanings: Mapping[tuple[str, ...], str]) -> None:
        self._meanings = dict(meanings)
        self.first: dict[str, list[int]] = {}  # the lengths of the phrases that begin with a word, longest first
        for length, word in sorted({(len(words), words[0]) for words in meanings if words}, reverse=True):
            self.first.setdefault(word, []).append(length)
        self.begins = frozenset(self.first)

    def at(self, words: Sequence[str], place: int) -> tuple[int, str] | None:
        """Where the phrase that begins at `place` ends, and its meaning."""
        if place < len(words):
            for length in self.first.get(words[place], ()):
                meaning = self._meanings.get(tuple(words[place : place + length]))
                if meaning is not None:
                    return place + length, meaning
        return None

    def within(self, words: Sequence[str], begin: int, end: int) -> list[tuple[int, int, str]]:
        """All phrases that begin and end between two places, with their places."""
        if self.begins.isdisjoint(words[begin:end]):
            return []
        found = [(place, self.at(words, place)) for place in range(begin, end) if words[place] in self.begins]
        return [(place, *phrase) for place, phrase in found if phrase is not None and phrase[0] <= end]
