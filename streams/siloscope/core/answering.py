"""Whether a text grants or refuses: a clear yes or a clear no, else neither."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final

from .lexicon import Lexicon
from .tokens import phrase, tokens

_BEGINS: Final = r"(?:^|(?<=[.!?\n:] ))"


class Answering:
    """Finds yes and no in texts of one language, given as tokens."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._yes = _pattern(lexicon.yes, lexicon.yes_first)
        self._no = _pattern(lexicon.no, lexicon.no_first)
        self._unsure = re.compile(rf"(?<!\S)(?:{_either(lexicon.unsure)})(?!\S)")
        first, anywhere = lexicon.yes_first | lexicon.no_first, lexicon.yes | lexicon.no
        self.words = frozenset(_rarest(phrase(each), lexicon, each in first) for each in first | anywhere)

    def yes(self, low: Sequence[str]) -> bool | None:
        """True or False where the tokens say so; None where they say neither, both, or on conditions."""
        text = " ".join(low)
        refused = self._no.search(text)
        granted = self._yes.search(text if refused is None else self._no.sub("~", text))  # `not possible` is no yes
        if (granted is None) == (refused is None):
            return None
        match = granted or refused
        assert match is not None
        sentence = _sentence(text, match.start(), match.end())
        if sentence.endswith("?") or self._unsure.search(sentence):
            return None
        return granted is not None


def _rarest(words: Sequence[str], lexicon: Lexicon, first: bool) -> str:
    """The word of a phrase without which no text can have it."""
    content = [word for word in words if word[0].isalpha() and word not in lexicon.stop_words]
    return max(content, key=len) if content else words[0] if first else max(reversed(words), key=len)


def _pattern(anywhere: Iterable[str], first: Iterable[str]) -> re.Pattern[str]:
    return re.compile(rf"(?<!\S)(?:{_either(anywhere)})(?!\S)|{_BEGINS}(?:{_either(first)})(?!\S)")


def _either(phrases: Iterable[str]) -> str:
    found = sorted((" ".join(tokens(each)) for each in phrases), key=len, reverse=True)
    return "|".join(map(re.escape, found)) or "(?!)"


def _sentence(text: str, begin: int, end: int) -> str:
    """The sentence around a place, with the sign that ends it."""
    before = max(text.rfind(sign, 0, begin + 1) for sign in ".!?")
    after = [place for sign in ".!?" if (place := text.find(sign, max(begin, end - 1))) >= 0]
    return text[before + 1 : min(after) + 1 if after else len(text)]
