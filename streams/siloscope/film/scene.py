"""What a film shows: a customer's touchpoints in order, her waits, and what she suffered from and when."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from ..core.alert import Alert
from ..core.symptom import belongs
from ..core.touchpoint import HOUR, Entry

MOST: Final = 32  # touchpoints of a film
_STARTS: Final = ("wait_started", "approval_requested")
_ENDS: Final = ("wait_ended", "approval_decided")


class Mark(NamedTuple):
    """A symptom on the film; times in epoch milliseconds, `evidence` are touchpoint ids."""

    symptom: str
    severity: str
    title: str
    explanation: str
    suggested_action: str
    opened_at: int
    resolved_at: int | None
    evidence: frozenset[str]


class Wait:
    """A wait of hers, open until it is ended."""

    __slots__ = ("ended", "entry")

    def __init__(self, entry: Entry) -> None:
        self.entry = entry
        self.ended: Entry | None = None

    @property
    def open(self) -> bool:
        """Nobody has ended it."""
        return self.ended is None


class Film(NamedTuple):
    """What is shown of `customer`: up to `until` (epoch ms); `left_out` touchpoints are not among the entries."""

    customer: str
    entries: list[Entry]
    marks: list[Mark]
    waits: list[Wait]
    until: int
    left_out: int = 0

    @property
    def lanes(self) -> list[str]:
        """The departments, in the order in which she met them."""
        return list(dict.fromkeys(entry.department for entry in self.entries))


def mark_of(alert: Alert) -> Mark:
    """An alert as a film marks it."""
    return Mark(
        alert.symptom, alert.severity, alert.title, alert.explanation, alert.suggested_action, alert.opened_at,
        alert.resolved_at, frozenset(each.touchpoint_id for each in alert.evidence),
    )  # fmt: skip


def film_of(customer: str, entries: Iterable[Entry], marks: Sequence[Mark], until: int | None = None) -> Film:
    """The film of all that is known; of too many touchpoints those that matter to a symptom, then the newest."""
    lived = sorted(entries, key=lambda each: each.order)
    shown = _chosen(lived, marks)
    ids = {entry.touchpoint_id for entry in shown}
    seen = sorted((each for each in marks if each.evidence & ids), key=lambda each: (each.opened_at, each.symptom))
    end = max([until or 0, *(entry.at for entry in shown), *(each.opened_at for each in seen)])
    return Film(customer, shown, seen, _waits(shown), end, len(lived) - len(shown))


def focused(film: Film, mark: Mark) -> Film:
    """The part of a film around one symptom: its evidence, the cases of that, and what else happened meanwhile."""
    about = [entry for entry in film.entries if entry.touchpoint_id in mark.evidence]
    cases = {entry.case_ref for entry in about} - {None}
    since = min((entry.at for entry in film.entries if entry in about or entry.case_ref in cases), default=0)
    entries = [entry for entry in film.entries if entry.at >= since]
    return film_of(film.customer, entries, [mark], film.until)


def _chosen(lived: list[Entry], marks: Sequence[Mark]) -> list[Entry]:
    told = {touchpoint_id for mark in marks for touchpoint_id in mark.evidence}
    cases = {entry.case_ref for entry in lived if entry.touchpoint_id in told} - {None}

    def matters(number: int) -> tuple[bool, bool, bool, int]:
        entry = lived[number]
        return (entry.touchpoint_id in told, entry.case_ref in cases, entry.activity != "visit", number)

    return [lived[number] for number in sorted(sorted(range(len(lived)), key=matters, reverse=True)[:MOST])]


def _waits(entries: list[Entry]) -> list[Wait]:
    waits: list[Wait] = []
    for entry in entries:
        if entry.activity in _STARTS:
            waits.append(Wait(entry))
        elif entry.activity in _ENDS:
            for wait in belongs(entry, waits):
                wait.ended = entry
        elif entry.activity == "case_closed" and entry.case_ref is not None:
            for wait in waits:
                if wait.open and wait.entry.case_ref == entry.case_ref:
                    wait.ended = entry
    return [wait for wait in waits if wait.ended is None or wait.ended.at - wait.entry.at >= HOUR // 4]
