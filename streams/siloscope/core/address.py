"""How a text speaks to the customer: by which name, formally or informally; and where it begins and ends.

Formal are a title before the name, a formal greeting or closing, and formal pronouns; informal an informal greeting or
closing before a first name, and informal pronouns. Pronouns decide where there are any. What contradicts itself is
neither.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NamedTuple

from .lexicon import Lexicon
from .tokens import tokens

_LONGEST_NAME: Final = 60  # characters
_ENDS: Final = frozenset(".!?:;…\n\"“”„«»")


class Greeting(NamedTuple):
    """Where a greeting ends, its form, the name in it, and whether the sentence goes on after it."""

    end: int = 0
    form: str | None = None
    name: str | None = None
    goes_on: bool = False


NOT_GREETED: Final = Greeting()


class Frame:
    """Finds greetings, closings and quoted messages, in whatever language they are."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.lexicon = lexicon
        titles = "|".join(map(re.escape, sorted(lexicon.titles, key=len, reverse=True))) or "(?!)"
        self._greeting = re.compile(
            rf"\s*({_either(lexicon.greetings)})(?!\w)[ \t]*"
            rf"((?:\b(?:{titles})\.|[^,.!?:;\n–—]){{0,{_LONGEST_NAME}}})([,.!?:;\n–—]|$)",
            re.IGNORECASE,
        )
        self._closing = re.compile(
            rf"(?:^|(?<=[.!?,…\n]))\s*({_either(lexicon.closings)})(?=\s*(?:[,.!\n]|$|(?-i:[A-ZÄÖÜ])))|\n-- ?\n",
            re.IGNORECASE,
        )
        quoted = _either(lexicon.quoted)
        self._quoted = re.compile(rf"^[^\n]*(?<!\w)(?:{quoted})[^\w\n]*$", re.IGNORECASE | re.MULTILINE)
        self.greeters = frozenset(found[0] for each in lexicon.greetings if (found := tokens(each)))
        self.closers = frozenset(found[-1] for each in lexicon.closings if (found := tokens(each)))

    def greeting(self, text: str) -> Greeting:
        """The greeting that a text begins with; of two persons greeted no name is taken."""
        match = self._greeting.match(text)
        if match is None:
            return NOT_GREETED
        form = self.lexicon.greetings[" ".join(match[1].lower().split())]
        named, titled, name = self._name(match[2])
        if not named:
            return Greeting(match.end(1), "formal" if form == "formal" else None)
        if titled:
            form = "formal"
        elif form == "neutral" or (form == "informal" and name is None):
            form = ""
        end = match.end()
        again = self._greeting.match(text, end) if match[3] == "," else None
        if again is not None and self._name(again[2])[0]:
            return Greeting(again.end(), form or None, None, again[3] == ",")
        return Greeting(end, form or None, name, match[3] == ",")

    def _name(self, text: str) -> tuple[bool, bool, str | None]:
        """Whether what follows a greeting only names somebody, whether with a title, and the name."""
        title: str | None = None
        words: list[str] = []
        for word in tokens(text.replace(".", " ")):
            low = word.lower()
            if low in self.lexicon.nobody:
                return True, title is not None, None
            if low in self.lexicon.titles:
                title = self.lexicon.titles[low] or title or ""
            elif word[0].isupper() and low not in self.lexicon.stop_words and len(words) < 3:
                words.append(word)
            else:
                return False, False, None
        return True, title is not None, " ".join([title, *words] if title else words) if words else None

    def unquoted(self, text: str) -> str:
        """A text of many lines without what it quotes of another message."""
        match = self._quoted.search(text)
        if match is not None:
            text = text[: match.start()]
        return "\n".join(line for line in text.split("\n") if not line.lstrip().startswith(">"))

    def closing(self, text: str) -> tuple[int, str | None] | None:
        """Where the closing begins, and its form."""
        match = self._closing.search(text)
        if match is None:
            return None
        form = self.lexicon.closings[" ".join(match[1].lower().split())] if match[1] else "neutral"
        return match.start(), None if form == "neutral" else form


def form_of(raw: Sequence[str], lexicon: Lexicon, greeting: Greeting, closing: str | None) -> str | None:
    """Formal, informal, or None where nothing or both is said. `raw` are the tokens between greeting and closing."""
    said: set[str | None] = {
        form
        for place, word in enumerate(raw)
        for form in (_pronoun(word, lexicon),)
        if form == "informal" or (form == "formal" and not _begins(raw, place, greeting))
    }
    said = said or {greeting.form, closing} - {None}
    return said.pop() if len(said) == 1 else None


def other_name(one: str, other: str) -> bool:
    """Whether two names cannot be of one person: Mr Brown and Ms Brown, Tom and Tim; Tom and Mr Brown may be."""
    a, b = one.casefold().split(), other.casefold().split()
    titles = {"mr", "ms"}
    if a[0] in titles and b[0] in titles:
        return a[0] != b[0] or a[-1] != b[-1]
    if a[0] in titles or b[0] in titles:
        titled, plain = (a, b) if a[0] in titles else (b, a)
        return len(plain) > 1 and plain[-1] != titled[-1]
    if len(a) > 1 and len(b) > 1:
        return a[0] != b[0] or a[-1] != b[-1]
    return set(a).isdisjoint(b)


def _pronoun(word: str, lexicon: Lexicon) -> str | None:
    if word in lexicon.formal:
        return "formal"
    return "informal" if word in lexicon.informal or word.lower() in lexicon.informal else None


def _begins(raw: Sequence[str], place: int, greeting: Greeting) -> bool:
    """Whether a word begins a sentence, where capitals say nothing. After `Dear Ann,` a sentence goes on."""
    before = place - 1
    while before >= 0 and raw[before] == "\n":
        before -= 1
    return not greeting.goes_on if before < 0 else raw[before] in _ENDS


def _either(phrases: Mapping[str, str] | Iterable[str]) -> str:
    found = [r"\s+".join(map(re.escape, each.split())) for each in sorted(phrases, key=len, reverse=True)]
    return "|".join(found) or "(?!)"
