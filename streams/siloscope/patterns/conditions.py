"""Conditions on one field of a touchpoint: equal, one of, not, present, at least, at most, contains, begins with."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from ..core.rejected import nearest, shown
from ..core.touchpoint import ACTIVITIES, BROADCASTS, DIRECTIONS
from ..yaml_lines import Node
from .facts import FACTS, LISTS, LOWER, NUMBERS, TIMES, WORDS
from .scope import Scope, Situation, Value

Condition = Callable[[Situation], bool]

# Fields with a closed vocabulary.
CLOSED: Final = {
    "activity": tuple(name for name in ACTIVITIES if name != "kpi_reported"),
    "direction": tuple(DIRECTIONS),
    "priority": ("low", "normal", "high", "critical"),
    "kpi": ("met", "missed"),
}
KINDS: Final[dict[str, tuple[str, ...]]] = {
    "numbers": ("at_least", "at_most", "more_than", "less_than", "present"),
    "times": ("present",),
    "lists": ("not", "present"),
    "words": ("not", "present", "contains", "begins_with"),
}
_COMPARE: Final[dict[str, Callable[[Decimal, Decimal], bool]]] = {
    "at_least": lambda one, two: one >= two,
    "at_most": lambda one, two: one <= two,
    "more_than": lambda one, two: one > two,
    "less_than": lambda one, two: one < two,
}


def condition(field: str, node: Node, scope: Scope) -> Condition:
    """The condition that `field: node` is; `field` may be `step.field` of an earlier step."""
    step, _, name = field.rpartition(".")
    kind = _kind(name, node)
    fact = FACTS[name]
    if name == "text":
        scope.reads_text = True
    if step:
        scope.step(node, step)

    def value(s: Situation) -> Any:
        entry = s.of(step) if step else s.entry
        return None if entry is None else fact(entry, s.fold)

    if isinstance(node.value, dict):
        tests = [_test(kind, name, how, each, scope) for how, each in node.keys(KINDS[kind]).items()]
        return lambda s: all(test(value(s), s) for test in tests)
    if kind in ("numbers", "times"):
        raise node.wrong(f"{name} is compared: write {name}: {{{KINDS[kind][0]}: …}}")
    if name == "text":
        raise node.wrong("a text is searched: write text: {contains: [word, another]}")
    equals = _equals(kind, name, node, scope)
    return lambda s: equals(value(s), s)


def _kind(name: str, node: Node) -> str:
    for kind, fields in (("numbers", NUMBERS), ("times", TIMES), ("lists", LISTS), ("words", WORDS)):
        if name in fields:
            return kind
    if name in ("attributes", "source", "identifiers", "occurred_at"):
        raise node.wrong(f"{name} is not kept on the timeline: send what matters as topic, reason, team or outcome")
    raise node.wrong(f"there is no field {shown(name)}{nearest(name, FACTS) or ': the fields are in docs/events.md'}")


Test = Callable[[Any, Situation], bool]


def _test(kind: str, name: str, how: str, node: Node, scope: Scope) -> Test:
    if how == "present":
        there = node.yes()
        return lambda value, _: (value is not None and value != ()) is there
    if how == "not":
        return _unequal(kind, name, node, scope)
    if how in _COMPARE:
        limit, compare = _limit(node, scope), _COMPARE[how]
        return lambda value, s: value is not None and (than := limit(s)) is not None and compare(value, than)
    words = [each.text() for each in node.items()]
    if not words or not all(words):
        raise node.wrong(f"{how} needs at least one word")
    if how == "begins_with":
        return lambda value, _: value is not None and value.startswith(tuple(words))
    search = re.compile("|".join(rf"\b{re.escape(word.casefold())}" for word in words)).search
    return lambda value, _: value is not None and search(value.casefold()) is not None


def _equals(kind: str, name: str, node: Node, scope: Scope) -> Test:
    if isinstance(node.value, str) and node.value.startswith("$"):
        return _is(kind, _named(node, scope))
    values = frozenset(_literal(name, each) for each in node.items())
    return _is(kind, lambda _: values)


def _is(kind: str, among: Value) -> Test:
    """Whether a value is one `among` several, or equal to one; of a list, whether it has one of them."""

    def test(value: Any, s: Situation) -> bool:
        known = among(s)
        if known is None or value is None:
            return False
        known = known if isinstance(known, frozenset | tuple) else (known,)
        return any(each in known for each in value) if kind == "lists" else value in known

    return test


def _unequal(kind: str, name: str, node: Node, scope: Scope) -> Test:
    equals = _equals(kind, name, node, scope)
    if isinstance(node.value, str) and "." in node.value and node.value.startswith("$"):
        other = _named(node, scope)  # of two facts both must be known to differ
        return lambda value, s: value is not None and other(s) is not None and not equals(value, s)
    return lambda value, s: not equals(value, s)


def _named(node: Node, scope: Scope) -> Value:
    """A parameter, or a fact of an earlier step."""
    text = node.text()[1:]
    return scope.fact(node, text, WORDS) if "." in text else scope.parameter(node, ("names",))


def _literal(name: str, node: Node) -> str:
    text = node.text()
    if text.startswith("$"):
        raise node.wrong(f"{text} stands in a list: a parameter or a step's fact stands alone")
    if not text:
        raise node.wrong(f"an empty {name}: write {name}: {{present: no}} where none is meant")
    if name in CLOSED and text not in CLOSED[name]:
        raise node.wrong(f"{shown(text)} is no {name}{nearest(text, CLOSED[name]) or _listed(name)}")
    return text.lower() if name in LOWER else text


def _listed(name: str) -> str:
    return ": the activities are in docs/events.md" if name == "activity" else f": there are {', '.join(CLOSED[name])}"


def _limit(node: Node, scope: Scope) -> Value:
    text = node.text()
    if text.startswith("$"):
        if "." in text:
            return scope.fact(node, text[1:], NUMBERS)
        named = scope.parameter(node, ("number", "count", "share"))
        return lambda s: Decimal(str(named(s)))
    try:
        number = Decimal(text)
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite():
        raise node.wrong(f"{shown(text)} is no number")
    return lambda _: number


def wanted(conditions: dict[str, Node]) -> frozenset[tuple[str, str]]:
    """The (activity, direction) that conditions let through, as far as they say so plainly."""
    activities = _let_through(conditions.get("activity"), frozenset(ACTIVITIES))
    directions = _let_through(conditions.get("direction"), frozenset(DIRECTIONS))
    return frozenset((activity, direction) for activity in activities for direction in directions)


def named_to_all(conditions: dict[str, Node]) -> frozenset[str]:
    """The activities said to everybody that conditions name; no others are meant."""
    node, alternatives = conditions.get("activity"), conditions.get("any")
    named = _texts(node) & BROADCASTS if node is not None and not isinstance(node.value, dict) else frozenset()
    return named.union(*(named_to_all(each.keys()) for each in alternatives.items())) if alternatives else named


def _let_through(node: Node | None, known: frozenset[str]) -> frozenset[str]:
    if node is None:
        return known
    if isinstance(node.value, dict):
        unwanted = node.value.get("not")
        return known - (_texts(unwanted) if unwanted is not None else frozenset())
    return _texts(node) & known or known


def _texts(node: Node) -> frozenset[str]:
    return frozenset(each.value for each in node.items() if isinstance(each.value, str))
