"""Plain words for what happened: times, lengths, quotes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Final

from .privacy import masked
from .touchpoint import DAY, HOUR, MINUTE, Entry

MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def moment(at: int) -> str:
    """`3 Mar 2026 09:00 UTC`."""
    return at_in(MONTHS, at)


def at_in(months: tuple[str, ...], at: int) -> str:
    """A time with the names of the months in some language."""
    minutes, hours = at // MINUTE % 60, at // HOUR % 24
    return f"{_date(months, at // DAY)} {hours:02}:{minutes:02} UTC"


@lru_cache(maxsize=4_096)
def _date(months: tuple[str, ...], day: int) -> str:
    """`3 Mar 2026` of a day since the epoch."""
    found = datetime.fromtimestamp(day * DAY / 1000, UTC)
    return f"{found.day} {months[found.month - 1]} {found.year}"


def day(at: int) -> str:
    """`2026-03-03`."""
    return datetime.fromtimestamp(at / 1000, UTC).date().isoformat()


def length(milliseconds: int) -> str:
    """`40 minutes`, `3 hours`, `12 days`."""
    for unit, name in ((DAY, "day"), (HOUR, "hour"), (MINUTE, "minute")):
        if milliseconds >= 2 * unit or (unit == MINUTE and milliseconds >= unit):
            number = milliseconds // unit
            return f"{number} {name}{'s' if number != 1 else ''}"
    return counted(milliseconds // 1000, "second")


def counted(number: int, thing: str) -> str:
    """`1 alert`, `1,234 alerts`."""
    return f"{number:,} {thing}{'' if number == 1 else 's'}"


def capital(said: str) -> str:
    """What begins with a name of ours, like `support`, as the beginning of a sentence."""
    return said[:1].upper() + said[1:]


def listed(names: Sequence[str]) -> str:
    """`sales, support and legal`."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}" if names else "nobody"


def who(entry: Entry) -> str:
    """`support by e-mail`."""
    return f"{entry.department} by {entry.channel}"


def quote(entry: Entry) -> str:
    """What was said, short and without personal data; else what it was about."""
    if entry.text:
        said = masked(" ".join(entry.text[:240].split()))
        return f"“{said[:117]}…”" if len(said) > 118 else f"“{said}”"
    if entry.claims:
        claims = "; ".join(f"{key}: {value[:240]}" for key, value in sorted(entry.claims.items())[:20])
        return masked(claims[:240])
    return entry.topic or entry.message_ref or entry.activity.replace("_", " ")
