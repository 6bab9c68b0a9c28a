"""This customer suffers from being remembered only at renewal: the company calls when it wants the signature.

Why it hurts
    Half a year of silence, then an offer to go on paying. What she learns is that nobody was interested in
    whether it works for her.

What is told
    A `renewal_ask` goes out within `before_renewal` before the end of the term (or the end is not known), and
    there was no value contact for `silence` before. Value contact is substantive outbound (no promotion,
    survey, renewal ask, invoice) that is no mere notice. Earlier and milder (`info`): a timer `warn_before` the
    end of the term, when the silence already is that long. Judged for the account where touchpoints name
    one, across all its people; else for the customer. It ends with a value contact between warning and ask,
    else at the end of the term (not known: 90 days after the ask).

What to do
    Talk about her use and results first; ask for the renewal after.

What is not told
    Customers younger than `silence`; cancelled contracts; contracts signed anew with a later end.

Example
    The term ends on 30 June; the last word of substance was in November; success asks for renewal in May.
"""

from __future__ import annotations

from dataclasses import dataclass

from ..core.baseline import value_contact
from ..core.parameters import duration
from ..core.symptom import Finding, Symptom, Words
from ..core.touchpoint import OUT, Entry
from ..core.view import BUYS, Contract
from ..core.words import day, length, moment, who


@dataclass(frozen=True)
class Parameters:
    silence: int = duration(
        "180 d", "how long without value contact counts as silence; younger customers are not told of"
    )
    before_renewal: int = duration("90 d", "how long before the end of the term an ask counts")
    warn_before: int = duration("120 d", "how long before the end of the term the early warning comes")
    after_ask: int = duration("90 d", "how long it stands after an ask where the end of the term is not known")


class RenewalOnlyContact(Symptom):
    name = "renewal_only_contact"
    level = "account"
    wants_renewals = True
    lapses = False
    Parameters = Parameters
    __slots__ = (
        "asked",
        "early",
        "first_at",
        "renewal_at",
        "signed_until",
        "told_by",
        "value_at",
        "value_before",
    )

    def begin(self) -> None:
        baseline = self.fold.baseline
        self.first_at: int = self.fold.first_at
        self.value_at: int | None = baseline.value_contact_at
        self.renewal_at: int | None = baseline.renewal_at
        self.told_by: Entry | None = None  # the touchpoint that told the end of the term
        self.value_before: int | None = None  # the value contact before `value_at`
        self.signed_until = 0  # the latest end of term that a signing gave
        self.asked: list[str] = []
        self.early: list[str] = []  # warned of, not asked yet

    @classmethod
    def wants(cls, activity: str, direction: str) -> bool:
        return direction == OUT or activity in BUYS

    def see(self, entry: Entry) -> None:
        of_account = entry.account is not None and self.fold.account is None  # its contract is judged there
        more = entry.more_or_none
        if more is not None and more.renewal_at is not None and not of_account:
            self._see_contract(entry, more.renewal_at)
        if entry.activity == "renewal_ask" and entry.direction == OUT:
            if not of_account:
                self._ask(entry)
        elif value_contact(entry):
            self._see_value(entry)

    def _see_value(self, entry: Entry) -> None:
        if entry.at != self.value_at:
            self.value_before = self.value_at
        self.value_at = entry.at
        if self.early:
            for key in self.early:
                self.fold.resolve(self, key)
            self.early = []

    def _see_contract(self, entry: Entry, renewal: int) -> None:
        if entry.activity == "contract_signed":
            self.signed_until = max(self.signed_until, renewal)
        if renewal == self.renewal_at:
            return
        self.renewal_at, self.told_by = renewal, entry
        warn_at = renewal - self.tuned(entry).warn_before
        if warn_at >= entry.at:
            self.fold.wake(self, day(renewal), warn_at)

    def _silent(self, value_at: int | None, silence: int) -> bool:
        """Whether, as of now, she is old enough and nobody brought her anything of value for that long."""
        since = self.fold.at - silence
        return self.first_at <= since and (value_at is None or value_at < since)

    def wake(self, key: str) -> None:
        if key in self.asked or self.fold.found(self, key) is not None:
            self.fold.resolve(self, key)  # the end of the term, or of the time after an ask
        elif (
            self.told_by is not None
            and self.renewal_at is not None
            and key == day(self.renewal_at)
            and not self.fold.view.is_cancelled(Contract(self.told_by.product, self.told_by.account))
            and self._silent(self.value_at, self.tuned(self.told_by).silence)
        ):
            self.early.append(key)
            self._open(
                key, [(self.told_by, "end of the term")], self.value_at, early=True, owner=self.told_by.department
            )
            self.fold.wake(self, key, self.renewal_at)

    def _ask(self, entry: Entry) -> None:
        renewal, p = self.renewal_at, self.tuned(entry)
        before = self.value_before if self.value_at == entry.at else self.value_at
        product = entry.product or (self.told_by.product if self.told_by is not None else None)
        if self.fold.view.is_cancelled(Contract(product, entry.account)) or not self._silent(before, p.silence):
            return
        if renewal is not None and renewal < self.signed_until:
            return
        if renewal is not None and not 0 <= renewal - entry.at <= p.before_renewal:
            return
        key = day(entry.at if renewal is None else renewal)
        evidence = [(entry, "asked for renewal")]
        if self.told_by is not None and self.told_by is not entry:
            evidence.insert(0, (self.told_by, "end of the term"))
        self.asked.append(key)
        self.early = [each for each in self.early if each != key]
        self._open(key, evidence, before, early=False, owner=entry.department)
        self.fold.wake(self, key, entry.at + p.after_ask if renewal is None else renewal)

    def _open(self, key: str, evidence: list[tuple[Entry, str]], value_at: int | None, early: bool, owner: str) -> None:
        self.fold.open(
            self, key, evidence, early=early, owner=owner, renewal_at=self.renewal_at, value_at=value_at,
            first_at=self.first_at, told_at=self.fold.at,
        )  # fmt: skip

    @classmethod
    def words(cls, finding: Finding) -> Words:
        facts = finding.facts
        silent = facts["told_at"] - (facts["value_at"] or facts["first_at"])
        ends = f" The term ends on {day(facts['renewal_at'])}." if facts["renewal_at"] is not None else ""
        since = f"since {moment(facts['value_at'])}" if facts["value_at"] else "ever"
        if finding.early:
            return Words(
                f"Nobody brought this customer anything for {length(silent)}, and her renewal comes",
                f"There was no contact of value {since}.{ends}",
                f"{finding.owner}: talk with her about how it goes before anybody asks for the renewal.",
            )
        asked = finding.entries[-1]
        return Words(
            f"Asked for renewal after {length(silent)} of silence",
            f"{who(asked)} asked for the renewal on {moment(asked.at)}; there was no contact of value {since}.{ends}",
            f"{finding.owner}: talk about her use and results first, then about the renewal.",
        )
