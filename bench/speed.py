"""`python -m bench.speed`: every measurement of issue 3's speed item in one run, and docs/speed.md's table from it.

`--quick` runs all of it once on a small log, to see that it works: its figures mean nothing, and the page is not
written. On two cores the whole takes about seven minutes; nothing else should run meanwhile.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, NamedTuple

from rich.console import Console

from bench import events, latency, micro, replaying
from bench.measure import Measured, asked
from bench.page import Results, lines, write
from bench.stage import PARTITIONS, Stage, stage
from bench.variants.names import VARIANTS, Recovered
from siloscope.errors import Unusable
from siloscope.ops.simulate import Plan


class Size(NamedTuple):
    """How much is measured: the company, rounds, customers weighed and folded, seconds at a steady pace."""

    plan: Plan
    rounds: int
    customers: int
    live: float
    warm: float


WHOLE: Final = Size(Plan(seed=1, customers=20_000, days=1), rounds=3, customers=300, live=25, warm=8)
QUICK: Final = Size(Plan(seed=1, customers=300, days=2), rounds=1, customers=20, live=6, warm=2)

_console: Final = Console(stderr=True, highlight=False, soft_wrap=True)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.speed", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="once, on a small log: does it run?")
    parser.add_argument("--page", type=Path, help="write the table here (the default is docs/speed.md if not --quick)")
    given = parser.parse_args()
    try:
        results = measure(QUICK if given.quick else WHOLE)
    except Unusable as error:
        raise SystemExit(f"bench: {error}") from None
    print("\n".join(lines(results)))
    page = given.page or (None if given.quick else Path("docs/speed.md"))
    if page:
        write(page, results)


def measure(size: Size) -> Results:
    """All measurements, one after the other."""
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="siloscope-speed-") as work:
        avro, json = Path(work) / "events", Path(work) / "events.jsonl"
        with _said("making the events"):
            count = events.make(size.plan, PARTITIONS, avro, json)
        log = events.read(avro)
        with stage(log) as here:
            peers = _peers(here, size.rounds)
            with _said("reading the state again"):
                recovered = asked("bench.variants.worker", here.again(), Recovered)
        with stage([]) as here:
            wait = _latency(here, size)
        with _said("the core alone"):
            alone = asked("bench.micro", micro.Given(str(avro), min(count, 100_000), size.customers), micro.Micro)
        bare, replayed = _replays(json, Path(work) / "out", count, size.rounds)
    return Results(
        customers=size.plan.customers,
        bytes=sum(len(each.value) for each in log) / count,
        peers=peers,
        recovered=recovered,
        latency=wait,
        micro=alone,
        bare=bare,
        replayed=replayed,
        minutes=(time.monotonic() - started) / 60,
    )


def _peers(here: Stage, rounds: int) -> dict[str, list[Measured]]:
    """Each variant once a round, in turn, the first of a round another each time; our worker last, its state stays."""
    found: dict[str, list[Measured]] = {name: [] for name in VARIANTS}
    names = [name for name in VARIANTS if name != "worker"]
    for round in range(rounds):
        turn = round % len(names)
        for name in [*names[turn:], *names[:turn], "worker"]:
            if name == "worker":
                here.forget()
            with _said(f"round {round + 1} of {rounds}: {VARIANTS[name].words}"):
                measured = asked(VARIANTS[name].module, here.task(name))
            found[name].append(measured)
            _console.print(f"  {measured.rate:,.0f} events/s, {measured.micros:.1f} µs CPU each")
    return found


def _latency(here: Stage, size: Size) -> latency.Latency:
    with _said(f"end to end at {latency.PACE:,} touchpoints/s"):
        given = latency.Given(here.settings.bootstrap_servers, size.live, size.warm, "live")
        found: latency.Latency = asked("bench.latency", given, latency.Latency)
        return found


def _replays(json: Path, out: Path, count: int, rounds: int) -> tuple[list[Measured], list[Measured]]:
    bare, replayed = [], []
    with _said("replay of JSON lines"):
        for _ in range(rounds):
            bare.append(asked("bench.replaying", replaying.Given(str(json), count)))
            replayed.append(asked("bench.replaying", replaying.Given(str(json), count, str(out))))
    return bare, replayed


@contextmanager
def _said(what: str) -> Iterator[None]:
    """Say what is going on, on a terminal with a spinner."""
    _console.print(f"bench: {what}")
    with _console.status(what):
        yield


if __name__ == "__main__":
    main()
