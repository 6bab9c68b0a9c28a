"""The rules of an owner as the detection takes them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ..core.calendar import Calendar
from ..core.detection import COARSE_TOPICS, Detection, Maintenance, Override
from ..core.incident import Parameters as IncidentParameters
from ..core.symptom import Symptom
from ..core.text import Reader
from ..symptoms import ALL, detection


@dataclass(frozen=True)
class Rules:
    """What an owner decides; everything has a default, and none of it is state: a worker may start with other rules."""

    parameters: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    overrides: tuple[Override, ...] = ()
    calendars: Mapping[str, Calendar] = field(default_factory=dict)
    owners: Mapping[str, str] = field(default_factory=dict)
    shadow: frozenset[str] = frozenset()
    off: frozenset[str] = frozenset()
    maintenance: tuple[Maintenance, ...] = ()
    coarse_topics: frozenset[str] = COARSE_TOPICS
    incidents: IncidentParameters = field(default_factory=IncidentParameters)
    inhibit: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    languages: Mapping[str, str] = field(default_factory=dict)
    own: tuple[type[Symptom], ...] = ()
    reader: Reader | None = None

    @property
    def symptoms(self) -> tuple[type[Symptom], ...]:
        """Those that watch: ours in the order of the reference, then the owner's."""
        return tuple(each for each in (*ALL, *self.own) if each.name not in self.off)

    def detection(self, parameters: Mapping[str, Mapping[str, object]] | None = None, **options: Any) -> Detection:
        """What watches; `parameters` win over the file's. Raises BadParameter for values they cannot have."""
        given = {name: dict(values) for name, values in self.parameters.items()}
        for name, values in (parameters or {}).items():
            given.setdefault(name, {}).update(values)
        ours: dict[str, Any] = {
            "symptoms": self.symptoms,
            "coarse_topics": self.coarse_topics,
            "overrides": self.overrides,
            "calendars": self.calendars,
            "owners": self.owners,
            "shadow": self.shadow,
            "maintenance": self.maintenance,
            "incidents": self.incidents,
            "inhibit": self.inhibit,
            "languages": self.languages,
            "reader": self.reader,
        }
        return detection(given, **(ours | options))
