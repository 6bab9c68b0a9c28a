"""This customer suffers from repeated information requests: she is asked for what she has already given.

Why it hurts
    She told it once. Being asked again by the next department says that nothing of it arrived, and every form
    costs her the time that the company saves by not asking its neighbour.

What is told
    An `info_request` or `form_request` asks for a field that she gave, with whatever came in from her, at most
    `within` before to another department, to other staff, or in another case. All fields asked for in one case
    are one alert. It ends `over_after` the last such request.

What to do
    Take what she gave from the department that has it, and withdraw the request.

What is not told
    Fields by which somebody proves who she is (`verification`); fields that are about one case (`per_case`),
    unless she gave them in this very case; fields that have changed or expired since (`attributes.changed` of any
    touchpoint names them).

Example
    She gave support her IBAN in May; in July sales asks for it in a form.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from ..core.parameters import duration, names
from ..core.symptom import Finding, Symptom, Words, differ
from ..core.touchpoint import IN, OUT, Entry
from ..core.words import listed, moment, quote, who

_ASKS: Final = ("info_request", "form_request")


@dataclass(frozen=True)
class Parameters:
    within: int = duration("365 d", "how long what she gave should not be asked for again")
    over_after: int = duration("7 d", "how long after the last such request the alert ends")
    verification: tuple[str, ...] = names(
        "verification_code, password, consent", "fields by which she proves who she is: always fair to ask for"
    )
    per_case: tuple[str, ...] = names(
        "order_number, invoice_number, date, time, amount, description, appointment",
        "fields that are about one case: given in another, they are another matter",
    )


class RepeatedInfoRequest(Symptom):
    name = "repeated_info_request"
    Parameters = Parameters
    __slots__ = ("given",)

    def begin(self) -> None:
        self.given: dict[str, list[Entry]] = {}  # field -> where she gave it, in order

    @classmethod
    def wants(cls, activity: str, direction: str) -> bool:
        return direction == IN or (activity in _ASKS and direction == OUT)

    @classmethod
    def begins(cls, activity: str, direction: str, parameters: Any) -> bool:
        return direction == IN

    def see(self, entry: Entry) -> None:
        if entry.more_or_none is None:
            return
        if entry.direction == IN:
            for name in entry.more.fields:
                self._remember(name, entry)
        elif self.given:
            self._judge(entry)

    def _remember(self, name: str, giving: Entry) -> None:
        given = self.given.setdefault(name, [])
        since = giving.at - self.longest("within")
        if given and given[0].at < since:
            given[:] = [each for each in given if each.at >= since]
        given.append(giving)

    def _judge(self, ask: Entry) -> None:
        tuned = self.tuned(ask)
        again = dict(self._again(ask, tuned))
        if not again:
            return
        key = ask.case_ref or ask.touchpoint_id
        evidence = [*((giving, "given") for giving in again.values()), (ask, "asked again")]
        finding = self.fold.open(self, key, evidence, owner=ask.department)
        finding.facts[ask.touchpoint_id] = {name: giving.touchpoint_id for name, giving in again.items()}
        self.fold.wake(self, key, ask.at + tuned.over_after)

    def _again(self, ask: Entry, tuned: Any) -> Iterator[tuple[str, Entry]]:
        """The fields asked for again, each with the latest giving that should have been enough."""
        for name in ask.more.fields:
            if name in tuned.verification:
                continue
            changed = self.fold.view.changed.get(name, ask.order[:0])
            for giving in reversed(self.given.get(name, ())):
                if giving.at < ask.at - tuned.within or giving.order < changed:
                    break
                if _elsewhere(giving, ask) and (name not in tuned.per_case or _of_one_case(giving, ask)):
                    yield name, giving
                    break

    def wake(self, key: str) -> None:
        self.fold.resolve(self, key)

    @classmethod
    def words(cls, finding: Finding) -> Words:
        entries = {entry.touchpoint_id: entry for entry in finding.entries}
        asks = [entry for entry, role in finding.evidence.values() if role == "asked again"]
        last = max(asks, key=lambda each: each.order)
        again = finding.facts[last.touchpoint_id]
        fields = [name.replace("_", " ") for name in again]
        sources = [entries[each] for each in dict.fromkeys(again.values())]
        gave = "; ".join(
            f"{_fields_of(again, each)} to {who(each)} on {moment(each.at)}: {quote(each)}" for each in sources
        )
        holders = [each for each in dict.fromkeys(entry.department for entry in sources) if each != last.department]
        where = f"from {listed(holders)}" if holders else "from your own files"
        return Words(
            f"{last.department} asks again for {listed(fields)}",
            f"On {moment(last.at)} {who(last)} asked the customer for {listed(fields)}: {quote(last)}. "
            f"She had given {gave}.",
            f"{finding.owner}: get {listed(fields)} {where}, and tell her that she need not send it again.",
        )


def _elsewhere(giving: Entry, ask: Entry) -> bool:
    """Whether she gave it to others than who asks now, or in another case."""
    if giving.department != ask.department or differ(giving.staff_ref, ask.staff_ref):
        return True
    return differ(giving.case_ref, ask.case_ref)


def _of_one_case(giving: Entry, ask: Entry) -> bool:
    return giving.case_ref is not None and giving.case_ref == ask.case_ref


def _fields_of(again: dict[str, str], giving: Entry) -> str:
    return listed([name.replace("_", " ") for name, each in again.items() if each == giving.touchpoint_id])
