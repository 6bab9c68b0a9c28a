"""Whether two texts say the same: shared stems of content words, and the same numbers."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final, NamedTuple, Protocol

import snowballstemmer

from .claims import Claim, drawn

_WORD: Final = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*|\d[\d.,:/-]*\d|\d")
_GREETING: Final = re.compile(
    r"^\s*(?:dear|hello|hi|hey|good (?:morning|afternoon|evening)|hallo|guten (?:morgen|tag|abend)"
    r"|sehr geehrte\w*|liebe[rs]?)"
    r"\b[^,.!\n]{0,40}[,.!\n]",
    re.IGNORECASE,
)
_SIGNATURE: Final = re.compile(
    r"(?:\b(?:best|kind|warm|many) regards|\bsincerely|\byours (?:truly|faithfully)|\bcheers,|\bbest wishes"
    r"|\b(?:mit )?(?:freundlichen|besten|herzlichen|viele[n]?) grüße?n?\b|\n-- ?\n).*\Z",
    re.IGNORECASE | re.DOTALL,
)
_STOP_WORDS: Final = {
    "english": frozenset(
        [
            "a",
            "about",
            "after",
            "all",
            "also",
            "am",
            "an",
            "and",
            "any",
            "are",
            "as",
            "at",
            "be",
            "because",
            "been",
            "before",
            "but",
            "by",
            "can",
            "could",
            "did",
            "do",
            "does",
            "for",
            "from",
            "get",
            "had",
            "has",
            "have",
            "he",
            "her",
            "here",
            "him",
            "his",
            "how",
            "i",
            "if",
            "in",
            "into",
            "is",
            "it",
            "its",
            "just",
            "let",
            "me",
            "more",
            "my",
            "no",
            "not",
            "now",
            "of",
            "on",
            "or",
            "our",
            "out",
            "please",
            "she",
            "should",
            "so",
            "some",
            "than",
            "thank",
            "thanks",
            "that",
            "the",
            "their",
            "them",
            "then",
            "there",
            "these",
            "they",
            "this",
            "to",
            "too",
            "us",
            "very",
            "was",
            "we",
            "were",
            "what",
            "when",
            "where",
            "which",
            "who",
            "will",
            "with",
            "would",
            "you",
            "your",
        ]
    ),
    "german": frozenset(
        [
            "aber",
            "alle",
            "als",
            "also",
            "am",
            "an",
            "auch",
            "auf",
            "aus",
            "bei",
            "bin",
            "bis",
            "bitte",
            "da",
            "damit",
            "danke",
            "dann",
            "das",
            "dass",
            "dem",
            "den",
            "der",
            "des",
            "die",
            "dies",
            "diese",
            "diesem",
            "diesen",
            "dieser",
            "doch",
            "du",
            "durch",
            "ein",
            "eine",
            "einem",
            "einen",
            "einer",
            "eines",
            "er",
            "es",
            "für",
            "haben",
            "hat",
            "hatte",
            "ich",
            "ihm",
            "ihn",
            "ihnen",
            "ihr",
            "ihre",
            "ihrem",
            "ihren",
            "ihrer",
            "im",
            "in",
            "ist",
            "ja",
            "kann",
            "kein",
            "keine",
            "können",
            "man",
            "mein",
            "mich",
            "mir",
            "mit",
            "nach",
            "nicht",
            "noch",
            "nun",
            "nur",
            "ob",
            "oder",
            "schon",
            "sehr",
            "sein",
            "sich",
            "sie",
            "sind",
            "so",
            "um",
            "und",
            "uns",
            "unser",
            "unsere",
            "vom",
            "von",
            "vor",
            "wann",
            "war",
            "was",
            "weil",
            "wenn",
            "wer",
            "werden",
            "wie",
            "wir",
            "wird",
            "wo",
            "zu",
            "zum",
            "zur",
            "über",
        ]
    ),
}
_stemmers: Final = {language: snowballstemmer.stemmer(language) for language in _STOP_WORDS}


class Reading(NamedTuple):
    """What a text says of itself: what is compared of it, how it speaks to the customer, and what it claims.

    `form` is `formal` or `informal`, `name` how she is addressed, `yes` whether it grants (True) or refuses (False).
    """

    stems: frozenset[str]
    numbers: frozenset[str]
    words: int
    language: str | None = None
    form: str | None = None
    name: str | None = None
    claims: tuple[Claim, ...] = ()
    yes: bool | None = None


NO_TEXT: Final = Reading(frozenset(), frozenset(), 0)


class Reader(Protocol):
    """What understands texts: ours, or a model that an owner plugs in. It neither reads a clock nor keeps state."""

    def read(self, text: str, language: str | None) -> Reading:
        """The reading of a text; `language` is what its source says it is in."""

    def alike(self, one: str, other: str, share: float, words: int) -> bool:
        """Whether two texts of at least `words` words say the same, at least in `share` of it."""


class PlainReader:
    """Stems, numbers and drawn claims."""

    def read(self, text: str, language: str | None) -> Reading:
        return features(text)._replace(claims=tuple(drawn(text)))

    def alike(self, one: str, other: str, share: float, words: int) -> bool:
        return similar(one, other, share, words)


Features = Reading


@lru_cache(maxsize=4_096)
def features(text: str) -> Features:
    """The features of a text, without greeting and signature."""
    body = _SIGNATURE.sub("", _GREETING.sub("", text))
    tokens = [token.casefold() for token in _WORD.findall(body)]
    numbers = frozenset(token for token in tokens if token[0].isdigit())
    words = [token for token in tokens if not token[0].isdigit()]
    language = max(_STOP_WORDS, key=lambda name: sum(word in _STOP_WORDS[name] for word in words))
    stems = frozenset(_stem(language, word) for word in words if word not in _STOP_WORDS[language])
    return Features(stems, numbers, len(tokens))


@lru_cache(maxsize=65_536)
def _stem(language: str, word: str) -> str:
    return str(_stemmers[language].stemWord(word))


def similar(one: str | None, other: str | None, share: float, words: int = 5) -> bool:
    """Whether both texts have `words` words and `share` of their content-word stems in common, and the same numbers."""
    if not one or not other:
        return False
    a, b = features(one), features(other)
    if a.words < words or b.words < words or a.numbers != b.numbers:
        return False
    more, fewer = (len(a.stems), len(b.stems)) if len(a.stems) > len(b.stems) else (len(b.stems), len(a.stems))
    if more == 0 or fewer < share * more:  # they share at most the fewer
        return False
    common = len(a.stems & b.stems)
    return common >= share * (more + fewer - common)
