"""A scenario: small timelines and what must be found on them, written short.

A touchpoint is `{id, at, do: "department activity", …}`: `at` is an offset from the base time (`3d`, `3d 04:00`,
`1d 00:00:00.001`, `2d -1ms`), the channel is `email` and the customer `ann` unless it says otherwise; the other fields
are the contract's. What is expected names only the fields that matter; times are offsets too. Alerts of other symptoms
that the timeline sets off do not matter.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Any, Final

import yaml

from ..core.alert import Alert
from ..core.rejected import Rejected
from ..core.touchpoint import BROADCASTS
from ..wire import decode_touchpoint
from ..yaml_lines import Node, read

BASE: Final = 1_772_442_000_000  # 2026-03-02T09:00:00Z, a Monday
TIMES: Final = (
    "opened_at", "updated_at", "resolved_at", "handed_at", "due_at", "accepted_at", "closed_at", "renewal_at",
)  # fmt: skip

_KEYS: Final = ("name", "why", "touchpoints", "until", "expect", "warnings", "parameters", "oracle", "symptom")
_PART: Final = re.compile(r"(?P<days>[+-]?\d+)d|(?P<clock>\d+:\d\d(?::\d\d(?:\.\d{3})?)?)|(?P<ms>[+-]\d+)ms")


@dataclass
class Scenario:
    """Touchpoints in the contract's JSON form, the time they are judged at (epoch ms) and what must stand then."""

    symptom: str
    name: str
    touchpoints: list[dict[str, Any]]
    until: int
    expect: list[dict[str, Any]]
    why: str = ""
    warnings: list[dict[str, Any]] | None = None
    parameters: dict[str, dict[str, Any]] = field(default_factory=dict)
    oracle: bool = True  # the oracle knows of it: it reads no claims from texts

    def __str__(self) -> str:
        return f"{self.symptom}: {self.name}"

    @property
    def in_order(self) -> list[dict[str, Any]]:
        """The touchpoints by time."""
        return sorted(self.touchpoints, key=lambda t: t["occurred_at"])


def moment(offset: str | int) -> int:
    """Epoch ms of an offset from the base time."""
    at = BASE
    text = str(offset)
    if re.sub(_PART, "", text).strip() not in ("", "0"):
        raise ValueError(f"{offset!r} is no offset: write it like 3d 04:00")
    for part in _PART.finditer(text):
        if part["days"]:
            at += int(part["days"]) * 86_400_000
        elif part["clock"]:
            hours, minutes, seconds = (*map(float, part["clock"].split(":")), 0.0)[:3]
            at += round((hours * 3600 + minutes * 60 + seconds) * 1000)
        else:
            at += int(part["ms"])
    return at


def offset(at: int) -> str:
    """A time (epoch ms) as an offset from the base time: `3d`, `3d 04:00`, `1d 00:00:00.001`."""
    days, rest = divmod(at - BASE, 86_400_000)
    seconds, milliseconds = divmod(rest, 1_000)
    clock = f"{seconds // 3600:02}:{seconds // 60 % 60:02}"
    if seconds % 60 or milliseconds:
        clock += f":{seconds % 60:02}" + (f".{milliseconds:03}" if milliseconds else "")
    return f"{days}d {clock}" if rest else f"{days}d"


def touchpoint(short: dict[str, Any]) -> dict[str, Any]:
    """The contract's record of a touchpoint written short; raises ValueError where it cannot be one."""
    rest = dict(short)
    for name in ("id", "at", "do"):
        if rest.get(name) is None:
            raise ValueError(f"has no {name}: write it like {{id: q, at: 0d, do: support question}}")
    words = str(rest.pop("do")).split()
    if len(words) != 2:
        raise ValueError(f"do: {' '.join(words)} is no department and activity: write it like do: support question")
    record = {
        "touchpoint_id": str(rest.pop("id")),
        "occurred_at": moment(rest.pop("at")),
        "activity": words[1],
        "department": words[0],
        "channel": rest.pop("channel", "email"),
    }
    customer = rest.pop("customer", "ann")
    if words[1] not in BROADCASTS:
        record["identifiers"] = [{"kind": "customer_id", "value": customer}]
    return record | {name: moment(value) if name in TIMES else value for name, value in rest.items()}


def expected(short: dict[str, Any]) -> dict[str, Any]:
    """What an alert or warning must say, with its times in epoch ms."""
    return {name: moment(value) if name in TIMES and value is not None else value for name, value in short.items()}


def read_scenarios(text: str, file: str, symptom: str, under: str | None = None) -> list[Scenario]:
    """The scenarios in a YAML file, a list or what stands `under` a key, of `symptom` where they do not say another.

    Raises Unusable in one line with the file, the line and the remedy.
    """
    node, values = read(text, file), yaml.safe_load(text)
    if under is not None:
        keys = node.keys()
        if under not in keys:
            return []
        node, values = keys[under], values[under]
    if not isinstance(values, list):
        raise node.wrong("scenarios are a list: begin each with `- name: …`")
    return [_scenario(each, value, symptom) for each, value in zip(node.items(), values, strict=True)]


def _scenario(node: Node, value: dict[str, Any], symptom: str) -> Scenario:
    keys = node.keys(_KEYS)
    for name in ("name", "touchpoints", "expect"):
        if name not in keys:
            raise node.wrong(f"{name} is missing: a scenario has a name, touchpoints and what to expect of them")
    pairs = zip(_list(keys["touchpoints"]), value["touchpoints"], strict=True)
    touchpoints = [_record(each, short) for each, short in pairs]
    if not touchpoints:
        raise keys["touchpoints"].wrong("a scenario has at least one touchpoint")
    until = max(t["occurred_at"] for t in touchpoints)
    if "until" in keys:
        until = _moment(keys["until"])
    return Scenario(
        value.get("symptom", symptom),
        str(value["name"]),
        touchpoints,
        until,
        [_expected(each, short) for each, short in zip(_list(keys["expect"]), value["expect"], strict=True)],
        value.get("why", ""),
        [expected(each) for each in value["warnings"]] if "warnings" in value else None,
        {value.get("symptom", symptom): value["parameters"]} if "parameters" in value else {},
        value.get("oracle", True),
    )


def _list(node: Node) -> list[Node]:
    if not isinstance(node.value, list):
        raise node.wrong("must be a list; [] is empty")
    return node.value


def _moment(node: Node) -> int:
    try:
        return moment(node.text())
    except ValueError as error:
        raise node.wrong(str(error)) from None


def _record(node: Node, short: Any) -> dict[str, Any]:
    """The record of a touchpoint, of which it is sure that it would be taken."""
    if not isinstance(short, dict):
        raise node.wrong("write a touchpoint like {id: q, at: 0d, do: support question}")
    try:
        record = touchpoint(short)
        decoded = decode_touchpoint(json.dumps(record).encode())
    except (ValueError, TypeError) as error:
        raise node.wrong(str(error)) from None
    if isinstance(decoded, Rejected):
        raise node.wrong(decoded.message)
    return record


def _expected(node: Node, short: Any) -> dict[str, Any]:
    node.keys(Alert.__struct_fields__)
    try:
        return expected(short)
    except ValueError as error:
        raise node.wrong(str(error)) from None
