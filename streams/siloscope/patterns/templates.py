"""Sentences with the facts of the case: `{asked.department} was asked on {asked.when}[ about {asked.topic}].`

What stands in square brackets is left out where a fact in it is not known.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from ..core.parameters import spelled
from ..core.rejected import nearest, shown
from ..core.symptom import Finding
from ..core.touchpoint import MINUTE, Entry
from ..core.words import length, listed, moment, quote, who
from ..yaml_lines import Node
from .facts import FACTS

if TYPE_CHECKING:
    from ..core.fold import Fold

_PART: Final = re.compile(r"\{([^{}]*)\}")
_OPTIONAL: Final = re.compile(r"\[([^\[\]]*)\]")
_UNKNOWN: Final = "?"


class Told(NamedTuple):
    """What a sentence is filled with: the finding, its touchpoints by step, the parameters with their kinds."""

    finding: Finding
    taken: Mapping[str, list[Entry]]
    p: Any
    kinds: Mapping[str, str]


Filled = Callable[[Told], str | None]


def _money(entries: list[Entry]) -> str | None:
    more = entries[0].more
    return None if more.amount is None else f"{more.amount} {more.currency or ''}".strip()


_OF_A_STEP: Final[dict[str, Callable[[list[Entry]], str | None]]] = {
    "when": lambda entries: moment(entries[0].at),
    "last": lambda entries: moment(entries[-1].at),
    "quote": lambda entries: quote(entries[0]),
    "quotes": lambda entries: listed([f"{each.department}: {quote(each)}" for each in entries]),
    "who": lambda entries: who(entries[0]),
    "count": lambda entries: str(len(entries)),
    "departments": lambda entries: listed(sorted({each.department for each in entries})),
    "channels": lambda entries: listed(sorted({each.channel for each in entries})),
    "activity": lambda entries: entries[0].activity.replace("_", " "),
    "money": _money,
}
_OF_ALL: Final[dict[str, Filled]] = {
    "departments": lambda told: listed(told.finding.departments),
    "owner": lambda told: told.finding.owner or told.finding.entries[-1].department,
    "minutes_lost": lambda told: None if told.finding.minutes_lost is None else str(told.finding.minutes_lost),
    "lost": lambda told: None if told.finding.minutes_lost is None else length(told.finding.minutes_lost * MINUTE),
    "ended": lambda told: None if told.finding.resolved_at is None else moment(told.finding.resolved_at),
    "lasted": lambda told: length(told.finding.last_evidence - told.finding.entries[0].at),
}
# A text is quoted, never told whole; who holds a case changes.
_FIELDS: Final = tuple(name for name in FACTS if name not in ("text", "holder", "segment", "phase"))
OF_A_STEP: Final = (*_OF_A_STEP, *_FIELDS)
OF_ALL: Final = tuple(_OF_ALL)


class Sentence:
    """A sentence of an alert; raises Unusable where it names what there is not."""

    def __init__(self, node: Node, steps: Collection[str], kinds: Mapping[str, str]) -> None:
        text = " ".join(node.text().split())
        if not text:
            raise node.wrong("an empty sentence: write one")
        self._parts: list[tuple[bool, list[str | Filled]]] = []
        for number, part in enumerate(_OPTIONAL.split(text)):
            pieces: list[str | Filled] = []
            for inner, piece in enumerate(_PART.split(part)):
                pieces.append(_filled(piece.strip(), node, steps, kinds) if inner % 2 else piece)
            self._parts.append((bool(number % 2), pieces))
        if any("{" in piece or "}" in piece for _, ps in self._parts for piece in ps if isinstance(piece, str)):
            raise node.wrong("a brace without its other half: write {asked.department}")

    def told(self, told: Told) -> str:
        """The sentence with the facts of this case."""
        said = []
        for optional, pieces in self._parts:
            texts = [piece if isinstance(piece, str) else piece(told) for piece in pieces]
            if not optional or None not in texts:
                said.append("".join(_UNKNOWN if text is None else text for text in texts))
        return "".join(said)


def _filled(name: str, node: Node, steps: Collection[str], kinds: Mapping[str, str]) -> Filled:
    step, _, what = name.partition(".")
    if what and step in steps:
        return _of_step(step, what, node)
    if not what and name in kinds:
        kind = kinds[name]
        return lambda told: _parameter(kind, getattr(told.p, name))
    if not what and name in _OF_ALL:
        return _OF_ALL[name]
    known = [*_OF_ALL, *kinds, *(f"{each}.{what or 'when'}" for each in steps)]
    there = nearest(name, known) or f": there are {', '.join(known)}"
    raise node.wrong(f"{{{name}}} is nothing to fill in{there}")


def _parameter(kind: str, value: Any) -> str:
    return length(value) if kind == "duration" else spelled(kind, value)


def _of_step(step: str, what: str, node: Node) -> Filled:
    of_entries = _OF_A_STEP.get(what)
    if of_entries is not None:
        return lambda told: of_entries(told.taken[step]) if step in told.taken else None
    if what not in _FIELDS:
        there = nearest(what, OF_A_STEP) or f": there are {', '.join(sorted(OF_A_STEP))}"
        raise node.wrong(f"{shown(what)} is nothing to say of {step}{there}")
    fact = FACTS[what]

    def field(told: Told) -> str | None:
        fold: Fold = None  # type: ignore[assignment]  # what needs one is not among _FIELDS
        value = fact(told.taken[step][0], fold) if step in told.taken else None
        if value is None or value == ():
            return None
        if what in ("due_at", "renewal_at"):
            return moment(value)
        return listed(value) if isinstance(value, tuple) else f"{value:f}" if isinstance(value, Decimal) else str(value)

    return field
