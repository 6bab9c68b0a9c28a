"""What is done to the store, to the way there and to the writer while records flow, and how it was noticed.

Each cell leaves everything healed and nothing stored yet for certain; whoever calls it waits and asks for the verdict.
`tests/faults/test_store_faults.py` runs them shortened, `python -m bench.faults` each alone and several times.
"""

from __future__ import annotations

import errno
import random
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Final, NamedTuple

from tests.faults import proxy
from tests.faults.proxy import Fault, says
from tests.faults.store_rig import StoreRig, WriterProcess
from tests.faults.stored_input import Fed
from tests.faults.writer_child import POINTS

from siloscope.errors import Unusable
from siloscope.ops import metrics

LANDED: Final = 2  # inserts that must meet a fault before it is healed
PACE: Final = 2_000  # records a second
FEW: Final = 100  # records


class OnTheWay(NamedTuple):
    """A fault between writer and store; `harmless`: nothing need be tried again."""

    fault: Fault
    what: str
    harmless: bool = False


ON_THE_WAY: Final = [
    OnTheWay(proxy.slow, "the answer takes 0.4 s", harmless=True),
    OnTheWay(proxy.trickling, "the answer comes byte by byte", harmless=True),
    OnTheWay(proxy.silent, "nothing is done and nothing answered"),
    OnTheWay(proxy.silent_after, "done, and nothing answered"),
    OnTheWay(proxy.late, "done long after the client gave up and sent it again"),
    OnTheWay(proxy.hung_up, "done, connection closed without an answer"),
    OnTheWay(proxy.reset, "done, connection reset"),
    OnTheWay(proxy.half_an_answer, "done, the answer breaks off after its first line, which says so", harmless=True),
    OnTheWay(proxy.half_a_request, "the insert breaks off in the middle"),
    OnTheWay(proxy.noise, "done, the answer is noise"),
    OnTheWay(proxy.garbled, "done, the answer cannot be unpacked"),
    OnTheWay(says(200), "somebody else's page, with 200"),
    OnTheWay(says(429), "a balancer says 429"),
    OnTheWay(says(502), "a balancer says 502"),
    OnTheWay(says(503), "a balancer says 503"),
    OnTheWay(says(504, done=True), "done, and a balancer says 504"),
    OnTheWay(says(500, 241), "out of memory (code 241)"),
    OnTheWay(says(500, 242), "the table is read-only for now (code 242)"),
    OnTheWay(says(500, 243), "no space left (code 243)"),
    OnTheWay(says(500, 252), "too many parts (code 252)"),
    OnTheWay(says(500, 159, done=True), "done, and the store says that time is up (code 159)"),
]


def meet(rig: StoreRig, each: OnTheWay, part: list[Fed], alive: Callable[[], object]) -> None:
    """While `part` comes in, inserts meet the fault, as many as it needs."""
    before = retries()
    with rig.proxy.having(each.fault):
        rig.feed(part)
        rig.wait_until(lambda: rig.proxy.landed >= LANDED, alive)
        if not each.harmless:
            rig.wait_until(lambda: retries() > before, alive)  # else the writer noticed nothing


def retries() -> float:
    """Inserts that writers of this process have tried again."""
    samples = (sample for metric in metrics.WRITER_RETRIES.collect() for sample in metric.samples)
    return sum(sample.value for sample in samples if sample.name.endswith("_total"))


# -- cells: how often the fault was noticed is what they give back

Cell = Callable[[StoreRig, list[Fed], random.Random], int]


def one_way(each: OnTheWay, rig: StoreRig, fed: list[Fed], chance: random.Random) -> int:
    with rig.writing() as writing:
        half = len(fed) // 2
        rig.feed(fed[:half])
        meet(rig, each, fed[half:], writing.alive)
        landed = rig.proxy.landed
        rig.wait_until_stored(writing.alive)
    return landed


def flapping(rig: StoreRig, fed: list[Fed], chance: random.Random) -> int:
    """Every second insert meets any of the faults."""
    anything = proxy.any_of([each.fault for each in ON_THE_WAY], chance.randrange(1_000))
    with rig.writing() as writing:
        with rig.proxy.having(anything):
            feeding = rig.feeding(fed, PACE)
            rig.wait_until(lambda: not feeding.is_alive(), writing.alive)
            landed = rig.proxy.landed
        rig.wait_until_stored(writing.alive)
    return landed


def refusing(rig: StoreRig, fed: list[Fed], chance: random.Random) -> int:
    """Nobody listens, from the start of the writer and again later."""
    early, late = _parts(fed, 2)
    rig.proxy.refuse()
    with rig.writing() as writing:
        feeding = rig.feeding(early, PACE)
        time.sleep(0.5)
        rig.proxy.listen()
        rig.wait_until(lambda: rig.stored("SELECT count() FROM touchpoints") > 0, writing.alive)
        before = retries()
        rig.proxy.refuse()
        feeding.join()
        rig.feed(late)  # so that there is something to insert, however fast all else was
        rig.wait_until(lambda: retries() > before, writing.alive)
        rig.proxy.listen()
        rig.wait_until_stored(writing.alive)
    return 2


def store_killed(rig: StoreRig, fed: list[Fed], chance: random.Random) -> int:
    """The store is killed with -9 while it inserts, and started again."""
    return _hurt(rig, fed, chance, lambda: rig.store.kill9(), lambda: rig.store.start())


def store_restarted(rig: StoreRig, fed: list[Fed], chance: random.Random) -> int:
    """The store is stopped in good order and started again."""
    return _hurt(rig, fed, chance, lambda: rig.store.stop(), lambda: rig.store.start())


def store_asleep(rig: StoreRig, fed: list[Fed], chance: random.Random) -> int:
    """The store stands still for longer than the writer waits, then goes on with what it was doing."""
    return _hurt(rig, fed, chance, lambda: rig.store.pause(), lambda: rig.store.go_on())


def _hurt(
    rig: StoreRig, fed: list[Fed], chance: random.Random, hurt: Callable[[], None], heal: Callable[[], None]
) -> int:
    noticed, parts = 0, _parts(fed, 3)
    with rig.writing() as writing:
        for part in parts:
            rig.wait_until(lambda: writing.health.ready().well, writing.alive)
            feeding = rig.feeding(part[:-FEW], PACE)
            time.sleep(chance.uniform(0, 0.7 * len(part) / PACE))
            before = retries()
            hurt()
            try:
                feeding.join()
                rig.feed(part[-FEW:])
                rig.wait_until(lambda: retries() > before, writing.alive)  # noqa: B023
                noticed += 1
            finally:
                heal()
        rig.wait_until_stored(writing.alive)
    return noticed


def read_only(rig: StoreRig, fed: list[Fed], chance: random.Random) -> int:
    """The store refuses the writer as one that may only read: it ends with one line, and is started again."""
    half = len(fed) // 2
    rig.feed(fed[:half])
    with rig.writing() as writing, rig.proxy.having(says(500, 164)):
        why = writing.wait()
    assert isinstance(why, Unusable) and re.fullmatch(r"the store does not take \w+: Code: 164\. .*", str(why)), why
    rig.feed(fed[half:])
    _finish(rig)
    return 1


def full(rig: StoreRig, fed: list[Fed], chance: random.Random) -> int:
    """The store's disk is full for a while.

    `rig.store` must have one of its own.
    """
    filler, (early, late) = rig.store.inside / "filler", _parts(fed, 2)
    with rig.writing() as writing:
        feeding = rig.feeding(early, PACE)
        rig.wait_until(lambda: writing.health.ready().well, writing.alive)
        before = retries()
        _fill_up(filler)
        feeding.join()
        rig.feed(late)
        rig.wait_until(lambda: retries() > before, writing.alive)
        time.sleep(1)
        filler.unlink()
        rig.wait_until_stored(writing.alive)
    return 1


def _fill_up(filler: Path) -> None:
    with filler.open("wb", buffering=0) as file:
        for size in (1 << 20, 1 << 12):
            try:
                while file.write(bytes(size)) == size:
                    pass
            except OSError as error:
                if error.errno != errno.ENOSPC:
                    raise


def writer_killed(rig: StoreRig, fed: list[Fed], chance: random.Random) -> int:
    """The writer dies by -9 after the plan, after an insert, before the commit of what is stored and after it."""
    killed = 0
    for point, part in zip(POINTS, _parts(fed, len(POINTS)), strict=True):
        rig.feed(part)
        killed += rig.process(point, str(chance.randrange(1, 4))).wait() == -9
    _finish(rig)
    return killed


def writer_killed_anywhere(rig: StoreRig, fed: list[Fed], chance: random.Random) -> int:
    """The writer is killed with -9 at random moments while the store is slow."""
    killed = 0
    with rig.proxy.having(proxy.slow):
        for part in _parts(fed, 3):
            feeding = rig.feeding(part, PACE)
            writer = rig.process()
            before = rig.proxy.landed
            rig.wait_until(lambda: rig.proxy.landed > before, writer.alive)  # noqa: B023
            time.sleep(chance.uniform(0, 0.8))
            killed += rig.lag() > 0
            writer.kill9()
            feeding.join()
    _finish(rig)
    return killed


def writer_asleep(rig: StoreRig, fed: list[Fed], chance: random.Random) -> int:
    """A writer is suspended in the middle of an insert until another has taken its partitions, and wakes up."""
    one, two = _parts(fed, 2)
    with rig.proxy.having(proxy.slow):
        rig.feed(one)
        with _running(rig) as sleeper:
            rig.wait_until(lambda: rig.proxy.landed >= 2, sleeper.alive)
            sleeper.pause()
            left = rig.lag()
            with _running(rig) as other:
                rig.feed(two)
                rig.wait_until(lambda: rig.lag() < left, other.alive)
                sleeper.go_on()
                rig.wait_until_stored(other.alive)
                sleeper.alive()
    return int(left > 0)


@contextmanager
def _running(rig: StoreRig) -> Iterator[WriterProcess]:
    writer = rig.process()
    try:
        yield writer
        writer.stop()
    finally:
        if writer.process.poll() is None:
            writer.process.kill()
            writer.process.wait()


def _finish(rig: StoreRig) -> None:
    with rig.writing() as writing:
        rig.wait_until_stored(writing.alive)


def _parts(fed: list[Fed], count: int) -> list[list[Fed]]:
    size = -(-len(fed) // count)
    return [fed[start : start + size] for start in range(0, len(fed), size)]


TIMELY: Final[list[Cell]] = [
    flapping, refusing, read_only, store_killed, store_restarted, store_asleep, writer_killed, writer_killed_anywhere,
    writer_asleep,
]  # fmt: skip
# By what happens, in words; `full` needs a disk of its own.
CELLS: Final[dict[str, Cell]] = {
    **{each.what: partial(one_way, each) for each in ON_THE_WAY},
    **{(each.__doc__ or "").splitlines()[0]: each for each in (*TIMELY, full)},
}
