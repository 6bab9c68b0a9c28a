"""What colours mean on every page: green is well, orange to be watched, red to be acted on, grey not known."""

from __future__ import annotations

from typing import Final

from grafana_foundation_sdk.builders.dashboard import FieldColor, ThresholdsConfig
from grafana_foundation_sdk.models.dashboard import (
    DashboardSpecialValueMapOptions,
    FieldColorModeId,
    SpecialValueMap,
    SpecialValueMatch,
    Threshold,
    ThresholdsMode,
    ValueMap,
    ValueMapping,
    ValueMappingResult,
)

WELL: Final = "green"
WATCH: Final = "orange"
ACT: Final = "red"
SPLIT: Final = "purple"  # green outside, red inside
UNKNOWN: Final = "#8e8e8e"  # grey: nothing is known, which is never green
PLAIN: Final = "blue"  # a number that is neither good nor bad

SEVERITIES: Final = {"critical": ACT, "warning": WATCH, "info": PLAIN}
STATUSES: Final = {"overdue": ACT, "pending": WATCH, "accepted": WELL, "closed": UNKNOWN}


_UNITS: Final = {"s": (("h", 3600), ("min", 60), ("s", 1), ("ms", 0.001)), "percentunit": (("%", 0.01),)}


def said(limits: ThresholdsConfig, unit: str) -> str:
    """What the colours mean, in words: "Orange from 30 s, red from 2 min."; empty where nothing is judged."""
    first, *rest = limits.build().steps
    parts = [f"{step.color} from {_spelled(step.value or 0, unit)}" for step in rest]
    if first.color == ACT and rest:
        parts.insert(0, f"{ACT} below {_spelled(rest[0].value or 0, unit)}")
    return ", ".join(parts).capitalize() + "." if parts else ""


def _spelled(value: float, unit: str) -> str:
    for name, size in _UNITS.get(unit, ()):
        if value >= size:
            return f"{value / size:g} {name}"
    return f"{value:,g}"


def plain() -> ThresholdsConfig:
    """No judgement."""
    return _steps((None, PLAIN))


def rising(watch: float | None, act: float | None = None) -> ThresholdsConfig:
    """The more the worse: from `watch` on orange, from `act` on red."""
    limits = [(limit, colour) for limit, colour in ((watch, WATCH), (act, ACT)) if limit is not None]
    return _steps((None, WELL), *limits)


def falling(act: float, watch: float) -> ThresholdsConfig:
    """The less the worse: below `act` red, below `watch` orange."""
    return _steps((None, ACT), (act, WATCH), (watch, WELL))


def _steps(*steps: tuple[float | None, str]) -> ThresholdsConfig:
    return ThresholdsConfig().mode(ThresholdsMode.ABSOLUTE).steps([Threshold(*step) for step in steps])


def by_thresholds() -> FieldColor:
    """A value takes the colour of its threshold."""
    return FieldColor().mode(FieldColorModeId.THRESHOLDS)


def by_name() -> FieldColor:
    """Each series takes the next colour of the palette."""
    return FieldColor().mode(FieldColorModeId.PALETTE_CLASSIC)


def by_amount() -> FieldColor:
    """The more the darker, without a judgement."""
    return FieldColor().mode(FieldColorModeId.CONTINUOUS_YL_RD)


def fixed(colour: str) -> dict[str, str]:
    """The value of an override `color`."""
    return {"mode": "fixed", "fixedColor": colour}


def no_value_is_grey(text: str = "not known") -> ValueMapping:
    """An absent number is said to be, in grey."""
    result = ValueMappingResult(text=text, color=UNKNOWN, index=99)
    return SpecialValueMap(DashboardSpecialValueMapOptions(match=SpecialValueMatch.NULL_AND_NAN, result=result))


def words(colours: dict[str, str], texts: dict[str, str] | None = None) -> ValueMapping:
    """Words, and what stands for them on the page, in their colours."""
    return ValueMap({
        word: ValueMappingResult(text=(texts or {}).get(word), color=colour, index=index)
        for index, (word, colour) in enumerate(colours.items())
    })  # fmt: skip
