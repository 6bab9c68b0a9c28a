"""What a symptom is: a small pure state machine over one customer's timeline."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Literal, NamedTuple

from .touchpoint import HANDOFFS, IN, Entry

if TYPE_CHECKING:
    from .fold import Fold


class Words(NamedTuple):
    """What an alert says to the person who must act."""

    title: str
    explanation: str
    suggested_action: str


class Finding:
    """A symptom found, as the fold knows it; times in epoch milliseconds.

    `evidence` maps touchpoint ids to the entry and the part it plays, in the order they came.
    """

    __slots__ = (
        "confirmed",
        "early",
        "evidence",
        "facts",
        "involved",
        "key",
        "minutes_lost",
        "opened_at",
        "owner",
        "phase",
        "resolution",
        "resolved_at",
        "severity",
        "symptom",
        "updated_at",
    )  # fmt: skip

    def __init__(self, symptom: type[Symptom], key: str, at: int) -> None:
        self.symptom = symptom
        self.key = key
        self.evidence: dict[str, tuple[Entry, str]] = {}
        self.opened_at = self.updated_at = at
        self.phase: str | None = None
        self.resolved_at: int | None = None
        self.resolution: str | None = None
        self.severity = 0
        self.confirmed = False
        self.early = False
        self.minutes_lost: int | None = None
        self.owner: str | None = None
        self.involved: tuple[str, ...] = ()
        self.facts: dict[str, Any] = {}

    @property
    def entries(self) -> list[Entry]:
        """The evidence on its timeline's order."""
        return sorted((entry for entry, _ in self.evidence.values()), key=lambda entry: entry.order)

    @property
    def last_evidence(self) -> int:
        """When the newest evidence happened."""
        return max(entry.at for entry, _ in self.evidence.values())

    @property
    def departments(self) -> list[str]:
        """Who is involved, sorted."""
        names = {*self.involved}
        for entry, _ in self.evidence.values():
            names.add(entry.department)
            if entry.to_department is not None and entry.activity in HANDOFFS:
                names.add(entry.to_department)
        return sorted(names)


@dataclass(frozen=True)
class NoParameters:
    """A symptom without parameters."""


class Symptom:
    """One symptom watching one customer. What it remembers can be rebuilt by folding the timeline again.

    A subclass says what it `wants`, remembers what it needs in its fields, and tells what it finds through
    `self.fold`: `open`, `join`, `resolve`, `wake`. It never reads a clock: time is `self.fold.at`.
    """

    name: ClassVar[str]
    version: ClassVar[int] = 1
    level: ClassVar[Literal["customer", "account"]] = "customer"
    Parameters: ClassVar[type[Any]] = NoParameters
    lapses: ClassVar[bool] = True  # its alerts may have no other end than 90 days after the last evidence
    restrains: ClassVar[bool] = False  # while she suffers from it nobody should write to her unasked: the brief says so
    hears_broadcasts: ClassVar[bool] = False  # shown what is said to everybody, where it wants it
    wants_renewals: ClassVar[bool] = False  # shown whatever tells the end of a contract's term
    wants_kpis: ClassVar[bool] = False  # shown whatever carries a department's own measure

    __slots__ = ("fold", "p")

    def __init__(self, fold: Fold, parameters: Any) -> None:
        self.fold = fold
        self.p = parameters
        self.begin()

    def begin(self) -> None:
        """Set the fields that are its memory."""

    def tuned(self, entry: Entry) -> Any:
        """The parameters in force for a touchpoint that opens an alert or starts its timer.

        Like `self.p`, with what the owner sets otherwise for its segment, department or channel. They stay what they
        were when it was first asked of the touchpoint: a segment told later changes no limit that runs.
        """
        fold = self.fold
        if self.name not in fold.detection.overridden:
            return self.p
        key = (self.name, entry.touchpoint_id)
        tuned = fold.tuned.get(key)
        if tuned is None:
            segment = entry.more.segment or fold.view.segment
            tuned = fold.tuned[key] = fold.detection.tuned(self.name, entry, segment)
        return tuned

    def longest(self, parameter: str) -> int:
        """The highest value that a parameter has for any touchpoint: how long its memory must be."""
        return self.fold.detection.longest(self.name, parameter)

    @classmethod
    def page(cls) -> str:
        """Its reference page: the text its file begins with."""
        return sys.modules[cls.__module__].__doc__ or ""

    @classmethod
    def wants(cls, activity: str, direction: str) -> bool:
        """Whether touchpoints with this activity and direction are shown to it."""
        raise NotImplementedError

    @classmethod
    def begins(cls, activity: str, direction: str, parameters: Any) -> bool:
        """Whether, of what it wants, this can be the first that matters: till one does, it is shown nothing.

        Most customers need few symptoms. It may look at one parameter: those of overrides are asked one by one.
        """
        return True

    @classmethod
    def idle(cls, parameters: Any) -> bool:
        """Whether with these parameters it can find nothing: then it is shown nothing."""
        return False

    @classmethod
    def wants_copy(cls, entry: Entry) -> bool:
        """For the account level: whether the account's timeline needs this touchpoint of a member."""
        renews = entry.more_or_none is not None and entry.more_or_none.renewal_at is not None
        return cls.wants(entry.activity, entry.direction) or (renews and cls.wants_renewals)

    def see(self, entry: Entry) -> None:
        """One touchpoint, in the timeline's order."""
        raise NotImplementedError

    def wake(self, key: str) -> None:
        """A timer set by `self.fold.wake` is due; the time is `self.fold.at`."""
        raise NotImplementedError

    @classmethod
    def words(cls, finding: Finding) -> Words:
        """The alert in plain words, filled with the facts of this case."""
        raise NotImplementedError


class Silenced(Symptom):
    """Stands in for a symptom that made a mistake on this customer: it sees nothing more of her."""

    name = "silenced"
    __slots__ = ()

    def see(self, entry: Entry) -> None:
        pass

    def wake(self, key: str) -> None:
        pass


def differ(one: str | None, other: str | None) -> bool:
    """Whether both are known, and not the same."""
    return one is not None and other is not None and one != other


def closed_by_customer(closing: Entry) -> bool:
    """Whether a `case_closed` was the customer's own doing."""
    return closing.direction == IN or closing.outcome == "withdrawn"


def refs_of(entry: Entry) -> tuple[str, ...]:
    """What it names: the touchpoints, cases and bugs it refers to, and what it replies to."""
    refs = entry.refers_to or ()
    return refs if entry.reply_to is None else (*refs, entry.reply_to)


def belongs(entry: Entry, things: Iterable[Any], by_department: bool = False) -> list[Any]:
    """The `things` that an end, answer, acceptance or decision `entry` belongs to.

    Things have `entry` (their beginning) and `open`, and come in the order they began. What `entry` refers to
    or replies to counts, by touchpoint id or case; else the latest open one of its thread; else of its case;
    else, `by_department`, the latest open one with its department among the `receivers`.
    """
    refs = refs_of(entry)
    things = list(things)
    if refs:
        named = [each for each in things if each.entry.touchpoint_id in refs or each.entry.case_ref in refs]
        if named:
            return [each for each in named if each.open]
    latest = [each for each in reversed(things) if each.open]
    for field in ("thread_ref", "case_ref"):
        value = getattr(entry, field)
        if value is not None:
            for each in latest:
                if getattr(each.entry, field) == value:
                    return [each]
    if by_department:
        for each in latest:
            if entry.department in each.receivers:
                return [each]
    return []
