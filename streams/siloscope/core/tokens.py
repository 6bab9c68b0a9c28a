"""A text as words, figures and signs, in one pass that takes linear time whatever the text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

_FIGURE: Final = r"\d(?:[\d.,:/'’\u00a0\u202f-]*\d)?"
_TOKEN: Final = re.compile(
    r"[a-zA-Z]++(?![^\W\d_]|['’-])|[^\W\d_]+(?:['’-][^\W\d_]+)*"  # most words are of plain letters
    rf"|{_FIGURE}|[-−+](?<![^\s(][-−+]){_FIGURE}"
    r"|[€$£¥%‰/,.;:!?…\n~<>≤≥≈=+\"“”„«»–—−-]"
)
DASHES: Final = frozenset("-–—−")
QUOTES: Final = frozenset('"“”„«»')
_SIGNS: Final = frozenset("-−+")
tokens: Final = _TOKEN.findall


def is_figure(token: str) -> bool:
    """Whether the token is a number in figures, perhaps with a sign."""
    return token[0].isdigit() or (len(token) > 1 and token[0] in _SIGNS)


def phrase(text: str) -> tuple[str, ...]:
    """The tokens of a lexicon's phrase; a full stop at its end may be missing in a text."""
    found = tokens(text)
    while len(found) > 1 and found[-1] == ".":
        found.pop()
    return tuple(found)


def sentences(raw: Sequence[str], low: Sequence[str], abbreviations: frozenset[str]) -> list[int]:
    """The places where sentences end, each after its last token."""
    ends = []
    for place, token in enumerate(low):
        if token in ".!?;…\n" and _ends(raw, low, place, abbreviations):
            ends.append(place + 1)
    if not ends or ends[-1] < len(low):
        ends.append(len(low))
    return ends


def _ends(raw: Sequence[str], low: Sequence[str], place: int, abbreviations: frozenset[str]) -> bool:
    """Whether the sign at `place` ends a sentence: a line's end does twice, a full stop not after an abbreviation."""
    following = raw[place + 1] if place + 1 < len(raw) else ""
    if low[place] == "\n":
        return following == "\n"
    if low[place] != ".":
        return True
    before = low[place - 1] if place else ""
    if len(before) == 1 or before in abbreviations or following[:1].islower():
        return False
    return not (before.isdigit() and len(before) <= 2 and following != "" and following != "\n")
