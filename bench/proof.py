"""`python -m bench.proof`: a bank's whole log through broker, worker, writer and store, five times, against `replay`.

The log is that of the BPI Challenge 2012 (262,200 events); each way disturbs the pipeline differently, and each must
leave the same standing alerts and handoff warnings in the store as a replay of the same touchpoints. `--quick` takes
the first 1,000 applications; `--way` one way only. About three minutes a way on two cores.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Final, NamedTuple

from confluent_kafka import Producer
from rich.console import Console
from rich.table import Table
from tests.faults import rig
from tests.faults.rig import PARTITIONS, QUICK, ROOT, SESSION_SECONDS, Rig

from bench.standing import Difference, Standing, compare, replayed, stored
from siloscope import wire
from siloscope.core.customer_key import EVERYBODY
from siloscope.core.touchpoint import DAY, Touchpoint, customer_of
from siloscope.errors import Unusable
from siloscope.ops.broker import Broker
from siloscope.ops.progress import progress
from siloscope.settings import load
from siloscope.sources import touchpoints
from siloscope.sources.mapping import load as load_mapping
from siloscope.stores.writer import lag

LOG: Final = ROOT.parent / "shared" / "data" / "bpic2012_loan" / "BPI_Challenge_2012.xes.gz"
AFTER: Final = 30 * DAY  # past the last event, so that timers fire
FAST: Final = 1_000_000  # touchpoints a second: as they go
PATIENCE_SECONDS: Final = 600
KILLS: Final = 6

Record = tuple[str, bytes]


class Verdict(NamedTuple):
    """What one way did and left."""

    way: str
    disturbed: str
    seconds: float
    touchpoints: int
    alerts: Difference
    warnings: Difference
    right: bool


class Pipeline(Rig):
    """The tests' rig with a writer and its store."""

    def __init__(self, broker: Broker, work: Path) -> None:
        super().__init__(broker, work, store__path=work / "store")
        self.settings = load(
            bootstrap_servers=broker.address,
            partitions=PARTITIONS,
            group_id=self.group,
            store={"path": work / "store"},
            session_timeout=SESSION_SECONDS,
            metrics_port=0,
        )
        self._writer: subprocess.Popen[bytes] | None = None

    def _producer(self) -> Producer:
        """One that holds the whole log, if need be."""
        return Producer(
            {
                "bootstrap.servers": self.broker.address,
                "linger.ms": 5,
                "acks": "all",
                "enable.idempotence": True,
                "queue.buffering.max.messages": 1_000_000,
                "message.timeout.ms": PATIENCE_SECONDS * 1000,
                "log_level": 0,
            }
        )

    def write(self) -> None:
        """Start the writer."""
        environment = os.environ | {
            "SILOSCOPE_BOOTSTRAP_SERVERS": self.broker.address,
            "SILOSCOPE_GROUP_ID": self.group,
            "SILOSCOPE_METRICS_PORT": "0",
            "SILOSCOPE_SESSION_TIMEOUT": str(SESSION_SECONDS),
            "SILOSCOPE_STORE__PATH": str(self.settings.store.path),
        }
        with open(self._work / "writer.log", "ab") as log:
            command = [sys.executable, "-m", "siloscope", "writer"]
            self._writer = subprocess.Popen(command, env=environment, stdout=log, stderr=log, cwd=ROOT)

    def kill_writer(self) -> None:
        """Kill the writer with -9 and start another."""
        assert self._writer is not None
        assert self._writer.poll() is None, f"the writer had ended by itself: {self.written()}"
        self._writer.kill()
        self._writer.wait()
        self.write()

    def store_all(self) -> None:
        """Wait until everything is in the store, and stop the writer."""
        assert self._writer is not None
        until = time.monotonic() + PATIENCE_SECONDS
        while lag(self.settings) > 0:
            assert self._writer.poll() is None, f"the writer had ended by itself: {self.written()}"
            assert time.monotonic() < until, f"the writer was not done within {PATIENCE_SECONDS} s"
            time.sleep(0.3)
        self._writer.send_signal(signal.SIGTERM)
        assert self._writer.wait(60) == 0, self.written()

    def written(self) -> str:
        """The end of what the writer said."""
        return (self._work / "writer.log").read_text(errors="replace")[-2000:]

    def end(self) -> None:
        """Kill what still runs."""
        super().end()
        if self._writer is not None and self._writer.poll() is None:
            self._writer.kill()
            self._writer.wait()


# -- the ways: each starts a worker and disturbs it, and says how

Way = Callable[[Pipeline, Sequence[Record], random.Random], str]


def plain(pipeline: Pipeline, records: Sequence[Record], chance: random.Random) -> str:
    """Nothing happens to anybody."""
    pipeline.feed(records, FAST)
    pipeline.work()
    return "not at all"


def killed(pipeline: Pipeline, records: Sequence[Record], chance: random.Random) -> str:
    """Worker and writer are killed with -9, several times, at random moments."""
    worker, hits = pipeline.work(instance="one"), 0
    pipeline.feed(records, FAST)
    for moment in sorted(chance.uniform(0.02, 0.85) for _ in range(KILLS)):
        pipeline.wait_for(int(moment * len(records)))
        time.sleep(chance.uniform(0, 0.5))
        hits += pipeline.kill9(worker)
        time.sleep(chance.uniform(0, 0.5))
        pipeline.kill_writer()
        worker = pipeline.work(instance="one")
    assert hits >= KILLS // 2, f"only {hits} kills hit a worker at work"
    return f"{KILLS} × kill -9 of worker and writer, {hits} with work left"


def joined(pipeline: Pipeline, records: Sequence[Record], chance: random.Random) -> str:
    """A second worker joins, leaves in good order, and one joins again."""
    pipeline.work()
    pipeline.feed(records, FAST)
    pipeline.wait_for(int(chance.uniform(0.05, 0.2) * len(records)))
    second = pipeline.work()
    pipeline.wait_until_at_work(second)
    pipeline.wait_for(int(chance.uniform(0.4, 0.5) * len(records)))
    pipeline.stop(second)
    pipeline.wait_for(int(chance.uniform(0.6, 0.7) * len(records)))
    pipeline.wait_until_at_work(pipeline.work())
    return "a second worker came, left and came again"


def broken(pipeline: Pipeline, records: Sequence[Record], chance: random.Random) -> str:
    """The broker is restarted in good order, then killed and started."""
    pipeline.work()
    pipeline.feed(records, FAST)
    pipeline.wait_for(int(chance.uniform(0.1, 0.4) * len(records)))
    pipeline.broker.restart()
    pipeline.wait_for(int(chance.uniform(0.5, 0.8) * len(records)))
    pipeline.broker.kill9()
    time.sleep(2)
    pipeline.broker.start()
    return "the broker restarted, then killed and back after 2 s"


def shuffled(pipeline: Pipeline, records: Sequence[Record], chance: random.Random) -> str:
    """The touchpoints come in any order, a fifth of them twice."""
    mixed = [*records, *chance.sample(records, len(records) // 5)]
    chance.shuffle(mixed)
    pipeline.feed(mixed, FAST)
    pipeline.work()
    return f"any order, {len(mixed) - len(records):,} twice"


WAYS: Final[dict[str, Way]] = {each.__name__: each for each in (plain, killed, joined, broken, shuffled)}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.proof", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="only the first 1,000 applications")
    parser.add_argument("--way", choices=WAYS, action="append", help="only this way; may be repeated")
    parser.add_argument("--seed", type=int, default=1, help="of the moments and of the order")
    parser.add_argument("--input", type=Path, default=LOG, help="where the log lies")
    given = parser.parse_args()
    if not given.input.exists():
        raise SystemExit(f"bench: the log {given.input} is not there: name it with --input")
    rig.DONE_SECONDS = PATIENCE_SECONDS  # type: ignore[misc]  # a test's patience is too short for the whole
    console = Console(stderr=True, highlight=False, soft_wrap=True)
    console.print("bench: reading the log")
    log = sorted(_log(given.input, 1_000 if given.quick else None), key=_when)
    until = _when(log[-1]) + AFTER
    console.print(f"bench: replaying {len(log):,} touchpoints")
    wanted = replayed(log, until)
    records = [(customer_of(each) or EVERYBODY, wire.encode("touchpoint", each)) for each in log]
    try:
        verdicts = [_run(name, records, until, wanted, given.seed, console) for name in given.way or WAYS]
    except Unusable as error:
        raise SystemExit(f"bench: {error}") from None
    _show(verdicts, wanted)
    raise SystemExit(0 if all(each.right for each in verdicts) else 1)


def _when(touchpoint: Touchpoint) -> int:
    assert isinstance(touchpoint.occurred_at, int)
    return touchpoint.occurred_at


def _log(path: Path, applications: int | None) -> Iterator[Touchpoint]:
    """The touchpoints of the log, of the first so many applications."""
    seen: dict[str, None] = {}
    for _, _, found in touchpoints(path, load_mapping("bpi2012_loan")):
        if isinstance(found, Touchpoint):
            seen[customer_of(found)] = None
            if applications is not None and len(seen) > applications:
                return
            yield found


def _run(name: str, records: Sequence[Record], until: int, wanted: Standing, seed: int, console: Console) -> Verdict:
    """One way, from an empty broker to the verdict."""
    console.print(f"bench: {name}: {(WAYS[name].__doc__ or '').splitlines()[0]}")
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="siloscope-proof-") as work, Broker(properties=QUICK, heap="1g") as broker:
        pipeline = Pipeline(broker, Path(work))
        try:
            pipeline.write()
            disturbed = WAYS[name](pipeline, records, random.Random(f"{seed}/{name}"))
            _watch(pipeline, len(records))
            pipeline.close(until)
            pipeline.store_all()
            found = stored(pipeline.settings)
        finally:
            pipeline.end()
    alerts, warnings = compare(wanted.alerts, found.alerts), compare(wanted.warnings, found.warnings)
    right = alerts.none and warnings.none and found.touchpoints == wanted.touchpoints
    seconds = time.monotonic() - started
    console.print(f"  {'right' if right else 'WRONG'} after {seconds:.0f} s: {len(found.alerts):,} alerts")
    for difference in () if right else (alerts, warnings):
        console.print(f"  e.g. {_examples(difference)}")
    return Verdict(name, disturbed, seconds, found.touchpoints, alerts, warnings, right)


def _watch(pipeline: Pipeline, count: int) -> None:
    """Show how far it is until all is fed and committed."""
    with progress("worked", "records", count) as advance:
        done = 0
        while done < count:
            now = pipeline.committed()
            advance(now - done)
            done = now
            time.sleep(0.5)


def _examples(difference: Difference) -> str:
    fields = dict(islice(difference.fields.items(), 2))
    return f"missing {difference.missing[:2]}, foreign {difference.foreign[:2]}, different {fields}"


def _show(verdicts: Sequence[Verdict], wanted: Standing) -> None:
    table = Table("way", "disturbed", "seconds", "touchpoints", "alerts", "warnings", "verdict")
    for each in verdicts:
        table.add_row(
            each.way, each.disturbed, f"{each.seconds:.0f}", f"{each.touchpoints:,}",
            _words(each.alerts, len(wanted.alerts)), _words(each.warnings, len(wanted.warnings)),
            "equal" if each.right else "NOT EQUAL",
        )  # fmt: skip
    Console(width=150).print(table)


def _words(difference: Difference, wanted: int) -> str:
    if difference.none:
        return f"{wanted:,} equal"
    missing, foreign, fields = len(difference.missing), len(difference.foreign), len(difference.fields)
    return f"of {wanted:,}: {missing} missing, {foreign} foreign, {fields} different"


if __name__ == "__main__":
    main()
