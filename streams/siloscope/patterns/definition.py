"""What a pattern's file says: steps in order, what is missing after them, what makes it no matter, what ends it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import xxhash

from ..core.rejected import nearest, shown
from ..core.touchpoint import BROADCASTS
from ..yaml_lines import Node
from .clauses import Clause, Limit, Place, clause, due_time, limit_of
from .facts import FACTS, TIMES, WORDS
from .scope import Scope, Situation, Value, name_of
from .templates import Sentence
from .tunable import kinds_of, tunable

_PAGE: Final = {
    "why_it_hurts": "Why it hurts", "what_is_told": "What is told", "what_to_do": "What to do",
    "what_is_not_told": "What is not told", "example": "Example",
}  # fmt: skip
NEEDED: Final = (
    "name", "suffers_from", "why_it_hurts", "what_is_told", "what_to_do", "steps", "title", "explanation",
    "suggested_action",
)  # fmt: skip
KEYS: Final = (
    *NEEDED, "what_is_not_told", "example", "parameters", "missing", "unless", "ends", "key", "owner", "minutes_lost",
    "scenarios",
)  # fmt: skip
_SHARED: Final = {"issue": "topic"}
_CUSTOMER: Final = "customer"
_OF_A_STEP: Final = ("only_if", "times", "from")
_OF_MISSING: Final = ("within", "since", "calendar_of", "by")


@dataclass(frozen=True)
class Step:
    """One step: taken by a touchpoint as described, or by `times` of them with enough different values of `kinds`."""

    name: str
    role: str
    clause: Clause
    only_if: Clause | None
    times: Value | None
    kinds: tuple[tuple[str, Value], ...]
    within: Limit | None  # till when it can be taken
    shared: tuple[str, ...]  # fields in which those that take it are the same


@dataclass(frozen=True)
class Missing:
    """What should have come: by the time that a step names (`by`), else within a time."""

    clause: Clause
    since: str
    by: Value | None
    within: Limit | None

    def due(self, s: Situation) -> tuple[int, int] | None:
        """By when, and when twice that time is over (epoch ms); None where there is no such time."""
        at, by = s.taken[self.since][-1].at, self.by(s) if self.by is not None else None
        if by is not None:
            return by, 2 * by - at
        ends, twice = (self.within.over(s), self.within.over(s, 2)) if self.within is not None else (None, None)
        return None if ends is None or twice is None else (ends, twice)


@dataclass(frozen=True)
class Definition:
    """A pattern as its file says it."""

    name: str
    page: str
    version: str
    parameters: type[Any]
    kinds: Mapping[str, str]
    steps: tuple[Step, ...]
    missing: Missing | None
    unless: tuple[Clause, ...]
    ends: tuple[Clause, ...]
    ends_after: Value | None
    at_once: bool
    key: tuple[str, ...] | str  # a step, or what an episode has in common; () is the customer
    owner: str | None  # a department, or `step.field`
    lost_since: str | None  # a step, or `step.due_at`
    suspected: bool
    asks_what_it_belongs_to: bool
    title: Sentence
    explanation: Sentence
    suggested_action: Sentence

    @property
    def clauses(self) -> list[Clause]:
        """All there are."""
        others = [*self.unless, *self.ends, *([self.missing.clause] if self.missing else [])]
        return [*(step.clause for step in self.steps), *others]


def definition(root: Node) -> Definition:
    """The pattern in a file; raises Unusable in one line with the place and the remedy."""
    keys = root.keys(KEYS)
    for name in NEEDED:
        if name not in keys:
            raise root.wrong(f"{name} is missing: docs/own-symptoms.md shows a whole pattern")
    name = name_of(keys["name"].text(), keys["name"], "a symptom")
    parameters = tunable(keys.get("parameters"), name)
    kinds = kinds_of(parameters)
    scope = Scope(kinds)
    steps = _steps(keys["steps"], scope)
    last = Place(steps[-1].name)
    missing = _missing(keys["missing"], scope, last) if "missing" in keys else None
    unless = _clauses(keys.get("unless"), scope, last)
    at_once, ends, after = _ends(keys.get("ends"), scope, last)
    said = [Sentence(keys[each], scope.steps, kinds) for each in ("title", "explanation", "suggested_action")]
    found = Definition(
        name=name,
        page=_page(keys),
        version=_version(keys),
        parameters=parameters,
        kinds=kinds,
        steps=steps,
        missing=missing,
        unless=unless,
        ends=ends,
        ends_after=after,
        at_once=at_once,
        key=_key(keys.get("key"), scope, steps),
        owner=_owner(keys.get("owner"), scope),
        lost_since=_lost(keys.get("minutes_lost"), scope),
        suspected=scope.reads_text,
        asks_what_it_belongs_to=scope.asks_what_it_belongs_to,
        title=said[0],
        explanation=said[1],
        suggested_action=said[2],
    )
    for unused in kinds.keys() - scope.used:
        raise keys["parameters"].keys()[unused].wrong(f"nothing makes use of it: write ${unused} where it counts")
    return found


def _page(keys: Mapping[str, Node]) -> str:
    lines = [f"This customer suffers from {_line(keys['suffers_from'])}"]
    for key, heading in _PAGE.items():
        if key in keys:
            lines += ["", heading, f"    {_line(keys[key])}"]
    return "\n".join(lines)


def _line(node: Node) -> str:
    text = " ".join(node.text().split())
    if not text:
        raise node.wrong("say it in a sentence: it is the reference that others read")
    return text


def _version(keys: Mapping[str, Node]) -> str:
    """Another definition is another version; scenarios are no part of it."""
    said = repr([(name, _spelled(node)) for name, node in sorted(keys.items()) if name != "scenarios"])
    return xxhash.xxh3_64_hexdigest(said.encode())[:8]


def _spelled(node: Node) -> object:
    if isinstance(node.value, dict):
        return {name: _spelled(each) for name, each in node.value.items()}
    return [_spelled(each) for each in node.value] if isinstance(node.value, list) else node.value


def _steps(node: Node, scope: Scope) -> tuple[Step, ...]:
    steps: list[Step] = []
    for each in node.items():
        named = each.keys()
        if len(named) != 1:
            raise each.wrong("a step is one name with what takes it: `- asked: {activity: question}`")
        ((name, inner),) = named.items()
        name_of(name, inner, "a step")
        if name in (*FACTS, _CUSTOMER):
            raise inner.wrong(f"{name} is the name of a field: give the step another, like asked")
        if name in scope.steps:
            raise inner.wrong(f"there is a step {name} already: give it another name")
        steps.append(_step(name, inner, scope))
        scope.steps.append(name)
    if not steps:
        raise node.wrong("a pattern has at least one step")
    if all(activity in BROADCASTS for activity, _ in steps[0].clause.wanted):
        raise node.wrong("the first step is something of this customer, not something said to everybody")
    return tuple(steps)


def _step(name: str, node: Node, scope: Scope) -> Step:
    keys = node.keys()
    counted = "times" in keys
    if "from" in keys and not counted:
        raise keys["from"].wrong("it says of how many the touchpoints come: write times: 3 besides")
    if counted and not scope.steps and "within" not in keys:
        raise node.wrong("times needs the time in which they come: write within: 7 d")
    place = Place(scope.steps[-1] if scope.steps else None, name if counted else None)
    described = clause(node, scope, place, _OF_A_STEP)
    only_if = None
    if "only_if" in keys:
        if not scope.steps:
            raise keys["only_if"].wrong("the first step has nothing to give up: write its conditions directly")
        only_if = clause(keys["only_if"], scope, place)
    kinds = []
    for field, least in keys["from"].keys(WORDS).items() if "from" in keys else ():
        kinds.append((field, scope.count(least)))
    within = limit_of(keys["within"], keys, scope, place) if "within" in keys else None
    times = scope.count(keys["times"]) if counted else None
    shared = tuple(_SHARED.get(each.text(), each.text()) for each in keys["same"].items()) if "same" in keys else ()
    shared = tuple(each for each in shared if each in WORDS and each != "text")
    return Step(name, name.replace("_", " "), described, only_if, times, tuple(kinds), within, shared)


def _missing(node: Node, scope: Scope, last: Place) -> Missing:
    keys = node.keys()
    described = clause(node, scope, last, _OF_MISSING)
    if not set(keys) - {*_OF_MISSING}:
        raise node.wrong("say what should have come, like activity: answer")
    if "within" not in keys and "by" not in keys:
        raise node.wrong("say by when it should have come: within: 72 h, or by: promised.due_at")
    by = due_time(keys["by"], scope) if "by" in keys else None
    since = keys["since"].text() if "since" in keys else last.since or ""
    if "within" not in keys:
        return Missing(described, since, by, None)
    whose = keys.get("calendar_of") or _written(f"{since}.department", node)  # it is somebody's work
    return Missing(described, since, by, limit_of(keys["within"], {**keys, "calendar_of": whose}, scope, last))


def _written(text: str, at: Node) -> Node:
    """As if `text` were written there."""
    return Node(text, at.file, at.line, at.path)


def _clauses(node: Node | None, scope: Scope, last: Place) -> tuple[Clause, ...]:
    """One clause, or a list of them."""
    if node is None:
        return ()
    return tuple(clause(each, scope, last) for each in (node.value if isinstance(node.value, list) else [node]))


def _ends(node: Node | None, scope: Scope, last: Place) -> tuple[bool, tuple[Clause, ...], Value | None]:
    """Whether at once, with what touchpoints, and how long after the last evidence."""
    if node is None:
        return False, (), None
    if isinstance(node.value, str):
        if node.value != "at once":
            raise node.wrong("write ends: at once, or ends: {after: 7 d}, or ends: {with: {activity: recovered}}")
        return True, (), None
    keys = node.keys(("after", "with"))
    after = scope.duration(keys["after"]) if "after" in keys else None
    return False, _clauses(keys.get("with"), scope, last), after


def _key(node: Node | None, scope: Scope, steps: tuple[Step, ...]) -> tuple[str, ...] | str:
    if node is None:
        return steps[0].name if steps[0].times is None else steps[0].shared
    if isinstance(node.value, str) and node.value == _CUSTOMER:
        return ()
    if isinstance(node.value, str) and node.value in scope.steps:
        return node.value
    for each in node.items():
        if each.text() not in WORDS:
            near = nearest(each.text(), (_CUSTOMER, *scope.steps, *WORDS))
            raise each.wrong(
                f"{shown(each.text())} is no key{near or ': write customer, a step, or fields like case_ref'}"
            )
    return tuple(each.text() for each in node.items())


def _owner(node: Node | None, scope: Scope) -> str | None:
    if node is None:
        return None
    text = node.text()
    if "." in text:
        scope.fact(node, text, dict.fromkeys(("department", "to_department", "holder")))
    return text.lower()


def _lost(node: Node | None, scope: Scope) -> str | None:
    if node is None:
        return None
    text = node.text()
    if "." in text:
        scope.fact(node, text, TIMES)
    else:
        scope.step(node, text)
    return text
