"""The records of the state topic: one small one per entry, so that order and repetition do not matter.

Keys are `customer\\0suffix`: an entry's id (which has no NUL), nothing for the baseline, `\\0!` and an alert's id,
`\\0#` and a warning's id; `*\\0id` is a broadcast, `*\\0` the time that a clock record told, `*\\0\\0=` the rules.
Values are MessagePack arrays.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import msgspec

from .baseline import Baseline
from .customer_key import EVERYBODY
from .telling import Told
from .touchpoint import Entry

UNTOLD: Final = ("untold",)
ALERT: Final = "\0!"
WARNING: Final = "\0#"
_RULES: Final = "\0="
Record = tuple[bytes, bytes | None]

_encode: Final = msgspec.msgpack.Encoder().encode


class Head(msgspec.Struct, array_like=True, gc=False):
    """What every value begins with: when the customer next wants to be woken, as of this record."""

    due: int | None


class Kept(msgspec.Struct, array_like=True, gc=False):
    """An entry with its customer's next due time, the subjects it is about, and whether it waits to be confirmed.

    For a broadcast `stated` is `UNTOLD` as long as not all whom it concerns have been folded.
    """

    due: int | None
    stated: tuple[str, ...]
    held: bool
    entry: Entry


class KeptRaw(msgspec.Struct, array_like=True, gc=False):
    """`Kept` with its entry not decoded."""

    due: int | None
    stated: tuple[str, ...]
    held: bool
    entry: msgspec.Raw


class KeptTold(msgspec.Struct, array_like=True, gc=False):
    """What was told, with the customer's next due time."""

    due: int | None
    told: Told


class KeptBaseline(msgspec.Struct, array_like=True, gc=False):
    """The baseline, with the customer's next due time."""

    due: int | None
    baseline: Baseline


class _When(msgspec.Struct, array_like=True, gc=False):
    """The beginning of an entry."""

    touchpoint_id: str
    at: int


_head: Final = msgspec.msgpack.Decoder(Head)
_kept: Final = msgspec.msgpack.Decoder(Kept)
_entry: Final = msgspec.msgpack.Decoder(Entry)
_when: Final = msgspec.msgpack.Decoder(_When)
_kept_raw: Final = msgspec.msgpack.Decoder(KeptRaw)
_kept_told: Final = msgspec.msgpack.Decoder(KeptTold)
_kept_baseline: Final = msgspec.msgpack.Decoder(KeptBaseline)


def _key(customer: str, suffix: str) -> bytes:
    return f"{customer}\0{suffix}".encode()


def entry_record(
    customer: str, entry: Entry, due: int | None, stated: tuple[str, ...] = (), held: bool = False
) -> Record:
    """One entry of a customer's timeline."""
    return _key(customer, entry.touchpoint_id), _encode(Kept(due, stated, held, entry))


def broadcast_record(entry: Entry, untold: bool) -> Record:
    """One broadcast."""
    return _key(EVERYBODY, entry.touchpoint_id), _encode(Kept(None, UNTOLD if untold else (), False, entry))


def told_record(customer: str, suffix: str, told: Told, due: int | None) -> Record:
    """What was told of one alert or warning; `suffix` is `ALERT` or `WARNING` and its id."""
    return _key(customer, suffix), _encode(KeptTold(due, told))


def baseline_record(customer: str, baseline: Baseline, due: int | None) -> Record:
    """What still matters of what left."""
    return _key(customer, ""), _encode(KeptBaseline(due, baseline))


def rules_record(digest: str) -> Record:
    """By which rules everybody has been judged."""
    return _key(EVERYBODY, _RULES), _encode(digest)


def tombstone(customer: str, suffix: str) -> Record:
    """The end of a record."""
    return _key(customer, suffix), None


def entry_in(kept: KeptRaw) -> Entry:
    """The entry, decoded."""
    return _entry.decode(kept.entry)


def time_in(kept: KeptRaw) -> int:
    """When its entry happened."""
    return _when.decode(kept.entry).at


def kept_in(value: bytes) -> Kept:
    """An entry's record, decoded."""
    return _kept.decode(value)


def baseline_in(value: bytes | None) -> Baseline:
    """The baseline in its record; an empty one in a tombstone."""
    return _kept_baseline.decode(value).baseline if value is not None else Baseline()


def told_in(value: bytes) -> Told:
    """What was told, in its record."""
    return _kept_told.decode(value).told


def time_of(suffix: str, value: bytes) -> int:
    """When the entry of a record happened, or up to when its baseline reaches."""
    return time_in(_kept_raw.decode(value)) if suffix else _kept_baseline.decode(value).baseline.through[0]


class Loaded:
    """One customer's records while a partition is loaded."""

    __slots__ = ("baseline", "entries", "last", "rules", "told")

    def __init__(self) -> None:
        self.entries: dict[str, bytes] = {}
        self.told: dict[str, Told] = {}
        self.baseline: Baseline | None = None
        self.last: bytes | None = None
        self.rules: str | None = None  # by which everybody has been judged

    def put(self, suffix: str, value: bytes | None) -> None:
        """The next record in the log's order; what an earlier generation wrote late does not count."""
        first = suffix[:1]
        if first == "" or first == "\0":
            self._put_ours(suffix, value)
        elif value is None:
            self.entries.pop(suffix, None)
        else:
            self.entries[suffix] = value
        if value is not None:
            self.last = value

    def _put_ours(self, suffix: str, value: bytes | None) -> None:
        if suffix == "":
            baseline = _kept_baseline.decode(value).baseline if value is not None else None
            if baseline is not None and (self.baseline is None or self.baseline.generation <= baseline.generation):
                self.baseline = baseline
        elif suffix == _RULES:
            self.rules = msgspec.msgpack.decode(value, type=str) if value is not None else None
        elif value is None:
            self.told.pop(suffix, None)
        else:
            told = told_in(value)
            before = self.told.get(suffix)
            if before is None or before.rank <= told.rank:
                self.told[suffix] = told

    @property
    def due(self) -> int | None:
        """When the customer next wants to be woken, as the last record says."""
        return _head.decode(self.last).due if self.last is not None else None

    def kept(self) -> Iterator[KeptRaw]:
        """Its entries, not decoded."""
        return map(_kept_raw.decode, self.entries.values())

    def kept_whole(self) -> Iterator[Kept]:
        """Its entries, decoded."""
        return map(_kept.decode, self.entries.values())
