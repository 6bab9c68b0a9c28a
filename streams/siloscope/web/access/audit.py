"""Who read what customers wrote, and who came in: into a topic that only the auditor reads."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections import OrderedDict
from contextlib import suppress
from time import monotonic, time
from typing import Any, Final, Literal, Protocol
from uuid import uuid4

import msgspec
from confluent_kafka import KafkaError, KafkaException, Producer

from siloscope import wire
from siloscope.agents.connection import for_confluent
from siloscope.agents.telling import AUDIT
from siloscope.errors import Unusable
from siloscope.settings import Settings

from .person import Person

log = logging.getLogger(__name__)

_PATIENCE_SECONDS: Final = 5.0
_LOOK_SECONDS: Final = 0.2  # after which the end is noticed
_AGAIN_SECONDS: Final = 600.0  # a page that is open for long and asks anew is one reading
_REMEMBERED: Final = 10_000

What = Literal["read_text", "login", "logout", "refused"]


class Record(msgspec.Struct, frozen=True):
    """One row of the audit, as `audit.avsc` has it; times in epoch milliseconds."""

    audit_id: str
    occurred_at: int
    actor: str
    kind: What
    actor_id: str | None = None
    customer_id: str | None = None
    place: str | None = None
    reason: str | None = None
    address: str | None = None


class Keeper(Protocol):
    """Where records go."""

    async def keep(self, record: Record) -> None:
        """Return when the record is safe; raises Unusable in one line."""

    def close(self) -> None:
        """No more will come."""


class Audit:
    """Writes the audit. What must be on record before it is done is awaited; logins are written as well as can be."""

    def __init__(self, keeper: Keeper) -> None:
        self._keeper = keeper
        self._read: OrderedDict[tuple[str, str, str, str], float] = OrderedDict()
        self._later: set[asyncio.Task[None]] = set()

    async def read(self, person: Person, customer: str, place: str) -> None:
        """Put on record that she reads what this customer wrote, before she does. Raises Unusable.

        The same at the same place within ten minutes is on record already.
        """
        key, now = (person.id, person.name, customer, place), monotonic()
        if now - self._read.get(key, -_AGAIN_SECONDS) < _AGAIN_SECONDS:
            return
        await self._keeper.keep(_record("read_text", person, customer_id=customer, place=place))
        self._read[key] = now
        self._read.move_to_end(key)
        if len(self._read) > _REMEMBERED:
            self._read.popitem(last=False)

    def note(self, kind: What, person: Person, *, way: str, reason: str | None = None, address: str = "") -> None:
        """Put on record that somebody came, left or was refused; a broker that is away keeps nobody out."""
        record = _record(kind, person, place=way, reason=reason, address=address or None)
        task = asyncio.get_running_loop().create_task(self._keep(record))
        self._later.add(task)
        task.add_done_callback(self._later.discard)

    async def _keep(self, record: Record) -> None:
        try:
            await self._keeper.keep(record)
        except Unusable as error:
            log.warning("a %s is not in the audit: %s", record.kind, error)

    async def close(self) -> None:
        """What was noted is on its way."""
        await asyncio.gather(*self._later)
        await asyncio.to_thread(self._keeper.close)


def _record(kind: What, person: Person, **said: str | None) -> Record:
    return Record(uuid4().hex, int(time() * 1000), person.name or "nobody", kind, person.id or None, **said)


class ToKafka:
    """Keeps records in the topic; one thread hears what becomes of them, however many wait."""

    def __init__(self, settings: Settings) -> None:
        self._connection: dict[str, Any] = for_confluent(settings) | {
            "enable.idempotence": True, "acks": "all", "linger.ms": 0, "partitioner": "murmur2_random",
            "delivery.timeout.ms": int(_PATIENCE_SECONDS * 1000),
        }  # fmt: skip
        self._producer: Producer | None = None
        self._stop = threading.Event()
        self._hearing: threading.Thread | None = None

    async def keep(self, record: Record) -> None:
        """Return when the broker has it; raises Unusable."""
        loop = asyncio.get_running_loop()
        told: asyncio.Future[KafkaError | None] = loop.create_future()

        def report(error: KafkaError | None, _: object) -> None:
            with suppress(RuntimeError):  # the loop has ended meanwhile
                loop.call_soon_threadsafe(_settle, told, error)

        try:
            self._open().produce(AUDIT, wire.encode("audit", record), record.actor, on_delivery=report)
        except (BufferError, KafkaException) as error:
            raise Unusable(f"the broker does not take the audit: {error}") from None
        refused = await told
        if refused is not None:
            raise Unusable(f"the broker does not take the audit: {refused.str()}")

    def _open(self) -> Producer:
        if self._producer is None:
            self._producer = Producer(self._connection, logger=log)
            self._hearing = threading.Thread(target=self._hear, args=(self._producer,), name="audit", daemon=True)
            self._hearing.start()
        return self._producer

    def _hear(self, producer: Producer) -> None:
        while not self._stop.is_set():
            producer.poll(_LOOK_SECONDS)

    def close(self) -> None:
        """What was sent is in the topic, if the broker takes it."""
        self._stop.set()
        if self._producer is not None and self._hearing is not None:
            self._hearing.join()
            self._producer.flush(_PATIENCE_SECONDS)


def _settle(told: asyncio.Future[KafkaError | None], error: KafkaError | None) -> None:
    if not told.done():  # nobody waits any more
        told.set_result(error)
