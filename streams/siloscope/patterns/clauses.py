"""A clause describes one touchpoint of a pattern: its own fields, what it shares with earlier ones, when it comes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

from ..core.rejected import nearest, shown
from ..core.symptom import refs_of
from ..core.touchpoint import BROADCASTS, Entry
from ..core.view import answers
from ..yaml_lines import Node
from .conditions import Condition, condition, named_to_all, wanted
from .facts import COMPARABLE, FACTS, TIMES, WORDS, different, same
from .scope import Scope, Situation, Value

# What a clause may have besides conditions on fields.
LINKS: Final = (
    "any", "same", "different", "belongs_to", "answers", "names", "within", "after", "since", "calendar_of", "by",
)  # fmt: skip


class Clause(NamedTuple):
    """A touchpoint described: all conditions hold. `wanted` are the (activity, direction) it can have."""

    conditions: tuple[Condition, ...]
    wanted: frozenset[tuple[str, str]]

    def holds(self, s: Situation) -> bool:
        """Whether the touchpoint is as described."""
        return all(each(s) for each in self.conditions)


class Place(NamedTuple):
    """Where a clause stands: `since` the step from which its times count, `own` the step it is if several take it."""

    since: str | None
    own: str | None = None


def clause(node: Node, scope: Scope, place: Place, besides: tuple[str, ...] = ()) -> Clause:
    """The clause in `node`; keys in `besides` are somebody else's."""
    found = _clause(node, scope, place, besides)
    meant = named_to_all(node.keys())
    may_be = frozenset(each for each in found.wanted if each[0] not in BROADCASTS or each[0] in meant)
    if not may_be:
        raise node.wrong("no touchpoint can be this: its activities and directions exclude each other")
    return Clause(found.conditions, may_be)


def _clause(node: Node, scope: Scope, place: Place, besides: tuple[str, ...] = ()) -> Clause:
    keys = {name: each for name, each in node.keys().items() if name not in besides}
    conditions = [condition(name, each, scope) for name, each in keys.items() if _is_field(name, each)]
    may_be = wanted(keys)
    for name in ("same", "different"):
        if name in keys:
            conditions += [_shared(name, each, scope, place) for each in keys[name].items()]
    for name in ("belongs_to", "answers", "names"):
        if name in keys:
            conditions.append(_linked(name, keys[name], scope))
    conditions += _timed(keys, scope, place)
    if "any" in keys:
        alternatives = [_clause(each, scope, place) for each in keys["any"].items()]
        may_be &= frozenset().union(*(each.wanted for each in alternatives))
        conditions.append(lambda s: any(each.holds(s) for each in alternatives))
    return Clause(tuple(conditions), may_be)


def _is_field(name: str, node: Node) -> bool:
    if name in LINKS:
        return False
    if "." not in name and name not in FACTS and name not in ("attributes", "source", "identifiers", "occurred_at"):
        known = (*FACTS, *LINKS, "only_if", "times", "from")
        there = nearest(name, known) or f": fields are in docs/events.md, besides there are {', '.join(LINKS)}"
        raise node.wrong(f"there is no field {shown(name)}{there}")
    return True


def _shared(how: str, node: Node, scope: Scope, place: Place) -> Condition:
    name = node.choice(COMPARABLE)
    if not scope.steps and place.own is None:
        raise node.wrong(f"{how} compares with earlier touchpoints, and this is the first")
    scope.reads_text |= name == "text"
    if how == "same":
        return lambda s: (first := _first(s)) is None or same(name, s.entry, first, s.fold)
    earlier, own = tuple(scope.steps), place.own
    return lambda s: all(different(name, s.entry, each, s.fold) for each in _before(s.taken, earlier, own))


def _first(s: Situation) -> Entry | None:
    return next((entries[0] for entries in s.taken.values() if entries), None)


def _before(taken: Mapping[str, list[Entry]], earlier: tuple[str, ...], own: str | None) -> list[Entry]:
    steps = earlier if own is None else (*earlier, own)
    return [entry for step in steps for entry in taken.get(step, ())]


def _linked(how: str, node: Node, scope: Scope) -> Condition:
    step = scope.step(node, node.text())
    if how == "answers":
        return lambda s: (asked := s.of(step)) is not None and answers(s.entry, asked)
    if how == "names":
        return lambda s: (entry := s.of(step)) is not None and _names(s.entry, entry)
    scope.asks_what_it_belongs_to = True
    return lambda s: s.belonging(step)


def _names(entry: Entry, other: Entry) -> bool:
    """Whether it refers or replies to the other one, or to its case."""
    refs = refs_of(entry)
    return other.touchpoint_id in refs or other.case_ref in refs


class Limit(NamedTuple):
    """A length of time from a step on; of a step that several take from the last of them, `from_first` the first."""

    step: str
    from_first: bool
    length: Value
    department: Value | None  # whose working hours count

    def begins(self, s: Situation) -> int | None:
        """From when on it counts (epoch ms); None where nothing took the step yet."""
        entries = s.taken.get(self.step)
        return entries[0 if self.from_first else -1].at if entries else None

    def over(self, s: Situation, times: int = 1) -> int | None:
        """When it is over, or `times` as long."""
        at, length = self.begins(s), times * int(self.length(s))
        if at is None or self.department is None:
            return None if at is None else at + length
        return s.fold.deadline(self.department(s), at, length)


def limit_of(node: Node, keys: Mapping[str, Node], scope: Scope, place: Place) -> Limit:
    """The time in `node`, counted from the step before or from `since`."""
    step = scope.step(keys["since"], keys["since"].text()) if "since" in keys else place.since or place.own
    if step is None:
        raise node.wrong("there is nothing before the first step to count from")
    whose = keys.get("calendar_of")
    return Limit(step, step == place.own, scope.duration(node), _department(whose, scope) if whose else None)


def due_time(node: Node, scope: Scope) -> Value:
    """The time that a step names, like `promised.due_at`; None where it is not later than the step."""
    due, step = scope.fact(node, node.text(), TIMES), node.text().partition(".")[0]

    def time(s: Situation) -> int | None:
        at, entry = due(s), s.of(step)
        return at if at is not None and entry is not None and at > entry.at else None

    return time


def _timed(keys: Mapping[str, Node], scope: Scope, place: Place) -> list[Condition]:
    """`within`: at most so long after the step before; `after`: longer than that; `by`: till a step's due time."""
    found: list[Condition] = []
    if "by" in keys:
        due = due_time(keys["by"], scope)
        found.append(lambda s: (until := due(s)) is None or s.entry.at <= until)
    if "within" in keys:
        within = limit_of(keys["within"], keys, scope, place)
        found.append(lambda s: (until := within.over(s)) is None or s.entry.at <= until)
    if "after" in keys:
        after = limit_of(keys["after"], keys, scope, place)
        found.append(lambda s: (until := after.over(s)) is not None and s.entry.at > until)
    if not {"within", "after"} & keys.keys() and (extra := keys.get("since") or keys.get("calendar_of")) is not None:
        raise extra.wrong("it says how `within` or `after` count: write one of them")
    return found


def _department(node: Node, scope: Scope) -> Value:
    """Whose working hours count: `department` of the touchpoint itself, or `step.department` of an earlier one."""
    text = node.text()
    if text in ("department", "to_department", "holder"):
        fact = FACTS[text]
        return lambda s: fact(s.entry, s.fold) or s.entry.department
    if "." not in text:
        raise node.wrong(f"{shown(text)} is no department of a touchpoint: write department, or asked.department")
    named = scope.fact(node, text, {name: WORDS[name] for name in ("department", "to_department", "holder")})
    return lambda s: named(s) or s.entry.department
