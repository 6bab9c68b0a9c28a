"""A rule of a mapping: for the rows it fits it makes a touchpoint, field by field."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final

import msgspec

from ..core.rejected import Rejected, nearest, shown
from ..core.soundness import sound
from ..core.touchpoint import Identifier, Kpi, Source, Touchpoint
from ..core.vocabulary import ACTIVITIES, BROADCASTS, DIRECTIONS
from ..yaml_lines import Node
from .columns import Columns, Get
from .conditions import Test, all_hold, tests
from .rows import Row
from .times import Refused
from .values import Value, Values

FIELDS: Final = Touchpoint.__struct_fields__
_REQUIRED: Final = ("touchpoint_id", "occurred_at", "activity", "department", "channel")
_TIMES: Final = ("occurred_at", "due_at", "renewal_at")
_NUMBERS: Final = ("sentiment", "score")
_LISTS: Final = ("fields", "refers_to")
_MAPS: Final = ("claims", "attributes")
_CLOSED: Final[dict[str, Iterable[str]]] = {
    "activity": ACTIVITIES,
    "direction": DIRECTIONS,
    "priority": ("low", "normal", "high", "critical"),
}

_encode: Final = msgspec.json.Encoder().encode


class Rule:
    """One entry of `touchpoints`, with what `every` says."""

    def __init__(self, tests: list[Test], skips: Callable[[Row], bool], fields: dict[str, str | Value]) -> None:
        self.tests = tests
        self.skips = skips
        self._fixed = {field: value for field, value in fields.items() if isinstance(value, str)}
        self._read = [(field, value) for field, value in fields.items() if not isinstance(value, str)]

    def make(self, row: Row) -> tuple[bytes, Touchpoint | Rejected]:
        """The touchpoint of a row and its JSON form; or why there is none, and nothing."""
        record: dict[str, Any] = self._fixed.copy()
        try:
            for field, get in self._read:
                value = get(row)
                if value is not None:
                    record[field] = value
            touchpoint = Touchpoint(**record)
        except Refused as refused:
            return b"", refused.rejected
        except TypeError:
            return b"", _missing(record)
        raw = _encode(record)
        wrong = sound(touchpoint)
        return (raw, touchpoint) if wrong is None else (b"", wrong)


def _missing(record: dict[str, Any]) -> Rejected:
    field = next(name for name in _REQUIRED if name not in record)
    return Rejected("missing_field", field, f"{field}: the row does not say it: give it a `default`, or skip the row")


def rules_of(node: Node, every: Node | None, values: Values) -> Iterator[Rule]:
    """The rules of a mapping; raises `Unusable` for an unknown key or value, or a required field that none says."""
    shared = every.keys(FIELDS) if every is not None else {}
    if not isinstance(node.value, list) or not node.value:
        raise node.wrong("must be a list of rules, each beginning with a dash")
    for each in node.value:
        own = each.keys((*FIELDS, "when"))
        fields = {name: at for name, at in {**shared, **own}.items() if name != "when" and at.value != ""}
        _check(each, fields)
        yield Rule(
            tests(own["when"], values.columns) if "when" in own else [],
            _skips(fields, values.columns),
            {name: _field(name, at, values) for name, at in fields.items()},
        )


def _check(rule: Node, fields: dict[str, Node]) -> None:
    for name in _REQUIRED:
        if name not in fields:
            raise rule.wrong(f"has no `{name}`: say it here or under `every`")
    for name, known in _CLOSED.items():
        for place in _constants(fields[name]) if name in fields else ():
            if place.text() and place.text() not in known:
                there = nearest(place.text(), known) or f": it is one of {', '.join(known)}"
                raise place.wrong(f"{shown(place.text())} is no {name}{there}")
    said = {place.text() for place in _constants(fields["activity"])}
    if "identifiers" not in fields and not (said and said <= BROADCASTS):
        raise rule.wrong("has no `identifiers`: say who the customer is, like identifiers: {customer_id: '{customer}'}")


def _constants(node: Node) -> list[Node]:
    """The places of all constants that the text `node` may become."""
    if not isinstance(node.value, dict):
        return [] if "{" in node.text() else [node]
    found = list(node.value["values"].keys().values()) if "values" in node.value else []
    return found + (_constants(node.value["default"]) if "default" in node.value else [])


def _skips(fields: dict[str, Node], columns: Columns) -> Callable[[Row], bool]:
    """Whether a row is one for which a field says `skip`."""
    wanted = [
        _kept(node, node.value["skip"], columns)
        for node in fields.values()
        if isinstance(node.value, dict) and "skip" in node.value and "from" in node.value
    ]
    if not wanted:
        return lambda row: False
    kept = all_hold(wanted)
    return lambda row: not kept(row)


def _kept(node: Node, skip: Node, columns: Columns) -> Test:
    keys = node.keys()
    source = columns.template(keys["from"].text(), keys["from"])
    if isinstance(source, str):
        raise keys["from"].wrong("names no {column}")
    if skip.value == "others":
        among = frozenset(keys["values"].keys()) if "values" in keys else frozenset()
        return Test(keys["from"].text(), source, lambda value: value in among)
    left = frozenset(each.text() for each in skip.items())
    return Test(keys["from"].text(), source, lambda value: value not in left)


def _field(name: str, node: Node, values: Values) -> str | Value:
    if name in _TIMES:
        return values.moment(node, name)
    if name in _NUMBERS:
        return values.number(node, name)
    if name in _LISTS:
        return values.texts(node, name)
    if name in _MAPS:
        return values.table(node, name)
    if name == "identifiers":
        return _identifiers(node, values)
    if name == "source":
        return _source(node, values)
    if name == "kpi":
        return _kpi(node, values)
    return values.text(node, name)


def _texts(node: Node, values: Values, field: str) -> list[Get]:
    found = [values.text(each, field) for each in (node.value if isinstance(node.value, list) else [node])]
    return [_always(text) if isinstance(text, str) else text for text in found]


def _always(text: str) -> Get:
    return lambda row: text or None


def _identifiers(node: Node, values: Values) -> Value:
    ways = [(kind, get) for kind, each in node.keys().items() for get in _texts(each, values, "identifiers")]

    def identifiers(row: Row) -> list[Identifier] | None:
        return [Identifier(kind, value) for kind, get in ways if (value := get(row)) is not None] or None

    return identifiers


def _source(node: Node, values: Values) -> Value:
    node.keys(("system", "id"))
    get = values.table(node, "source")
    return lambda row: Source(**found) if (found := get(row)) else None


def _kpi(node: Node, values: Values) -> Value:
    keys = node.keys(("name", "value", "target", "met"))
    if "name" not in keys:
        raise node.wrong("has no `name`: say which measure, like name: sla")
    (name,) = _texts(keys["name"], values, "kpi.name")
    numbers = {part: values.number(keys[part], f"kpi.{part}") for part in ("value", "target") if part in keys}
    met = _texts(keys["met"], values, "kpi.met")[0] if "met" in keys else _always("")

    def kpi(row: Row) -> Kpi | None:
        called, done = name(row), met(row)
        if called is None:
            return None
        said = None if done is None else done.lower() in ("true", "yes", "1", "met")
        return Kpi(called, **{part: get(row) for part, get in numbers.items()}, met=said)

    return kpi
