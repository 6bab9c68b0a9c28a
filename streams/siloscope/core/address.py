"""How a text speaks to the customer: by which name, formally or informally; and where it begins and ends.

Formal are a title before the name, a formal greeting or closing, and formal pronouns; informal an informal greeting or
closing before a first name, and informal pronouns. Pronouns decide where there are any. What contradicts itself is
neither.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final, NamedTuple

from .lexicon import Lexicon, Phrases
from .tokens import phrase

_LONGEST_NAME: Final = 8  # tokens
_AFTER_NAME: Final = frozenset(",.!?:;…\n–—-")
_BEFORE_CLOSING: Final = frozenset(".!?,…\n")
_AFTER_CLOSING: Final = frozenset(",.!\n")
_ENDS: Final = frozenset('.!?:;…\n"“”„«»')


class Greeting(NamedTuple):
    """The tokens that a greeting takes, its form, the name in it, and whether the sentence goes on after it."""

    end: int = 0
    form: str | None = None
    name: str | None = None
    goes_on: bool = False


NOT_GREETED: Final = Greeting()


class _Called(NamedTuple):
    """What follows a greeting: where it ends, whether it names somebody with a title, and the name."""

    end: int
    titled: bool
    name: str | None


class Frame:
    """Finds greetings, closings and quoted messages, in whatever language they are."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.lexicon = lexicon
        self._greetings = Phrases({phrase(each): form for each, form in lexicon.greetings.items()})
        self._closings = Phrases({phrase(each): form for each, form in lexicon.closings.items()})
        quoted = "|".join(map(re.escape, lexicon.quoted)) or "(?!)"
        # The line above a quoted message, or the one between a message and a signature: both end what is said.
        line = rf"[^\n]*(?<!\w)(?:{quoted})(?!\w)(?:[^\n]{{0,60}}:|[^\w\n]*)"
        self._quoted = re.compile(rf"^(?:{line}|--)[ \t]*$", re.IGNORECASE | re.MULTILINE)
        self.greeters = frozenset(self._greetings.first)
        self.closers = frozenset(phrase(each)[-1] for each in lexicon.closings)

    def unquoted(self, text: str) -> str:
        """A text of many lines without its signature and what it quotes of another message."""
        match = self._quoted.search(text)
        if match is not None:
            text = text[: match.start()]
        return "\n".join(line for line in text.split("\n") if not line.lstrip().startswith(">"))

    def greeting(self, raw: Sequence[str], low: Sequence[str]) -> Greeting:
        """The greeting that a text begins with; of two persons greeted no name is taken."""
        found = self._greetings.at(low, 0)
        if found is None:
            return NOT_GREETED
        end, form = found
        called = self._called(raw, low, end)
        if called is None:
            return Greeting(end, "formal" if form == "formal" else None)
        if called.titled:
            form = "formal"
        elif form == "neutral" or (form == "informal" and called.name is None):
            form = ""
        end, name = called.end, called.name
        again = self._greetings.at(low, end)
        other = None if again is None or raw[end - 1] != "," else self._called(raw, low, again[0])
        if other is not None:
            end, name = other.end, None
        return Greeting(end, form or None, name, raw[end - 1 : end] == [","])

    def _called(self, raw: Sequence[str], low: Sequence[str], begin: int) -> _Called | None:
        """Who is greeted; None where what follows is no name but the message."""
        lexicon = self.lexicon
        title: str | None = None
        names: list[str] = []
        nobody = False
        for place in range(begin, min(len(low), begin + _LONGEST_NAME)):
            word = low[place]
            if word == "." and low[place - 1] in lexicon.titles:
                continue
            if word in _AFTER_NAME:
                name = None if nobody or not names else " ".join([title, *names] if title else names)
                return _Called(place + 1, title is not None, name)
            if word in lexicon.titles:
                title = lexicon.titles[word] or title or ""
            elif word in lexicon.nobody:
                nobody = True
            elif (raw[place][0].isupper() and word not in lexicon.stop_words) or (
                word in lexicon.particles and (title is not None or names)
            ):
                names.append(raw[place])
            else:
                return None
        return _Called(len(low), title is not None, None) if len(low) <= begin + _LONGEST_NAME else None

    def closing(self, raw: Sequence[str], low: Sequence[str]) -> tuple[int, str | None] | None:
        """The token with which a closing begins, and its form."""
        for place, end, form in self._closings.within(low, 0, len(low)):
            begins = place == 0 or low[place - 1] in _BEFORE_CLOSING
            if begins and (end == len(low) or low[end] in _AFTER_CLOSING or raw[end][0].isupper()):
                return place, None if form == "neutral" else form
        return None


def form_of(raw: Sequence[str], pronouns: Mapping[str, str], greeting: Greeting, closing: str | None) -> str | None:
    """Formal, informal, or None where nothing or both is said. `raw` are the tokens between greeting and closing."""
    said: set[str | None] = {
        pronouns[word]
        for place, word in enumerate(raw)
        if word in pronouns and (pronouns[word] == "informal" or not _begins(raw, place, greeting))
    }
    said = said or {greeting.form, closing} - {None}
    return said.pop() if len(said) == 1 else None


def _begins(raw: Sequence[str], place: int, greeting: Greeting) -> bool:
    """Whether a word begins a sentence, where capitals say nothing. After `Dear Ann,` a sentence goes on."""
    before = place - 1
    while before >= 0 and raw[before] == "\n":
        before -= 1
    return not greeting.goes_on if before < 0 else raw[before] in _ENDS
