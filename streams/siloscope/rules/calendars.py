"""Business calendars as an owner writes them: `hours: {mon-fri: 08:00-18:00}`, a zone, days off."""

from __future__ import annotations

import re
from datetime import UTC, date, tzinfo
from typing import Final
from zoneinfo import ZoneInfo

from ..core.calendar import Calendar
from ..yaml_lines import Node

_DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_SHIFT: Final = re.compile(r"(\d\d):([0-5]\d)\s*-\s*(\d\d):([0-5]\d)")
_MIDNIGHT: Final = 24 * 60

Shifts = tuple[tuple[int, int], ...]


def calendar(node: Node) -> Calendar:
    """The calendar of one department; raises Unusable with the line."""
    keys = node.keys(("hours", "zone", "holidays"))
    if "hours" not in keys:
        raise node.wrong("hours are missing: write hours: {mon-fri: 08:00-18:00}")
    week: list[Shifts] = [()] * 7
    for days, shifts in keys["hours"].keys().items():
        for day in _days(days, shifts):
            week[day] = _shifts(shifts)
    if not any(week):
        raise keys["hours"].wrong("no hours are given: leave the department out if it always works")
    holidays = frozenset(map(_date, keys["holidays"].items())) if "holidays" in keys else frozenset()
    return Calendar(tuple(week), holidays, _zone(keys["zone"]) if "zone" in keys else UTC)


def _days(text: str, node: Node) -> range:
    first, _, last = text.partition("-")
    if first not in _DAYS or (last or first) not in _DAYS:
        raise node.wrong(f"{text} names no days: write mon, or mon-fri")
    begins, ends = _DAYS.index(first), _DAYS.index(last or first)
    if ends < begins:
        raise node.wrong(f"{text} ends before it begins: a week begins with mon")
    return range(begins, ends + 1)


def _shifts(node: Node) -> Shifts:
    shifts: list[tuple[int, int]] = []
    for part in node.text().split(","):
        match = _SHIFT.fullmatch(part.strip())
        begins, ends = (int(match[1]) * 60 + int(match[2]), int(match[3]) * 60 + int(match[4])) if match else (0, 0)
        if not begins < ends <= _MIDNIGHT or (shifts and begins < shifts[-1][1]):
            raise node.wrong(f"{node.text()} are no hours: write 08:00-18:00, or 08:00-12:00, 13:00-17:00 in order")
        shifts.append((begins, ends))
    return tuple(shifts)


def _date(node: Node) -> date:
    try:
        return date.fromisoformat(node.text())
    except ValueError:
        raise node.wrong(f"{node.text()} is no day: write it like 2026-12-25") from None


def _zone(node: Node) -> tzinfo:
    try:
        return ZoneInfo(node.text())
    except (ValueError, OSError, KeyError):
        raise node.wrong(f"{node.text()} is no time zone: write a name like Europe/Berlin") from None
