"""Conditions (`when`): which rows a rule of a mapping is for."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final, NamedTuple

from ..yaml_lines import Node
from .columns import Columns, Get
from .rows import Row

_REMEMBERED: Final = 4096


class Test(NamedTuple):
    """A condition: `holds` of the text that `get` finds in a row; `source` says what is looked at."""

    source: str
    get: Get
    holds: Callable[[str | None], bool]


def tests(node: Node, columns: Columns) -> list[Test]:
    """What `column: value`, `column: [values]` and `column: {not|given|matches: …}` ask; all must hold."""
    return [Test(name, columns.get(name, each), _holds(each)) for name, each in node.keys().items()]


def _holds(node: Node) -> Callable[[str | None], bool]:
    if not isinstance(node.value, dict):
        return _among(node).__contains__
    keys = node.keys(("not", "given", "matches"))
    if len(keys) != 1:
        raise node.wrong("say one of not, given, matches")
    ((kind, each),) = keys.items()
    if kind == "given":
        wanted = each.yes()
        return lambda value: (value is not None) == wanted
    if kind == "not":
        among = _among(each)
        return lambda value: value not in among
    try:
        search = re.compile(each.text()).search
    except re.error as error:
        raise each.wrong(f"{each.text()!r} is no regular expression: {error}") from error
    return lambda value: value is not None and search(value) is not None


def _among(node: Node) -> frozenset[str | None]:
    values = frozenset(each.text() for each in node.items())
    if not values or "" in values:
        raise node.wrong("names no value: write one, or {given: no} for an absent one")
    return values


def all_hold(wanted: list[Test]) -> Callable[[Row], bool]:
    """Whether a row fulfils all of them."""
    return lambda row: all(test.holds(test.get(row)) for test in wanted)


class Fitting:
    """Finds the rules whose conditions a row fulfils; what it found for equal values is remembered."""

    def __init__(self, rules: list[list[Test]]) -> None:
        gets = {test.source: test.get for wanted in rules for test in wanted}
        self._gets = list(gets.values())
        places = {source: place for place, source in enumerate(gets)}
        self._rules = [[(places[test.source], test.holds) for test in wanted] for wanted in rules]
        self._known: dict[tuple[str | None, ...], tuple[int, ...]] = {}

    def __call__(self, row: Row) -> tuple[int, ...]:
        """The numbers of the rules, from 0, in their order."""
        values = tuple([get(row) for get in self._gets])
        found = self._known.get(values)
        if found is None:
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            found = tuple(
                number for number, each in enumerate(self._rules) if all(holds(values[place]) for place, holds in each)
            )
            self._known[values] = found
        return found
