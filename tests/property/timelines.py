"""Small plausible timelines for hypothesis: few names of everything, times that lie on and beside the thresholds."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st
from tests.property.flavours import maybe, of_a_customer, of_everybody
from tests.property.themes import DAY, HOUR, MINUTE, THEMES, Parameters
from tests.scenario import BASE

from siloscope.core.touchpoint import BROADCASTS

__all__ = ["DAY", "HOUR", "THEMES", "parameters_of", "shown", "timelines", "touchpoints"]


@st.composite
def touchpoints(
    draw: st.DrawFn, theme: str, known: list[dict[str, Any]], number: int, back: bool = False
) -> dict[str, Any]:
    """One more touchpoint of a theme, at or near a threshold from one already there."""
    begins = THEMES[theme].first if not known else ()
    activity = draw(st.sampled_from(begins or THEMES[theme].activities))
    start = draw(st.sampled_from([t["occurred_at"] for t in known])) if known else BASE
    sign = -1 if back else 1
    at = start + sign * draw(st.sampled_from(THEMES[theme].apart)) + draw(st.sampled_from([0, 0, 0, 1, -1]))
    record: dict[str, Any] = {
        # Ids do not rise with time: of what happens at one instant any may be the first.
        "touchpoint_id": draw(st.sampled_from("abde")) + str(number),
        "occurred_at": at,
        "activity": activity,
        "department": draw(st.sampled_from(["support", "sales", "delivery", "finance"])),
        "channel": draw(st.sampled_from(["email", "email", "chat"])),
    }
    named = [t["touchpoint_id"] for t in known] + ["c1", "c2"]
    optional: dict[str, Any] = {"product": draw(maybe("pro", "team", absent=6))}
    if activity in BROADCASTS:
        optional |= of_everybody(draw, activity, named)
    else:
        who = draw(st.sampled_from(["ann", "ann", "ann", "ann", "bob"]))
        record["identifiers"] = [{"kind": "customer_id", "value": who}]
        optional |= of_a_customer(draw, theme, activity, named, at)
    return record | {name: value for name, value in optional.items() if value is not None}


@st.composite
def parameters_of(draw: st.DrawFn, themes: tuple[str, ...] = tuple(THEMES)) -> Parameters:
    """What an owner has set on the symptoms of some themes: nothing as often as something."""
    chosen: Parameters = {}
    for theme in themes:
        for symptom, values in draw(st.sampled_from([{}, *(THEMES[theme].parameters or ({},))])).items():
            chosen[symptom] = {**chosen.get(symptom, {}), **values}
    return chosen


@st.composite
def timelines(draw: st.DrawFn, themes: tuple[str, ...] = tuple(THEMES)) -> tuple[list[dict[str, Any]], int, Parameters]:
    """About a dozen touchpoints within the horizon, when they are judged (epoch ms), and by which parameters."""
    chosen = draw(st.lists(st.sampled_from(themes), min_size=1, max_size=2, unique=True))
    known: list[dict[str, Any]] = []
    fewest, most = (max(THEMES[theme][at] for theme in chosen) for at in (2, 3))
    for number in range(draw(st.integers(fewest, most))):
        one = draw(touchpoints(draw(st.sampled_from(chosen)), known[-6:], number))
        if one["occurred_at"] - min([t["occurred_at"] for t in known], default=BASE) < 390 * DAY:
            known.append(one)
    last = max([t["occurred_at"] for t in known], default=BASE)
    apart = [after for theme in chosen for after in THEMES[theme].apart]
    until = last + draw(st.sampled_from([0, *apart, 100 * DAY])) + draw(st.sampled_from([0, 0, 1]))
    return known, until, draw(parameters_of(tuple(chosen)))


def shown(records: list[dict[str, Any]], until: int, parameters: Parameters) -> str:
    """A timeline as a scenario has it, to read and to keep."""
    lines = [*([f"  parameters: {parameters}"] if parameters else []), "  touchpoints:"]
    for record in sorted(records, key=lambda t: t["occurred_at"]):
        rest = {name: spelled(name, value) for name, value in record.items() if name not in _FIRST}
        if record["channel"] == "email":
            del rest["channel"]
        who = (record.get("identifiers") or [{"value": "ann"}])[0]["value"]
        if who != "ann":
            rest["customer"] = who
        more = "".join(f", {name}: {value}" for name, value in rest.items())
        at = offset(record["occurred_at"])
        lines.append(
            f"    - {{id: {record['touchpoint_id']}, at: {at}, do: {record['department']} {record['activity']}{more}}}"
        )
    return "\n".join([*lines, f"  until: {offset(until)}"])


_FIRST = ("touchpoint_id", "occurred_at", "activity", "department", "identifiers")


def spelled(name: str, value: Any) -> str:
    if name.endswith("_at"):
        return offset(value)
    if isinstance(value, dict):
        return "{" + ", ".join(f'{key}: "{claim}"' for key, claim in value.items()) + "}"
    return "[" + ", ".join(value) + "]" if isinstance(value, list) else str(value)


def offset(at: int) -> str:
    """`3d 04:00 +1ms` after the base time."""
    days, rest = divmod(at - BASE + 1, DAY)
    minutes, ms = divmod(rest, MINUTE)
    ms -= 1
    clock = f" {minutes // 60:02}:{minutes % 60:02}" if minutes else ""
    if ms > 1000:
        seconds, ms = divmod(ms, 1000)
        clock = f" {minutes // 60:02}:{minutes % 60:02}:{seconds:02}"
    return f"{days}d{clock}" + (f" {ms:+}ms" if ms else "")
