"""This customer suffers from a stalled wait: she waits for somebody inside the company, and nobody watches.

Why it hurts
    A hold, an approval, a queue: for the department it is a step, for the customer it is lost time. The one
    who could end it often does not know that a customer stands at the other end.

What is told
    A `wait_started` or `approval_requested` that lasts past its `due_at`, else past its limit: `hold` for
    reason `hold`, `approval` for approvals, `other` for the rest. It is told by a timer, while she still
    waits. It ends with the wait (`wait_ended`, `approval_decided`), or when its case is closed;
    `minutes_lost` is then the length of the wait. Past twice its limit it is critical.

What to do
    Decide or answer now, and tell the customer by when she has it.

What is not told
    Waits for the customer herself (`reason: customer`).

Example
    finance is asked on Monday 09:00 to approve a credit; on Tuesday 09:00:00.001 it is told.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from ..core.parameters import duration
from ..core.symptom import Finding, Symptom, Words, belongs
from ..core.touchpoint import MINUTE, Entry
from ..core.words import length, moment, who

_STARTS: Final = ("wait_started", "approval_requested")
_ENDS: Final = ("wait_ended", "approval_decided")


@dataclass(frozen=True)
class Parameters:
    hold: int = duration("10 min", "how long a hold (`reason: hold`) may last")
    approval: int = duration("24 h", "how long an approval may take")
    other: int = duration("72 h", "how long any other wait may last")


class _Wait:
    __slots__ = ("approval", "entry", "open")

    def __init__(self, entry: Entry) -> None:
        self.entry = entry
        self.open = True
        self.approval = entry.activity == "approval_requested" or entry.reason == "approval"


class StalledWait(Symptom):
    name = "stalled_wait"
    Parameters = Parameters
    __slots__ = ("waits",)

    def begin(self) -> None:
        self.waits: dict[str, _Wait] = {}

    @classmethod
    def wants(cls, activity: str, direction: str) -> bool:
        return activity in _STARTS or activity in _ENDS or activity == "case_closed"

    @classmethod
    def begins(cls, activity: str, direction: str, parameters: Any) -> bool:
        return activity in _STARTS

    def see(self, entry: Entry) -> None:
        if entry.activity in _STARTS:
            self._start(entry)
        elif entry.activity == "case_closed":
            for wait in list(self.waits.values()):
                of_case = entry.case_ref is not None and wait.entry.case_ref == entry.case_ref
                of_thread = entry.thread_ref is not None and wait.entry.thread_ref == entry.thread_ref
                if wait.open and (of_case or of_thread):
                    self._end(wait)
        else:
            for wait in self._ended_by(entry):
                self._end(wait)

    def _ended_by(self, entry: Entry) -> list[_Wait]:
        """What an end ends: what it names, of either kind; else the latest open one of its own kind."""
        waits = self.waits.values()
        refs = (*(entry.refers_to or ()), entry.reply_to or "")
        named = [wait for wait in waits if wait.entry.touchpoint_id in refs or wait.entry.case_ref in refs]
        if named:
            return [wait for wait in named if wait.open]
        if entry.activity == "approval_decided":
            return belongs(entry, [wait for wait in waits if wait.approval])
        return belongs(entry, [wait for wait in waits if wait.entry.activity == "wait_started"])

    def _start(self, entry: Entry) -> None:
        wait = self.waits[entry.touchpoint_id] = _Wait(entry)
        if entry.reason != "customer":
            self.fold.wake(self, entry.touchpoint_id, self._due(wait, 1))

    def _limit(self, wait: _Wait) -> int:
        entry, p = wait.entry, self.tuned(wait.entry)
        if entry.due_at is not None and entry.due_at > entry.at:
            return entry.due_at - entry.at
        limit: int = p.approval if wait.approval else p.hold if entry.reason == "hold" else p.other
        return limit

    def _due(self, wait: _Wait, times: int) -> int:
        """When it has lasted so many times its limit."""
        entry, limit = wait.entry, times * self._limit(wait)
        if entry.due_at is not None and entry.due_at > entry.at:
            return entry.at + limit
        return self.fold.deadline(entry.department, entry.at, limit)

    def _end(self, wait: _Wait) -> None:
        wait.open = False
        key = wait.entry.touchpoint_id
        self.fold.sleep(self, key)
        self.fold.resolve(self, key, minutes_lost=(self.fold.at - wait.entry.at) // MINUTE)

    def wake(self, key: str) -> None:
        wait = self.waits[key]
        entry, limit = wait.entry, self._limit(wait)
        self.fold.open(
            self, key, [(entry, "waits since")], owner=self.fold.view.holder(entry.case_ref) or entry.department,
            twice_at=self._due(wait, 2), limit=limit, approval=wait.approval,
        )  # fmt: skip

    @classmethod
    def words(cls, finding: Finding) -> Words:
        entry = finding.entries[0]
        what = "an approval" if finding.facts["approval"] else f"{entry.reason or 'an answer'}"
        about = f" about {entry.topic}" if entry.topic else ""
        ended = (
            f" It ended after {length(finding.resolved_at - entry.at)}."
            if finding.minutes_lost is not None and finding.resolved_at
            else ""
        )
        return Words(
            f"Waiting for {what} of {entry.department} longer than {length(finding.facts['limit'])}",
            f"Since {moment(entry.at)} the customer waits for {what}{about} ({who(entry)}); "
            f"{length(finding.facts['limit'])} were allowed.{ended}",
            f"{finding.owner}: end the wait or say by when it ends, and tell the customer.",
        )
