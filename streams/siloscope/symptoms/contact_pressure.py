"""This customer suffers from contact pressure: each department writes within reason, and together they are too many.

Why it hurts
    Nobody sent too much, and she got too much. She stops reading, and the next message that matters is lost too.

What is told
    More than `cap` outbound contacts in the time `within`, from at least `departments` departments. Contacts are
    the activities in `contacts` that reply to nothing; of one thread only the first contact of a day (UTC) counts.
    Further contacts join while it lasts. It ends when the count in that time falls to the cap.

What to do
    The last sender holds what can wait, and the departments agree who may write next.

What is not told
    Replies; many contacts of one department alone (a cadence of its own); notices, invoices, deliveries.

Example
    marketing sends four mails and sales calls twice from Monday to Friday: told at the sixth contact.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from ..core.parameters import count, duration, names
from ..core.symptom import Finding, Symptom, Words
from ..core.touchpoint import ACTIVITIES, DAY, OUT, Entry
from ..core.words import length, listed, moment, quote, who

_SHOWN: Final = 8  # contacts in an explanation, the latest


@dataclass(frozen=True)
class Parameters:
    cap: int = count(5, "outbound contacts that she may get in this time")
    within: int = duration("7 d", "the time in which contacts count together", stricter="more")
    departments: int = count(2, "different departments among the senders")
    contacts: tuple[str, ...] = names(
        "message, promotion, meeting, renewal_ask, survey_request, info_request, form_request",
        "outbound activities that are contacts",
        among=ACTIVITIES,
    )


class ContactPressure(Symptom):
    name = "contact_pressure"
    restrains = True
    Parameters = Parameters
    __slots__ = ("began", "day", "key", "sent", "threads")

    def begin(self) -> None:
        self.sent: list[Entry] = []  # contacts that may still count
        self.day = 0
        self.threads: frozenset[str] = frozenset()  # in which a contact counted on that day
        self.key: str | None = None  # of the alert that is open
        self.began: Parameters = self.p  # the parameters under which it opened

    @classmethod
    def wants(cls, activity: str, direction: str) -> bool:
        return direction == OUT

    @classmethod
    def begins(cls, activity: str, direction: str, parameters: Any) -> bool:
        return activity in parameters.contacts

    def see(self, entry: Entry) -> None:
        p = self.tuned(entry)
        if entry.activity not in p.contacts or self._counted_today(entry) or self.fold.replies(entry):
            return
        if entry.thread_ref is not None:
            self.threads |= {entry.thread_ref}
        self._prune()
        self.sent.append(entry)
        if self.key is not None:
            self._tell(self.key, [entry])
            return
        recent = self._recent(p.within)
        if len(recent) > p.cap and len({each.department for each in recent}) >= p.departments:
            self.key, self.began = recent[0].touchpoint_id, p
            self._tell(self.key, recent)

    def _counted_today(self, entry: Entry) -> bool:
        day = entry.at // DAY
        if day != self.day:
            self.day = day
            self.threads = frozenset()
        return entry.thread_ref in self.threads

    def _prune(self) -> None:
        since = self.fold.at - self.longest("within")
        if self.sent and self.sent[0].at < since:
            self.sent = [each for each in self.sent if each.at >= since]

    def _recent(self, within: int) -> list[Entry]:
        since = self.fold.at - within
        return self.sent if self.sent[0].at >= since else [each for each in self.sent if each.at >= since]

    def _tell(self, key: str, contacts: list[Entry]) -> None:
        p, owner = self.began, contacts[-1].department
        evidence = [(each, "contact") for each in contacts]
        self.fold.open(self, key, evidence, owner=owner, within=p.within, cap=p.cap)
        recent = self._recent(p.within)
        self.fold.wake(self, key, recent[-p.cap - 1].at + p.within)

    def wake(self, key: str) -> None:
        self.key = None
        self.fold.resolve(self, key)

    @classmethod
    def words(cls, finding: Finding) -> Words:
        contacts, facts = finding.entries, finding.facts
        senders = listed(finding.departments)
        others = [each for each in finding.departments if each != contacts[-1].department]
        said = "; ".join(f"{moment(each.at)} {who(each)}: {quote(each)}" for each in contacts[-_SHOWN:])
        before = f"; and {len(contacts) - _SHOWN} before these" if len(contacts) > _SHOWN else ""
        agree = f", and agree with {listed(others)} who may write next" if others else ""
        return Words(
            f"{len(contacts)} contacts from {senders}, more than {facts['cap']} in {length(facts['within'])}",
            f"None of these is a reply: {said}{before}.",
            f"{finding.owner}: hold what can wait{agree}.",
        )
