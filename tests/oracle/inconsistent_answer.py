"""`inconsistent_answer`: one question, two answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from . import voice
from .claims import clash
from .conflicting_message import PER_CASE
from .life import Change, Finding
from .rules import differ, outbound, question_of, same, topic
from .texts import similar
from .timeline import DAY, Timeline, order


@dataclass
class Answer:
    """An answer with its question."""

    t: Any
    question: Any

    @property
    def topic(self) -> str | None:
        return topic(self.question) or topic(self.t)

    @property
    def product(self) -> str | None:
        return self.question.product or self.t.product  # type: ignore[no-any-return]

    @property
    def says(self) -> dict[str, Any]:
        """What it states by claim key; without claims, what its text says by kind."""
        if self.t.claims:
            return dict(self.t.claims)
        granted = voice.granted(self.t.text)
        return {f"#{kind}": claim for kind, claim in voice.claims(self.t.text).items()} | (
            {"#yes": granted} if granted is not None else {}
        )


def same_question(one: Answer, other: Answer, similarity: float, words: int) -> str | None:
    """confirmed, suspected or None: do they answer one question?"""
    if one.question is other.question:
        return "confirmed"
    if differ(one.topic, other.topic) or differ(one.product, other.product):
        return None
    if same(one.topic, other.topic):
        return "confirmed"
    return "suspected" if similar(one.question.text, other.question.text, similarity, words) else None


def by_another(one: Answer, other: Answer) -> bool:
    """Two departments, or two of the staff."""
    return one.t.department != other.t.department or differ(one.t.staff_ref, other.t.staff_ref)


def contradict(
    one: Answer, other: Answer, key: str, per_case: tuple[str, ...], similarity: float, words: int
) -> str | None:
    """confirmed, suspected or None: do two answers to the same question say different things on `key`?"""
    how = same_question(one, other, similarity, words)
    if how is None or key not in one.says or key not in other.says or differ(one.t.product, other.t.product):
        return None
    a, b = one.says[key], other.says[key]
    if not key.startswith("#"):
        apart = differ(one.t.case_ref, other.t.case_ref) and key.startswith(per_case)
        return how if a and b and clash(a, b) and not apart else None
    texts = one.question.text, other.question.text
    two_questions = one.question is not other.question and all(texts) and not similar(*texts, similarity, words)
    if two_questions or (key == "#yes" and not same(one.topic, other.topic)):
        return None
    return "suspected" if a != b else None


def stands(answer: Answer, key: str, answers: list[Answer], similarity: float, words: int) -> bool:
    """Nobody of the answerer's own said it anew, of those of `answers` that came later."""
    return not any(
        order(later.t) > order(answer.t)
        and key in later.says
        and not by_another(later, answer)
        and same_question(later, answer, similarity, words)
        for later in answers
    )


def findings(
    timeline: Timeline,
    within: int = 90 * DAY,
    similarity: float = 0.7,
    words: int = 3,
    per_case: tuple[str, ...] = PER_CASE,
) -> list[Finding]:
    """All questions of a customer that were answered in two ways."""
    found: dict[str, Finding] = {}
    evidence: dict[str, list[Answer]] = {}
    is_open: dict[str, bool] = {}
    answers: list[Answer] = []  # but those that were corrected

    def conflicts(one: Answer, other: Answer) -> list[str]:
        """How they contradict each other, as far as both stand."""
        return [
            how
            for key in one.says
            if stands(one, key, answers, similarity, words)
            and stands(other, key, answers, similarity, words)
            and (how := contradict(one, other, key, per_case, similarity, words))
        ]

    for seen, t in enumerate(timeline.touchpoints, 1):
        for key in found:
            is_open[key] &= t.occurred_at - evidence[key][-1].t.occurred_at <= 90 * DAY
        corrected = [a for a in answers if outbound(t) and a.t.touchpoint_id in (t.refers_to or [])]
        answers = [a for a in answers if a not in corrected]
        question = question_of(t, timeline) if t.activity == "answer" and outbound(t) else None
        if question is not None:
            x = Answer(t, question)
            answers.append(x)
            against = [
                (a, hows)
                for a in answers
                if by_another(a, x) and t.occurred_at - a.t.occurred_at <= within and (hows := conflicts(a, x))
            ]
            clashes = [a for a, _ in against]
            joined = [key for key in found if is_open[key] and any(a in evidence[key] for a in clashes)]
            more = [x] if joined else [*clashes, x]
            key = joined[0] if joined else min((a.question for a in more), key=order).touchpoint_id
            if clashes:
                finding = found.setdefault(
                    key, Finding("inconsistent_answer", key, timeline, confirmed=False, owner="last")
                )
                touchpoints = [each for a in more for each in (a.question, a.t)]
                finding.changes.append(Change(t.occurred_at, seen, touchpoints))
                finding.confirmed |= any("confirmed" in hows for _, hows in against)
                evidence[key] = [*evidence.get(key, []), *(a for a in more if a not in evidence.get(key, []))]
                is_open[key] = True
        for key in found:
            left = [a for a in answers if a in evidence[key]]
            if is_open[key] and not any(conflicts(a, b) for a in left for b in left if order(a.t) < order(b.t)):
                how = "corrected" if any(a in evidence[key] for a in corrected) else "ended"
                found[key].changes.append(Change(t.occurred_at, seen, ended=how))
                is_open[key] = False
    return list(found.values())
