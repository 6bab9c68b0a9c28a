"""Figures as a reader wants them: Grafana's units in few characters."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final

from siloscope.core.touchpoint import DAY

_STEPS: Final = ((86_400, "d"), (3_600, "h"), (60, "min"), (1, "s"), (0.001, "ms"))
_PER: Final = {"s": 1.0, "ms": 0.001, "m": 60.0, "h": 3_600.0, "d": 86_400.0, "dtdurations": 1.0, "dtdurationms": 0.001}
_THOUSANDS: Final = ((1e12, "T"), (1e9, "G"), (1e6, "M"), (1e4, "K"))
_BINARY: Final = ((2.0**40, "TiB"), (2.0**30, "GiB"), (2.0**20, "MiB"), (2.0**10, "KiB"))
_DECIMAL: Final = ((1e12, "TB"), (1e9, "GB"), (1e6, "MB"), (1e3, "KB"))
_MONEY: Final = {"currencyEUR": "€", "currencyUSD": "$", "currencyGBP": "£"}
_RATES: Final = {"reqps": "/s", "ops": "/s", "cps": "/s", "eps": "/s", "rps": "/s", "wps": "/s", "mps": "/s"}
_RATES_PER_MINUTE: Final = {"cpm": "/min", "opm": "/min", "rpm": "/min"}


def shown(value: float, unit: str = "", decimals: int | None = None) -> str:
    """`value` with its unit, like 1.5 h, 42 %, 12.3 K; an unknown unit is written after it.

    Raises nothing: what is no finite number is a dash.
    """
    if not math.isfinite(value):
        return "–"
    if unit.startswith("dateTime"):
        return moment(value)
    if unit in ("bool", "bool_yes_no", "bool_on_off"):
        return ("yes" if value else "no") if unit != "bool_on_off" else ("on" if value else "off")
    return _form(unit)(value, decimals)


def moment(at: float) -> str:
    """Epoch milliseconds as 5 Mar 09:30 (UTC), a whole day as 5 Mar."""
    when = datetime.fromtimestamp(at / 1000, UTC)
    return f"{when.day} {when:%b}" + ("" if at % DAY == 0 else f" {when:%H:%M}")


def time_of_day(at: float, *, seconds: bool = False) -> str:
    """Epoch milliseconds as 09:30 or 09:30:05 (UTC)."""
    return f"{datetime.fromtimestamp(at / 1000, UTC):{'%H:%M:%S' if seconds else '%H:%M'}}"


def _form(unit: str) -> Callable[[float, int | None], str]:
    if unit in _PER:
        return lambda value, decimals: _duration(value * _PER[unit], decimals)
    if unit == "percentunit":
        return lambda value, decimals: f"{_number(value * 100, decimals)} %"
    if unit == "percent":
        return lambda value, decimals: f"{_number(value, decimals)} %"
    if unit in _MONEY:
        return lambda value, decimals: f"{_scaled(value, decimals, _THOUSANDS)} {_MONEY[unit]}"
    if unit in ("bytes", "decbytes"):
        return lambda value, decimals: _scaled(value, decimals, _BINARY if unit == "bytes" else _DECIMAL) or "0"
    if unit in _RATES | _RATES_PER_MINUTE:
        per = (_RATES | _RATES_PER_MINUTE)[unit]
        return lambda value, decimals: f"{_scaled(value, decimals, _THOUSANDS)} {per}"
    before, after = _around(unit)
    return lambda value, decimals: f"{before}{_scaled(value, decimals, _THOUSANDS)}{after}"


def _around(unit: str) -> tuple[str, str]:
    if unit.startswith(("suffix:", "prefix:")):
        kind, said = unit.split(":", 1)
        return ("", f" {said.strip()}") if kind == "suffix" else (said, "")
    return "", "" if unit in ("", "none", "short", "locale", "string", "sishort") else f" {unit}"


def _duration(seconds: float, decimals: int | None) -> str:
    for size, name in _STEPS:
        if abs(seconds) >= size:
            return f"{_number(seconds / size, decimals)} {name}"
    return "0 s" if seconds == 0 else f"{_number(seconds * 1e6, decimals)} µs"


def _scaled(value: float, decimals: int | None, sizes: tuple[tuple[float, str], ...]) -> str:
    for size, name in sizes:
        if abs(value) >= size:
            divisor = 1e3 if name == "K" else size
            return f"{_number(value / divisor, decimals)} {name}"
    return _number(value, decimals)


def _number(value: float, decimals: int | None) -> str:
    """At most three digits after the point, as many as tell something."""
    if decimals is not None:
        return f"{value:,.{decimals}f}"
    if value == round(value) or abs(value) >= 100:
        return f"{round(value):,}"
    places = 1 if abs(value) >= 10 else 2 if abs(value) >= 0.1 else 3
    return f"{value:,.{places}f}".rstrip("0").rstrip(".") or "0"
