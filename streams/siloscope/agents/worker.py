"""The worker process: one Faust worker, until it is told to stop."""

from __future__ import annotations

import asyncio
import logging
import signal
import time
from collections.abc import Callable
from typing import Any, Final

from ..core.partition import Partition
from ..core.touchpoint import MINUTE, SECOND
from ..garbage import collect_young
from ..ops import metrics, pages, permissions, topics
from ..ops.health import Health
from ..ops.metrics_page import prepare
from ..rules.in_force import in_force
from ..settings import Settings
from ..wire.framing import configure, frame
from .assignment import INPUTS, Assignment, Open
from .cold import Cold
from .connection import for_confluent
from .outbox import Outbox, end_process
from .progress import ProgressWatch
from .state import StateReader
from .telling import STATE, Teller
from .topology import App, build

log = logging.getLogger(__name__)

AHEAD: Final = 10 * MINUTE  # of the wall clock, further is a dead letter
TICK_SECONDS: Final = 0.2
POLL_SECONDS: Final = 0.02
BUSY_SECONDS: Final = 0.002  # between two looks at the delivery reports, while some are due
STOP_SECONDS: Final = 30.0


def run(settings: Settings, *, keep_state: bool = True, ready: Callable[[int], None] = lambda port: None) -> None:
    """Work until SIGTERM or SIGINT; raises Unusable when it cannot begin.

    Without `keep_state` (the in-process mock broker, which compacts nothing) the worker works alone and forgets
    everything at the end. `ready` is called once with the port of the metrics page.
    """
    logging.getLogger("mode.timers").setLevel(logging.ERROR)  # it warns whenever the machine is busy
    if keep_state:
        permissions.refuse(settings, "worker")
        topics.refuse_wrong(topics.check(settings))
    configure(settings)
    for kind in ("alert", "warning", "incident", "dead_letter"):
        frame(kind)  # a registry that does not help is said before the first chunk
    opener = partition_opener(settings, stateful=keep_state)
    health = Health("worker", settings.health_seconds)
    prepare("worker", INPUTS)
    port = pages.serve(settings.metrics_host, settings.metrics_port, health)
    metrics.PARTITIONS_SET.set(settings.partitions)
    log.info("metrics on http://%s:%s/metrics", settings.metrics_host, port)
    ready(port)
    if not keep_state:
        log.warning("no state is kept: this worker works alone, and what it knows is gone when it ends")
    connection = for_confluent(settings)
    outbox = Outbox(connection)
    assignment = Assignment(
        opener,
        outbox,
        Teller(outbox.send, outbox.send_later),
        StateReader(connection, STATE, settings.group_id) if keep_state else None,
        session=settings.session_timeout,
        grace=_grace(settings),
    )
    collect_young()
    asyncio.run(_work(settings, assignment, outbox, health))


def partition_opener(settings: Settings, *, stateful: bool = True) -> Open:
    """What makes one partition as the settings say; raises WrongUsage for parameters they cannot have."""
    watching = in_force(settings)
    grace = _grace(settings)
    ahead = None if grace is None else grace + AHEAD
    hot = max(1, settings.hot_customers // settings.partitions)
    cold = settings.cold_megabytes * 1_000_000 // settings.partitions
    return lambda number, generation: Partition(
        watching,
        number,
        settings.partitions,
        ahead=ahead,
        generation=generation,
        hot=hot,
        stateful=stateful,
        cold=Cold(cold),
    )


def _grace(settings: Settings) -> int | None:
    return int(settings.grace_seconds * SECOND) if settings.clock == "wall" else None


async def _work(settings: Settings, assignment: Assignment, outbox: Outbox, health: Health) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    app = build(settings, assignment)
    starting = asyncio.create_task(app.start())
    watch = ProgressWatch()
    ticked = 0.0
    while not stop.is_set():
        _end_if_failed(app, starting)
        if assignment.busy or time.monotonic() - ticked > TICK_SECONDS:
            assignment.pass_time()
            _measure(app, assignment, outbox, watch, health)
            ticked = time.monotonic()
        outbox.settle()
        await asyncio.sleep(BUSY_SECONDS if outbox.in_flight else POLL_SECONDS)
    await _stop(app)


def _end_if_failed(app: App, starting: asyncio.Task[Any]) -> None:
    if app.crashed:
        end_process(f"Faust gave up: {app.crash_reason!r}")
    if starting.done() and starting.exception() is not None:
        end_process(f"Faust did not start: {starting.exception()!r}")


def _measure(app: App, assignment: Assignment, outbox: Outbox, watch: ProgressWatch, health: Health) -> None:
    metrics.IN_FLIGHT.set(outbox.in_flight)
    metrics.WORKER_SEEN.set_to_current_time()
    assignment.measure()
    lag, book = app.lag(), assignment.book
    for place, records in lag.items():
        metrics.LAG.labels(place.topic, place.partition).set(records)
    watch.look(book.moves, book.unsettled, assignment.missing is None)
    moved = (book.commits, assignment.records_loaded)
    health.look(moved, sum(lag.values()) + book.unsettled_records, assignment.missing)


async def _stop(app: App) -> None:
    started = time.monotonic()
    try:
        await asyncio.wait_for(app.stop(), STOP_SECONDS)
    except TimeoutError:
        end_process(f"not done {STOP_SECONDS:g} s after the signal to stop")
    log.info("stopped after %.1f s", time.monotonic() - started)
