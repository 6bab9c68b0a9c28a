"""A sentence that says something in figures: whether it states what it says, and for what time or thing."""

from __future__ import annotations

from functools import cached_property

from .grammar import Grammar
from .lexicon import Phrases
from .tokens import is_figure


class Sentence:
    """A sentence that says something in figures."""

    def __init__(self, low: list[str], begin: int, end: int, grammar: Grammar) -> None:
        self.low, self.begin, self.end, self.grammar = low, begin, end, grammar
        self.words = words = frozenset(low[begin:end])
        periods = {unit for _, _, unit in self._phrases(grammar.periods)}
        self.period = next(iter(periods)) if len(periods) == 1 else None
        self.vague = (
            low[end - 1] == "?"
            or len(periods) > 1
            or (not words.isdisjoint(grammar.vague_words) and self._doubts())
            or bool(self._phrases(grammar.vague_phrases))
        )

    def _phrases(self, phrases: Phrases) -> list[tuple[int, int, str]]:
        return [] if phrases.begins.isdisjoint(self.words) else phrases.within(self.low, self.begin, self.end)

    def _doubts(self) -> bool:
        vague = self.grammar.vague_words
        return any(self.low[place] in vague and not self._month(place) for place in range(self.begin, self.end))

    def _month(self, place: int) -> bool:
        """Whether the word is a month's name here, as `may` can be."""
        if self.low[place] not in self.grammar.lexicon.months:
            return False
        around = self.low[max(0, place - 2) : place] + self.low[place + 1 : place + 2]
        return any(is_figure(each) for each in around)

    def per_thing(self, begin: int, end: int) -> bool:
        """Whether an amount is for each of something that is no time: per user."""
        if self.low[end : end + 1] == ["/"]:
            return True
        return any(begin - 2 <= place < begin or place >= end for place in self._things)

    @cached_property
    def _things(self) -> list[int]:
        lexicon, low = self.grammar.lexicon, self.low
        if lexicon.per.isdisjoint(self.words):
            return []
        return [
            place
            for place in range(self.begin, self.end - 1)
            if low[place] in lexicon.per
            and low[place + 1] not in lexicon.by_way
            and self.grammar.periods.at(low, place) is None
        ]
