"""The symptoms that watch, with their parameters: what to show to whom."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from difflib import get_close_matches
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

import msgspec
import xxhash

from .customer_key import COMPANY, account_of
from .parameters import BadParameter, parameters_of
from .symptom import Symptom
from .touchpoint import ACTIVITIES, BROADCASTS, DAY, DIRECTIONS, Entry

if TYPE_CHECKING:
    from .fold import Fold

COARSE_TOPICS: Final = frozenset({"other", "general", "misc"})

# By what a severity is judged, and whether a contract stands: shown to no symptom, and known to all.
_MATTER_TO_ALL: Final = frozenset({"complaint", "recovered", "praise", "case_closed", "contract_cancelled"})

Wanted = dict[tuple[str, str, bool], tuple[int, ...]]


class Detection:
    """A fixed set of symptoms in the order of the reference; raises BadParameter for values they cannot have.

    `parameters` maps a symptom's name to its parameters as an owner writes them.
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
    ) -> None:
        self.symptoms = tuple(symptoms)
        self.index = {symptom.name: number for number, symptom in enumerate(symptoms)}
        self.coarse_topics = coarse_topics
        self.horizon = horizon
        self.entries = entries
        self.mode = mode
        given = dict(parameters or {})
        for name in given:
            if name not in self.index:
                near = get_close_matches(name, self.index, 1, 0.4)
                hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(self.index)}"
                raise BadParameter(f"{name}: there is no such symptom; {hint}")
        self.parameters = tuple(
            parameters_of(each.Parameters, each.name, given.get(each.name, {})) for each in symptoms
        )
        self.versions = tuple(map(_version, symptoms, self.parameters))

    def watch(self, index: int, fold: Fold) -> Symptom:
        """A fresh symptom watching one customer."""
        return self.symptoms[index](fold, self.parameters[index])

    def wanted(self, key: str) -> Wanted:
        """By (activity, direction, whether it tells the end of a term), who wants the touchpoints of this timeline."""
        if account_of(key) is not None:
            return self._of_accounts
        return self._of_company if key == COMPANY else self._of_customers

    @cached_property
    def _of_customers(self) -> Wanted:
        return self._table(lambda _: True)

    @cached_property
    def _of_accounts(self) -> Wanted:
        return self._table(lambda symptom: symptom.level == "account")

    @cached_property
    def _of_company(self) -> Wanted:
        return self._table(lambda symptom: symptom.hears_broadcasts)

    def _table(self, chosen: Callable[[type[Symptom]], bool]) -> Wanted:
        return {
            (activity, direction, renews): tuple(
                index
                for index, each in enumerate(self.symptoms)
                if chosen(each) and _shown(each, activity, direction, renews)
            )
            for activity in ACTIVITIES
            for direction in DIRECTIONS
            for renews in (False, True)
        }

    def for_account(self, entry: Entry) -> bool:
        """Whether the account's timeline needs this touchpoint of a member, whenever it comes."""
        return entry.activity in _MATTER_TO_ALL or any(
            each.level == "account" and each.wants_copy(entry) for each in self.symptoms
        )


def _shown(symptom: type[Symptom], activity: str, direction: str, renews: bool) -> bool:
    if activity in BROADCASTS and not symptom.hears_broadcasts:
        return False  # what is said to everybody is no contact with her
    return symptom.wants(activity, direction) or (renews and symptom.wants_renewals)


def _version(symptom: type[Symptom], parameters: Any) -> str:
    """The version an alert carries: the symptom's own, and a hash of its parameters where they are not the defaults."""
    if parameters == symptom.Parameters():
        return str(symptom.version)
    return f"{symptom.version}+{xxhash.xxh3_64_hexdigest(msgspec.msgpack.encode(parameters))[:8]}"
