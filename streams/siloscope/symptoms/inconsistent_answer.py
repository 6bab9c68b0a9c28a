"""This customer suffers from inconsistent answers: she asks the same twice, and hears two things.

Why it hurts
    Which answer is true depends on whom she reached. She will ask a third time, and keep the answer she likes best.

What is told
    The same question is answered twice within `within` by different staff or departments, and the answers' claims
    differ, compared as what they are. The same question is one question; or two on the same issue (same topic, not
    two products); or two whose texts are at least `similarity` alike and have `words` words (`suspected`). Claims
    drawn from the answers' texts (amounts, dates, durations, percentages; yes and no on the same topic) are
    `suspected` too. An answer stands until it is corrected (an outbound touchpoint whose `refers_to` names it) or
    until the same person answers the same question again. It ends with the correction, when the standing answers
    agree, or after 90 days.

What to do
    Find out which answer is true, tell the customer, and tell the one who said the other.

What is not told
    A later answer that corrects the earlier; `per_case` claims in two cases; questions on one topic whose texts are
    not alike, where the answers' claims were only drawn from texts: two price questions are not one.

Example
    In May support answers that the return is free; in June sales answers that it costs 9 EUR.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from ..core.claims import Claim, clash, typed
from ..core.parameters import count, duration, names, share
from ..core.statements import Questions, two_matters
from ..core.symptom import Finding, Symptom, Words, differ
from ..core.touchpoint import OUT, Entry
from ..core.view import View
from ..core.words import listed, moment, quote, who

_DRAWN: Final = "#"  # begins what was drawn from a text
_YES: Final = "#yes"


@dataclass(frozen=True)
class Parameters:
    within: int = duration("90 d", "how far apart two answers may lie", "more")
    similarity: float = share(0.7, "share of common content words from which two questions' texts are one question")
    words: int = count(3, "how many words a question's text must have to be compared")
    per_case: tuple[str, ...] = names(
        "delivery. appointment. invoice. order.",
        "beginnings of claim keys that are about one case: two cases never clash",
    )


class _Answer:
    """An answer to a question, and what it `said` that still stands, by claim key."""

    __slots__ = ("entry", "product", "question", "said", "topic")

    def __init__(self, entry: Entry, question: Entry, said: dict[str, Claim], view: View) -> None:
        self.entry = entry
        self.question = question
        self.said = said
        self.topic = view.topic(question) or view.topic(entry)
        self.product = question.product or entry.product

    def by_another(self, other: _Answer) -> bool:
        """Whether another department or other staff gave it."""
        return self.entry.department != other.entry.department or differ(self.entry.staff_ref, other.entry.staff_ref)


class InconsistentAnswer(Symptom):
    name = "inconsistent_answer"
    Parameters = Parameters
    __slots__ = ("alerts", "answers", "questions")

    def begin(self) -> None:
        self.questions = Questions()
        self.answers: list[_Answer] = []
        self.alerts: dict[str, list[_Answer]] = {}  # the answers of each alert, in the order they opened

    @classmethod
    def wants(cls, activity: str, direction: str) -> bool:
        return direction == OUT or activity == "question"

    @classmethod
    def begins(cls, activity: str, direction: str, parameters: Any) -> bool:
        return activity == "question" and direction != OUT

    def see(self, entry: Entry) -> None:
        if entry.direction != OUT:
            self.questions.add(entry)
            return
        refs = entry.refers_to or ()
        corrected = [each for each in self.answers if each.entry.touchpoint_id in refs] if refs else []
        for each in corrected:
            each.said = {}
        if entry.activity == "answer":
            self._answer(entry)
        elif not corrected:
            return
        for key in list(self.alerts):
            self._settle(key, refs)

    def _answer(self, entry: Entry) -> None:
        question = self.questions.of(entry)
        said = self._said(entry)
        if question is None:
            return
        answer = _Answer(entry, question, said, self.fold.view)
        tuned = self.tuned(entry)
        self._forget()
        for each in self.answers:
            if not answer.by_another(each) and self._same_question(answer, each, tuned) is not None:
                each.said = {key: claim for key, claim in each.said.items() if key not in (entry.claims or said)}
        clashing = [(each, sure) for each in self.answers if (sure := self._clash(each, answer, tuned)) is not None]
        if said:
            self.answers.append(answer)
        if clashing:
            self._tell(answer, [each for each, _ in clashing], any(sure for _, sure in clashing))

    def _said(self, entry: Entry) -> dict[str, Claim]:
        """What an answer states; where it states nothing, what its text says."""
        if entry.claims:
            return {key: typed(value) for key, value in entry.claims.items() if value}
        reading = self.fold.reading(entry)
        drawn = {_DRAWN + claim.kind: claim for claim in reading.claims}
        if reading.yes is not None:
            drawn[_YES] = Claim("boolean", "", reading.yes)
        return drawn

    def _forget(self) -> None:
        """Let go of answers that can clash with no new one, and are in no alert."""
        since = self.fold.at - self.longest("within")
        if self.answers and self.answers[0].entry.at < since:
            told = {id(each) for answers in self.alerts.values() for each in answers}
            self.answers = [each for each in self.answers if each.entry.at >= since or id(each) in told]

    # -- what is the same, and what differs

    def _same_question(self, one: _Answer, other: _Answer, tuned: Any) -> bool | None:
        """True: by what it is about; False: by the texts of both; None: two questions."""
        if one.question is other.question:
            return True
        if differ(one.product, other.product):
            return None
        if one.topic is not None and one.topic == other.topic:
            return True
        return False if not differ(one.topic, other.topic) and self._alike(one, other, tuned) else None

    def _alike(self, one: _Answer, other: _Answer, tuned: Any) -> bool:
        return self.fold.alike(one.question, other.question, tuned.similarity, tuned.words)

    def _clash(self, one: _Answer, other: _Answer, tuned: Any) -> bool | None:
        """Whether two answers contradict each other: True surely, False by their texts, None not."""
        a, b = one.entry, other.entry
        keys = [key for key in one.said.keys() & other.said.keys() if clash(one.said[key], other.said[key])]
        if not keys or not one.by_another(other) or abs(a.at - b.at) > tuned.within:
            return None
        same = self._same_question(one, other, tuned)
        if same is None or not any(self._of_one_matter(key, one, other, tuned) for key in keys):
            return None
        return same and not keys[0].startswith(_DRAWN)

    def _of_one_matter(self, key: str, one: _Answer, other: _Answer, tuned: Any) -> bool:
        if two_matters(key, one.entry, other.entry, tuned.per_case):
            return False
        if not key.startswith(_DRAWN):
            return True
        if key == _YES and (one.topic is None or one.topic != other.topic):
            return False
        texts = one.question.text is not None and other.question.text is not None
        return one.question is other.question or not texts or self._alike(one, other, tuned)

    # -- alerts

    def _tell(self, answer: _Answer, clashing: list[_Answer], sure: bool) -> None:
        key = self._running(clashing)
        everybody = [answer]
        if key is None:
            everybody = [*clashing, answer]
            key = min((each.question for each in everybody), key=lambda each: each.order).touchpoint_id
        evidence = [(each.question, "asked") for each in everybody] + [(each.entry, "answered") for each in everybody]
        self.fold.open(self, key, evidence, confirmed=sure, owner=answer.entry.department)
        self.alerts.setdefault(key, []).extend(each for each in everybody if each not in self.alerts[key])

    def _running(self, clashing: list[_Answer]) -> str | None:
        """The open alert that rests on one of the answers."""
        for key, answers in self.alerts.items():
            finding = self.fold.found(self, key)
            if finding is not None and finding.resolved_at is None and any(each in answers for each in clashing):
                return key
        return None

    def _settle(self, key: str, refs: tuple[str, ...]) -> None:
        """End an alert of whose answers no two that stand contradict each other; `refs` were corrected."""
        finding, answers = self.fold.found(self, key), self.alerts[key]
        if finding is None or finding.resolved_at is not None:
            return
        tuned = self.tuned(answers[-1].entry)
        standing = [each for each in answers if each.said]
        pairs = ((one, other) for number, one in enumerate(standing) for other in standing[:number])
        if all(self._clash(one, other, tuned) is None for one, other in pairs):
            corrected = any(ref in finding.evidence for ref in refs)
            self.fold.resolve(self, key, "corrected" if corrected else "ended")

    def wake(self, key: str) -> None:
        raise AssertionError("inconsistent_answer sets no timer")

    @classmethod
    def words(cls, finding: Finding) -> Words:
        roles: Mapping[str, tuple[Entry, str]] = finding.evidence
        asked = sorted((each for each, role in roles.values() if role == "asked"), key=lambda each: each.order)
        answers = sorted((each for each, role in roles.values() if role == "answered"), key=lambda each: each.order)
        said = "; ".join(f"{who(each)} on {moment(each.at)}: {quote(each)}" for each in answers)
        again = f", and again on {moment(asked[-1].at)} ({who(asked[-1])})" if len(asked) > 1 else ""
        others = sorted({each.department for each in answers} - {finding.owner})
        tell = f"tell {listed(others)}" if others else "tell your colleague"
        return Words(
            f"{listed(sorted({each.department for each in answers}))} answered one question in two ways",
            f"On {moment(asked[0].at)} the customer asked {who(asked[0])}: {quote(asked[0])}{again}. "
            f"She was answered by {said}.",
            f"{finding.owner}: find out which answer is true, tell the customer, and {tell}.",
        )
