"""Which cases are about one issue: whether those a customer has already cover the one that is opened."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .symptom import closed_by_customer
from .touchpoint import Entry
from .view import Case

if TYPE_CHECKING:
    from .fold import Fold


def covering(fold: Fold, opening: Entry, within: int, similarity: float) -> dict[str, bool]:
    """The cases, open or closed at most `within` before, that cover the issue on which a `case_opened` opens a new one.

    True: by topic and product, or by the conversation; False: only by texts at least `similarity` alike.
    """
    cases = fold.view.cases
    new = cases[opening.case_ref or ""]
    if new.opening is not opening:
        return {}
    found = {}
    for ref, case in cases.items():
        how = _covers(fold, case, new, opening, within, similarity)
        if how is not None:
            found[ref] = how
    return found


def _covers(fold: Fold, case: Case, new: Case, opening: Entry, within: int, similarity: float) -> bool | None:
    closing = case.closing
    if case is new or (closing is not None and (fold.at - closing.at > within or case.merged)):
        return None
    view = fold.view
    topic = view.topic(opening) or new.topic
    if view.same_issue(case.topic, case.product, topic, opening.product or new.product):
        return True
    differs = case.topic is not None and topic is not None and case.topic != topic
    if differs and closing is not None and closed_by_customer(closing) and closing.outcome == "solved":
        return None
    if opening.thread_ref is not None and opening.thread_ref in case.threads:
        return True
    return False if case.opening is not None and fold.alike(case.opening, opening, similarity) else None
