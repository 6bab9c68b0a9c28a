"""What a text says of itself, and whether two texts say the same. Text alone never proves anything: it is suspected."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, Final, NamedTuple, Protocol

from .address import NOT_GREETED, Frame
from .claims import Claim
from .language import NEUTRAL, Language
from .lexicon import Lexicon, merged
from .tokens import tokens
from .touchpoint import Entry
from .vocabulary import TEXT_KEPT

_DIGIT: Final = re.compile(r"\d")
_KEPT: Final = 8_192  # readings; a customer's timeline has at most 512 texts
WORDS: Final = 5  # that a text must have to be compared; a question fewer
_FEW: Final = 4  # fewer words than this say no language
_SURE: Final = 0.25  # share of words that only this language has, from which it is this one


class Reading(NamedTuple):
    """What a text says of itself: what is compared of it, how it speaks to the customer, and what it claims.

    `stems` of its content words; `numbers`, amounts and dates spelled alike; how many `words` it has, figures too.
    `language` like `en`; `form` is `formal` or `informal`; `name` how she is addressed, with the title `Mr` or `Ms`
    where it had one; of each kind at most one of `claims`; `yes` whether it grants (True) or refuses (False). Where
    the text does not say, None. `own` is what a reader keeps for its comparisons.
    """

    stems: frozenset[str]
    numbers: frozenset[str]
    words: int
    language: str | None = None
    form: str | None = None
    name: str | None = None
    claims: tuple[Claim, ...] = ()
    yes: bool | None = None
    own: Any = None


NO_TEXT: Final = Reading(frozenset(), frozenset(), 0)


class Reader(Protocol):
    """What understands texts: ours, or a model that an owner plugs in. It neither reads a clock nor keeps state.

    A reader may also have `contradict(one: Reading, other: Reading) -> bool`, asked of two texts on one topic, and a
    `version`, which stands in every alert.
    """

    def read(self, text: str, language: str | None) -> Reading:
        """The reading of a text; `language` is what its source says it is in. Called once for each text."""

    def similarity(self, one: Reading, other: Reading) -> float:
        """How alike two texts are, from 0 to 1; their numbers are the same and they are long enough."""


class Readings:
    """The readings of a reader: each text is read once while it is among the last `kept`."""

    def __init__(self, reader: Reader, kept: int = _KEPT) -> None:
        self.reader = reader
        version = getattr(reader, "version", "")
        self.version = (version,) if version else ()
        self.read = lru_cache(maxsize=kept)(reader.read)
        self._last: tuple[Entry | None, Reading] = (None, NO_TEXT)
        self.contradict: Callable[[Reading, Reading], bool] | None = getattr(reader, "contradict", None)

    def of(self, entry: Entry) -> Reading:
        """What the text of a touchpoint says of itself; several symptoms ask one after the other."""
        if entry.text is None:
            return NO_TEXT
        last, reading = self._last
        if last is not entry:
            reading = self.read(entry.text, entry.more.language)
            self._last = (entry, reading)
        return reading

    def alike(self, one: Reading, other: Reading, share: float, words: int = WORDS) -> bool:
        """Whether both have `words` words, the same numbers, and are alike in at least `share`."""
        if one.words < words or other.words < words or one.numbers != other.numbers:
            return False
        return self.reader.similarity(one, other) >= share


class PlainReader:
    """Reads by lexicons, without any model; the first language is taken for texts that could be in any."""

    def __init__(self, lexicons: Sequence[Lexicon] = (), version: str = "") -> None:
        self.version = version
        together = merged(lexicons)
        self._frame = Frame(together)
        self._languages = [
            Language(each, frozenset().union(*(other.stop_words for other in lexicons if other is not each)))
            for each in lexicons
        ]
        self._named = {each.name: each for each in self._languages}
        self._any = Language(together)

    def read(self, text: str, language: str | None) -> Reading:
        """The reading of the first 400 characters of a text, all that a timeline keeps."""
        frame, text = self._frame, text[:TEXT_KEPT]
        if "\n" in text:
            text = frame.unquoted(text)
        raw = tokens(text)
        low = [token.lower() for token in raw]
        seen = frozenset(low)
        greeting, closing = NOT_GREETED, None
        if not seen.isdisjoint(frame.closers):
            found = frame.closing(raw, low)
            if found is not None:
                end, closing = found
                raw, low = raw[:end], low[:end]
        if low and low[0] in frame.greeters:
            greeting = frame.greeting(raw, low)
            raw, low = raw[greeting.end :], low[greeting.end :]
        words = [token for token in low if token[0].isalpha()]
        given = None if language is None else language.partition("-")[0].lower()
        nearest, sure = self._nearest(seen, text, len(words))
        name = given or (nearest.name if sure else None)
        spoken = self._named.get(name) if name is not None else None
        rules = spoken or (self._any if given is None else NEUTRAL)
        digits = _DIGIT.search(text) is not None
        figures, claims = rules.figures(raw, low, seen, digits)
        return Reading(
            nearest.stems(words), figures,
            len(words) + (len([None for token in low if token[-1].isdigit()]) if digits else 0), name,
            rules.form(raw, seen, greeting, closing), greeting.name, claims,
            rules.yes(low, seen),
        )  # fmt: skip

    def similarity(self, one: Reading, other: Reading) -> float:
        """The share of the stems of both that they have in common."""
        common = len(one.stems & other.stems)
        return common / (len(one.stems) + len(other.stems) - common) if common else 0.0

    def _nearest(self, seen: frozenset[str], text: str, words: int) -> tuple[Language, bool]:
        """The language that the words show, and whether they show it clearly.

        By its stems a text is compared, whatever its source says: two copies of it must agree.
        """
        plain = text.isascii()
        nearest, most, next_most = NEUTRAL, -1, 0
        for each in self._languages:
            count = len(seen & each.marks) + (0 if plain else len(each.letters.intersection(text)))
            if count > most:
                nearest, most, next_most = each, count, max(most, 0)
            elif count > next_most:
                next_most = count
        sure = words >= _FEW and most >= 2 and most >= _SURE * words and most >= 2 * next_most
        return nearest, sure
