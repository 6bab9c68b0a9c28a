"""`python -m bench.faults`: every fault of the store alone, several times, and a long outage; into docs/faults.md.

Each run feeds the same 8,000 records while the fault lasts, and ends with the verdict of `tests/faults/recount.py`: no
record twice in a table, every view equal to that of a store that met no fault and to a count in Python. `--outage` is
the long outage. About ten minutes each on two idle cores.
"""

from __future__ import annotations

import argparse
import random
import re
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, NamedTuple

from rich.console import Console
from tests.faults import store_matrix as matrix
from tests.faults.proxy import Proxy
from tests.faults.recount import Verdict
from tests.faults.rig import ROOT
from tests.faults.store_matrix import CELLS, Cell
from tests.faults.store_outage import MEGABYTE, Outage, outage
from tests.faults.store_process import StoreProcess, can_mount
from tests.faults.store_rig import Clean, StoreRig, hurried
from tests.faults.stored_input import records

from siloscope.ops.broker import Broker

PAGE: Final = ROOT / "docs" / "faults.md"
BEGIN: Final = "<!-- measured: written by `python -m bench.faults{}` -->"
END: Final = "<!-- end of what was measured -->"
OUTAGE: Final = " --outage"
PER_SECOND: Final = 2_000  # touchpoints during the outage
_DISK_MEGABYTES: Final = 200


class Run(NamedTuple):
    """One fault, once: how often it was noticed, what was wrong afterwards, how long it took."""

    noticed: int
    verdict: Verdict
    seconds: float

    @property
    def right(self) -> bool:
        return self.noticed > 0 and self.verdict.right


class Bench:
    """The broker and the server that all runs share."""

    def __init__(self, broker: Broker, work: Path, console: Console) -> None:
        self._broker = broker
        self._work = work
        self._console = console
        self._clean: dict[int, Clean] = {}
        self._store = StoreProcess(work / "shared" / "store")
        self._number = 0

    def close(self) -> None:
        self._store.stop()

    @contextmanager
    def rig(self, *, disk: bool = False) -> Iterator[StoreRig]:
        """A fresh pipeline; with a `disk` its store has one of its own, small one."""
        self._number += 1
        name = f"run{self._number}"
        store = StoreProcess(self._work / name / "store", megabytes=_DISK_MEGABYTES) if disk else self._store
        proxy = Proxy(store.port)
        try:
            rig = StoreRig(self._broker, store, proxy, name, self._clean)
            yield rig
            rig.drop()
        finally:
            proxy.refuse()
            if disk:
                store.stop()

    def run(self, what: str, cell: Cell, seed: int) -> Run:
        """One fault, once."""
        with self.rig(disk=cell is matrix.full) as rig:
            started = time.monotonic()
            try:
                noticed = cell(rig, records(), random.Random(seed))
                seconds = time.monotonic() - started
                run = Run(noticed, rig.verdict(), seconds)
            except AssertionError as error:  # what a test would have said
                seconds = time.monotonic() - started
                run = Run(0, Verdict([str(error).splitlines()[0]]), seconds)
        self._console.print(f"bench: {'right' if run.right else 'WRONG'}, {seconds:.0f} s: {what}")
        for line in run.verdict.wrong:
            self._console.print(f"  {line}")
        return run

    def outage(self, minutes: float) -> Outage:
        """The store away for so long."""
        with self.rig() as rig:
            seconds = minutes * 60
            return outage(rig, int(seconds * PER_SECOND), PER_SECOND, seconds, patience=3 * seconds)


def table(found: dict[str, list[Run]]) -> Iterator[str]:
    """What happened under each fault, as Markdown."""
    runs = [run for each in found.values() for run in each]
    last = max((run.verdict for run in runs), key=lambda verdict: verdict.rows)
    wrong = sum(not run.right for run in runs)
    yield (
        f"Measured {datetime.now(UTC):%Y-%m-%d}: {len(runs)} runs of {len(records()):,} records, each fault noticed, "
        f"{wrong or 'none'} of them wrong afterwards. Compared each time: {last.views} views ({last.rows:,} rows), "
        f"{last.questions} questions counted in Python too."
    )
    yield ""
    yield "| fault | runs | right | slowest |"
    yield "| --- | --- | --- | --- |"
    for what, each in found.items():
        right = "all" if all(run.right for run in each) else f"**{sum(run.right for run in each)}**"
        yield f"| {what.rstrip('.')} | {len(each)} | {right} | {max(run.seconds for run in each):.0f} s |"


def sentence(seen: Outage) -> str:
    """What was seen during the outage."""
    before, most, last = (size / MEGABYTE for size in (seen.before, seen.most, seen.last))
    return (
        f"The store away for {seen.seconds / 60:.0f} min at {PER_SECOND:,} touchpoints a second: the writer held "
        f"{before:.0f} MB before, {most:.0f} MB at most, {last:.0f} MB at the end; the {seen.touchpoints:,} "
        f"touchpoints were stored {seen.caught_up_seconds:.0f} s after it was back."
    )


def write(page: Path, part: str, lines: Iterable[str]) -> None:
    """Put the lines between the marks of this part of `page`."""
    begin = BEGIN.format(part)
    between = re.compile(f"{re.escape(begin)}.*?{re.escape(END)}", re.DOTALL)
    measured = "\n".join([begin, "", *lines, "", END])
    page.write_text(between.sub(lambda _: measured, page.read_text()))


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.faults", description=__doc__)
    parser.add_argument("--rounds", type=int, default=3, help="runs of each fault")
    parser.add_argument("--cell", help="only faults whose words contain this; nothing is written")
    parser.add_argument("--outage", action="store_true", help="the long outage instead")
    parser.add_argument("--minutes", type=float, default=10, help="how long that is")
    given = parser.parse_args()
    console = Console(stderr=True, highlight=False, soft_wrap=True)
    with tempfile.TemporaryDirectory(prefix="siloscope-faults-") as work, Broker() as broker, hurried():
        bench = Bench(broker, Path(work), console)
        try:
            if given.outage:
                seen = bench.outage(given.minutes)
                console.print(f"bench: {sentence(seen)}")
                write(PAGE, OUTAGE, [sentence(seen)])
                return
            found = {
                what: [bench.run(what, cell, seed) for seed in range(given.rounds)]
                for what, cell in _chosen(given.cell, console).items()
            }
        finally:
            bench.close()
    if not given.cell:
        write(PAGE, "", table(found))
    raise SystemExit(0 if all(run.right for runs in found.values() for run in runs) else 1)


def _chosen(words: str | None, console: Console) -> dict[str, Cell]:
    chosen = {what: cell for what, cell in CELLS.items() if not words or words in what}
    if why_not := can_mount():
        console.print(f"bench: {why_not}")
        chosen = {what: cell for what, cell in chosen.items() if cell is not matrix.full}
    return chosen


if __name__ == "__main__":
    main()
