"""This customer suffers from tone-deaf outreach: she waits for help, and is asked to buy or to rate.

Why it hurts
    To her it is one company. An offer in the middle of her trouble says that nobody knows of it, or that nobody
    cares; and the one who sent it earns the anger that belongs elsewhere.

What is told
    One of `messages` goes out while she has an open complaint, an open case whose latest priority is one of
    `priorities`, or a promise overdue for at most `overdue_for`. A complaint is open until it is made good, its case
    is closed or she praises in its case or thread; without a case also until 14 days after a reply; at most 90
    days. It ends when all that was open then is closed or kept.

What to do
    Hold what else is planned for her until the trouble is over, and let the two departments share what they know.

What is not told
    A message that belongs to the very case that is open (without a case: its thread), such as the survey on it.

Example
    On Monday she complains to support about a delivery; on Wednesday, still unanswered, marketing sends an offer.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from ..core.complaints import Complaint
from ..core.parameters import duration, names
from ..core.promises import Promise, Promises
from ..core.symptom import Finding, Symptom, Words, closed_by_customer
from ..core.touchpoint import ACTIVITIES, LATEST, OUT, Entry
from ..core.view import Case
from ..core.vocabulary import PRIORITIES
from ..core.words import listed, moment, quote, who

_ROLES: Final = {Complaint: "open complaint", Case: "urgent case", Promise: "overdue promise"}
Trouble = Complaint | Case | Promise


@dataclass(frozen=True)
class Parameters:
    messages: tuple[str, ...] = names(
        "promotion, renewal_ask, survey_request", "activities that must wait while she is in trouble", among=ACTIVITIES
    )
    priorities: tuple[str, ...] = names(
        "high, critical", "priorities of an open case that are trouble", among=PRIORITIES
    )
    overdue_for: int = duration("90 d", "how long after its day a promise that nobody kept still counts")


class _Sent:
    """A message that went out in the middle of trouble; `due` is when the last of it is over by itself."""

    __slots__ = ("due", "overdue_for", "troubles")

    def __init__(self, troubles: list[Trouble], overdue_for: int) -> None:
        self.troubles = troubles
        self.overdue_for = overdue_for
        self.due = 0


class ToneDeafOutreach(Symptom):
    name = "tone_deaf_outreach"
    Parameters = Parameters
    __slots__ = ("promises", "sent")

    def begin(self) -> None:
        self.promises = Promises()
        self.sent: dict[str, _Sent] = {}  # by the message's id, while it is told

    @classmethod
    def wants(cls, activity: str, direction: str) -> bool:
        return activity in ("praise", "recovered") or Promises.wants(activity, direction)

    @classmethod
    def begins(cls, activity: str, direction: str, parameters: Any) -> bool:
        return activity == "promise_made" or activity in parameters.messages

    def see(self, entry: Entry) -> None:
        self.promises.see(entry)
        if self.sent:
            for key in list(self.sent):
                self._settle(key, entry.at - 1)
        if entry.direction == OUT:
            tuned = self.tuned(entry)
            if entry.activity in tuned.messages:
                self._judge(entry, tuned)

    def _judge(self, message: Entry, tuned: Any) -> None:
        """Whether she is in trouble that `message` has nothing to do with."""
        view, at = self.fold.view, message.at
        troubles: list[Trouble] = [each for each in view.complaints if each.open_at(at)]
        troubles += [each for each in view.cases.values() if _urgent(each, tuned.priorities)]
        troubles += [each for each in self.promises.standing if self._overdue(each, at, tuned.overdue_for)]
        troubles = [each for each in troubles if not _concerns(message, _beginning(each))]
        if troubles:
            key = message.touchpoint_id
            evidence = [(_beginning(each), _ROLES[type(each)]) for each in troubles]
            self.fold.open(self, key, [*evidence, (message, "sent")], owner=message.department)
            self.sent[key] = _Sent(troubles, tuned.overdue_for)
            self._settle(key, at - 1)

    def _overdue(self, promise: Promise, at: int, overdue_for: int) -> bool:
        due = promise.due
        return due is not None and due < at <= due + overdue_for and not self._closed_well(promise)

    def _closed_well(self, promise: Promise) -> bool:
        """Whether its case was closed after it as solved or by the customer, and not opened again."""
        ref = promise.entry.case_ref
        closing = self.fold.view.cases[ref].closing if ref is not None else None
        if closing is None or closing.order < promise.entry.order:
            return False
        return closing.outcome == "solved" or closed_by_customer(closing)

    def _settle(self, key: str, passed: int) -> None:
        """End the alert if all the trouble is over by what happened, or by what time has `passed`."""
        sent, finding = self.sent[key], self.fold.found(self, key)
        until = max(self._until(each, sent.overdue_for) for each in sent.troubles)
        if until <= passed or finding is None or finding.resolved_at is not None:
            del self.sent[key]
            self.fold.sleep(self, key)
            self.fold.resolve(self, key)
        elif until != sent.due:
            sent.due = until
            if until < LATEST:
                self.fold.wake(self, key, until)
            else:
                self.fold.sleep(self, key)

    def _until(self, trouble: Trouble, overdue_for: int) -> int:
        """When it is over by itself (epoch milliseconds, still there then); 0 if it is over already."""
        if isinstance(trouble, Complaint):
            return trouble.until if trouble.open else 0
        if isinstance(trouble, Case):
            return LATEST if trouble.closing is None else 0
        due = trouble.due
        return due + overdue_for if due is not None and trouble.open and not self._closed_well(trouble) else 0

    def wake(self, key: str) -> None:
        self._settle(key, self.fold.at)

    @classmethod
    def words(cls, finding: Finding) -> Words:
        message = next(entry for entry, role in finding.evidence.values() if role == "sent")
        troubles = [
            f"{_SAID[role](entry)} {quote(entry)}" for entry, role in finding.evidence.values() if role != "sent"
        ]
        others = sorted(set(finding.departments) - {message.department})
        ask = f"; ask {listed(others)} when it is over" if others else ""
        what = message.activity.replace("_", " ")
        return Words(
            f"{message.department} sent a {what} in the middle of trouble",
            f"{'; '.join(troubles)}. That was still open on {moment(message.at)}, when {who(message)} sent a {what}: "
            f"{quote(message)}.",
            f"{finding.owner}: send her nothing more of the kind until that is settled{ask}.",
        )


_SAID: Final = {
    "open complaint": lambda entry: f"On {moment(entry.at)} she complained ({who(entry)}):",
    "urgent case": lambda entry: f"Her case {entry.case_ref} has priority {entry.more.priority} ({who(entry)}):",
    "overdue promise": lambda entry: f"{who(entry)} promised her for {moment(entry.due_at or entry.at)}:",
}


def _urgent(case: Case, priorities: tuple[str, ...]) -> bool:
    return case.closing is None and case.prioritised is not None and case.prioritised.more.priority in priorities


def _beginning(trouble: Trouble) -> Entry:
    """The touchpoint it rests on."""
    return trouble.prioritised or trouble.first if isinstance(trouble, Case) else trouble.entry


def _concerns(message: Entry, trouble: Entry) -> bool:
    """Whether the message belongs to the very case, or conversation, that is in trouble."""
    if trouble.case_ref is not None:
        return message.case_ref == trouble.case_ref
    return trouble.thread_ref is not None and message.thread_ref == trouble.thread_ref
