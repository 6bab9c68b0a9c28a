"""`green_silo`: every department met its figures, and the customer is lost."""

from __future__ import annotations

from typing import Any

from .life import Change, Finding
from .rules import refs, same
from .ticket_churn import covering
from .timeline import DAY, Timeline, order

Reds = list[tuple[Any, bool]]  # touchpoints, and whether it is sure that they are about the case


def met(t: Any) -> bool | None:
    """What a department says of its own figure; None: nothing."""
    return t.kpi.met if t.kpi is not None else None


def outcomes(
    t: Any, timeline: Timeline, within: int, similarity: float, low_score: float
) -> list[tuple[str | None, bool]]:
    """The cases (None: no case) that end red with `t`, and whether that is sure."""
    if t.activity == "case_opened":
        return [(case.ref, how == "confirmed") for case, how in covering(t, timeline, within, similarity)]
    low = t.activity == "survey_response" and t.score is not None and t.score <= low_score
    if low or t.activity in ("complaint", "case_reopened", "contract_cancelled"):
        return [(t.case_ref, True)]
    return []


def green(reports: list[Any], departments: int) -> bool:
    """Nobody missed a figure, and several met theirs."""
    return all(map(met, reports)) and len({t.department for t in reports}) >= departments


def firsts(reds: Reds) -> list[Any]:
    """The touchpoints alone."""
    return [red for red, _ in reds]


class Silo:
    """The finding of one case, or of outcomes without a case."""

    def __init__(self, key: str, timeline: Timeline, case: str | None) -> None:
        self.finding = Finding("green_silo", key, timeline, confirmed=False, owner="first case" if case else "last")
        self.case = case
        self.evidence: list[Any] = []
        self.reds: list[Any] = []
        self.open = False

    def add(self, t: Any, seen: int, greens: list[Any], reds: Reds) -> None:
        """More evidence, or the first."""
        more = [*greens, *(o for o, _ in reds)]
        if all(o in self.evidence for o in more):
            return
        self.finding.changes.append(Change(t.occurred_at, seen, more))
        self.finding.confirmed |= any(sure for _, sure in reds)
        self.evidence += [o for o in more if o not in self.evidence]
        self.reds += [o for o, _ in reds if o not in self.reds]
        self.open = True

    def lapse(self, t: Any) -> None:
        """Rule 10."""
        if self.open:
            last = max(e.occurred_at for e in self.evidence) + 90 * DAY
            self.open = t.occurred_at <= last


def makes_good(t: Any, reds: list[Any], case: str | None, high_score: float) -> bool:
    """What was red was recovered, or she says that she is content again."""
    content = t.activity == "survey_response" and t.score is not None and t.score >= high_score
    if not content and t.activity != "recovered":
        return False
    if any(
        red.touchpoint_id in refs(t) or same(red.thread_ref, t.thread_ref) or same(red.case_ref, t.case_ref)
        for red in reds
    ):
        return True
    if case is None:
        return not t.case_ref and not refs(t)
    return case in refs(t) or same(case, t.case_ref)


def findings(
    timeline: Timeline,
    departments: int = 2,
    before: int = 30 * DAY,
    within: int = 14 * DAY,
    covered_for: int = 14 * DAY,
    similarity: float = 0.7,
    low_score: float = 4,
    high_score: float = 8,
) -> list[Finding]:
    """All greens of departments that are red to the customer."""
    silos: dict[str, Silo] = {}
    reds: dict[str, Reds] = {}
    for seen, t in enumerate(timeline.touchpoints, 1):
        for silo in silos.values():
            silo.lapse(t)
            if silo.open and makes_good(t, silo.reds, silo.case, high_score):
                silo.finding.changes.append(Change(t.occurred_at, seen, ended="ended"))
                silo.open = False
                reds.pop(str(silo.case), None)
        # What was made good is spent, told or not.
        reds = {case: those for case, those in reds.items() if not makes_good(t, firsts(those), case, high_score)}
        red = outcomes(t, timeline, covered_for, similarity, low_score)
        for case, sure in red:
            if case:
                reds.setdefault(case, []).append((t, sure))
        cases = [case for case, _ in red if case] + ([t.case_ref] if met(t) is True and t.case_ref else [])
        for case in dict.fromkeys(cases):
            reports = [o for o in timeline.touchpoints[:seen] if o.case_ref == case and met(o) is not None]
            fulfil = [
                (o, sure)
                for o, sure in reds.get(case, [])
                if reports and order(o) > order(reports[0]) and abs(o.occurred_at - reports[-1].occurred_at) <= within
            ]
            if fulfil and green(reports, departments):
                silos.setdefault(case, Silo(case, timeline, case)).add(t, seen, reports, fulfil)
        if (None, True) in red:
            known = [o for o in timeline.before(t) if t.occurred_at - o.occurred_at <= before and met(o) is not None]
            if known and green(known, departments) and t.occurred_at - known[-1].occurred_at <= within:
                running = [s for s in silos.values() if s.case is None and s.open]
                silo = running[0] if running else Silo(t.touchpoint_id, timeline, None)
                silos.setdefault(silo.finding.key, silo).add(t, seen, known, [(t, True)])
    return [silo.finding for silo in silos.values() if silo.finding.changes]
