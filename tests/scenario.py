"""A scenario: one customer's small timeline and what must be found on it, written short in `scenarios/<symptom>.yml`.

A touchpoint is `{id, at, do: "department activity", …}`: `at` is an offset from the base time (`3d`, `3d 04:00`,
`1d 00:00:00.001`, `2d -1ms`), the channel is `email` and the customer `ann` unless it says otherwise; the other fields
are the contract's. What is expected names only the fields that matter; times are offsets too. Alerts of other symptoms
that the timeline sets off do not matter.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from siloscope.core.touchpoint import BROADCASTS

SCENARIOS = Path(__file__).parent / "scenarios"
BASE = 1_772_442_000_000  # 2026-03-02T09:00:00Z, a Monday
TIMES = ("opened_at", "updated_at", "resolved_at", "handed_at", "due_at", "accepted_at", "closed_at", "renewal_at")

_PART = re.compile(r"(?P<days>[+-]?\d+)d|(?P<clock>\d+:\d\d(?::\d\d(?:\.\d{3})?)?)|(?P<ms>[+-]\d+)ms")


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


def touchpoint(short: dict[str, Any]) -> dict[str, Any]:
    """The contract's record of a touchpoint written short."""
    rest = dict(short)
    department, activity = rest.pop("do").split()
    record = {
        "touchpoint_id": rest.pop("id"),
        "occurred_at": moment(rest.pop("at")),
        "activity": activity,
        "department": department,
        "channel": rest.pop("channel", "email"),
    }
    customer = rest.pop("customer", "ann")
    if activity not in BROADCASTS:
        record["identifiers"] = [{"kind": "customer_id", "value": customer}]
    return record | {name: moment(value) if name in TIMES else value for name, value in rest.items()}


def expected(short: dict[str, Any]) -> dict[str, Any]:
    """What an alert or warning must say, with its times in epoch ms."""
    return {name: moment(value) if name in TIMES and value is not None else value for name, value in short.items()}


def load(symptom: str) -> list[Scenario]:
    """The scenarios of one symptom."""
    loaded = []
    for each in yaml.safe_load((SCENARIOS / f"{symptom}.yml").read_text()):
        touchpoints = [touchpoint(t) for t in each["touchpoints"]]
        last = max(t["occurred_at"] for t in touchpoints)
        loaded.append(
            Scenario(
                symptom,
                each["name"],
                touchpoints,
                moment(each["until"]) if "until" in each else last,
                [expected(alert) for alert in each["expect"]],
                each.get("why", ""),
                [expected(w) for w in each["warnings"]] if "warnings" in each else None,
                {symptom: each["parameters"]} if "parameters" in each else {},
                each.get("oracle", True),
            )
        )
    return loaded


def every() -> list[Scenario]:
    """All scenarios of all symptoms."""
    return [scenario for file in sorted(SCENARIOS.glob("*.yml")) for scenario in load(file.stem)]
