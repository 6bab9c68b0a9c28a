"""Whether a text grants or refuses: a clear yes or a clear no, else neither."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from .lexicon import Lexicon
from .tokens import phrase

_BEGINS: Final = r"(?:^|(?<=[.!?\n:]))\s*"


class Answering:
    """Finds yes and no in texts of one language."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._yes = _pattern(lexicon.yes, lexicon.yes_first)
        self._no = _pattern(lexicon.no, lexicon.no_first)
        self._unsure = re.compile(rf"(?<!\w)(?:{_either(lexicon.unsure)})(?!\w)")
        every = [*lexicon.yes, *lexicon.yes_first, *lexicon.no, *lexicon.no_first]
        # A phrase can only be there if its longest word is.
        self.words = frozenset(max(found, key=len) for each in every if (found := phrase(each)))

    def yes(self, text: str) -> bool | None:
        """True or False where `text` (in lower case) says so; None where it says neither, both, or on conditions."""
        granted, refused = self._yes.search(text), self._no.search(text)
        if (granted is None) == (refused is None):
            return None
        match = granted or refused
        assert match is not None
        sentence = _sentence(text, match.start(), match.end())
        if sentence.endswith("?") or self._unsure.search(sentence):
            return None
        return granted is not None


def _pattern(anywhere: Iterable[str], first: Iterable[str]) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{_either(anywhere)})(?!\w)|{_BEGINS}(?:{_either(first)})(?!\w)")


def _either(phrases: Iterable[str]) -> str:
    found = [r"\s+".join(map(re.escape, each.split())) for each in sorted(phrases, key=len, reverse=True)]
    return "|".join(found) or "(?!)"


def _sentence(text: str, begin: int, end: int) -> str:
    """The sentence around a place, with the sign that ends it."""
    before = max(text.rfind(sign, 0, begin + 1) for sign in ".!?")
    after = [place for sign in ".!?" if (place := text.find(sign, max(begin, end - 1))) >= 0]
    return text[before + 1 : min(after) + 1 if after else len(text)]
