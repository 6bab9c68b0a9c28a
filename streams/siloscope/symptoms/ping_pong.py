"""This customer suffers from ping-pong: her case goes back and forth between departments.

Why it hurts
    Nobody owns the case. Each department hands it on within its own target time, so every figure is green
    while the customer explains herself again and waits again.

What is told
    Within one case, responsibility moves by `handoff_started` and `escalated`, accepted or not. When it comes
    back to a department that had already handed it away, that is one return: A to B to A is one, A to B to A
    to B two. The alert opens at the move that makes `returns` returns, takes in later moves, and ends when
    the case is closed. Closing does not reset the history: after a reopening the next return opens it again.

What to do
    Name one owner who keeps the case until it is solved, and let the others help her instead of taking over.

What is not told
    Moves without a case; a move to the department that has the case already.

Example
    sales hands the case to support, support back to sales, sales to support again: told at the third move.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ..core.parameters import count
from ..core.symptom import Finding, Symptom, Words
from ..core.touchpoint import HANDOFFS, Entry
from ..core.words import listed, moment


@dataclass(frozen=True)
class Parameters:
    returns: int = count(2, "how often responsibility must come back to a department that had handed it away")


class _Trail:
    """Where a case has been."""

    __slots__ = ("handed_away", "holder", "moves", "returns")

    def __init__(self) -> None:
        self.moves: list[Entry] = []
        self.handed_away: list[str] = []
        self.holder: str | None = None
        self.returns = 0


class PingPong(Symptom):
    name = "ping_pong"
    Parameters = Parameters
    __slots__ = ("trails",)

    def begin(self) -> None:
        self.trails: dict[str, _Trail] = {}

    @classmethod
    def wants(cls, activity: str, direction: str) -> bool:
        return activity in HANDOFFS or activity == "case_closed"

    @classmethod
    def begins(cls, activity: str, direction: str, parameters: Any) -> bool:
        return activity in HANDOFFS

    def see(self, entry: Entry) -> None:
        case = entry.case_ref
        if case is None:
            return
        if entry.activity == "case_closed":
            self.fold.resolve(self, case)
            return
        to = entry.to_department
        trail = self.trails.get(case)
        if to is None or to == entry.department or (trail is not None and to == trail.holder):
            return
        if trail is None:
            trail = self.trails[case] = _Trail()
        trail.moves.append(entry)
        if entry.department not in trail.handed_away:
            trail.handed_away.append(entry.department)
        trail.holder = to
        if to in trail.handed_away:
            trail.returns += 1
            if trail.returns >= self.tuned(entry).returns:
                self._tell(case, trail)
                return
        finding = self.fold.found(self, case)
        if finding is not None and finding.resolved_at is None:
            self._tell(case, trail)

    def _tell(self, case: str, trail: _Trail) -> None:
        self.fold.open(
            self, case, [(move, "moved") for move in trail.moves], owner=trail.holder,
            returns=trail.returns,
        )  # fmt: skip

    @classmethod
    def words(cls, finding: Finding) -> Words:
        moves = finding.entries
        path = " → ".join([moves[0].department, *(move.to_department or "?" for move in moves)])
        return Words(
            f"Case {finding.key} goes back and forth: {path}",
            f"Between {moment(moves[0].at)} and {moment(moves[-1].at)} the case was handed on {len(moves)} times and "
            f"came back {finding.facts['returns']} times to a department that had already handed it away: {path}.",
            f"Agree on one owner among {listed(finding.departments)} who keeps the case until it is solved, "
            "and tell the customer who that is.",
        )
