"""This customer suffers from ticket churn: one issue, and again a new number.

Why it hurts
    A new ticket is better tracking for the company and another round for the customer: she tells it all
    again, to somebody who does not see the first.

What is told
    A case is opened on an issue (same topic and not two products; the same thread; or texts at least
    `similarity` alike, then `suspected`) that another case of hers, open or closed `within` before, covers.
    Or at least `conversations` inbound conversations on one issue `within` that time with `staff` different
    people in them (a thread counts once; without threads, touchpoints more than `apart` from each other). Or a
    `case_reopened`. It ends when all its cases have been closed for that time, or were merged.

What to do
    Join the cases, keep the first number, and let the person who knows the story call.

What is not told
    The earlier case was closed by the customer as solved and the topic differs; merged cases (`outcome:
    duplicate`).

Example
    case 17 on login.reset is closed on Monday; on Thursday she opens case 23 on login.reset.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from ..core.parameters import count, duration, share
from ..core.symptom import Finding, Symptom, Words
from ..core.text import similar
from ..core.touchpoint import IN, Entry
from ..core.view import Case, closed_by_customer
from ..core.words import listed, moment, quote, who

_CONVERSATION: Final = frozenset(
    "message meeting question complaint case_opened case_reopened bug_reported info_given".split()
)
_CASE: Final = ("case_opened", "case_closed", "case_reopened")


@dataclass(frozen=True)
class Parameters:
    within: int = duration("14 d", "how long a closed case still covers its issue, and the time in which conversations count")
    similarity: float = share(0.7, "share of common content words from which two cases' texts count as one issue")
    conversations: int = count(3, "inbound conversations on one issue that are too many")
    staff: int = count(2, "different people in those conversations")
    apart: int = duration("1 h", "touchpoints without a thread further apart than this are different conversations")


@dataclass(slots=True)
class _Talk:
    """One inbound conversation."""

    first: Entry
    last_at: int
    topic: str
    staff: set[str] = field(default_factory=set)
    cases: list[str] = field(default_factory=list)


class TicketChurn(Symptom):
    __doc__ = __doc__
    name = "ticket_churn"
    Parameters = Parameters
    __slots__ = ("groups", "merged", "staff", "talks")

    def __init__(self, fold, parameters):  # type: ignore[no-untyped-def]
        super().__init__(fold, parameters)
        self.groups: dict[str, set[str]] = {}  # alert key -> its cases
        self.merged: set[str] = set()
        self.staff: dict[str, set[str]] = {}  # thread -> people in it
        self.talks: list[_Talk] = []

    @classmethod
    def wants(cls, activity: str, direction: str) -> bool:
        return True

    def see(self, entry: Entry) -> None:
        activity = entry.activity
        if entry.thread_ref is not None and entry.staff_ref is not None:
            self.staff.setdefault(entry.thread_ref, set()).add(entry.staff_ref)
        if activity in _CASE and entry.case_ref is not None:
            if activity == "case_opened":
                self._open(entry, entry.case_ref)
            elif activity == "case_reopened":
                self._reopen(entry, entry.case_ref)
            else:
                self._close(entry, entry.case_ref)
        if entry.direction == IN and activity in _CONVERSATION:
            self._talk(entry)
        elif self.talks and entry.thread_ref is not None:
            self._count([talk for talk in self.talks if talk.first.thread_ref == entry.thread_ref])

    # -- cases

    def _open(self, entry: Entry, ref: str) -> None:
        cases = self.fold.view.cases
        new = cases[ref]
        if new.opening is not entry:
            return
        found = [(case, how) for case, how in ((each, self._covers(each, new)) for each in cases.values()) if how is not None]
        self.merged.discard(ref)
        if not found:
            return
        joined = [key for key, group in self.groups.items() if any(case.ref in group for case, _ in found)]
        first = min((case for case, _ in found), key=lambda case: case.first.order)
        key = joined[0] if joined else str(first.ref)
        evidence = [(_beginning(case), "case") for case, _ in sorted(found, key=lambda pair: pair[0].first.order)]
        self._tell(key, {ref, *(str(case.ref) for case, _ in found)}, [*evidence, (entry, "new case")], any(how for _, how in found))

    def _covers(self, case: Case, new: Case) -> bool | None:
        """Whether `case` covers the issue of `new`: True by what it is, False by its text, None not at all."""
        closing = case.closing
        if case is new or str(case.ref) in self.merged:
            return None
        if closing is not None and self.fold.at - closing.at > self.p.within:
            return None
        if self.fold.view.same_issue(case.topic, case.product, new.topic, new.product):
            return True
        solved = closing is not None and closed_by_customer(closing) and closing.outcome in (None, "solved", "withdrawn")
        differs = case.topic is not None and new.topic is not None and case.topic != new.topic
        if solved and differs:
            return None
        if new.opening is not None and new.opening.thread_ref is not None and new.opening.thread_ref in case.threads:
            return True
        texts = (case.opening and case.opening.text, new.opening and new.opening.text)
        return False if similar(texts[0], texts[1], self.p.similarity) else None

    def _reopen(self, entry: Entry, ref: str) -> None:
        joined = next((key for key, group in self.groups.items() if ref in group), ref)
        self._tell(joined, {ref}, [(entry, "reopened")], True)

    def _close(self, entry: Entry, ref: str) -> None:
        if entry.outcome == "duplicate":
            self.merged.add(ref)
        for key, group in self.groups.items():
            if ref in group:
                self._settle(key, group)

    def _settle(self, key: str, group: set[str]) -> None:
        """Set the timer for when all cases of an alert have been closed long enough; end it when they were merged."""
        left = group - self.merged
        if len(group) > 1 and len(left) <= 1:
            self.fold.resolve(self, key)
            return
        closings = [case.closing for case in (self.fold.view.cases[ref] for ref in left) if case is not None]
        closed = [closing.at for closing in closings if closing is not None]
        if closings and len(closed) == len(closings):
            self.fold.wake(self, key, max(closed) + self.p.within)
        else:
            self.fold.sleep(self, key)

    # -- conversations

    def _talk(self, entry: Entry) -> None:
        topic = self.fold.view.topic(entry)
        if topic is None:
            return
        since = self.fold.at - self.p.within
        self.talks = [talk for talk in self.talks if talk.first.at >= since]
        talk = self._same_talk(entry, topic)
        if talk is None:
            staff = self.staff.setdefault(entry.thread_ref, set()) if entry.thread_ref is not None else set()
            talk = _Talk(entry, entry.at, topic, staff)
            self.talks.append(talk)
        talk.last_at = entry.at
        if entry.staff_ref is not None:
            talk.staff.add(entry.staff_ref)
        if entry.case_ref is not None and entry.case_ref not in talk.cases:
            talk.cases.append(entry.case_ref)
        self._count([talk])

    def _same_talk(self, entry: Entry, topic: str) -> _Talk | None:
        for talk in reversed(self.talks):
            if talk.topic != topic:
                continue
            if entry.thread_ref is not None:
                if talk.first.thread_ref == entry.thread_ref:
                    return talk
            elif talk.first.thread_ref is None and entry.at - talk.last_at <= self.p.apart and entry.case_ref == talk.first.case_ref:
                return talk
        return None

    def _count(self, changed: list[_Talk]) -> None:
        for talk in changed:
            since = self.fold.at - self.p.within
            same = [
                each for each in self.talks
                if each.first.at >= since and each.topic == talk.topic
                and (each.first.product is None or talk.first.product is None or each.first.product == talk.first.product)
            ]  # fmt: skip
            staff = set().union(*(each.staff for each in same))
            if len(same) >= self.p.conversations and len(staff) >= self.p.staff:
                self._too_many(same)

    def _too_many(self, talks: list[_Talk]) -> None:
        cases = [ref for talk in talks for ref in talk.cases]
        evidence = [(talk.first, "conversation") for talk in talks]
        first = min(cases, key=lambda ref: self.fold.view.cases[ref].first.order) if cases else None
        key = next((key for key, group in self.groups.items() if group & set(cases)), None)
        if key is None:
            key = self._running(talks) or first or talks[0].first.touchpoint_id
        finding = self.fold.found(self, key)
        if finding is not None and finding.resolved_at is None and all(talk.first.touchpoint_id in finding.evidence for talk in talks):
            return
        self._tell(key, set(cases), evidence, True)

    def _running(self, talks: list[_Talk]) -> str | None:
        """The open alert without cases that these conversations go on with."""
        for key, group in self.groups.items():
            finding = self.fold.found(self, key)
            if not group and finding is not None and finding.resolved_at is None:
                if any(talk.first.touchpoint_id in finding.evidence for talk in talks):
                    return key
        return None

    def _tell(self, key: str, cases: set[str], evidence: list[tuple[Entry, str]], confirmed: bool) -> None:
        group = self.groups.setdefault(key, set())
        group |= cases
        owner = next((self.fold.view.holder(ref) for ref in sorted(cases)), None) or evidence[-1][0].department
        self.fold.open(self, key, evidence, confirmed=confirmed, owner=owner, cases=len(group))
        if group:
            self._settle(key, group)

    def wake(self, key: str) -> None:
        self.fold.resolve(self, key)

    @classmethod
    def words(cls, finding: Finding) -> Words:
        entries = finding.entries
        first, last = entries[0], entries[-1]
        again = {"case": "opened a case", "new case": "opened a new case", "reopened": "had to reopen her case"}
        how = again.get(finding.evidence[last.touchpoint_id][1], "had to get in touch again")
        about = f" about {last.topic}" if last.topic else ""
        return Words(
            f"The customer starts over{about}: {len(entries)} times",
            f"On {moment(last.at)} the customer {how}{about} ({who(last)}): {quote(last)}. "
            f"It began on {moment(first.at)} ({who(first)}). {listed(finding.departments)} dealt with it.",
            f"{finding.owner}: join the cases under the first number, and let who knows the story contact her.",
        )


def _beginning(case: Case) -> Entry:
    return case.opening or case.first
