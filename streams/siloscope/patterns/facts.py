"""What a pattern may ask of a touchpoint: its fields by the contract's names, as far as a timeline keeps them."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from ..core.claims import clash, typed
from ..core.touchpoint import Entry

if TYPE_CHECKING:
    from ..core.fold import Fold

SIMILAR: Final = 0.8  # share of its words from which on a text is the same as another

Fact = Callable[[Entry, "Fold"], Any]


def _plain(name: str) -> Fact:
    return lambda entry, _: getattr(entry, name)


def _rare(name: str) -> Fact:
    return lambda entry, _: getattr(entry.more, name)


def _number(name: str) -> Fact:
    def fact(entry: Entry, _: Fold) -> Decimal | None:
        value = getattr(entry.more, name)
        return None if value is None else Decimal(str(value))

    return fact


def _size(entry: Entry, _: Fold) -> Decimal | None:
    """Money without its sign: a credit may be written below zero."""
    return None if entry.more.amount is None else abs(Decimal(entry.more.amount))


def _kpi(entry: Entry, _: Fold) -> str | None:
    kpi = entry.more.kpi
    return None if kpi is None or kpi.met is None else "met" if kpi.met else "missed"


def holder(entry: Entry, fold: Fold) -> str:
    """Who has its case, else its department."""
    return fold.view.holder(entry.case_ref) or entry.department


WORDS: Final[dict[str, Fact]] = {
    **{name: _plain(name) for name in (
        "touchpoint_id", "activity", "direction", "department", "channel", "account", "case_ref", "thread_ref",
        "message_ref", "staff_ref", "product", "topic", "text", "to_department", "outcome", "reply_to", "reason",
    )},
    **{name: _rare(name) for name in ("language", "currency", "team", "priority", "audience", "changed")},
    "segment": lambda entry, fold: entry.more.segment or fold.view.segment,
    "phase": lambda entry, fold: entry.more.phase or fold.view.phase(entry.at),
    "kpi": _kpi,
    "holder": holder,
}  # fmt: skip
NUMBERS: Final[dict[str, Fact]] = {"score": _number("score"), "sentiment": _number("sentiment"), "amount": _size}
LISTS: Final[dict[str, Fact]] = {
    "fields": _rare("fields"),
    "claims": lambda entry, _: tuple(entry.claims or ()),
    "refers_to": lambda entry, _: entry.refers_to or (),
}
TIMES: Final[dict[str, Fact]] = {"due_at": _plain("due_at"), "renewal_at": _rare("renewal_at")}
FACTS: Final[dict[str, Fact]] = {**WORDS, **NUMBERS, **LISTS, **TIMES}

LOWER: Final = ("department", "channel", "to_department", "holder")  # the contract has them lower-case


def compared(name: str, entry: Entry, fold: Fold) -> Any:
    """A fact that another touchpoint's is compared with: a coarse topic is none."""
    return fold.view.topic(entry) if name == "topic" else FACTS[name](entry, fold)


def _same_issue(one: Entry, other: Entry, fold: Fold) -> bool:
    view = fold.view
    return view.same_issue(view.topic(one), one.product, view.topic(other), other.product)


def _claims(one: Entry, other: Entry, differ: bool) -> bool:
    """Whether they state a claim in common, and whether one of these differs."""
    ours, theirs = one.claims or {}, other.claims or {}
    common = ours.keys() & theirs.keys()
    return bool(common) and any(clash(typed(ours[key]), typed(theirs[key])) for key in common) is differ


def same(name: str, entry: Entry, other: Entry, fold: Fold) -> bool:
    """Whether both have it and it is equal."""
    if name == "issue":
        return _same_issue(entry, other, fold)
    if name == "claims":
        return _claims(entry, other, differ=False)
    if name == "text":
        return fold.alike(entry, other, SIMILAR)
    value = compared(name, entry, fold)
    return value is not None and value == compared(name, other, fold)


def different(name: str, entry: Entry, other: Entry, fold: Fold) -> bool:
    """Whether both have it and it is not equal."""
    if name == "issue":
        return fold.view.topic(entry) is not None and not _same_issue(entry, other, fold)
    if name == "claims":
        return _claims(entry, other, differ=True)
    if name == "text":
        return entry.text is not None and other.text is not None and not fold.alike(entry, other, SIMILAR)
    one, two = compared(name, entry, fold), compared(name, other, fold)
    return one is not None and two is not None and one != two


# What `same` and `different` may name.
COMPARABLE: Final = (
    "account", "case_ref", "channel", "claims", "currency", "department", "issue", "language", "message_ref", "product",
    "staff_ref", "team", "text", "thread_ref", "topic",
)  # fmt: skip
