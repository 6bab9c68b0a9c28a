"""This customer suffers from experience debt: one bad experience after another, and nothing that makes up for it.

Why it hurts
    A bad experience weighs about as much as twelve good ones. Each department sees its own small failure; she
    carries the sum, and leaves over something that nobody would have called serious.

What is told
    `ratio` times her open negatives, less the positives since the oldest of them, stays above zero for `lasting`.
    Negative is a complaint, a survey score of at most `low_score`, an inbound sentiment of at most `sad`, a reopened
    case; each is open until it is made good, its case is closed or she praises in its case or thread, without a
    case also until 14 days after a reply, and at most 90 days. Positive is praise, a score of at least `high_score`,
    an inbound sentiment of at least `glad`, a case closed within its KPI. Each counts once per case, else per
    conversation, else by itself. It ends when the debt is paid or no negative is open. Past twice the time it is
    critical.

What to do
    One person calls her, about all of it: say what went wrong, make the oldest good first.

What is not told
    What was made good within the time.

Example
    A complaint on Monday 09:00 that nobody makes good: told on Thursday 09:00.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ..core.complaints import Complaint, hear
from ..core.parameters import MORE, count, duration, number
from ..core.symptom import Finding, Symptom, Words
from ..core.touchpoint import IN, OUT, Entry
from ..core.words import listed, moment, quote, who

_DEBT = "debt"  # the timer: it has lasted long enough
_OVER = "aged"  # the timer: a negative is too old; at one instant it comes before the other


@dataclass(frozen=True)
class Parameters:
    ratio: int = count(12, "how many positives make up for one negative", MORE)
    lasting: int = duration("72 h", "how long the debt must last")
    low_score: float = number(4, "survey score (0 to 10) up to which it is a negative", MORE)
    high_score: float = number(8, "survey score from which it is a positive", MORE)
    sad: float = number(-0.5, "sentiment (-1 to 1) up to which an inbound touchpoint is a negative", MORE)
    glad: float = number(0.5, "sentiment from which an inbound touchpoint is a positive", MORE)


class ExperienceDebt(Symptom):
    name = "experience_debt"
    lapses = False  # each negative has its end, and so has the debt
    Parameters = Parameters
    __slots__ = ("key", "negatives", "open", "over", "positives", "since")

    def begin(self) -> None:
        self.negatives: list[Complaint] = []
        self.open: list[Complaint] = []
        self.positives: dict[str, tuple[int, int, str]] = {}  # by case, conversation or itself: when the latest was
        self.over: int | None = None  # when the next of the open ones is too old
        self.since: int | None = None  # when the debt that stands began
        self.key: str | None = None  # of the alert that is open

    @classmethod
    def wants(cls, activity: str, direction: str) -> bool:
        return direction != "internal" or activity == "case_closed"

    @classmethod
    def begins(cls, activity: str, direction: str, parameters: Any) -> bool:
        return direction == IN

    def see(self, entry: Entry) -> None:
        suffers = entry.direction != OUT and self._negative(entry)
        if not (suffers or self.open):
            return
        if self.open:
            self._hear(entry)
        if self.open and self._positive(entry):
            self.positives[_unit(entry)] = entry.order
        if suffers:
            self.negatives.append(Complaint(entry))
            self.open.append(self.negatives[-1])
        self._settle()
        if suffers and self.key is not None:  # what it makes good comes first
            self.fold.open(self, self.key, [(entry, "negative")])

    def _hear(self, entry: Entry) -> None:
        hear(entry, self.negatives if entry.activity == "recovered" else self.open)
        if entry.activity == "recovered":  # a case made good is made good
            good = {_unit(each.entry) for each in self.open if each.ended}
            for each in self.open:
                each.ended |= _unit(each.entry) in good
        self.open = [each for each in self.open if each.open]

    def _negative(self, entry: Entry) -> bool:
        if entry.activity in ("complaint", "case_reopened"):
            return True
        more = entry.more_or_none
        if more is None:
            return False
        if more.score is not None and entry.activity == "survey_response" and more.score <= self.tuned(entry).low_score:
            return True
        return entry.direction == IN and more.sentiment is not None and more.sentiment <= self.tuned(entry).sad

    def _positive(self, entry: Entry) -> bool:
        if entry.activity == "praise":
            return True
        more = entry.more_or_none
        if more is None:
            return False
        if entry.activity == "case_closed":
            return more.kpi is not None and more.kpi.met is True
        tuned = self.tuned(entry)
        if more.score is not None and entry.activity == "survey_response" and more.score >= tuned.high_score:
            return True
        return entry.direction == IN and more.sentiment is not None and more.sentiment >= tuned.glad

    def _debt(self) -> int:
        if not self.open:
            return 0
        oldest = self.open[0].entry
        good = sum(latest > oldest.order for latest in self.positives.values())
        bad = len({_unit(each.entry) for each in self.open})
        return int(self.tuned(oldest).ratio) * bad - good

    def _settle(self) -> None:
        """Start, keep or end the debt, as of now."""
        over = min((each.until for each in self.open), default=None)
        if over is None:
            self.positives.clear()
            self.fold.sleep(self, _OVER)
        elif over != self.over:
            self.fold.wake(self, _OVER, over)
        self.over = over
        if self._debt() <= 0:
            self.since = None
            self.fold.sleep(self, _DEBT)
            if self.key is not None:
                self.fold.resolve(self, self.key)
                self.key = None
        elif self.since is None:
            self.since = self.fold.at
            self.fold.wake(self, _DEBT, self.since + self.tuned(self.open[0].entry).lasting)

    def wake(self, key: str) -> None:
        if key == _DEBT:
            self._tell()
            return
        for each in self.open:
            each.ended |= each.until <= self.fold.at
        self.open = [each for each in self.open if each.open]
        self._settle()

    def _tell(self) -> None:
        oldest, at = self.open[0].entry, self.fold.at
        self.key = oldest.touchpoint_id
        evidence = [(each.entry, "negative") for each in self.open]
        owner = self.fold.view.holder(oldest.case_ref) or oldest.department
        lasted = at - (self.since or at)
        self.fold.open(self, self.key, evidence, owner=owner, twice_at=at + lasted)

    @classmethod
    def words(cls, finding: Finding) -> Words:
        entries = finding.entries
        first = entries[0]
        said = "; ".join(f"{moment(each.at)}, {who(each)}: {quote(each)}" for each in entries[-5:])
        number = f"{len(entries)} bad experiences" if len(entries) > 1 else "a bad experience"
        last = "" if len(entries) <= 5 else " Of these, the last:"
        return Words(
            f"Nothing made up for {number} with {listed(finding.departments)}",
            f"Since {moment(first.at)} the customer has had {number} that nobody made good, and too little good "
            f"to make up for it.{last} {said}.",
            f"{finding.owner}: call her about all of it, and make good what happened on {moment(first.at)} first.",
        )


def _unit(entry: Entry) -> str:
    """What a touchpoint counts with: its case, else its conversation, else itself."""
    if entry.case_ref is not None:
        return f"case {entry.case_ref}"
    return f"thread {entry.thread_ref}" if entry.thread_ref is not None else entry.touchpoint_id
