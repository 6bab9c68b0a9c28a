"""This customer suffers from a broken promise: somebody told her a day, and the day passed.

Why it hurts
    Who promises is seldom who delivers, and neither sees the other's calendar. She planned by the promise; now
    she must ask, and trusts the next one less.

What is told
    A `promise_made` to her whose `due_at` has passed and that was not kept, by whatever department: by a
    `promise_kept`, by what `kept_by` names (a delivery, a payment) in its case, or, for the topics in
    `callbacks`, by any outbound touchpoint of the case. It is told by a timer, and ends when the promise is
    kept late; `minutes_lost` then counts from `due_at`. Past twice the promised time it is critical.

What to do
    Do what was promised today, or tell her the new day before she asks.

What is not told
    Promises without `due_at`, or whose `due_at` is no later than the promise; promises whose case was closed as
    solved, or by the customer, by then.

Example
    sales promises delivery by Friday 12:00; nothing in the case says that it was delivered: told on Friday 12:00.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ..core.parameters import names
from ..core.promises import CALLBACKS, KEEPING, Promises
from ..core.symptom import Finding, Symptom, Words
from ..core.touchpoint import ACTIVITIES, MINUTE, Entry
from ..core.words import length, moment, quote, who


@dataclass(frozen=True)
class Parameters:
    kept_by: tuple[str, ...] = names(
        ", ".join(KEEPING), "activities that keep a promise of their case: `payment` or outbound ones", ACTIVITIES
    )
    callbacks: tuple[str, ...] = names(
        ", ".join(CALLBACKS), "topics of promises that any outbound touchpoint of the case keeps"
    )


class BrokenPromise(Symptom):
    name = "broken_promise"
    Parameters = Parameters
    __slots__ = ("made", "promises")

    def begin(self) -> None:
        self.promises = Promises()
        self.made: dict[str, Entry] = {}  # with a due time, and not ended

    @classmethod
    def wants(cls, activity: str, direction: str) -> bool:
        return Promises.wants(activity, direction)

    @classmethod
    def begins(cls, activity: str, direction: str, parameters: Any) -> bool:
        return activity == "promise_made"

    def see(self, entry: Entry) -> None:
        makes = entry.activity == "promise_made"
        if not (makes or self.promises.made):
            return
        p = self.tuned(entry) if makes else self.p
        made = self.promises.see(entry, p.kept_by, p.callbacks)
        for promise in self.promises.ended:
            if promise.due is not None:
                self._end(promise.entry.touchpoint_id, promise.due)
        if made is not None and made.due is not None:
            self.made[entry.touchpoint_id] = entry
            self.fold.wake(self, entry.touchpoint_id, made.due)

    def _end(self, key: str, due: int) -> None:
        del self.made[key]
        self.fold.sleep(self, key)
        self.fold.resolve(self, key, minutes_lost=(self.fold.at - due) // MINUTE)

    def wake(self, key: str) -> None:
        promise, due = self.made[key], self.fold.at
        self.fold.open(
            self, key, [(promise, "promised")], owner=self.fold.view.holder(promise.case_ref) or promise.department,
            twice_at=2 * due - promise.at, due=due,
        )  # fmt: skip

    @classmethod
    def words(cls, finding: Finding) -> Words:
        promise, due = finding.entries[0], finding.facts["due"]
        about = f" about {promise.topic}" if promise.topic else ""
        kept = ""
        if finding.minutes_lost is not None:
            kept = f" It was kept {length(finding.minutes_lost * MINUTE)} late."
        return Words(
            f"{promise.department} promised something{about} by {moment(due)}, and nobody kept it in time",
            f"On {moment(promise.at)} {who(promise)} promised: {quote(promise)}. It was due on {moment(due)}; "
            f"by then nothing showed that anybody had kept it.{kept}",
            f"{finding.owner}: do what was promised today, or tell her now by when.",
        )
