"""What an imagined touchpoint would set off: the fold of a timeline on which it stands, and nothing kept of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from msgspec.structs import replace

from .customer import DUPLICATE, TOO_OLD, Customer
from .customer_key import account_key
from .telling import alert_of, parts
from .touchpoint import customer_of

if TYPE_CHECKING:
    from collections.abc import Collection

    from .alert import Alert
    from .detection import Detection
    from .fold import Fold
    from .touchpoint import Entry, Touchpoint

Advice = Literal["clear", "caution", "hold"]


class Harm(NamedTuple):
    """An alert that rests on the imagined touchpoint; `stands` when the customer suffers from it without it too."""

    alert: Alert
    stands: bool


class Unjudged(Exception):
    """What a touchpoint would set off cannot be said; `why` is `DUPLICATE`, its id stands already, or `TOO_OLD`."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


def keys_of(touchpoint: Touchpoint, entry: Entry) -> list[str]:
    """The timelines on which a customer's touchpoint lies: hers, and that of her account."""
    keys = [customer_of(touchpoint)]
    return keys if entry.account is None else [*keys, account_key(entry.account)]


def harms(customer: Customer, entry: Entry, detection: Detection, now: int) -> list[Harm]:
    """What `entry` would set off on this timeline by `now` (epoch ms), worst first; the customer is not changed.

    Alerts in the shadow, and those that are part of another one here, are left out. Raises Unjudged.
    """
    if entry.touchpoint_id in customer.ids:
        raise Unjudged(DUPLICATE)  # also what would take its place: then that one would be missed
    with_it = _copied(customer, detection)
    if with_it.insert(entry) == TOO_OLD:
        raise Unjudged(TOO_OLD)
    at = max(now, entry.at)
    fold = with_it.folded()
    fold.advance(at)
    touched = [each for each in fold.findings.values() if entry.touchpoint_id in each.evidence]
    if not touched:
        fold.end()
        return []
    without = _without(customer, {detection.index[each.symptom.name] for each in touched}, at)
    wholes = parts(touched)
    found = []
    for finding in touched:
        key = (finding.symptom.name, finding.key)
        alert = fold.attempt(finding, lambda each: alert_of(each, customer.key, detection))
        if alert is not None and alert.mode == "live" and key not in wholes:
            standing = without.findings.get(key)
            found.append(Harm(alert, standing is not None and standing.resolved_at is None))
    fold.end()
    if without is not customer.fold:
        without.end()
    return sorted(found, key=_badness)


def _copied(customer: Customer, detection: Detection) -> Customer:
    """The same timeline, to try things on; a fold at hand goes on in a copy, a fraction of the work of a new one."""
    copied = Customer(customer.key, detection, customer.bulletin)
    copied.baseline = replace(customer.baseline, consents={**customer.baseline.consents})
    copied.entries, copied.ids = [*customer.entries], {**customer.ids}
    if customer.fold is not None:
        copied.fold = customer.fold.copied(copied.ids, copied.baseline)
    return copied


def _without(customer: Customer, symptoms: Collection[int], at: int) -> Fold:
    """A fold of the timeline as it is, by these symptoms at least, up to `at`: the one at hand if it is there."""
    fold = customer.fold
    if fold is not None and (fold.next_due is None or fold.next_due > at):
        return fold
    fold = (fold and fold.copied(customer.ids, customer.baseline)) or customer.fold_by(symptoms)
    fold.advance(at)
    return fold


def advice(found: list[Harm]) -> Advice:
    """`hold`: it would set off something certain; `caution`: something suspected or small, or add to what stands."""
    if any(_certain(each) for each in found):
        return "hold"
    return "caution" if found else "clear"


def _certain(harm: Harm) -> bool:
    alert = harm.alert
    return alert.confidence == "confirmed" and alert.severity != "info" and not harm.stands


_WORST_FIRST: Final = {"critical": 0, "warning": 1, "info": 2}


def _badness(harm: Harm) -> tuple[bool, int, str, str]:
    return (not _certain(harm), _WORST_FIRST[harm.alert.severity], harm.alert.symptom, harm.alert.key)
