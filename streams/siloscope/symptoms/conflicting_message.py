"""This customer suffers from contradiction: one department tells her one thing, the next another.

Why it hurts
    She plans by what she was told. When a second voice says otherwise she believes neither, and asks again.

What is told
    A statement to her differs, on the same claim key and compared as what it is (number, money, share, date,
    duration, yes or no, text), from one that stands, made `within` before by another department or in another
    channel. A statement stands until its department and channel state the key again, or a correction (an
    outbound touchpoint whose `refers_to` names it) arrives. A published fact is said to every customer (of its
    segment and language) and stands until its department and channel publish the key again, an empty value
    withdrawing it; it counts against statements made while it stands and those of the `fact_within` before.
    Claims drawn from text need the same topic and are `suspected`; so is what a model of one's own finds in two
    texts on one topic. It ends when the standing statements agree, by a correction, or after 90 days.

What to do
    Find out which is true, tell the customer, and correct the source of the other.

What is not told
    Different products; different cases for `per_case` keys, and for days that a text names; different currencies
    or units; in texts, figures that are no clear claim or about other things: a refund is no price; two answers to one
    question (that is an inconsistent answer). Two facts that clash are one finding of the company, not one per
    customer: its alert has no customer.

Example
    The web page says 49 EUR; on the phone sales says 59 EUR.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from ..core.bulletin import scope_of
from ..core.claims import Claim, clash, typed
from ..core.parameters import duration, names
from ..core.privacy import masked
from ..core.statements import Questions, Statement, two_matters
from ..core.symptom import Finding, Symptom, Words, differ
from ..core.touchpoint import OUT, Entry
from ..core.words import listed, moment, who


@dataclass(frozen=True)
class Parameters:
    within: int = duration("90 d", "how long before a statement another still counts against it")
    fact_within: int = duration("7 d", "how long before its publishing a fact counts against what was said")
    per_case: tuple[str, ...] = names(
        "delivery. appointment. invoice. order.",
        "beginnings of claim keys that are about one case: two cases never clash",
    )


_SAID: Final = "said"  # the kind of claim that a text makes as a whole, for a model that finds contradictions
Place = tuple[str | None, ...]


class ConflictingMessage(Symptom):
    name = "conflicting_message"
    hears_broadcasts = True
    Parameters = Parameters
    __slots__ = ("corrected", "episodes", "questions", "standing")

    def begin(self) -> None:
        self.standing: dict[str, dict[Place, Statement]] = {}
        self.episodes: dict[str, dict[str, None]] = {}  # claim key -> keys of its alerts, as they opened
        self.corrected: list[str] = []  # facts that stand no more for her
        self.questions = Questions()

    @classmethod
    def wants(cls, activity: str, direction: str) -> bool:
        return direction == OUT or activity in ("question", "fact_published")

    def see(self, entry: Entry) -> None:
        if entry.activity == "fact_published":
            self._publish(entry)
        elif entry.activity == "question":
            self.questions.add(entry)
        else:
            refs = entry.refers_to or ()
            corrected = self._correct(refs) if refs else []
            if entry.claims is not None or entry.text is not None:
                for key, statement in self._statements(entry):
                    self._state(key, statement, refs)
            for key in corrected:
                self._settle(key, refs)

    def _statements(self, entry: Entry) -> Iterator[tuple[str, Statement]]:
        if entry.claims is not None:
            for key in sorted(entry.claims):
                yield key, Statement(entry, entry.claims[key], typed(entry.claims[key]), self.fold.view)
        elif entry.text is not None:
            topic = self.fold.view.topic(entry)
            if topic is not None:
                for claim in self._drawn(entry):
                    key = f"{topic}#{claim.kind}{claim.about and ' '}{claim.about}"
                    yield key, Statement(entry, entry.text, claim, self.fold.view, confirmed=False)

    def _drawn(self, entry: Entry) -> tuple[Claim, ...]:
        """What the text claims; and that it is said, for a model that finds contradictions."""
        claims = self.fold.reading(entry).claims
        return claims if self.fold.detection.readings.contradict is None else (*claims, Claim(_SAID, "", None))

    # -- statements to this customer

    def _state(self, key: str, statement: Statement, refs: tuple[str, ...]) -> None:
        entry = statement.entry
        standing = self.standing.setdefault(key, {})
        standing.pop((entry.department, entry.channel), None)
        if statement.said:
            clashing = [each for each in standing.values() if self._differ(key, each, statement)]
            clashing += [each for each in self._facts(key, statement) if self._differ_from_fact(key, each, statement)]
            standing[entry.department, entry.channel] = statement
            self._judge(key, statement, clashing)
        self._settle(key, refs)

    def _judge(self, key: str, statement: Statement, clashing: list[Statement]) -> None:
        """What clashes with a new statement joins the alert that rests on it, else opens one."""
        if not clashing:
            return
        everybody = [statement]
        finding_key = self._episode(key, clashing)
        if finding_key is None:
            everybody = sorted([*clashing, statement], key=lambda each: each.entry.order)
            finding_key = _key(key, [each.entry for each in everybody])
            self.episodes.setdefault(key, {})[finding_key] = None
        confirmed = any(each.confirmed and statement.confirmed for each in clashing)
        evidence = [(each.entry, "said") for each in everybody]
        owner = statement.entry.department
        finding = self.fold.open(self, finding_key, evidence, owner=owner, confirmed=confirmed, claim=key)
        said: dict[str, str] = finding.facts.setdefault("said", {})
        for each in everybody:
            said[each.entry.touchpoint_id] = each.said

    def _episode(self, key: str, clashing: list[Statement]) -> str | None:
        """The open alert whose evidence has one of the statements."""
        for finding_key in self.episodes.get(key, ()):
            finding = self.fold.found(self, finding_key)
            if finding is None or finding.resolved_at is not None:
                continue
            if any(each.entry.touchpoint_id in finding.evidence for each in clashing):
                return finding_key
        return None

    def _settle(self, key: str, refs: tuple[str, ...] = ()) -> None:
        """End the alerts on `key` of whose evidence no two standing statements clash; `refs` were corrected."""
        for finding_key in self.episodes.get(key, ()):
            finding = self.fold.found(self, finding_key)
            if finding is not None and finding.resolved_at is None and not self._clashes(key, finding):
                corrected = any(ref in finding.evidence for ref in refs)
                self.fold.resolve(self, finding_key, "corrected" if corrected else "ended")

    def _clashes(self, key: str, finding: Finding) -> bool:
        own = [each for each in self.standing.get(key, {}).values() if each.entry.touchpoint_id in finding.evidence]
        differ = self._differ_as_facts if self.fold.at_company else self._differ
        if any(differ(key, one, other) for number, one in enumerate(own) for other in own[:number]):
            return True
        return any(
            self._differ_from_fact(key, fact, each)
            for each in own
            for fact in self._facts(key, each, now=True)
            if fact.entry.touchpoint_id in finding.evidence
        )

    def _correct(self, refs: tuple[str, ...]) -> list[str]:
        """Let the statements and facts named in `refs` stand no more for her; returns their claim keys."""
        keys = []
        for key, standing in self.standing.items():
            corrected = [place for place, each in standing.items() if each.entry.touchpoint_id in refs]
            for place in corrected:
                del standing[place]
            if corrected:
                keys.append(key)
        for fact in filter(None, map(self.fold.bulletin.get, refs)):
            if fact.order <= self.fold.last:  # else it is published later, and stands
                self.corrected.append(fact.touchpoint_id)
                keys.extend(fact.claims or ())
        return keys

    def _differ(self, key: str, one: Statement, other: Statement) -> bool:
        """Whether two standing statements contradict each other."""
        a, b = one.entry, other.entry
        return (
            self._clash(one, other)
            and (a.department != b.department or a.channel != b.channel)
            and abs(a.at - b.at) <= self.tuned(max(a, b, key=lambda each: each.order)).within
            and not two_matters(key, a, b, self.p.per_case)
            and not self._answers_to_one_question(a, b)
        )

    def _clash(self, one: Statement, other: Statement) -> bool:
        contradict = self.fold.detection.readings.contradict
        if one.claim.kind == _SAID and contradict is not None:
            return contradict(self.fold.reading(one.entry), self.fold.reading(other.entry))
        if not one.confirmed and one.claim.kind == "date" and differ(one.entry.case_ref, other.entry.case_ref):
            return False  # two cases have two days; which of them a text means, it does not say
        return clash(one.claim, other.claim)

    def _answers_to_one_question(self, a: Entry, b: Entry) -> bool:
        if a.activity != "answer" or b.activity != "answer":
            return False
        question = self._question_of(a)
        return question is not None and question == self._question_of(b)

    def _question_of(self, answer: Entry) -> str | None:
        asked = self.questions.of(answer)
        return answer.reply_to if asked is None else asked.touchpoint_id

    # -- what was published

    def _facts(self, key: str, statement: Statement, now: bool = False) -> list[Statement]:
        """The facts on `key` that concern the customer and stand: when `statement` was said, or `now`."""
        if self.fold.at_company:
            return []
        until = self.fold.last if now else statement.entry.order
        standing = self.fold.bulletin.standing(key, until, self.corrected)
        return [
            self._fact(fact, value) for fact in standing
            if (value := (fact.claims or {})[key]) and statement.hears(fact)
        ]  # fmt: skip

    def _fact(self, fact: Entry, value: str) -> Statement:
        return Statement(fact, value, typed(value), self.fold.view)

    def _differ_from_fact(self, key: str, fact: Statement, statement: Statement) -> bool:
        """Whether a fact counts against a statement: made while it stands, or shortly before its publishing."""
        a, b = fact.entry, statement.entry
        return (
            clash(fact.claim, statement.claim)
            and (a.department != b.department or a.channel != b.channel)
            and b.at >= a.at - self.tuned(b).fact_within
            and not two_matters(key, a, b, self.p.per_case)
        )

    def _publish(self, fact: Entry) -> None:
        for key, value in sorted((fact.claims or {}).items()):
            if self.fold.at_company:
                self._publish_for_all(key, value, fact)
                continue
            said = self._fact(fact, value)
            clashing = [
                statement
                for statement in self.standing.get(key, {}).values()
                if value and statement.hears(fact) and self._differ_from_fact(key, said, statement)
            ]
            self._judge(key, said, clashing)
            self._settle(key)

    def _publish_for_all(self, key: str, value: str, fact: Entry) -> None:
        """On the company's own timeline facts are what was said."""
        standing = self.standing.setdefault(key, {})
        standing.pop(scope_of(fact), None)
        if value:
            statement = self._fact(fact, value)
            clashing = [each for each in standing.values() if self._differ_as_facts(key, each, statement)]
            standing[scope_of(fact)] = statement
            self._judge(key, statement, clashing)
        self._settle(key)

    def _differ_as_facts(self, key: str, one: Statement, other: Statement) -> bool:
        a, b = one.entry, other.entry
        return (
            clash(one.claim, other.claim)
            and (a.department != b.department or a.channel != b.channel)
            and not two_matters(key, a, b, self.p.per_case)
            and all(
                mine is None or yours is None or mine == yours
                for mine, yours in ((a.more.segment, b.more.segment), (a.more.language, b.more.language))
            )
        )

    def wake(self, key: str) -> None:
        raise AssertionError("conflicting_message sets no timer")

    @classmethod
    def words(cls, finding: Finding) -> Words:
        entries = finding.entries
        said, claim = finding.facts["said"], finding.facts["claim"].replace("#", ", ")
        quotes = "; ".join(
            f"{who(each)} on {moment(each.at)}: “{masked(said[each.touchpoint_id][:240])}”" for each in entries
        )
        return Words(
            f"{listed(finding.departments)} contradict each other on {claim}"
            if len(finding.departments) > 1
            else f"{entries[0].department} contradicts itself on {claim}",
            f"On {claim} the customer was told: {quotes}.",
            f"{finding.owner}: find out which is true, tell the customer, and correct the source of the other.",
        )


def _key(claim: str, entries: list[Entry]) -> str:
    """Claim key and anchor; a fact is shared by customers, so that the first own statement keeps their ids apart."""
    anchor = min(entries, key=lambda each: each.age)
    own = [each for each in entries if each.activity != "fact_published"]
    if anchor.activity == "fact_published" and own:
        return f"{claim}|{anchor.touchpoint_id}|{min(own, key=lambda each: each.age).touchpoint_id}"
    return f"{claim}|{anchor.touchpoint_id}"
