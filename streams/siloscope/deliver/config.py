"""Who is told what, where and when: the settings under `deliver`."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, Final, Literal, Self, get_args
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from ..core.alert import Severity
from ..errors import nearest
from ..secret_files import SecretsInFiles
from ..settings_file import or_off
from .message import What
from .receivers import Count, Mail, Receiver

SubjectKind = Literal["alert", "warning", "incident"]
WHATS: Final[tuple[What, ...]] = get_args(What)
_DAY: Final = 24 * 60


def _minute(said: Any) -> int:
    """A time of the day as its minute; YAML reads 16:00 as the number of its minutes."""
    if isinstance(said, int) and not isinstance(said, bool) and 0 <= said < _DAY:
        return said
    hour, _, minute = said.partition(":") if isinstance(said, str) else ("", "", "")
    if hour.isdecimal() and minute.isdecimal() and len(minute) == 2 and int(hour) < 24 and int(minute) < 60:
        return int(hour) * 60 + int(minute)
    raise ValueError("write a time of the day like 08:00")


def _zone(said: str) -> str:
    try:
        ZoneInfo(said)
    except (ValueError, OSError, KeyError):
        raise ValueError("no time zone: write a name like Europe/Berlin") from None
    return said


Minute = Annotated[int, BeforeValidator(_minute)]


class Escalation(BaseModel):
    """Who is told next when nobody accepts."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    after_minutes: Count = Field(description="minutes after the telling; of working time where the route keeps hours")
    to: tuple[str, ...] = Field(min_length=1, description="names of receivers")


class Route(BaseModel):
    """What goes to whom: all that is given must hold; what is not given holds for everything."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    to: tuple[str, ...] = Field(min_length=1, description="names of receivers")
    departments: tuple[str, ...] = Field((), description="of those who should act")
    teams: tuple[str, ...] = Field((), description="of handoff warnings, which it then is for alone")
    kinds: tuple[SubjectKind, ...] = Field((), description="alert (and incidents in their place), warning, incident")
    symptoms: tuple[str, ...] = Field((), description="of alerts and incidents, which it then is for alone")
    severity: Severity = Field("info", description="the least: info, warning or critical")
    tell: tuple[What, ...] = Field((), description=f"what is told of each: {', '.join(WHATS)}")
    suspected: bool = Field(False, description="true: also what is only suspected; in a digest only")
    hours: bool = Field(False, description="true: only when the department works, by the calendars of the rules file")
    urgent: Literal["warning", "critical", "never"] = Field(
        "critical", description="the severity from which it may come at any hour: warning, critical, or never"
    )
    digest: tuple[Minute, ...] = Field((), description="times of the day ([08:00, 16:00]): then all in one message")
    escalate: tuple[Escalation, ...] = Field((), description="who is told when nobody accepts: [{after_minutes, to}]")

    @model_validator(mode="after")
    def _sound(self) -> Self:
        if self.suspected and not self.digest:
            raise ValueError("suspected: true is for a digest: nobody is told at once of what is only suspected")
        if self.digest and self.escalate:
            raise ValueError("a digest cannot escalate: who reads it is not expected to accept at once")
        return self

    @property
    def receivers(self) -> Iterator[str]:
        """All that it names."""
        yield from self.to
        for each in self.escalate:
            yield from each.to


class Deliver(SecretsInFiles):
    """Receivers, and the routes to them."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    receivers: dict[str, Receiver] = Field(
        default_factory=dict, description="who can be told, by name: {support-mail: {kind: email, to: […]}}"
    )
    mail: Mail | None = Field(None, description="the server that takes mail for receivers of kind email")
    routes: tuple[Route, ...] = Field(
        (), description="what goes to whom, a list; for each receiver the first one that fits holds"
    )
    zone: Annotated[str, AfterValidator(_zone)] = Field(
        "UTC", description="time zone of digests for departments without a calendar"
    )
    group_wait_seconds: Annotated[float, Field(ge=0, le=3600)] = Field(
        10, description="seconds an alert waits before it is told, as it may become part of an incident"
    )
    newest_hours: Annotated[float | None, BeforeValidator(or_off)] = Field(
        24, gt=0, description="hours: what began longer ago when it is heard of is not told; off: everything is"
    )
    give_up_hours: Annotated[float, Field(gt=0)] = Field(
        24, description="hours after which a message that its receiver does not take has failed"
    )

    @model_validator(mode="after")
    def _known(self) -> Self:
        for number, route in enumerate(self.routes):
            for name in route.receivers:
                if name not in self.receivers:
                    there = nearest(name, self.receivers) if self.receivers else "; there are no receivers"
                    raise ValueError(f"routes.{number} names the receiver {name}, which is not there{there}")
        if self.mail is None and any(each.kind == "email" for each in self.receivers.values()):
            raise ValueError("receivers of kind email need the server that takes mail: mail: {host: …}")
        return self
