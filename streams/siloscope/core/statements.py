"""Statements to a customer: what is claimed, the question that it answers, the matter that it concerns."""

from __future__ import annotations

from bisect import bisect_left

from .claims import Claim
from .symptom import differ, refs_of
from .touchpoint import Entry
from .view import View


class Statement:
    """Something said on one claim key, by one department in one channel; `said` as it was written."""

    __slots__ = ("claim", "confirmed", "entry", "language", "said", "segment")

    def __init__(self, entry: Entry, said: str, claim: Claim, view: View, confirmed: bool = True) -> None:
        self.entry = entry
        self.said = said
        self.claim = claim
        self.confirmed = confirmed
        self.segment = entry.more.segment or view.segment  # as known when it was said
        self.language = entry.more.language or view.language

    def hears(self, fact: Entry) -> bool:
        """Whether a fact is for the customer to whom this was said, by her segment and language."""
        return fact.more.segment in (None, self.segment) and fact.more.language in (None, self.language)


class Questions:
    """The questions a customer asked, in their order."""

    __slots__ = ("_asked",)

    def __init__(self) -> None:
        self._asked: list[Entry] = []

    def add(self, question: Entry) -> None:
        """Take in the next question."""
        self._asked.append(question)

    def of(self, answer: Entry) -> Entry | None:
        """What `answer` answers: what it names, else the latest before it of its thread, else of its case."""
        before = self._asked[: bisect_left(self._asked, answer.order, key=lambda each: each.order)]
        before.reverse()
        refs = refs_of(answer)
        if refs:
            for each in before:
                if each.touchpoint_id in refs or each.case_ref in refs:
                    return each
        for field in ("thread_ref", "case_ref"):
            value = getattr(answer, field)
            if value is not None:
                for each in before:
                    if getattr(each, field) == value:
                        return each
        return None


def two_matters(key: str, one: Entry, other: Entry, per_case: tuple[str, ...]) -> bool:
    """Whether two statements on a claim key are about two products, or about two cases where the claim is about one.

    `per_case` are the beginnings of the keys that are about one case.
    """
    if differ(one.product, other.product):
        return True
    return differ(one.case_ref, other.case_ref) and key.startswith(per_case)
