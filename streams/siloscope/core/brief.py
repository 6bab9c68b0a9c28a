"""The brief a receiving department gets: what was promised, told and answered, and what would hurt now."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from .baseline import CONSENTS, GIVEN
from .brief_words import LANGUAGES, Phrases
from .handoff import Brief, Handoff
from .promises import Promise, Promises
from .telling import words_of
from .touchpoint import DAY, IN, Entry
from .view import answers, substantive
from .words import quote

if TYPE_CHECKING:
    from .complaints import Complaint
    from .customer import Customer
    from .fold import Fold

MOST: Final = 5  # lines of a part: a brief is one screen
_LATE: Final = 64  # touchpoints back in which an unanswered question is looked for
_ENDED: Final = (".”.", "!”.", "?”.", "…”.")  # what was quoted ends the sentence
_GIVEN_WITHIN: Final = 365 * DAY
_PROOFS: Final = frozenset({"verification_code", "password", "consent"})  # fair to ask for, every time


def brief_of(customer: Customer, fold: Fold, handoff: Handoff) -> Brief:
    """What is known about the customer as of now, for who takes over; in each part the most important comes first."""
    say = _phrases(fold, handoff)
    calm = say.first_implied if handoff.implied else say.first_nothing.format(who=handoff.entry.department)
    return _brief(customer, fold, say, _why(handoff, say), calm)


def standing_brief(customer: Customer, fold: Fold, language: str) -> Brief:
    """What is known about the customer as of now, for whoever talks to her next; `language` is one of `LANGUAGES`."""
    say = LANGUAGES[language]
    worst = next(_alerts(fold), None)
    calm = say.first_calm if worst is None else say.first_alert.format(line=worst)
    return _brief(customer, fold, say, "", calm)


def _brief(customer: Customer, fold: Fold, say: Phrases, why: str, calm: str) -> Brief:
    """`why` she comes, and what to say first where nothing presses (`calm`)."""
    view, at = fold.view, fold.at
    entries = [entry for entry in customer.entries if entry.at <= at]
    complaints = [each for each in view.complaints if each.open_at(at)]
    promises = sorted(_promises(entries), key=lambda each: (each.due is None, each.due or 0, each.entry.order))
    return Brief(
        summary=f"{why} {_first(complaints, promises, entries, at, say) or calm}".lstrip(),
        phase=view.phase(at),
        open_cases=_cut([*_cases(fold, say)], say),
        promises=_cut([_promise(each, at, say) for each in promises], say),
        already_given=tuple(sorted(_given(entries, fold) - _PROOFS)),
        answers_given=tuple(say.told(entry) for entry in entries if entry.activity == "answer")[: -MOST - 1 : -1],
        do_not=_cut([*_harmful(customer, fold, complaints, entries, say)], say),
        recent=tuple(say.told(entry) for entry in entries[-MOST:]),
        open_alerts=_cut([*_alerts(fold)], say),
    )


def summary_of(fold: Fold, handoff: Handoff) -> Brief:
    """The brief of a handoff that was over before anybody was told."""
    return Brief(_why(handoff, _phrases(fold, handoff)), fold.view.phase(fold.at))


def _cut(lines: list[str], say: Phrases) -> tuple[str, ...]:
    """The first lines of a part, and how many more there are."""
    more = len(lines) - MOST
    return (*lines[:MOST], say.more.format(number=more)) if more > 0 else tuple(lines)


def _phrases(fold: Fold, handoff: Handoff) -> Phrases:
    return LANGUAGES[fold.detection.language_of(handoff.receivers[0])]


def _why(handoff: Handoff, say: Phrases) -> str:
    """Why she comes."""
    entry = handoff.entry
    if handoff.implied:
        bought, signed = (say.bought_product, say.signed_product) if entry.product else (say.bought, say.signed)
        told = bought if entry.activity == "purchase" else signed
        return told.format(at=say.at(entry.at), product=entry.product)
    about = ""
    if entry.topic:
        about = say.handed_topic.format(entry.topic)
    elif entry.product:
        about = say.handed_product.format(entry.product)
    told = say.handed.format(who=say.who(entry), about=about, said=f": {quote(entry)}" if entry.text else "")
    return told.removesuffix(".") if told.endswith(_ENDED) else told


def _first(
    complaints: list[Complaint], promises: list[Promise], entries: list[Entry], at: int, say: Phrases
) -> str | None:
    """What to say first: what hurts her most; None where nothing does."""
    if complaints:
        return say.first_complaint.format(line=say.told(complaints[-1].entry))
    if promises and promises[0].due is not None and promises[0].due < at:
        return say.first_promise.format(line=say.told(promises[0].entry))
    waits = next(_unanswered(entries), None)
    return say.first_question.format(line=say.told(waits)) if waits is not None else None


def _unanswered(entries: list[Entry]) -> Iterator[Entry]:
    """Her late questions that nothing of substance has answered, newest first."""
    later: list[Entry] = []
    for entry in reversed(entries[-_LATE:]):
        if entry.activity == "question" and entry.direction == IN and not any(answers(each, entry) for each in later):
            yield entry
        if substantive(entry):
            later.append(entry)


def _cases(fold: Fold, say: Phrases) -> Iterator[str]:
    """The open cases, the newest first."""
    for case in sorted(fold.view.cases.values(), key=lambda each: each.first.order, reverse=True):
        if case.closing is None:
            first, priority = case.opening or case.first, case.prioritised and case.prioritised.more.priority
            yield (say.case_priority if priority else say.case).format(
                ref=case.ref, topic=case.topic or say.no_topic, priority=priority, holder=case.holder,
                at=say.at(first.at), id=first.touchpoint_id,
            )  # fmt: skip


def _promises(entries: list[Entry]) -> list[Promise]:
    """Promises that nothing on the timeline has kept."""
    promises = Promises()
    for entry in entries:
        promises.see(entry)
    return [each for each in promises.made if each.open]


def _promise(promise: Promise, at: int, say: Phrases) -> str:
    line = say.told(promise.entry)
    if promise.due is None:
        return line
    return (say.overdue if promise.due < at else say.due).format(due=say.at(promise.due), line=line)


def _given(entries: list[Entry], fold: Fold) -> set[str]:
    """The fields that she gave within a year, and that have not changed since."""
    changed = fold.view.changed
    return {
        name
        for entry in entries
        if entry.direction == IN and fold.at - entry.at <= _GIVEN_WITHIN
        for name in entry.more.fields
        if name not in changed or changed[name] <= entry.order
    }


def _harmful(
    customer: Customer, fold: Fold, complaints: list[Complaint], entries: list[Entry], say: Phrases
) -> Iterator[str]:
    """What would hurt her now, and why."""
    for complaint in reversed(complaints):
        yield say.complained.format(line=say.told(complaint.entry))
    for finding in fold.findings.values():
        if finding.symptom.restrains and finding.resolved_at is None:
            words = fold.attempt(finding, words_of)
            if words is not None:
                yield say.too_much.format(title=words.title, id=finding.entries[-1].touchpoint_id)
    for (channel, topic), (at, touchpoint_id, given) in sorted(_consents(customer, entries).items()):
        if not given:
            text = say.no_consent if topic else say.no_consent_at_all
            yield text.format(channel=channel, topic=topic, at=say.at(at), id=touchpoint_id)


def _consents(customer: Customer, entries: list[Entry]) -> dict[tuple[str, str], tuple[int, str, bool]]:
    """What she decided last, by channel and purpose (empty: all)."""
    decided = {**customer.baseline.consents}
    for entry in entries:
        if entry.activity in CONSENTS:
            decided[entry.channel, entry.topic or ""] = (*entry.age, entry.activity == GIVEN)
    return decided


def _alerts(fold: Fold) -> Iterator[str]:
    """What she suffers from, the worst first; in the words of the symptoms, with the newest evidence."""
    standing = [each for each in fold.findings.values() if each.resolved_at is None]
    for finding in sorted(standing, key=lambda each: (-each.severity, -each.opened_at, each.symptom.name, each.key)):
        words = fold.attempt(finding, words_of)
        if words is not None:
            yield f"{words.title} [{finding.entries[-1].touchpoint_id}]"
