"""How one field of a panel is shown: Grafana's defaults and overrides, brought to one answer."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from . import colours
from .board import Panel
from .frame import Field, Kind, Value
from .units import moment, shown

NOTHING: Final = "–"


@dataclass(frozen=True)
class Look:
    """The settings of one field: keys as Grafana's property ids (`unit`, `custom.width`, …)."""

    name: str
    found: Mapping[str, Any]

    def get(self, key: str, otherwise: Any = None) -> Any:
        """A setting by its property id."""
        value = self.found.get(key)
        return otherwise if value is None else value

    @property
    def title(self) -> str:
        """What the field is called; snake_case becomes words, the corner of a matrix says which way it is read."""
        down, corner, across = self.name.partition("\\")
        name = f"{down} ↓ {across} →" if corner else self.name
        return str(self.found.get("displayName") or name.replace("_", " "))

    @property
    def colour_mode(self) -> str:
        """Grafana's colour mode."""
        return str((self.found.get("color") or {}).get("mode") or "thresholds")

    def text(self, value: Value, kind: Kind = "number") -> str:
        """`value` in words: a mapping's text, else with its unit."""
        mapped = self.mapping(value)
        if mapped and mapped.get("text") is not None:
            return str(mapped["text"])
        if value is None:
            return NOTHING
        if kind == "time" and isinstance(value, float | int):
            return moment(value)
        if isinstance(value, str):
            return value
        return shown(float(value), str(self.get("unit", "")), self.found.get("decimals"))

    def colour(self, value: Value, least: float = 0.0, most: float = 1.0, *, number: int = 0) -> str:
        """The colour of `value` in CSS: grey where it is not known; `number` is the field's place in a palette."""
        mapped = self.mapping(value)
        if mapped and mapped.get("color"):
            return colours.css(str(mapped["color"]))
        mode = self.colour_mode
        if mode in ("fixed", "shades"):
            return colours.css(str(self.found["color"].get("fixedColor")))
        if mode.startswith("palette"):
            return colours.series(number)
        if not isinstance(value, int | float):
            return colours.UNKNOWN if value is None else colours.INK
        low, high = float(self.get("min", least)), float(self.get("max", most))
        if mode.startswith("continuous"):
            return colours.shade(colours.share(value, low, high), colours.scale_of(mode))
        return colours.step(float(value), self.get("thresholds", {}), low, high)

    def mapping(self, value: Value) -> Mapping[str, Any] | None:
        """What a value mapping says of `value`: `text`, `color`."""
        for each in self.found.get("mappings") or ():
            result = _mapped(each, value)
            if result is not None:
                return result
        return None


def _mapped(rule: Mapping[str, Any], value: Value) -> Mapping[str, Any] | None:
    options: Mapping[str, Any] = rule.get("options") or {}
    kind = rule.get("type")
    result: Mapping[str, Any] | None = None
    if kind == "value" and value is not None:
        result = options.get(f"{value:g}" if isinstance(value, float) else str(value))
    elif kind == "range" and isinstance(value, int | float):
        low, high = options.get("from"), options.get("to")
        if (low is None or value >= low) and (high is None or value <= high):
            result = options.get("result")
    elif kind == "special":
        match = options.get("match")
        if (match in ("null", "null+nan", "nan") and value is None) or (match == "empty" and value == ""):
            result = options.get("result")
    elif kind == "regex" and isinstance(value, str) and _pattern(str(options.get("pattern", ""))).search(value):
        result = options.get("result")
    return result


def look(panel: Panel, name: str, kind: Kind = "number", ref: str = "A") -> Look:
    """How the panel wants the field `name` shown: a later override wins, each over the defaults."""
    found = dict(_flat(panel.defaults))
    for override in panel.overrides:
        matcher = override.get("matcher") or {}
        if _MATCHERS.get(matcher.get("id", ""), _never)(matcher.get("options"), name, kind, ref):
            for each in override.get("properties") or ():
                found[str(each["id"])] = each.get("value")
    return Look(name, found)


def look_of(panel: Panel, field: Field, ref: str = "A") -> Look:
    """How the panel wants this column shown."""
    return look(panel, field.name, field.kind, ref)


def _flat(defaults: Mapping[str, Any]) -> Mapping[str, Any]:
    custom = defaults.get("custom") or {}
    return {key: value for key, value in defaults.items() if key != "custom"} | {
        f"custom.{key}": value for key, value in custom.items()
    }


def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text[1 : text.rindex("/")] if text.startswith("/") and text.rindex("/") else text)


def _never(*_: object) -> bool:
    return False


_MATCHERS: Final[Mapping[str, Callable[[Any, str, Kind, str], bool]]] = {
    "byName": lambda wanted, name, _kind, _ref: bool(wanted == name),
    "byNames": lambda wanted, name, _kind, _ref: name in (wanted or {}).get("names", ()),
    "byRegexp": lambda wanted, name, _kind, _ref: bool(_pattern(str(wanted)).search(name)),
    "byType": lambda wanted, _name, kind, _ref: bool(wanted == kind),
    "byFrameRefID": lambda wanted, _name, _kind, ref: bool(wanted == ref),
}
