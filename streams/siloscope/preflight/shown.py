"""Verdicts as they are shown: JSON lines for programs, a summary of who would be hurt by what for people."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Collection, Mapping
from itertools import islice
from typing import Final, Protocol

import msgspec
from rich.console import Console
from rich.table import Column, Table
from rich.text import Text

from ..core.preflight import Advice
from ..core.touchpoint import customer_of
from ..core.words import counted
from .asking import Asked, verdict
from .words import not_known, unheard

WORST: Final = 5  # mistakes, and names that nothing bears, that are said
COLOURS: Final[dict[Advice, str]] = {"hold": "red", "caution": "yellow", "clear": "green"}


class Shown(Protocol):
    """Takes one answer after the other, and then ends."""

    def take(self, asked: Asked) -> None:
        """The next answer."""

    def end(self) -> None:
        """There are no more."""


class Doubts:
    """Why what is clear may not be: customers with whom nothing has happened, names that nothing bears.

    `heard` has the names in what happened, by field of a touchpoint.
    """

    def __init__(self, heard: Mapping[str, Collection[str]]) -> None:
        self._heard = heard
        self._known: dict[str, bool] = {}
        self._given: dict[tuple[str, str], None] = {}  # names of the messages, in their order

    def take(self, asked: Asked) -> None:
        if asked.touchpoint is not None:
            self._known[customer_of(asked.touchpoint)] = asked.known
            self._given |= {(field, getattr(asked.touchpoint, field)): None for field in self._heard}

    @property
    def lines(self) -> list[str]:
        """What is to be said; of names the first few."""
        names = (unheard(field, name, self._heard[field]) for field, name in self._given)
        strangers = not_known(sum(not known for known in self._known.values()), len(self._known))
        return [*islice(filter(None, names), WORST), *([strangers] if strangers is not None else [])]


class Lines:
    """JSON lines, for programs; doubts are said beside them."""

    def __init__(self, doubts: Doubts) -> None:
        self._doubts = doubts

    def take(self, asked: Asked) -> None:
        self._doubts.take(asked)
        sys.stdout.buffer.write(msgspec.json.encode(verdict(asked)) + b"\n")

    def end(self) -> None:
        sys.stdout.buffer.flush()
        for line in self._doubts.lines:
            print(line, file=sys.stderr)


class Summary:
    """Who would be hurt by what, for people."""

    def __init__(self, doubts: Doubts) -> None:
        self._doubts = doubts
        self._verdicts: Counter[str] = Counter()
        self._hurt: dict[tuple[bool, str], tuple[int, str]] = {}  # (suffers already, symptom) to number and example
        self._refused: Counter[str] = Counter()

    def take(self, asked: Asked) -> None:
        self._doubts.take(asked)
        if asked.refused is not None:
            self._refused[asked.refused.message] += 1
        if asked.touchpoint is None:
            return
        self._verdicts[asked.verdict] += 1
        for key, title in {(harm.stands, harm.alert.symptom): harm.alert.title for harm in asked.harms}.items():
            number, example = self._hurt.get(key, (0, f"{customer_of(asked.touchpoint)}: {title}"))
            self._hurt[key] = (number + 1, example)

    def end(self) -> None:
        console = Console(highlight=False)
        console.print(Text("   ").join(Text(f"{self._verdicts[each]:,} {each}", COLOURS[each]) for each in COLOURS))
        for line in self._doubts.lines:
            console.print(Text(line, style="yellow"))
        if self._hurt:
            number = Column("customers", justify="right")
            table = Table("would set off", number, "for example", box=None, pad_edge=False)
            for (stands, symptom), (count, example) in sorted(self._hurt.items(), key=lambda each: _most_first(*each)):
                more = ", which they suffer from already" if stands else ""
                table.add_row(f"{symptom}{more}", f"{count:,}", Text(example))
            console.print(table)
        for message, count in self._refused.most_common(WORST):
            times = f" ({counted(count, 'message')})" if count > 1 else ""
            console.print(Text(f"not asked about: {message}{times}", style="red"))
        if len(self._refused) > WORST:
            console.print(Text(f"and {counted(len(self._refused) - WORST, 'more line')} like these", style="red"))


def _most_first(key: tuple[bool, str], found: tuple[int, str]) -> tuple[bool, int, str]:
    return (key[0], -found[0], key[1])
