"""The symptoms that watch, with their parameters: what to show to whom."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import fields, replace
from difflib import get_close_matches
from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import msgspec
import xxhash

from .calendar import Calendar
from .customer_key import COMPANY, account_of
from .incident import Parameters as IncidentParameters
from .incident import silenced_by
from .parameters import BadParameter, parameters_of, read_values, strictest
from .symptom import Symptom
from .text import PlainReader, Reader, Readings
from .touchpoint import BROADCASTS, DAY, Entry
from .watch import Kind, Watch

if TYPE_CHECKING:
    from .fold import Fold

COARSE_TOPICS: Final = frozenset({"other", "general", "misc"})

# By what a severity is judged, and whether a contract stands: shown to no symptom, and known to all.
_MATTER_TO_ALL: Final = frozenset({"complaint", "recovered", "praise", "case_closed", "contract_cancelled"})

_spelled: Final = msgspec.msgpack.Encoder(enc_hook=str, order="deterministic").encode
_WHERE: Final = ("segment", "department", "channel")
_SUBSETS: Final = 512  # of symptoms that are asked alone, remembered


class Override(NamedTuple):
    """Other parameters for some touchpoints: `where` maps `segment`, `department`, `channel` to the names meant."""

    where: Mapping[str, tuple[str, ...]]
    parameters: Mapping[str, Mapping[str, object]]


class _Overridden(NamedTuple):
    where: Mapping[str, tuple[str, ...]]
    values: Mapping[str, Any]


class Maintenance(NamedTuple):
    """From `begins` to before `ends` (epoch ms) alerts that open are stored and told to nobody.

    With `symptoms` or `departments` only those of them, or in which one of them is involved.
    """

    begins: int
    ends: int
    symptoms: tuple[str, ...] = ()
    departments: tuple[str, ...] = ()


class Detection:
    """A fixed set of symptoms in the order of the reference; raises BadParameter for values they cannot have.

    `parameters` maps a symptom's name to its parameters as an owner writes them, `overrides` change them for some
    touchpoints. `owners` maps symptoms to who should act, `calendars` departments to when they work. Alerts of
    symptoms in `shadow`, and those that open in `maintenance`, are told to nobody. `incidents` says what is one, and
    `inhibit` which symptoms an incident of a symptom silences: `silenced_by` has it the other way round.
    `languages` maps departments to the language of their briefs (`*`: all others).
    """

    def __init__(
        self,
        symptoms: Sequence[type[Symptom]],
        parameters: Mapping[str, Mapping[str, object]] | None = None,
        *,
        coarse_topics: frozenset[str] = COARSE_TOPICS,
        horizon: int = 400 * DAY,
        entries: int = 512,
        mode: str = "live",
        reader: Reader | None = None,
        overrides: Sequence[Override] = (),
        calendars: Mapping[str, Calendar] | None = None,
        owners: Mapping[str, str] | None = None,
        shadow: Collection[str] = (),
        maintenance: Sequence[Maintenance] = (),
        incidents: IncidentParameters | None = None,
        inhibit: Mapping[str, Collection[str]] | None = None,
        languages: Mapping[str, str] | None = None,
    ) -> None:
        self.symptoms = tuple(symptoms)
        self.index = {symptom.name: number for number, symptom in enumerate(symptoms)}
        self.coarse_topics = coarse_topics
        self.horizon = horizon
        self.entries = entries
        self.mode = mode
        self.readings = Readings(reader or PlainReader())
        self.calendars = dict(calendars or {})
        self.owners = dict(owners or {})
        self.shadow = frozenset(shadow)
        self.maintenance = tuple(maintenance)
        self.languages = dict(languages or {})
        self.incidents = incidents or IncidentParameters()
        given = dict(parameters or {})
        silencing = {name: tuple(silenced) for name, silenced in (inhibit or {}).items()}
        for name in (*given, *self.owners, *self.shadow, *silencing, *chain(*silencing.values())):
            self._must_exist(name)
        self.silenced_by = silenced_by(silencing)
        self.parameters = tuple(
            parameters_of(each.Parameters, each.name, given.get(each.name, {})) for each in symptoms
        )
        self.overridden: dict[str, list[_Overridden]] = {}
        for each in overrides:
            self._override(each)
        self._tuned: dict[tuple[str | None, ...], Any] = {}
        self._longest: dict[tuple[str, str], int] = {}
        self._watches: dict[tuple[str, frozenset[int] | None], Watch] = {}
        self._of_accounts = [each for each in self.symptoms if each.level == "account"]
        self.versions = tuple(map(self._version, symptoms, self.parameters))

    def _must_exist(self, name: str) -> None:
        if name not in self.index:
            near = get_close_matches(name, self.index, 1, 0.4)
            hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(self.index)}"
            raise BadParameter(f"{name}: there is no such symptom; {hint}")

    def _override(self, override: Override) -> None:
        for name, values in override.parameters.items():
            self._must_exist(name)
            read = read_values(self.symptoms[self.index[name]].Parameters, name, values)
            self.overridden.setdefault(name, []).append(_Overridden(override.where, read))

    def tuned(self, name: str, entry: Entry, segment: str | None) -> Any:
        """The parameters of symptom `name` for a touchpoint of a customer of `segment`; of several the strictest."""
        key = (name, segment, entry.department, entry.channel)
        found = self._tuned.get(key)
        if found is None:
            found = self._tuned[key] = self._strictest(name, dict(zip(_WHERE, key[1:], strict=True)))
        return found

    def longest(self, name: str, parameter: str) -> int:
        """The highest value of a parameter of symptom `name`, overrides included."""
        found = self._longest.get((name, parameter))
        if found is None:
            usual: int = getattr(self.parameters[self.index[name]], parameter)
            others: list[int] = [each.values.get(parameter, usual) for each in self.overridden.get(name, ())]
            found = self._longest[name, parameter] = max([usual, *others])
        return found

    def _strictest(self, name: str, place: Mapping[str, str | None]) -> Any:
        usual = self.parameters[self.index[name]]
        metadata = {each.name: each.metadata for each in fields(usual)}
        values: dict[str, Any] = {}
        for each in self.overridden[name]:
            if all(place[what] in among for what, among in each.where.items()):
                for parameter, value in each.values.items():
                    values[parameter] = (
                        strictest(values[parameter], value, metadata[parameter]) if parameter in values else value
                    )
        return replace(usual, **values)

    def calendar_of(self, department: str) -> Calendar | None:
        """When a department works, by its own calendar or the usual one (`*`); None: always."""
        return self.calendars.get(department) or self.calendars.get("*")

    def language_of(self, department: str) -> str:
        """The language of the briefs that a department gets."""
        return self.languages.get(department) or self.languages.get("*") or "en"

    def mode_of(self, symptom: str, opened_at: int, departments: Collection[str]) -> str:
        """Whether an alert is told (`live`), or stored for nobody (`shadow`)."""
        if self.mode != "live":
            return self.mode
        quiet = symptom in self.shadow or any(
            each.begins <= opened_at < each.ends
            and (not each.symptoms or symptom in each.symptoms)
            and (not each.departments or not set(each.departments).isdisjoint(departments))
            for each in self.maintenance
        )
        return "shadow" if quiet else "live"

    def _version(self, symptom: type[Symptom], parameters: Any) -> str:
        """What an alert carries: the symptom's own version, and a hash of what the owner set otherwise."""
        said = [parameters] if parameters != symptom.Parameters() else []
        changed = [*said, *self.overridden.get(symptom.name, ()), *self.calendars.items(), *self.readings.version]
        if not changed:
            return str(symptom.version)
        return f"{symptom.version}+{xxhash.xxh3_64_hexdigest(_spelled(changed))[:8]}"

    @cached_property
    def digest(self) -> str:
        """The same for two detections that find the same and tell it alike."""
        names = zip((each.name for each in self.symptoms), self.versions, strict=True)
        said = (*names, self.owners, sorted(self.shadow), self.maintenance, sorted(self.coarse_topics))
        return xxhash.xxh3_128_hexdigest(_spelled(said))

    def idle(self, name: str) -> str | None:
        """The parameter without which symptom `name` can find nothing, and which nobody has set; else None."""
        symptom, parameters = self.symptoms[self.index[name]], self.parameters[self.index[name]]
        if name in self.overridden or not symptom.idle(parameters):
            return None
        return next((each.name for each in fields(parameters)), "parameter")

    def watch(self, index: int, fold: Fold) -> Symptom:
        """A fresh symptom watching one customer."""
        return self.symptoms[index](fold, self.parameters[index])

    def watch_of(self, key: str, among: Collection[int] | None = None) -> Watch:
        """Who is shown the touchpoints of this timeline; `among` only some symptoms, by number.

        Some can be asked alone: no symptom asks what another one has found.
        """
        who = "account" if account_of(key) is not None else "company" if key == COMPANY else "customer"
        known = (who, None if among is None else frozenset(among))
        found = self._watches.get(known)
        if found is None:
            if len(self._watches) >= _SUBSETS:
                self._watches.clear()
            may = [index for index, each in enumerate(self.symptoms) if self._may_watch(each, who)]
            found = self._watches[known] = Watch(self, may if among is None else [i for i in may if i in among])
        return found

    def _may_watch(self, symptom: type[Symptom], who: str) -> bool:
        if self.idle(symptom.name) is not None:
            return False
        return symptom.level == "account" if who == "account" else who == "customer" or symptom.hears_broadcasts

    def shown(self, index: int, kind: Kind, *, begins: bool) -> bool:
        """Whether a symptom is shown touchpoints of a kind; `begins`: as the first that it is shown."""
        symptom, (activity, direction, renews, measures) = self.symptoms[index], kind
        if activity in BROADCASTS and not symptom.hears_broadcasts:
            return False  # what is said to everybody is no contact with her
        if (renews and symptom.wants_renewals) or (measures and symptom.wants_kpis):
            return True
        if not symptom.wants(activity, direction):
            return False
        return not begins or any(symptom.begins(activity, direction, each) for each in self._in_force(index))

    def _in_force(self, index: int) -> list[Any]:
        """The usual parameters of a symptom, and with the values of each override."""
        usual = self.parameters[index]
        overridden = self.overridden.get(self.symptoms[index].name, ())
        return [usual, *(replace(usual, **each.values) for each in overridden)]

    def for_account(self, entry: Entry) -> bool:
        """Whether the account's timeline needs this touchpoint of a member, whenever it comes."""
        return entry.activity in _MATTER_TO_ALL or any(each.wants_copy(entry) for each in self._of_accounts)
