"""A customer: a bounded timeline, what was told about it, and the fold that watches it."""

from __future__ import annotations

import zlib
from bisect import bisect_left, insort
from collections.abc import Collection, Iterator
from heapq import merge
from typing import TYPE_CHECKING, Final

import msgspec

from .baseline import Baseline
from .bulletin import subjects
from .customer_key import COMPANY
from .fold import LAPSES_AFTER, Fold
from .state import ALERT, WARNING
from .telling import OPEN, Told
from .touchpoint import Entry, Rejected

if TYPE_CHECKING:
    from .bulletin import Bulletin
    from .detection import Detection
    from .state import Loaded

DUPLICATE: Final = "duplicate"
LATE: Final = "late"
TOO_OLD: Final = "too_old"
IN_ORDER: Final = "in_order"


class Customer:
    """One timeline. `insert` takes entries in any order; `watch` brings the fold up to date.

    `fold` is None while the timeline must be folded again. `departed` are entries that left since the state
    was last written.
    """

    __slots__ = (
        "_detection",
        "baseline",
        "bulletin",
        "departed",
        "entries",
        "fold",
        "ids",
        "key",
        "replaced",
        "told",
        "warned",
    )

    def __init__(self, key: str, detection: Detection, bulletin: Bulletin) -> None:
        self.key = key
        self._detection = detection
        self.bulletin = bulletin
        self.entries: list[Entry] = []
        self.ids: dict[str, Entry] = {}
        self.baseline = Baseline()
        self.told: dict[str, Told] = {}
        self.warned: dict[str, Told] = {}
        self.departed: list[Entry] = []
        self.replaced: Entry | None = None
        self.fold: Fold | None = None

    def insert(self, entry: Entry) -> str | Rejected:
        """Put `entry` on the timeline; says how it came, or why it is refused (an id that another touchpoint has).

        `replaced` is then the touchpoint that lost its id to `entry`, if one did.
        """
        ids, entries = self.ids, self.entries
        touchpoint_id, at = entry.touchpoint_id, entry.at
        standing = ids.get(touchpoint_id)
        self.replaced = standing
        if standing is not None:
            self.replaced = None
            if standing.content == entry.content:
                return DUPLICATE
            if (standing.at, standing.content) < (at, entry.content):
                return reused(entry)
            self.replaced = standing
            self._take_out(standing)
        if (at, touchpoint_id) <= self.baseline.through or (entries and at < entries[-1].at - self._detection.horizon):
            self.baseline.absorb(entry)
            self.fold_again()
            return TOO_OLD
        ids[touchpoint_id] = entry
        order = entry.order
        fold = self.fold
        if (
            fold is not None
            and order > fold.last
            and at > fold.fired
            and not (self.bulletin.ids and self._said_before(entry))
        ):
            entries.append(entry)
            fold.show(entry, order)
            return IN_ORDER
        self.fold_again()
        if not entries or order > entries[-1].order:
            entries.append(entry)
            return IN_ORDER
        insort(entries, entry, key=lambda each: each.order)
        return LATE

    def _said_before(self, entry: Entry) -> bool:
        """Whether something newer was already said to everybody on what `entry` is about."""
        return any(said and said[-1].order > entry.order for said in map(self.bulletin.facts, subjects(entry)))

    def hear(self, said: list[Entry]) -> None:
        """Show the fold what was newly said to everybody; what is not new to it makes the timeline be folded again."""
        for entry in sorted({each.touchpoint_id: each for each in said}.values(), key=lambda each: each.order):
            fold = self.fold
            current = self.bulletin.get(entry.touchpoint_id) is entry
            if fold is None or not current or entry.order <= fold.last or entry.at <= fold.fired:
                self.fold_again()
                return
            fold.show(entry, entry.order)

    def _take_out(self, entry: Entry) -> None:
        del self.entries[bisect_left(self.entries, entry.order, key=lambda each: each.order)]
        del self.ids[entry.touchpoint_id]
        self.fold_again()

    def rebase(self, baseline: Baseline) -> None:
        """Begin after `baseline`: what it has taken in leaves."""
        self.baseline = baseline
        for entry in [each for each in self.entries if each.age <= baseline.through]:
            self._take_out(entry)
        self.fold_again()

    def forget(self, touchpoint_id: str) -> None:
        """Take the touchpoint out, if there is such a one."""
        if touchpoint_id in self.ids:
            self._take_out(self.ids[touchpoint_id])

    def fold_again(self) -> None:
        """Give up the fold: what it watches must be watched anew, or rests."""
        if self.fold is not None:
            self.fold.end()
            self.fold = None

    @property
    def overfull(self) -> bool:
        """Whether the oldest must leave."""
        entries = self.entries
        return len(entries) > self._detection.entries or (
            len(entries) > 1 and entries[-1].at - entries[0].at > self._detection.horizon
        )

    def let_go(self) -> None:
        """Let the oldest leave into the baseline; the rest must be folded again."""
        while self.overfull:
            oldest = min(self.entries[: 1 + self._ties()], key=lambda each: each.age)
            self.baseline.absorb(oldest)
            self.departed.append(oldest)
            self._take_out(oldest)

    def _ties(self) -> int:
        """How many more entries share the first one's instant: the oldest is by id, not by rank."""
        first = self.entries[0].at
        return bisect_left(self.entries, first + 1, key=lambda each: each.at) - 1

    def folded(self) -> Fold:
        """The fold, up to date with the timeline."""
        fold = self.fold
        if fold is None:
            fold = self.fold = self.fold_by(None)
        return fold

    def fold_by(self, among: Collection[int] | None) -> Fold:
        """A fold of its own, by some symptoms only (None: all of them)."""
        first = self.entries[0].at if self.entries else 0
        if self.baseline.first_at is not None:
            first = self.baseline.first_at
        fold = Fold(self._detection, self.key, self.baseline, self.bulletin, self.ids, first, among)
        for entry in self._events():
            fold.show(entry, entry.order)
        return fold

    def frozen(self) -> list[Told]:
        """What was told on evidence that has left in part: it can only lapse."""
        through = self.baseline.through
        return [told for told in self.told.values() if told.anchor <= through] if through[0] else []

    def next_due(self) -> int | None:
        """When this customer next wants to be woken; the fold must be up to date."""
        due = self.fold.next_due if self.fold is not None else None
        if not self.baseline.through[0]:
            return due
        for told in self.frozen():
            if told.status in OPEN:
                lapses = told.until + LAPSES_AFTER
                due = lapses if due is None else min(due, lapses)
        return due

    def _events(self) -> Iterator[Entry]:
        """The timeline with what was said to everybody that concerns it, in order."""
        if not len(self.bulletin) or self.key == COMPANY:
            return iter(self.entries)
        about = {subject for entry in self.entries for subject in subjects(entry)}
        facts = {fact.touchpoint_id: fact for subject in about for fact in self.bulletin.facts(subject)}
        if not facts:
            return iter(self.entries)
        ordered = sorted(facts.values(), key=lambda each: each.order)
        return merge(self.entries, ordered, key=lambda each: each.order)


def reused(entry: Entry) -> Rejected:
    """Why a touchpoint whose id another one has is refused."""
    return Rejected(
        "id_reused",
        "touchpoint_id",
        f"touchpoint_id {entry.touchpoint_id!r} is another touchpoint's: give a change its own id and refer to the old",
    )


class Packed(msgspec.Struct, array_like=True, gc=False):
    """A customer at rest."""

    baseline: Baseline
    entries: list[Entry]
    told: dict[str, Told]
    warned: dict[str, Told]


class _PackedRaw(msgspec.Struct, array_like=True, gc=False):
    """`Packed` from entries that are not decoded."""

    baseline: Baseline
    entries: list[msgspec.Raw]
    told: dict[str, Told]
    warned: dict[str, Told]


_encode: Final = msgspec.msgpack.Encoder().encode
_decoder: Final = msgspec.msgpack.Decoder(Packed)


def packed(customer: Customer) -> bytes:
    """The customer compressed; 25 touchpoints take about a kilobyte."""
    rest = Packed(customer.baseline, customer.entries, customer.told, customer.warned)
    return zlib.compress(_encode(rest), 1)


def packed_raw(loaded: Loaded, entries: list[msgspec.Raw]) -> bytes:
    """The customer of loaded state records, compressed without decoding its entries."""
    told = {suffix.removeprefix(ALERT): each for suffix, each in loaded.told.items() if suffix.startswith(ALERT)}
    warned = {suffix.removeprefix(WARNING): each for suffix, each in loaded.told.items() if suffix.startswith(WARNING)}
    return zlib.compress(_encode(_PackedRaw(loaded.baseline or Baseline(), entries, told, warned)), 1)


def unpacked(key: str, data: bytes, detection: Detection, bulletin: Bulletin) -> Customer:
    """The customer that `packed` or `packed_raw` wrote."""
    rest = _decoder.decode(zlib.decompress(data))
    customer = Customer(key, detection, bulletin)
    customer.baseline, customer.told, customer.warned = rest.baseline, rest.told, rest.warned
    through = rest.baseline.through
    customer.entries = sorted((each for each in rest.entries if each.age > through), key=lambda each: each.order)
    customer.ids = {entry.touchpoint_id: entry for entry in customer.entries}
    return customer
