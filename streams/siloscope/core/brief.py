"""The brief a receiving department gets: what was promised, told and answered, and what would hurt now."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from .handoff import Brief, Handoff
from .promises import Promise, Promises
from .telling import words_of
from .touchpoint import DAY, IN, Entry
from .words import moment, quote, who

if TYPE_CHECKING:
    from .customer import Customer
    from .fold import Fold

RECENT: Final = 5
_GIVEN_WITHIN: Final = 365 * DAY


def brief_of(customer: Customer, fold: Fold, handoff: Handoff) -> Brief:
    """What is known about the customer as of now, for who takes over."""
    view, at = fold.view, fold.at
    entries = [entry for entry in customer.entries if entry.at <= at]
    complaints = [each.entry for each in view.complaints if each.open_at(at)]
    given = {
        name
        for entry in entries
        if entry.direction == IN and at - entry.at <= _GIVEN_WITHIN
        for name in entry.more.fields
    }
    return Brief(
        summary=_summary(handoff),
        phase=view.phase(at),
        open_cases=tuple(
            f"{case.ref}: {case.topic or 'no topic'}, with {case.holder}"
            for case in view.cases.values()
            if not case.closing
        ),
        promises=tuple(_line(each.entry) for each in _promises(entries)),
        already_given=tuple(sorted(given)),
        answers_given=tuple(_line(entry) for entry in entries if entry.activity == "answer")[-RECENT:],
        do_not=tuple(f"Do not sell or survey: she complained: {_line(entry)}" for entry in complaints),
        recent=tuple(_line(entry) for entry in entries[-RECENT:]),
        open_alerts=tuple(
            words.title
            for finding in fold.findings.values()
            if finding.resolved_at is None and (words := fold.attempt(finding, words_of)) is not None
        ),
    )


def summary_of(fold: Fold, handoff: Handoff) -> Brief:
    """The brief of a handoff that was over before anybody was told."""
    return Brief(_summary(handoff), fold.view.phase(fold.at))


def _summary(handoff: Handoff) -> str:
    entry = handoff.entry
    if handoff.implied:
        done = "bought" if entry.activity == "purchase" else "signed"
        what = f" {entry.product}" if entry.product else " a contract" if done == "signed" else ""
        return f"She {done}{what} on {moment(entry.at)} and expects to hear from you."
    about = f" about {entry.topic}" if entry.topic else f" on {entry.product}" if entry.product else ""
    said = f": {quote(entry)}" if entry.text else ""
    return f"{who(entry)} hands her over to you{about}{said}."


def _promises(entries: list[Entry]) -> list[Promise]:
    """Promises that nothing on the timeline has kept."""
    promises = Promises()
    for entry in entries:
        promises.see(entry)
    return [each for each in promises.made if each.open]


def _line(entry: Entry) -> str:
    return f"{moment(entry.at)}, {who(entry)}: {quote(entry)} [{entry.touchpoint_id}]"
