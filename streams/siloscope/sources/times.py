"""Times as sources spell them, read into epoch milliseconds; and how a value of a row is refused."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import Final
from zoneinfo import ZoneInfo

from ..core.rejected import Rejected, shown
from ..core.soundness import milliseconds
from ..core.vocabulary import SECOND
from ..yaml_lines import Node

_FORMATS: Final = ("iso", "epoch_s", "epoch_ms")


class Refused(Exception):
    """The row's value for a field is no value of that field."""

    def __init__(self, rejected: Rejected) -> None:
        super().__init__(rejected.message)
        self.rejected = rejected


def refused(field: str, text: str) -> Refused:
    """An `invalid_value` of `field`."""
    return Refused(Rejected("invalid_value", field, text))


@dataclass(frozen=True)
class Clock:
    """How times are spelled: `iso`, `epoch_s`, `epoch_ms` or a strptime format; the zone of those that name none."""

    format: str = "iso"
    zone: tzinfo | None = None


def clock_of(keys: dict[str, Node], before: Clock) -> Clock:
    """The clock that `time` and `zone` among `keys` say, the rest as `before`."""
    form, zone = before.format, before.zone
    if "time" in keys:
        form = keys["time"].text()
        if form not in _FORMATS and not _readable(form):
            raise keys["time"].wrong(
                f"{shown(form)} is no time format: write iso, epoch_s, epoch_ms or one like %d.%m.%Y"
            )
    if "zone" in keys:
        name = keys["zone"].text()
        try:
            zone = ZoneInfo(name)
        except (KeyError, ValueError, OSError) as error:
            raise keys["zone"].wrong(f"{shown(name)} is no time zone: write one like Europe/Amsterdam") from error
    return Clock(form, zone)


def _readable(form: str) -> bool:
    """Whether `form` is a strptime format with a date in it."""
    try:
        datetime.strptime(datetime(2001, 2, 3, tzinfo=UTC).strftime(form), form)  # noqa: DTZ007
    except ValueError:
        return False
    return "%" in form


def reader(clock: Clock, field: str) -> Callable[[str], int]:
    """Reads a text as `clock` says into epoch milliseconds, or raises `Refused`."""
    form, zone = clock.format, clock.zone
    if form.startswith("epoch"):
        return _epoch(SECOND if form == "epoch_s" else 1, field)
    parse = datetime.fromisoformat if form == "iso" else (lambda text: datetime.strptime(text, form))  # noqa: DTZ007

    def read(text: str) -> int:
        try:
            moment = parse(text)
        except (ValueError, OverflowError):
            raise refused(field, f"{field} {shown(text)} is no time of the format {form}: see `time`") from None
        if moment.tzinfo is None:
            if zone is None:
                raise refused(field, f"{field} {shown(text)} has no offset: name the source's `zone` under `input`")
            moment = moment.replace(tzinfo=zone)
        found = milliseconds(moment, field)
        if isinstance(found, Rejected):
            raise Refused(found)
        return found

    return read


def _epoch(unit: int, field: str) -> Callable[[str], int]:
    def read(text: str) -> int:
        try:
            found = milliseconds(round(float(text) * unit), field)
        except (ValueError, OverflowError):
            raise refused(field, f"{field} {shown(text)} is no number: `time` says epoch") from None
        if isinstance(found, Rejected):
            raise Refused(found)
        return found

    return read
