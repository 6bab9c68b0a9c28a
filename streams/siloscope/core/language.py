"""A lexicon made ready for reading: what of a text is asked of the words of its language."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import snowballstemmer

from .address import Greeting, form_of
from .answering import Answering
from .claims import Claim
from .drawing import Drawing
from .grammar import Grammar
from .lexicon import Lexicon

_REMEMBERED: Final = 65_536  # stems of a language


class Language:
    """One language; `elsewhere` are the stop words of the others, which say nothing of a text's language."""

    def __init__(self, lexicon: Lexicon, elsewhere: frozenset[str] = frozenset()) -> None:
        self.name = lexicon.language
        self.lexicon = lexicon
        self.marks = lexicon.stop_words - elsewhere
        self.letters = lexicon.letters
        self._stems = _Stems(lexicon)
        self._grammar = Grammar(lexicon)
        self._answering = Answering(lexicon)
        informal = lexicon.informal | {each.capitalize() for each in lexicon.informal}
        self._pronouns = dict.fromkeys(informal, "informal") | dict.fromkeys(lexicon.formal, "formal")
        self._addresses = frozenset(each.lower() for each in self._pronouns)

    def stems(self, words: Sequence[str]) -> frozenset[str]:
        """The stems of the content words among `words`."""
        return frozenset(map(self._stems.__getitem__, words)) - _NONE

    def figures(
        self, raw: list[str], low: list[str], seen: frozenset[str], digits: bool
    ) -> tuple[frozenset[str], tuple[Claim, ...]]:
        """The numbers, amounts and dates of a text, spelled alike, and the claims that it makes with them."""
        grammar = self._grammar
        if not digits and (grammar.counted.isdisjoint(seen) or grammar.counting.isdisjoint(seen)):
            if grammar.spoken.isdisjoint(seen):
                return _NOTHING, ()
            return frozenset(grammar.words[word] for word in low if word in grammar.words), ()
        drawing = Drawing(raw, low, grammar)
        return drawing.figures, drawing.claims

    def form(self, raw: list[str], seen: frozenset[str], greeting: Greeting, closing: str | None) -> str | None:
        """Formal, informal, or None."""
        if greeting.form is None and closing is None and self._addresses.isdisjoint(seen):
            return None
        return form_of(raw, self._pronouns, greeting, closing)

    def yes(self, low: list[str], seen: frozenset[str]) -> bool | None:
        """Whether the text grants (True) or refuses (False)."""
        return None if self._answering.words.isdisjoint(seen) else self._answering.yes(low)


_NONE: Final = frozenset([""])
_NOTHING: Final[frozenset[str]] = frozenset()


class _Stems(dict[str, str]):
    """Of each word its stem, found once; of stop words and numbers nothing."""

    def __init__(self, lexicon: Lexicon) -> None:
        super().__init__()
        self._stem = snowballstemmer.stemmer(lexicon.stemmer).stemWord if lexicon.stemmer else str
        numbers = {word for each in lexicon.numbers for word in each.split()}
        self.update(dict.fromkeys(lexicon.stop_words | numbers, ""))

    def __missing__(self, word: str) -> str:
        stem = str(self._stem(word))
        if len(self) < _REMEMBERED:
            self[word] = stem
        return stem


NEUTRAL: Final = Language(Lexicon(""))
