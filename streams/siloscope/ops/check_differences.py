"""What was expected and what was found, said so that the difference is seen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..patterns.scenarios import TIMES, Scenario, offset
from .trial import agreed, judged


def expected_otherwise(scenario: Scenario, found: Sequence[Any]) -> list[str]:
    """Where the alerts found are not those that a scenario expects, one line each."""
    alerts = [agreed(alert) | judged(alert) for alert in found]
    lines = []
    for expected in scenario.expect:
        alert = _taken(expected, alerts)
        if alert is None:
            lines.append(f"expected and not found: {_shown(expected)}")
            continue
        wrong = {name: value for name, value in expected.items() if alert[name] != value}
        if wrong:
            there = ", ".join(
                f"{name} expected {_value(name, value)}, found {_value(name, alert[name])}"
                for name, value in wrong.items()
            )
            lines.append(f"alert {alert['key']}: {there}")
    return lines + [f"found and not expected: {_brief(alert)}" for alert in alerts]


def _taken(expected: Mapping[str, Any], alerts: list[dict[str, Any]]) -> dict[str, Any] | None:
    """The alert that is meant, which then is no more among the alerts: the one with its key, else the likest."""
    fitting = [each for each in alerts if expected.get("key", each["key"]) == each["key"]]
    if not fitting:
        return None
    best = max(fitting, key=lambda each: sum(each[name] == value for name, value in expected.items()))
    alerts.remove(best)
    return best


def arrived_otherwise(first: Sequence[Any], second: Sequence[Any]) -> list[str]:
    """Where two runs over the same touchpoints do not agree, one line each."""
    ours, theirs = ({each.alert_id: agreed(each) for each in alerts} for alerts in (first, second))
    lines = [f"not found, though found as written: {_brief(ours[each])}" for each in ours.keys() - theirs.keys()]
    lines += [f"found, though not as written: {_brief(theirs[each])}" for each in theirs.keys() - ours.keys()]
    for each in ours.keys() & theirs.keys():
        one, two = ours[each], theirs[each]
        wrong = [name for name in one if one[name] != two[name]]
        if wrong:
            there = ", ".join(
                f"{name} as written {_value(name, one[name])}, now {_value(name, two[name])}" for name in wrong
            )
            lines.append(f"alert {one['key']}: {there}")
    return sorted(lines)


def _brief(alert: Mapping[str, Any]) -> str:
    names = ("key", "customer_id", "status", "opened_at", "evidence")
    return _shown({name: alert[name] for name in names})


def _shown(fields: Mapping[str, Any]) -> str:
    return "{" + ", ".join(f"{name}: {_value(name, value)}" for name, value in fields.items()) + "}"


def _value(name: str, value: Any) -> str:
    if name in TIMES and isinstance(value, int):
        return offset(value)
    if isinstance(value, list | tuple):
        return f"[{', '.join(each['touchpoint_id'] if isinstance(each, dict) else str(each) for each in value)}]"
    return "null" if value is None else str(value)
