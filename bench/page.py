"""The figures as tables, and docs/speed.md with them in it."""

from __future__ import annotations

import os
import platform
import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Final, NamedTuple

from bench.latency import PACE, Latency
from bench.measure import Measured, middle, spread
from bench.micro import FOLDS, REMEMBERED, Micro
from bench.variants.names import VARIANTS, Recovered
from siloscope.ops.broker_parts import KAFKA

BEGIN: Final = "<!-- measured: written by `python -m bench.speed` -->"
END: Final = "<!-- end of what was measured -->"
PACKAGES: Final = (
    "faust-streaming", "aiokafka", "confluent-kafka", "cavro", "fastavro", "msgspec", "quixstreams",
)  # fmt: skip


class Results(NamedTuple):
    """All that one run measured; `bytes` is the mean size of a framed touchpoint."""

    customers: int
    bytes: float
    peers: dict[str, list[Measured]]
    recovered: Recovered
    latency: Latency
    micro: Micro
    bare: list[Measured]
    replayed: list[Measured]
    minutes: float


class Target(NamedTuple):
    """A figure with what it should be: at least, or at most (`less`)."""

    what: str
    found: float
    wanted: float
    unit: str
    less: bool = False

    @property
    def reached(self) -> bool:
        return self.found <= self.wanted if self.less else self.found >= self.wanted

    def row(self) -> str:
        sign = "≤" if self.less else "≥"
        verdict = "yes" if self.reached else "**no**"
        found, wanted = _number(self.found) + self.unit, _number(self.wanted) + self.unit
        return f"| {self.what} | {found} | {sign} {wanted} | {verdict} |"


def targets(results: Results) -> Iterator[Target]:
    """Every figure that the issue sets a bound for."""
    rate = {VARIANTS[name].letter: middle(found).rate for name, found in results.peers.items()}
    micro, latency = results.micro, results.latency
    yield Target("(c) our worker : (d) plain Faust agent, events/s", rate["c"] / rate["d"], 5, " ×")
    yield Target("(c) our worker : (b) bare loop with the core", rate["c"] / rate["b"], 0.65, " ×")
    yield Target("(c) our worker : (e) Quix Streams", rate["c"] / rate["e"], 1.2, " ×")
    yield Target("core per touchpoint in order (`take` and `drain`)", micro.core, 10, " µs", less=True)
    yield Target("fold of 512 entries", micro.folds[512], 2.5, " ms", less=True)
    ratio = middle(results.replayed).rate / middle(results.bare).rate
    yield Target("`replay` of JSON lines : bare loop of decoder and core", ratio, 0.8, " ×")
    yield Target(f"{REMEMBERED} touchpoints of a customer at rest", micro.cold / 1000, 2, " KB", less=True)
    yield Target(f"{REMEMBERED} touchpoints of a customer live", micro.hot / 1000, 12, " KB", less=True)
    yield Target("state read at a start, records/s", results.recovered.records / results.recovered.seconds, 100_000, "")
    yield Target(f"produce → alert read, p50, at {PACE:,}/s", latency.p50, 20, " ms", less=True)
    yield Target(f"produce → alert read, p99, at {PACE:,}/s", latency.p99, 150, " ms", less=True)


def lines(results: Results) -> Iterator[str]:
    """The tables as Markdown."""
    yield f"Measured {datetime.now(UTC):%Y-%m-%d} in {results.minutes:.0f} minutes. {_machine()}."
    yield ""
    yield "| | what it does | events/s | µs CPU/event | spread |"
    yield "| --- | --- | --- | --- | --- |"
    for name, found in results.peers.items():
        each, variant = middle(found), VARIANTS[name]
        does = f"**{variant.words}**: {variant.does}"
        yield f"| ({variant.letter}) | {does} | {each.rate:,.0f} | {each.micros:.1f} | ±{spread(found):.0%} |"
    yield ""
    events = middle(results.peers["core"]).events
    yield (
        f"{events:,} touchpoints of {results.customers:,} customers, {results.bytes:.0f} bytes each in Avro, "
        f"{len(results.peers['core'])} rounds, the median of them; CPU is the process's own, without the broker's."
    )
    yield ""
    yield "| figure | found | wanted | reached |"
    yield "| --- | --- | --- | --- |"
    yield from (each.row() for each in targets(results))
    yield ""
    yield from _besides(results)


def _besides(results: Results) -> Iterator[str]:
    micro, latency = results.micro, results.latency
    folds = ", ".join(f"{entries} entries {micro.folds[entries]:.2f} ms" for entries in FOLDS)
    yield f"- The core with its state records made: {micro.core_stateful:.1f} µs per touchpoint. A fold: {folds}."
    yield f"- `replay`: {middle(results.replayed).rate:,.0f} lines/s; the bare loop {middle(results.bare).rate:,.0f}."
    yield f"- A start read {results.recovered.records:,.0f} records of state in {results.recovered.seconds:.1f} s."
    yield (
        f"- End to end: {latency.alerts:,} alerts at {latency.per_second:,.0f} touchpoints/s, "
        f"p50 {latency.p50:.1f} ms, p99 {latency.p99:.1f} ms, the slowest {latency.most:.0f} ms; "
        f"the worker used {latency.busy:.0%} of a core."
    )


def write(page: Path, results: Results) -> None:
    """Put the tables between the marks of `page`."""
    put(page, BEGIN, lines(results))


def put(page: Path, begin: str, measured: Iterable[str]) -> None:
    """Write `measured` into `page`, between the mark `begin` and the next `END`."""
    text = page.read_text() if page.exists() else f"{begin}\n{END}\n"
    new = "\n".join([begin, "", *measured, "", END])
    page.write_text(re.sub(f"{re.escape(begin)}.*?{re.escape(END)}", lambda _: new, text, count=1, flags=re.DOTALL))


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 1_000 else f"{value:.3g}"


def _machine() -> str:
    versions = ", ".join(f"{name} {version(name)}" for name in PACKAGES)
    return (
        f"{cores()}, shared with the broker (Kafka {KAFKA}, one node, loopback); {platform.system()}, "
        f"Python {platform.python_version()}, {versions}"
    )


def cores() -> str:
    """How many of which."""
    info = Path("/proc/cpuinfo").read_text() if Path("/proc/cpuinfo").exists() else ""
    model = re.search(r"model name\s*: (.+)", info)
    return f"{os.cpu_count()} cores of {model[1] if model else platform.processor() or 'an unknown processor'}"
