"""This customer suffers from silence: she asked or complained, and nobody answers.

Why it hurts
    The question lies in one department's inbox while the others believe it answered. She asks again
    elsewhere, or goes.

What is told
    An inbound `question` or `complaint` with no substantive outbound in its case or thread (with neither:
    from its department) for `within`; by a timer. Substantive is whatever is no promotion, survey, renewal
    ask or invoice. A late answer ends it, with `minutes_lost` from question to answer; so does the customer
    who closes her case.  Past twice the time it is critical.

What to do
    Answer now, with an apology for the wait; if another department knows the answer, ask it yourself.

What is not told
    Departments whose source reports no replies (`silent_departments`); cases the customer closed.

Example
    A complaint by e-mail on Monday 09:00; nothing goes out in its case until Thursday 09:00: told then.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ..core.parameters import duration, names
from ..core.symptom import Finding, Symptom, Words, closed_by_customer
from ..core.touchpoint import IN, MINUTE, OUT, Entry
from ..core.view import answers, substantive
from ..core.words import length, moment, quote, who


@dataclass(frozen=True)
class Parameters:
    within: int = duration("72 h", "how long a question or complaint may stay without an answer")
    silent_departments: tuple[str, ...] = names("", "departments whose source does not report replies: never told of")


class Unanswered(Symptom):
    name = "unanswered"
    Parameters = Parameters
    __slots__ = ("asked",)

    def begin(self) -> None:
        self.asked: dict[str, Entry] = {}

    @classmethod
    def wants(cls, activity: str, direction: str) -> bool:
        return activity in ("question", "complaint", "case_closed") or direction == OUT

    @classmethod
    def begins(cls, activity: str, direction: str, parameters: Any) -> bool:
        return activity in ("question", "complaint") and direction == IN

    def see(self, entry: Entry) -> None:
        if entry.direction == IN and entry.activity in ("question", "complaint"):
            if entry.department not in self.p.silent_departments:
                self.asked[entry.touchpoint_id] = entry
                within = self.tuned(entry).within
                self.fold.wake(self, entry.touchpoint_id, self.fold.deadline(entry.department, entry.at, within))
        elif not self.asked:
            return
        elif entry.activity == "case_closed" and closed_by_customer(entry):
            for asked in [each for each in self.asked.values() if entry.case_ref and each.case_ref == entry.case_ref]:
                self._end(asked, None)
        elif substantive(entry):
            for asked in [each for each in self.asked.values() if answers(entry, each)]:
                self._end(asked, (entry.at - asked.at) // MINUTE)

    def _end(self, asked: Entry, minutes_lost: int | None) -> None:
        del self.asked[asked.touchpoint_id]
        self.fold.sleep(self, asked.touchpoint_id)
        self.fold.resolve(self, asked.touchpoint_id, minutes_lost=minutes_lost)

    def wake(self, key: str) -> None:
        asked = self.asked[key]
        within = self.tuned(asked).within
        self.fold.open(
            self, key, [(asked, "asked")], owner=self.fold.view.holder(asked.case_ref) or asked.department,
            twice_at=self.fold.deadline(asked.department, asked.at, 2 * within), within=within,
        )  # fmt: skip

    @classmethod
    def words(cls, finding: Finding) -> Words:
        asked = finding.entries[0]
        answered = ""
        if finding.minutes_lost is not None:
            answered = f" The answer came after {length(finding.minutes_lost * MINUTE)}."
        return Words(
            f"A {asked.activity} to {asked.department} has no answer for {length(finding.facts['within'])}",
            f"On {moment(asked.at)} the customer wrote or said to {who(asked)}: {quote(asked)}. "
            f"Nothing of substance went out to her since.{answered}",
            f"{finding.owner}: answer now; if another department knows the answer, get it from them, not through her.",
        )
