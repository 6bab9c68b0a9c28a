"""Names in a pattern: what `$within` and `$asked.department` stand for where they are written."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from ..core.parameters import to_duration
from ..core.rejected import nearest, shown
from ..core.touchpoint import Entry
from ..yaml_lines import Node
from .facts import FACTS, compared

if TYPE_CHECKING:
    from ..core.fold import Fold

NAME: Final = re.compile(r"[a-z][a-z0-9_]*")


class Situation(NamedTuple):
    """A touchpoint as one run of a pattern sees it.

    `taken` has the touchpoints that took its steps, `p` the parameters in force; `belonging` says whether the
    touchpoint belongs to the run by the one that took a step.
    """

    entry: Entry
    taken: Mapping[str, list[Entry]]
    p: Any
    fold: Fold
    belonging: Callable[[str], bool]

    def of(self, step: str) -> Entry | None:
        """The first touchpoint that took a step, if one has."""
        entries = self.taken.get(step)
        return entries[0] if entries else None


Value = Callable[[Situation], Any]


@dataclass
class Scope:
    """The parameters (name to kind) and the steps that may be named so far; notes what is made use of."""

    parameters: Mapping[str, str]
    steps: list[str] = field(default_factory=list)
    used: set[str] = field(default_factory=set)
    reads_text: bool = False
    asks_what_it_belongs_to: bool = False

    def parameter(self, node: Node, kinds: tuple[str, ...]) -> Value:
        """What `$name` in `node` stands for, of one of these kinds."""
        name = node.text()[1:]
        if name not in self.parameters:
            there = ", ".join(self.parameters) or "none"
            raise node.wrong(
                f"there is no parameter {name}{nearest(name, self.parameters) or f': the parameters are {there}'}"
            )
        if self.parameters[name] not in kinds:
            raise node.wrong(f"{name} is a {self.parameters[name]}: here goes a {' or a '.join(kinds)}")
        self.used.add(name)
        return lambda s: getattr(s.p, name)

    def fact(self, node: Node, text: str, among: Mapping[str, object] = FACTS) -> Value:
        """What `step.field` stands for, of the first touchpoint that took the step."""
        step, _, name = text.partition(".")
        self.step(node, step)
        if name not in among:
            raise node.wrong(f"{shown(name)} is nothing a touchpoint has here{_near(name, among)}")
        return lambda s: None if (entry := s.of(step)) is None else compared(name, entry, s.fold)

    def step(self, node: Node, name: str) -> str:
        """The name of an earlier step."""
        if name not in self.steps:
            there = f": the steps before are {', '.join(self.steps)}" if self.steps else ": it is the first"
            raise node.wrong(f"{shown(name)} is no step before this one{nearest(name, self.steps) or there}")
        return name

    def duration(self, node: Node) -> Value:
        """A length of time: `7 d`, or a parameter."""
        if node.text().startswith("$"):
            return self.parameter(node, ("duration",))
        try:
            length = to_duration(node.text())
        except ValueError as error:
            raise node.wrong(f"{shown(node.text())}: {error}") from None
        return lambda _: length

    def count(self, node: Node) -> Value:
        """How many: a whole number from 1, or a parameter."""
        text = node.text()
        if text.startswith("$"):
            return self.parameter(node, ("count",))
        if not text.isdecimal() or int(text) < 1:
            raise node.wrong(f"{shown(text)} is no whole number from 1 on")
        number = int(text)
        return lambda _: number


def _near(name: str, among: Mapping[str, object]) -> str:
    return nearest(name, among) or f": there are {', '.join(sorted(among))}"


def name_of(text: str, node: Node, what: str) -> str:
    """A name as patterns have them."""
    if NAME.fullmatch(text) is None:
        raise node.wrong(f"{shown(text)} is no name for {what}: write small letters, digits and _, like asked_again")
    return text
