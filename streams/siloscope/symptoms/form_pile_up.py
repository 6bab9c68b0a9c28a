"""This customer suffers from a form pile-up: every department sends her its own form, and they ask for the same.

Why it hurts
    For each department it is one form. For her it is an afternoon, and the third time she writes down the same thing.

What is told
    In the time `within` at least `forms` forms from at least `departments` departments; or forms of two departments
    that share at least `overlap` fields which she had not given by then. Further forms join while it lasts. It
    ends when that time has passed since the last form.

What to do
    Make one form of them, filled in with what is known, and let one department send it.

What is not told
    Several forms of one department; two forms that ask for different things. A field that she had given already
    is no overlap: to be asked for it again is `repeated_info_request`.

Example
    sales asks for address and tax number on Monday, finance for both on Wednesday: told on Wednesday.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ..core.parameters import count, duration
from ..core.symptom import Finding, Symptom, Words
from ..core.touchpoint import IN, OUT, Entry
from ..core.words import listed, moment, quote, who


@dataclass(frozen=True)
class Parameters:
    within: int = duration("30 d", "the time in which forms count together, and after the last one it ends", "more")
    forms: int = count(3, "forms in this time that are too many")
    departments: int = count(2, "different departments among the senders of those")
    overlap: int = count(2, "fields not given yet that forms of two departments may not share")


class FormPileUp(Symptom):
    name = "form_pile_up"
    Parameters = Parameters
    __slots__ = ("began", "key", "sent")

    def begin(self) -> None:
        self.sent: list[Entry] = []  # forms that may still count
        self.key: str | None = None  # of the alert that is open
        self.began: Parameters = self.p  # the parameters under which it opened

    @classmethod
    def wants(cls, activity: str, direction: str) -> bool:
        return activity == "form_request" and direction == OUT

    def see(self, entry: Entry) -> None:
        p = self.tuned(entry)
        recent = [each for each in self.sent if each.at >= entry.at - p.within]
        self.sent = [each for each in self.sent if each.at >= entry.at - self.longest("within")] + [entry]
        if self.key is not None:
            self._tell(self.key, [entry])
            return
        pile = self._pile(entry, recent, p)
        if pile:
            self.key, self.began = pile[0].touchpoint_id, p
            self._tell(self.key, pile)

    def _pile(self, entry: Entry, recent: list[Entry], p: Any) -> list[Entry]:
        """The forms, `entry` the last of them, that are too many or ask for the same; none if they are neither."""
        forms = [*recent, entry]
        if len(forms) >= p.forms and len({each.department for each in forms}) >= p.departments:
            return forms
        others = [each for each in recent if each.department != entry.department and _shared(each, entry)]
        given = self._given(entry) if others else frozenset()
        asking = [each for each in others if len(_shared(each, entry) - given) >= p.overlap]
        return [*asking, entry] if asking else []

    def _given(self, form: Entry) -> frozenset[str]:
        """The fields that she had given before `form` came."""
        return self.fold.baseline.given.union(
            *(
                each.more.fields
                for each in self.fold.ids.values()
                if each.direction == IN and each.more.fields and each.order < form.order
            )
        )

    def _tell(self, key: str, forms: list[Entry]) -> None:
        owner = forms[-1].department
        self.fold.open(self, key, [(each, "form") for each in forms], owner=owner)
        self.fold.wake(self, key, self.fold.at + self.began.within)

    def wake(self, key: str) -> None:
        self.key = None
        self.fold.resolve(self, key)

    @classmethod
    def words(cls, finding: Finding) -> Words:
        forms = finding.entries
        fields = [each.more.fields for each in forms]
        twice = sorted({name for asked in fields for name in asked if sum(name in other for other in fields) > 1})
        again = f" Asked for more than once: {listed(twice)}." if twice else ""
        sent = "; ".join(f"{moment(each.at)} {who(each)}: {_asked(each)}" for each in forms)
        return Words(
            f"{len(forms)} forms from {listed(finding.departments)} in the same weeks",
            f"The customer was sent: {sent}.{again}",
            f"{finding.owner}: make one form of them, filled in with what is known, and agree who sends it.",
        )


def _shared(one: Entry, other: Entry) -> set[str]:
    return set(one.more.fields).intersection(other.more.fields)


def _asked(form: Entry) -> str:
    return f"{quote(form)} ({listed(form.more.fields)})" if form.more.fields else quote(form)
