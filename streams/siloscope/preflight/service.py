"""The process that is asked before sending: a replica of the state, kept fresh, behind an HTTP interface."""

from __future__ import annotations

import asyncio
import logging
import socket
import threading
import time
from collections.abc import Callable
from typing import Final

import typer

from ..agents.cold import Cold
from ..agents.connection import for_confluent
from ..agents.state import StateReader, Unreadable
from ..agents.telling import STATE
from ..core.replica import Replica
from ..errors import Unusable
from ..garbage import collect_seldom
from ..ops import metrics_page, permissions, topics
from ..ops import metrics_staff as metrics
from ..ops.health import Health
from ..ops.listening import Server, address_of, listening, serve
from ..rules.in_force import in_force
from ..settings import Settings
from .http import application

log = logging.getLogger(__name__)

UNPACKED: Final = 20_000  # customers at rest of whom what came last is not packed yet
_AT_ONCE: Final = 50  # records between two looks at who asks

Record = tuple[bytes, "bytes | None"]


def run(settings: Settings, *, ask_rights: bool = True, said: Callable[[str], None] = typer.echo) -> None:
    """Answer until SIGTERM or SIGINT; raises Unusable in one line when it cannot begin or go on.

    `said` gets the address, as soon as something listens there: before the state is read, which /readyz tells.
    `ask_rights` asks the brokers first what is there and what it may; the imitation of one cannot say.
    """
    own = settings.preflight
    live = settings.model_copy(update={"mode": "live"})  # what nobody is told hurts all the same
    replica = Replica(in_force(live), Cold(settings.cold_megabytes * 1_000_000), own.hot_touchpoints)
    with listening("preflight", own.host, own.port) as at:
        if ask_rights:
            permissions.refuse(settings, "preflight")
            topics.refuse_wrong(topics.check(settings, [STATE]))
        health = metrics_page.opened(settings, "preflight")
        reader = StateReader(for_confluent(settings), STATE, settings.group_id)
        token = own.token.get_secret_value() if own.token is not None else None

        def now() -> int:
            return time.time_ns() // 1_000_000 if settings.clock == "wall" else replica.newest

        server = Server(
            application(
                lambda each: replica.imagine(each, now()), replica.knows, now, health.healthy, health.ready, token
            )
        )
        said(address_of(at))
        asyncio.run(_serve(server, at, Reading(replica, reader, settings.partitions, health)))


async def _serve(server: Server, at: socket.socket, reading: Reading) -> None:
    reading.start()
    await serve(server, at, reading, reading.look)


class Reading:
    """A thread that reads the state into the replica, which belongs to the event loop once all of it was read."""

    def __init__(self, replica: Replica, reader: StateReader, partitions: int, health: Health) -> None:
        self.broken: Unusable | None = None  # why it cannot go on
        self._replica = replica
        self._reader = reader
        self._partitions = partitions
        self._health = health
        self._missing: str | None = "the state is being read"
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._read, name="state", daemon=True)

    def start(self) -> None:
        """Begin; call it in the event loop."""
        self._loop = asyncio.get_running_loop()
        self._thread.start()

    def look(self) -> None:
        """Say how it gets on; call it at least once a second."""
        metrics.PREFLIGHT_LAG.set(self._reader.behind)
        moved = (self._reader.records_read, self._replica.size, self._replica.unpacked)
        self._health.look(moved, self._reader.behind, self._missing)

    async def stop(self) -> None:
        """End the thread."""
        self._stop.set()
        await asyncio.to_thread(self._thread.join)

    def _read(self) -> None:
        try:
            began = time.monotonic()
            count = 0
            for number in range(self._partitions):  # one after the other: only one is unpacked at a time
                count += self._reader.read({number: self._replica.load}, self._stop)
                self._replica.settle()
            log.info("%s records of state in %.1f s", f"{count:,}", time.monotonic() - began)
            collect_seldom()
            self._missing = None
            for records in self._reader.follow(self._stop):
                if records and not self._stop.is_set():
                    asyncio.run_coroutine_threadsafe(self._take(records), self._loop).result()
        except Unreadable as error:
            self.broken = Unusable(f"the state cannot be read: {error}; started again it reads all of it")
        except Exception as error:
            self.broken = Unusable(f"reading the state: {type(error).__name__}: {error}")
            raise

    async def _take(self, records: list[Record]) -> None:
        for number, record in enumerate(records, 1):
            self._replica.load(*record)
            if number % _AT_ONCE == 0:
                await asyncio.sleep(0)
        while self._replica.unpacked > UNPACKED:
            self._replica.settle(self._replica.unpacked - 1)
            await asyncio.sleep(0)
