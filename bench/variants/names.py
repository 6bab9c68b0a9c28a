"""What the variants are called, where they are, and what a restart of our worker answers."""

from __future__ import annotations

from typing import Final, NamedTuple

import msgspec


class Variant(NamedTuple):
    """A variant's module, its letter and what it does."""

    module: str
    letter: str
    words: str
    does: str


VARIANTS: Final = {
    "decode": Variant(
        "bench.variants.consuming", "a", "consumer and decoder",
        "confluent consumer, `wire.decode_touchpoint` of every value; nothing else",
    ),
    "core": Variant(
        "bench.variants.consuming", "b", "the same loop and the core",
        "(a), and `core.Partition.take` of each, `drain` every 1,000 of a partition; no state records, writes nothing",
    ),
    "worker": Variant(
        "bench.variants.worker", "c", "our worker",
        "`siloscope worker`: Faust with the chunked transport; state, alerts, warnings and routed copies written, "
        "acks=all, offsets committed",
    ),
    "faust": Variant(
        "bench.variants.plain_faust", "d", "a plain Faust agent",
        "upstream transport, one event at a time, the same decoder and core, one `Table` write of the touchpoint per "
        "event with its changelog (acks=all); the alerts are counted, not written",
    ),
    "quix": Variant(
        "bench.variants.quix", "e", "Quix Streams",
        "the same decoder and core, one `state.set_bytes` of the touchpoint per event (RocksDB) with its changelog "
        "(acks=all); the alerts are counted, not written",
    ),
}  # fmt: skip


class Recovered(msgspec.Struct, frozen=True):
    """How many records of state a start read, and how many seconds until it was ready for the first touchpoint."""

    records: float
    seconds: float
