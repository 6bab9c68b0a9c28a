"""This customer suffers from being sent back to go: she has bought, and is treated as if nobody knew her.

Why it hurts
    She took every step already: read the offer, signed, was checked, was shown around. Each repetition says that
    the company forgot her, and costs her the way a second time.

What is told
    To somebody with a purchase or signing that was not cancelled (a cancellation without product cancels all):
    a message whose `audience` is one of `prospects`, or one of `newcomers` more than `newcomer_for` after the first
    purchase; an onboarding step whose topic she has already taken with another department, or that was already
    done; on the way to a further purchase, an approval or form on a `settled` topic of the first. On the way to a
    further purchase is what names a product she does not have or has a `phase` of `buying`, or what a purchase in the
    same case follows. It ends `over_after` the last of these.

What to do
    Take her out of the list, skip the step, use the answer that is on file; and tell her that you know her.

What is not told
    A message or step about a product she has not bought; a check in the case of the first purchase itself.

Example
    She bought pro in March; in May marketing invites her, as a prospect, to try pro.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from ..core.parameters import duration, names
from ..core.symptom import Finding, Symptom, Words, differ
from ..core.touchpoint import OUT, Entry
from ..core.view import BUYS
from ..core.words import moment, quote, who

_CHECKS: Final = ("approval_requested", "approval_decided", "form_request", "form_submitted")
_STEPS: Final = frozenset({*BUYS, *_CHECKS, "contract_cancelled", "onboarding_step"})


@dataclass(frozen=True)
class Parameters:
    newcomer_for: int = duration("90 d", "how long after her first purchase she may be welcomed as new")
    over_after: int = duration("30 d", "how long after the last of these the alert ends")
    prospects: tuple[str, ...] = names("prospect", "audiences of those who have bought nothing")
    newcomers: tuple[str, ...] = names("new_customer", "audiences of those who have just bought")
    settled: tuple[str, ...] = names(
        "credit_check, identity, contract_terms", "topics that the first purchase has settled"
    )
    buying: tuple[str, ...] = names("consider, buy", "phases in which a touchpoint is on the way to a purchase")


class _Check(NamedTuple):
    """A check on what was settled `before` the `purchase`, of which it is not known yet what it is for."""

    before: Entry
    purchase: Entry
    entry: Entry


class BackToGo(Symptom):
    name = "back_to_go"
    Parameters = Parameters
    __slots__ = ("checks", "pending", "purchases", "steps")

    def begin(self) -> None:
        self.purchases: list[Entry] = []  # those not cancelled
        self.steps: dict[str, list[Entry]] = {}  # of her onboarding, by topic
        self.checks: dict[str, list[Entry]] = {}  # approvals and forms, by topic
        self.pending: list[_Check] = []

    @classmethod
    def wants(cls, activity: str, direction: str) -> bool:
        return direction == OUT or activity in _STEPS

    @classmethod
    def begins(cls, activity: str, direction: str, parameters: Any) -> bool:
        return activity in _STEPS

    def see(self, entry: Entry) -> None:
        activity = entry.activity
        more = entry.more_or_none
        if more is not None and more.audience is not None and entry.direction == OUT and self.purchases:
            self._write(entry, more.audience)
        if activity not in _STEPS:
            return
        if activity in BUYS:
            self._buy(entry)
        elif activity == "contract_cancelled":
            self.purchases = [each for each in self.purchases if differ(each.product, entry.product)]
        elif (topic := self.fold.view.topic(entry)) is None:
            return
        elif activity == "onboarding_step":
            self._step(entry, topic)
        else:
            self._check(entry, topic)

    def _first(self, entry: Entry) -> Entry | None:
        """Her first purchase that stands; of its product, where `entry` names one."""
        for each in self.purchases:
            if entry.product is None or each.product == entry.product:
                return each
        return None

    def _write(self, message: Entry, audience: str) -> None:
        tuned, first = self.tuned(message), self._first(message)
        if first is None:
            return
        new = audience in tuned.newcomers and message.at - first.at > tuned.newcomer_for
        if new or audience in tuned.prospects:
            what = message.product or message.message_ref or message.touchpoint_id
            self._tell(message, what, [(first, "bought"), (message, "written to")], tuned)

    def _step(self, step: Entry, topic: str) -> None:
        first = self._first(step)
        before = self.steps.setdefault(topic, [])
        if first is not None:
            for each in reversed(before):
                if not differ(each.product, step.product) and (
                    each.department != step.department or each.outcome == "done"
                ):
                    evidence = [(first, "bought"), (each, "taken"), (step, "taken again")]
                    self._tell(step, topic, evidence, self.tuned(step))
                    break
        before.append(step)

    def _check(self, entry: Entry, topic: str) -> None:
        before = self.checks.setdefault(topic, [])
        asks = entry.activity == "approval_requested" or (entry.activity == "form_request" and entry.direction == OUT)
        tuned = self.tuned(entry)
        if asks and before and self.purchases and topic in tuned.settled:
            first = self.purchases[0]
            settled = next((each for each in reversed(before) if each.order < first.order), None)
            if settled is not None and entry.case_ref not in _cases(settled, first):
                check = _Check(settled, first, entry)
                if entry.more.phase in tuned.buying or (entry.product is not None and self._first(entry) is None):
                    self._tell(entry, topic, _evidence(check), tuned)
                elif entry.case_ref is not None:
                    self.pending.append(check)
        before.append(entry)

    def _buy(self, purchase: Entry) -> None:
        """A purchase shows what the checks in its case were for."""
        for check in [each for each in self.pending if each.entry.case_ref == purchase.case_ref]:
            self.pending.remove(check)
            if check.purchase in self.purchases:
                evidence = [*_evidence(check), (purchase, "bought again")]
                self._tell(check.entry, check.entry.topic or "", evidence, self.tuned(check.entry))
        self.purchases.append(purchase)

    def _tell(self, entry: Entry, what: str, evidence: list[tuple[Entry, str]], tuned: Any) -> None:
        key = f"{entry.department}|{what}"
        self.fold.open(self, key, evidence, owner=entry.department)
        self.fold.wake(self, key, self.fold.at + tuned.over_after)

    def wake(self, key: str) -> None:
        self.fold.resolve(self, key)

    @classmethod
    def words(cls, finding: Finding) -> Words:
        roles = sorted(finding.evidence.values(), key=lambda each: each[0].order)
        first = next(entry for entry, role in roles if role == "bought")
        entry, role = next((entry, role) for entry, role in reversed(roles) if role in _AGAIN)
        title, now = _AGAIN[role]
        product = f" {first.product}" if first.product else ""
        earlier = next((each for each, role in reversed(roles) if role in ("taken", "settled")), None)
        known = f", and {who(earlier)} did this on {moment(earlier.at)}: {quote(earlier)}" if earlier else ""
        return Words(
            f"{entry.department} {title}",
            f"The customer bought{product} on {moment(first.at)} ({who(first)}){known}. "
            f"On {moment(entry.at)} {who(entry)} {title}: {quote(entry)}.",
            f"{finding.owner}: {now}, and tell her that you know her.",
        )


_AGAIN: Final = {
    "written to": ("treats her as somebody new", "take her out of this list"),
    "taken again": ("begins again a step that she has taken", "skip this step"),
    "checked again": ("checks again what is settled", "use the answer that is on file"),
}


def _evidence(check: _Check) -> list[tuple[Entry, str]]:
    return [(check.before, "settled"), (check.purchase, "bought"), (check.entry, "checked again")]


def _cases(*entries: Entry) -> set[str]:
    return {each.case_ref for each in entries if each.case_ref is not None}
