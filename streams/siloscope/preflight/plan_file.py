"""A planned rule: a YAML file that says after which touchpoints of a customer what would be added, and when."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple

import msgspec

from ..core.parameters import to_duration
from ..core.rejected import Rejected
from ..core.touchpoint import BROADCASTS, EARLIEST, Touchpoint
from ..errors import Unusable
from ..patterns.conditions import Condition, condition
from ..patterns.scope import Scope
from ..wire import Clock, decode_touchpoint
from ..yaml_lines import Node, read

# Given by the touchpoint that it comes after.
TAKEN_OVER: Final = ("identifiers", "account", "case_ref", "product", "segment", "language")
_OURS: Final = ("touchpoint_id", "occurred_at", "identifiers", "account", "thread_ref", "source")
_NUMBERS: Final = ("sentiment", "score")
_ANYBODY: Final = [{"kind": "customer_id", "value": "anybody"}]


class Added(NamedTuple):
    """One touchpoint of the rule, `after` so many milliseconds; `fields` as the contract's JSON has them."""

    after: int
    fields: Mapping[str, Any]

    @property
    def activity(self) -> str:
        """What it does."""
        return str(self.fields["activity"])


class Plan(NamedTuple):
    """After each touchpoint that fulfils `conditions` the `adds` come, for a customer at most once in `every` ms."""

    name: str
    conditions: tuple[Condition, ...]
    adds: tuple[Added, ...]
    every: int = 0


def read_plan(path: Path) -> Plan:
    """The rule in a file; raises Unusable with the line, the value and the remedy."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise Unusable(f"{path} cannot be read: {error}; --plan is a YAML file, see docs/preflight.md") from None
    node = read(text, str(path))
    keys = node.keys(("name", "after", "every", "adds"))
    for needed in ("name", "after", "adds"):
        if needed not in keys:
            raise node.wrong(f"{needed} is missing: write {_EXAMPLES[needed]}")
    conditions = _conditions(keys["after"])
    adds = sorted((_added(each) for each in keys["adds"].items()), key=lambda each: each.after)
    if not adds:
        raise keys["adds"].wrong(f"nothing is added: write {_EXAMPLES['adds']}")
    every = _duration(keys["every"]) if "every" in keys else 0
    return Plan(keys["name"].text(), conditions, tuple(adds), every)


_EXAMPLES: Final = {
    "name": "name: A tax form after each purchase",
    "after": "after: {activity: purchase}",
    "adds": "adds: [{in: 1 d, activity: form_request, department: finance, channel: email}]",
}


def _conditions(node: Node) -> tuple[Condition, ...]:
    fields, scope = node.keys(), Scope({})
    if "activity" not in fields:
        raise node.wrong("activity is missing: say after which activity, like activity: purchase")
    return tuple(condition(name, each, scope) for name, each in fields.items())


def _duration(node: Node) -> int:
    try:
        return to_duration(node.text())
    except ValueError as error:
        raise node.wrong(str(error)) from None


def _added(node: Node) -> Added:
    fields = dict(node.keys(("in", *(name for name in Touchpoint.__struct_fields__ if name not in _OURS))))
    after = _duration(fields.pop("in")) if "in" in fields else 0
    said = {name: _value(name, each) for name, each in fields.items()}
    usual = {"touchpoint_id": "planned", "occurred_at": EARLIEST, "identifiers": _ANYBODY}
    found = decode_touchpoint(msgspec.json.encode(usual | said))
    if isinstance(found, Rejected):
        raise fields.get(found.field or "", node).wrong(found.message)
    if isinstance(found, Clock) or found.activity in BROADCASTS:
        raise node.wrong("a rule adds touchpoints of one customer, not what is said to everybody")
    return Added(after, said)


def _value(name: str, node: Node) -> Any:
    if name in _NUMBERS:
        try:
            return float(node.text())
        except ValueError:
            raise node.wrong(f"{node.text()!r} is no number") from None
    plain: Callable[[Node], Any] = lambda each: each.text()  # noqa: E731
    if isinstance(node.value, list) or name in ("fields", "refers_to"):
        return [plain(each) for each in node.items()]
    return {key: plain(each) for key, each in node.value.items()} if isinstance(node.value, dict) else node.text()
