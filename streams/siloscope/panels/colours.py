"""Grafana's colours as ours: names become the page's variables, which are light or dark with the reader's screen."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

# For series that mean nothing but themselves; red stays for what hurts.
SERIES: Final = ("blue", "amber", "purple", "teal", "pink", "olive", "green", "slate")
UNKNOWN: Final = "var(--unknown)"
INK: Final = "var(--ink)"
_NAMES: Final = {
    "green": "green", "yellow": "yellow", "orange": "amber", "red": "red", "blue": "blue", "purple": "purple",
    "text": "unknown", "gray": "unknown", "grey": "unknown", "pink": "pink", "teal": "teal", "white": "panel",
    "black": "ink", "transparent": "none",
}  # fmt: skip
# What pictures and dashboards write as figures.
_FIGURES: Final = {
    "#c4314b": "red", "#2d7a4b": "green", "#3a8f5d": "green", "#b5722f": "amber", "#2f6fb5": "blue",
    "#7d55b5": "purple", "#b53f86": "pink", "#2f9aa0": "teal", "#7b8794": "unknown", "#1f2933": "ink",
    "#dfe4ea": "line", "#8e8e8e": "unknown", "#808080": "unknown",
}  # fmt: skip
_SHADE: Final = re.compile(r"^(semi-dark|super-light|dark|light)-")
_LITERAL: Final = re.compile(r"#[0-9a-fA-F]{3,8}|rgba?\([\d., %]+\)")
_SCALES: Final = {"gryl": ("green", "red"), "rdylgr": ("red", "green"), "blylrd": ("blue", "red")}


def css(colour: str | None) -> str:
    """A colour of a dashboard as CSS; what is none is ink."""
    name = _SHADE.sub("", (colour or "").lower())
    known = _NAMES.get(name) or _FIGURES.get(name)
    if known:
        return "none" if known == "none" else f"var(--{known})"
    return name if _LITERAL.fullmatch(name) else INK


def series(number: int) -> str:
    """The colour of the series in this place."""
    return f"var(--{SERIES[number % len(SERIES)]})"


def step(value: float, thresholds: Mapping[str, Any], least: float, most: float) -> str:
    """The colour of the highest threshold that `value` reaches; in per cent of `least` to `most` where so set."""
    if thresholds.get("mode") == "percentage":
        value = 100 * share(value, least, most)
    steps: Sequence[Mapping[str, Any]] = thresholds.get("steps") or ()
    reached = [each for each in steps if each.get("value") is None or value >= float(each["value"])]
    return css(reached[-1].get("color")) if reached else INK


def share(value: float, least: float, most: float) -> float:
    """Where `value` lies between `least` (0) and `most` (1)."""
    return min(1.0, max(0.0, (value - least) / (most - least))) if most > least else float(value >= most)


def shade(part: float, scale: str = "red") -> str:
    """One colour, from hardly there (0) to full (1): quieter than a rainbow, and darker means more."""
    return f"color-mix(in srgb, var(--{scale}) {round(6 + 84 * part)}%, var(--panel))"


def scale_of(mode: str) -> str:
    """The hue of a continuous colour mode of Grafana, like continuous-blues; from green to red is red."""
    last = mode.lower().rsplit("-", 1)[-1]
    hue = {"blues": "blue", "greens": "green", "purples": "purple", "reds": "red", "oranges": "amber"}.get(last)
    return hue or next((ends[1] for name, ends in _SCALES.items() if last.startswith(name)), "red")


def over(part: float) -> str:
    """The colour of words on `shade(part)`."""
    return "var(--panel)" if part > 0.62 else INK
