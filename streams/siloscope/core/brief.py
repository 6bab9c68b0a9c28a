"""The brief a receiving department gets: what was promised, told and answered, and what would hurt now."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from .handoff import Brief, Handoff
from .touchpoint import DAY, IN, OUT, Entry
from .words import moment, quote, who

if TYPE_CHECKING:
    from .customer import Customer
    from .fold import Fold

RECENT: Final = 5
_GIVEN_WITHIN: Final = 365 * DAY
_DONE: Final = frozenset({"promise_kept", "delivery", "payment"})


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
        promises=tuple(_line(entry) for entry in _open_promises(entries)),
        already_given=tuple(sorted(given)),
        answers_given=tuple(_line(entry) for entry in entries if entry.activity == "answer")[-RECENT:],
        do_not=tuple(f"Do not sell or survey: she complained: {_line(entry)}" for entry in complaints),
        recent=tuple(_line(entry) for entry in entries[-RECENT:]),
        open_alerts=tuple(
            finding.symptom.words(finding).title for finding in fold.findings.values() if finding.resolved_at is None
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


def _open_promises(entries: list[Entry]) -> list[Entry]:
    """Promises that nothing on the timeline has kept."""
    kept = [entry for entry in entries if entry.activity in _DONE]
    return [
        entry for entry in entries
        if entry.activity == "promise_made" and entry.direction == OUT and not any(_keeps(each, entry) for each in kept)
    ]  # fmt: skip


def _keeps(entry: Entry, promise: Entry) -> bool:
    named = promise.touchpoint_id in (entry.refers_to or ()) or entry.reply_to == promise.touchpoint_id
    return entry.order > promise.order and (
        named or (entry.case_ref is not None and entry.case_ref == promise.case_ref)
    )


def _line(entry: Entry) -> str:
    return f"{moment(entry.at)}, {who(entry)}: {quote(entry)} [{entry.touchpoint_id}]"
