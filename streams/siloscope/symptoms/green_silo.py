"""This customer suffers from green silos: every department reached its target, and she did not reach hers.

Why it hurts
    Each dashboard is green, so nobody looks further; what failed lies between the departments, where nobody
    measures.

What is told
    At least `departments` departments reported their `kpi` as met on touchpoints of one case, and after the first
    and within `within` of the last of these comes a red outcome: a complaint, a survey score of at most
    `low_score`, a reopened case, a second case on the same issue (as in ticket churn; `suspected` where only the
    texts, `similarity` alike, say so), a cancelled contract. For an outcome without a case the reports of the
    `before` before it count. It ends when she is recovered, or gives a score of at least `high_score`.

What to do
    Walk the case through with all who reported green, call her, and agree on one measure that would have been red.

What is not told
    Any department reported a missed KPI on it: then somebody knows. A KPI without `met` is neither.

Example
    support answers in time, delivery delivers in time, the case is closed; next day she complains in it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from ..core.issues import covering
from ..core.parameters import MORE, count, duration, number, share
from ..core.symptom import Finding, Symptom, Words, refs_of
from ..core.touchpoint import Entry
from ..core.words import listed, moment, quote, who

_RED: Final = frozenset({"complaint", "survey_response", "case_reopened", "case_opened", "contract_cancelled"})
_JUDGED: Final = _RED | {"recovered"}


@dataclass(frozen=True)
class Parameters:
    departments: int = count(2, "how many departments reported green")
    within: int = duration("14 d", "how long after the last report an outcome still counts", MORE)
    before: int = duration("30 d", "how far back reports count for an outcome without a case", MORE)
    low_score: float = number(4, "survey score (0 to 10) up to which the outcome is red", MORE)
    high_score: float = number(8, "survey score from which all is well again", MORE)
    covered_for: int = duration("14 d", "how long after its closing a case still covers its issue", MORE)
    similarity: float = share(0.7, "share of common content words from which two cases' texts count as one issue")


class _Case:
    """What was reported on a case, and how it turned out for her."""

    __slots__ = ("key", "met", "missed", "reds")

    def __init__(self, key: str) -> None:
        self.key = key
        self.met: list[Entry] = []
        self.missed = False
        self.reds: dict[str, tuple[Entry, bool]] = {}  # outcomes, and whether they surely are of this case

    def green(self, departments: int) -> bool:
        return not self.missed and len({each.department for each in self.met}) >= departments


class GreenSilo(Symptom):
    name = "green_silo"
    wants_kpis = True
    Parameters = Parameters
    __slots__ = ("cases", "loose", "reports")

    def begin(self) -> None:
        self.cases: dict[str, _Case] = {}  # those with reports
        self.reports: list[Entry] = []  # all of the last time, of whatever case
        self.loose: _Case | None = None  # outcomes without a case that one alert tells of

    @classmethod
    def wants(cls, activity: str, direction: str) -> bool:
        return activity in _JUDGED

    @classmethod
    def begins(cls, activity: str, direction: str, parameters: Any) -> bool:
        return False  # but with a KPI

    def see(self, entry: Entry) -> None:
        more = entry.more_or_none
        if more is not None and more.kpi is not None and more.kpi.met is not None:
            self._report(entry, more.kpi.met)
        if entry.activity in _JUDGED and (self.cases or self.reports):
            if self._heals(entry):
                self._heal(entry)
            elif entry.activity in _RED:
                self._judge(entry)

    def _report(self, entry: Entry, met: bool) -> None:
        since = entry.at - self.longest("before")
        if self.reports and self.reports[0].at < since:
            self.reports = [each for each in self.reports if each.at >= since]
        self.reports.append(entry)
        if entry.case_ref is None:
            return
        case = self.cases.setdefault(entry.case_ref, _Case(entry.case_ref))
        case.missed |= not met
        if met:
            case.met.append(entry)
            if case.reds:
                self._tell(case, entry, self.tuned(entry))

    # -- outcomes

    def _judge(self, entry: Entry) -> None:
        tuned = self.tuned(entry)
        if entry.activity == "case_opened":
            if self.cases and entry.case_ref is not None:
                for ref, sure in covering(self.fold, entry, tuned.covered_for, tuned.similarity).items():
                    self._turn_out(self.cases.get(ref), entry, tuned, sure)
        elif entry.activity == "survey_response" and (entry.more.score is None or entry.more.score > tuned.low_score):
            return
        elif entry.case_ref is not None:
            self._turn_out(self.cases.get(entry.case_ref), entry, tuned)
        else:
            self._judge_loose(entry, tuned)

    def _turn_out(self, case: _Case | None, red: Entry, tuned: Any, sure: bool = True) -> None:
        """An outcome of a case; before the first green report it is none of this symptom."""
        if case is not None and case.met:
            case.reds[red.touchpoint_id] = (red, sure)
            self._tell(case, red, tuned)

    def _judge_loose(self, red: Entry, tuned: Any) -> None:
        """An outcome without a case: whatever was reported before it counts."""
        reports = [each for each in self.reports if each.at >= red.at - tuned.before and each.order < red.order]
        case = _Case(red.touchpoint_id)
        case.missed = any(not _met(each) for each in reports)
        case.met = [each for each in reports if _met(each)]
        if not case.green(tuned.departments) or red.at - case.met[-1].at > tuned.within:
            return
        running = self.fold.found(self, self.loose.key) if self.loose is not None else None
        if self.loose is None or running is None or running.resolved_at is not None:
            self.loose = case
        self.loose.reds[red.touchpoint_id] = (red, True)
        self._open(self.loose.key, case.met, [(red, True)], red.department)

    def _tell(self, case: _Case, entry: Entry, tuned: Any) -> None:
        """Whether the case is green to all who measured, and red to her; `entry` is the newest of either."""
        if not case.green(tuned.departments):
            return
        first, last = case.met[0].order, case.met[-1].at
        reds = [(red, sure) for red, sure in case.reds.values() if red.order > first and _near(red, last, tuned.within)]
        if entry.touchpoint_id in case.reds and all(red is not entry for red, _ in reds):
            return
        if reds:
            owner = self.fold.view.holder(case.key) or entry.department
            self._open(case.key, case.met, reds, owner)

    def _open(self, key: str, met: Iterable[Entry], reds: list[tuple[Entry, bool]], owner: str) -> None:
        evidence = [*((each, "green") for each in met), *((red, "red") for red, _ in reds)]
        self.fold.open(self, key, evidence, confirmed=any(sure for _, sure in reds), owner=owner)

    # -- all is well again

    def _heals(self, entry: Entry) -> bool:
        if entry.activity == "recovered":
            return True
        score = entry.more.score if entry.activity == "survey_response" else None
        return score is not None and score >= self.tuned(entry).high_score

    def _heal(self, entry: Entry) -> None:
        for case in self.cases.values():
            if case.reds and _is_about(entry, case.key, self._reds(case)):
                case.reds.clear()
                self.fold.resolve(self, case.key)
        loose = self.loose
        if loose is not None:
            nowhere = entry.case_ref is None and not refs_of(entry)
            if nowhere or _is_about(entry, loose.key, self._reds(loose)):
                self.fold.resolve(self, loose.key)
                self.loose = None

    def _reds(self, case: _Case) -> list[Entry]:
        """The outcomes that its alert tells of, else those that one may yet tell of."""
        finding = self.fold.found(self, case.key)
        if finding is None or finding.resolved_at is not None:
            return [red for red, _ in case.reds.values()]
        return [entry for entry, role in finding.evidence.values() if role == "red"]

    def wake(self, key: str) -> None:
        raise AssertionError("green_silo sets no timer")

    @classmethod
    def words(cls, finding: Finding) -> Words:
        roles = finding.evidence.values()
        greens = sorted((entry for entry, role in roles if role == "green"), key=lambda each: each.order)
        reds = sorted((entry for entry, role in roles if role == "red"), key=lambda each: each.order)
        latest = {each.department: each for each in greens}
        reported = "; ".join(
            f"{name} reported {_measure(each)} on {moment(each.at)}" for name, each in sorted(latest.items())
        )
        outcome = "; ".join(
            f"on {moment(each.at)} {_HAPPENED[each.activity]} ({who(each)}): {quote(each)}" for each in reds
        )
        return Words(
            f"{listed(sorted(latest))} were green, the customer was not",
            f"{reported}. But {outcome}.",
            f"{finding.owner}: call her, go through it with {listed(sorted(latest))}, and find the measure that "
            f"would have been red.",
        )


_HAPPENED: Final = {
    "complaint": "she complained",
    "survey_response": "she gave a low score",
    "case_reopened": "her case had to be reopened",
    "case_opened": "she had to open another case on it",
    "contract_cancelled": "she cancelled",
}


def _met(report: Entry) -> bool:
    kpi = report.more.kpi
    return kpi is not None and kpi.met is True


def _near(red: Entry, last: int, within: int) -> bool:
    return abs(red.at - last) <= within


def _is_about(healing: Entry, key: str, reds: list[Entry]) -> bool:
    """Whether it names an outcome or the case, or is in an outcome's conversation or case."""
    cases = {key, *(red.case_ref for red in reds if red.case_ref is not None)}
    named = cases | {red.touchpoint_id for red in reds}
    return (
        healing.case_ref in cases
        or any(ref in named for ref in refs_of(healing))
        or (healing.thread_ref is not None and any(red.thread_ref == healing.thread_ref for red in reds))
    )


def _measure(report: Entry) -> str:
    kpi = report.more.kpi
    if kpi is None or kpi.value is None:
        return f"{kpi.name if kpi else 'its KPI'} as met"
    target = f", target {kpi.target:g}" if kpi.target is not None else ""
    return f"{kpi.name} as met ({kpi.value:g}{target})"
