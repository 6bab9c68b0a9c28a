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

from dataclasses import dataclass
from typing import Any, Final

from ..core.issues import covering
from ..core.parameters import count, duration, share
from ..core.symptom import Finding, Symptom, Words
from ..core.touchpoint import IN, Entry
from ..core.view import Case
from ..core.words import listed, moment, quote, who

_CONVERSATION: Final = frozenset(
    ["message", "meeting", "question", "complaint", "case_opened", "case_reopened", "bug_reported", "info_given"]
)
_CASE: Final = ("case_opened", "case_closed", "case_reopened")


@dataclass(frozen=True)
class Parameters:
    within: int = duration(
        "14 d", "how long a closed case still covers its issue, and the time in which conversations count"
    )
    similarity: float = share(0.7, "share of common content words from which two cases' texts count as one issue")
    conversations: int = count(3, "inbound conversations on one issue that are too many")
    staff: int = count(2, "different people in those conversations")
    apart: int = duration("1 h", "touchpoints without a thread further apart than this are different conversations")


class TicketChurn(Symptom):
    name = "ticket_churn"
    Parameters = Parameters
    __slots__ = ("alerts", "inbound", "roots", "staff")

    def begin(self) -> None:
        self.roots: dict[str, str] = {}  # case -> first case of its issue
        self.alerts: dict[str, None] = {}  # keys, as they opened
        self.staff: dict[str, tuple[str, ...]] = {}  # thread -> people in it
        self.inbound: list[Entry] = []  # conversations' touchpoints with a topic, of the last `within`
        for entry in self.fold.ids.values():
            if entry.thread_ref is not None and entry.order < self.fold.last:
                self._meet(entry)

    @classmethod
    def wants(cls, activity: str, direction: str) -> bool:
        return True

    @classmethod
    def begins(cls, activity: str, direction: str, parameters: Any) -> bool:
        return activity in ("case_opened", "case_reopened") or (direction == IN and activity in _CONVERSATION)

    def see(self, entry: Entry) -> None:
        activity, thread = entry.activity, entry.thread_ref
        self._meet(entry)
        if activity in _CASE and entry.case_ref is not None:
            self._see_case(entry, entry.case_ref)
        if entry.direction == IN and activity in _CONVERSATION and self.fold.view.topic(entry) is not None:
            self._prune()
            self.inbound.append(entry)
            self._count(entry)
        elif self.inbound and thread is not None and entry.staff_ref is not None:
            self._prune()
            for asked in {each.topic: each for each in self.inbound if each.thread_ref == thread}.values():
                self._count(asked)

    def _meet(self, entry: Entry) -> None:
        """Note who of the staff speaks in which conversation."""
        thread, staff = entry.thread_ref, entry.staff_ref
        if thread is not None and staff is not None:
            known = self.staff.get(thread, ())
            if staff not in known:
                self.staff[thread] = (*known, staff)

    # -- cases

    def _see_case(self, entry: Entry, ref: str) -> None:
        if entry.activity == "case_opened":
            self._open(entry, ref)
        elif entry.activity == "case_reopened":
            self._tell(ref, [(entry, "reopened")], True)
        for key in self.alerts:
            finding = self.fold.found(self, key)
            if finding is not None and finding.resolved_at is None:
                self._settle(key, finding, entry)

    def _open(self, entry: Entry, ref: str) -> None:
        cases, tuned = self.fold.view.cases, self.tuned(entry)
        found = covering(self.fold, entry, tuned.within, tuned.similarity)
        if not found:
            return
        root = min((self.roots.get(each, each) for each in found), key=lambda each: cases[each].first.order)
        self.roots[ref] = root
        earlier = sorted({root, *found}, key=lambda each: cases[each].first.order)
        evidence = [(_beginning(cases[each]), "case") for each in earlier]
        self._tell(root, [*evidence, (entry, "new case")], any(found.values()))

    def _settle(self, key: str, finding: Finding, entry: Entry, opened: bool = False) -> None:
        """Set the timer for when all cases of an alert have been closed long enough; end it when they were merged."""
        group = {ref for each, _ in finding.evidence.values() if (ref := each.case_ref) is not None}
        if not group or not (opened or entry.case_ref in group):
            return
        left = {ref for ref in group if not self.fold.view.cases[ref].merged}
        if len(group) > 1 and len(left) <= 1 and entry.activity == "case_closed":
            self.fold.resolve(self, key)
            return
        closings = [self.fold.view.cases[ref].closing for ref in left or group]
        closed = [closing.at for closing in closings if closing is not None]
        covered_until = max(closed, default=0) + self.p.within
        if len(closed) == len(closings) and covered_until > self.fold.at:
            self.fold.wake(self, key, covered_until)
        else:  # one is open, or they were closed long before this: then it only lapses
            self.fold.sleep(self, key)

    # -- conversations

    def _prune(self) -> None:
        since = self.fold.at - self.longest("within")
        if self.inbound and self.inbound[0].at < since:
            self.inbound = [each for each in self.inbound if each.at >= since]

    def _count(self, asked: Entry) -> None:
        """Whether the conversations on the issue of `asked` are too many."""
        p = self.tuned(asked)
        conversations: dict[str, Entry] = {}
        staff: set[str] = set()
        last: Entry | None = None
        for each in self.inbound:
            if self.fold.at - each.at > p.within or each.topic != asked.topic:
                continue
            if each.product and asked.product and each.product != asked.product:
                continue
            if each.thread_ref is not None:
                conversations.setdefault("thread " + each.thread_ref, each)
                staff.update(self.staff.get(each.thread_ref, ()))
                continue
            if last is None or each.at - last.at > p.apart:
                conversations[each.touchpoint_id] = each
            last = each
            staff.update([each.staff_ref] if each.staff_ref is not None else [])
        if len(conversations) >= p.conversations and len(staff) >= p.staff:
            self._too_many(list(conversations.values()))

    def _too_many(self, talks: list[Entry]) -> None:
        cases = self.fold.view.cases
        named = [talk.case_ref for talk in talks if talk.case_ref is not None]
        key = self._running(talks)
        if key is None and named:
            first = min(named, key=lambda ref: cases[ref].first.order)
            key = self.roots.get(first, first)
        self._tell(key or talks[0].touchpoint_id, [(talk, "conversation") for talk in talks], True)

    def _running(self, talks: list[Entry]) -> str | None:
        """The alert without a first case that these conversations go on with."""
        for key in self.alerts:
            finding = self.fold.found(self, key)
            if key in self.fold.view.cases or finding is None:
                continue
            if any(talk.touchpoint_id in finding.evidence for talk in talks):
                return key
        return None

    def _tell(self, key: str, evidence: list[tuple[Entry, str]], confirmed: bool) -> None:
        self.alerts[key] = None
        finding = self.fold.found(self, key)
        known = finding.evidence if finding is not None else {}
        if all(entry.touchpoint_id in known for entry, _ in evidence):
            return
        owner = self.fold.view.holder(evidence[-1][0].case_ref) or evidence[-1][0].department
        finding = self.fold.open(self, key, evidence, confirmed=confirmed, owner=owner)
        self._settle(key, finding, evidence[-1][0], opened=True)

    def wake(self, key: str) -> None:
        self.fold.resolve(self, key)

    @classmethod
    def words(cls, finding: Finding) -> Words:
        entries = finding.entries
        first, last = entries[0], entries[-1]
        again = {"case": "opened a case", "new case": "opened a new case", "reopened": "had to reopen her case"}
        how = again.get(finding.evidence[last.touchpoint_id][1], "had to get in touch again")
        about = f" about {last.topic}" if last.topic else ""
        began = "" if first is last else f" It began on {moment(first.at)} ({who(first)})."
        return Words(
            f"The customer {how}{about}",
            f"On {moment(last.at)} the customer {how}{about} ({who(last)}): {quote(last)}.{began} "
            f"{listed(finding.departments)} dealt with it.",
            f"{finding.owner}: join the cases under the first number, and let who knows the story contact her.",
        )


def _beginning(case: Case) -> Entry:
    return case.opening or case.first
