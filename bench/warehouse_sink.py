"""How fast touchpoints get into the store: rows a second, and the time from Kafka to a query."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Container, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import quantiles
from typing import Any, Final, NamedTuple

import yaml
from confluent_kafka import Producer
from msgspec.structs import astuple
from tests.warehouse import made_company

from bench.measure import ROOT, Measured, Meter, settled
from siloscope import wire
from siloscope.core.touchpoint import Identifier, Touchpoint
from siloscope.errors import Unusable
from siloscope.ops import topics
from siloscope.ops.broker import Broker
from siloscope.settings import load
from siloscope.stores.elsewhere import readable
from siloscope.stores.inserts import Tables
from siloscope.stores.kinds import KINDS
from siloscope.stores.lock import holder
from siloscope.stores.rows import Row

ROWS: Final = 10_000  # of an insert, as the writer's
PACE: Final = 2_000  # touchpoints a second
_PARTITIONS: Final = 8
_POLL_SECONDS: Final = 0.05
_READY_SECONDS: Final = 60
_DRAIN_SECONDS: Final = 30
_TABLES: Final = ("touchpoints", "bare")


class Sink(NamedTuple):
    """Rows into our schema and into a table without keys, codecs and indexes; `decoding`: Avro to records."""

    schema: Measured
    bare: Measured
    decoding: Measured


class Fresh(NamedTuple):
    """Seconds from the produce call to the first answer of v_touchpoints that has it, of `touchpoints`."""

    touchpoints: int
    p50: float
    p99: float
    most: float


def sink(client: Any, inserts: int) -> Sink:
    """So many batches of 10,000 simulated touchpoints decoded, and inserted into each table as the writer does it."""
    client.command(
        "CREATE OR REPLACE TABLE bare ENGINE = MergeTree ORDER BY tuple() AS SELECT * FROM touchpoints LIMIT 0"
    )
    kind, tables = KINDS["touchpoints"], Tables(client, _TABLES)
    values = [wire.encode("touchpoint", each) for each in made_company().arrivals[: 5 * ROWS]]
    settled()
    took: dict[str, list[Measured]] = {name: [] for name in ("decoding", *_TABLES)}
    for number in range(inserts + 1):
        batch = values[number % 5 * ROWS :][:ROWS]
        with _measuring(took["decoding"]):
            rows = [Row(kind.decode(value), 0, offset) for offset, value in enumerate(batch)]
        for table in sorted(_TABLES, reverse=number % 2 == 0):  # the first finds what was decoded in the cache
            with _measuring(took[table]):
                tables.insert(table, kind.parts(rows), f"{table} {number} {time.time_ns()}")
    return Sink(*(_sum(took[name][1:]) for name in ("touchpoints", "bare", "decoding")))  # the first warms up


@contextmanager
def _measuring(into: list[Measured]) -> Iterator[None]:
    meter = Meter()
    meter.begin()
    yield
    into.append(meter.end(ROWS))


def _sum(parts: Sequence[Measured]) -> Measured:
    return Measured(*(sum(each) for each in zip(*map(astuple, parts), strict=True)))


def fresh(seconds: float, work: Path) -> Fresh:
    """Produce at `PACE` for so long, and ask the writer's gateway what is there."""
    with Broker() as broker:
        file = work / "siloscope.yml"
        file.write_text(yaml.safe_dump({
            "bootstrap_servers": broker.address, "partitions": _PARTITIONS, "metrics_port": 0,
            "store": {"path": str(work / "store")}, "gateway": {"port": 0},
        }))  # fmt: skip
        settings = load(file)
        topics.create(settings, replication=1)
        with _writer(file), _asking(settings) as client:
            return _measured(broker.address, client, seconds)


@contextmanager
def _writer(file: Path) -> Iterator[None]:
    command = [sys.executable, "-m", "siloscope", "writer", "--config", str(file)]
    process = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.DEVNULL)
    try:
        yield
    finally:
        process.terminate()
        process.wait(30)


@contextmanager
def _asking(settings: Any) -> Iterator[Any]:
    """A client of the writer's gateway, once that answers."""
    until = time.monotonic() + _READY_SECONDS
    while (found := holder(settings.store.path)) is None or found.gateway is None:
        if time.monotonic() > until:
            raise Unusable("the writer's gateway does not answer")
        time.sleep(0.2)
    with readable(settings) as client:
        yield client


def _measured(address: str, client: Any, seconds: float) -> Fresh:
    _run(address, client, "warm", 1.0)  # the writer takes a while to get its partitions
    ordered = sorted(_run(address, client, "bench", seconds))
    cuts = quantiles(ordered, n=100)
    return Fresh(len(ordered), cuts[49], cuts[98], ordered[-1])


def _run(address: str, client: Any, name: str, seconds: float) -> Iterable[float]:
    """Produce for so long; the seconds that each touchpoint took to an answer."""
    producer = Producer({"bootstrap.servers": address, "linger.ms": 5})
    made: dict[str, float] = {}
    took: dict[str, float] = {}
    began, number = time.time(), 0
    while time.time() < began + seconds + _DRAIN_SECONDS and not (number and len(took) == len(made)):
        due = int(min(time.time() - began, seconds) * PACE)
        for number in range(len(made), due):
            _produce(producer, f"{name}:{number}", made)
        producer.poll(0)
        for touchpoint_id in _stored(client, made):
            took.setdefault(touchpoint_id, time.time() - made[touchpoint_id])
        time.sleep(_POLL_SECONDS)
    if len(took) < len(made):
        raise Unusable(f"only {len(took)} of {len(made)} touchpoints were in the store in time")
    return took.values()


def _produce(producer: Producer, touchpoint_id: str, made: dict[str, float]) -> None:
    at, customer = time.time(), f"customer-{hash(touchpoint_id) % 5_000}"
    touchpoint = Touchpoint(
        touchpoint_id, int(at * 1000), "message", "support", "email", "inbound",
        [Identifier("customer_id", customer)], text=f"This is {touchpoint_id}, one of many to come.",
    )  # fmt: skip
    made[touchpoint_id] = at
    producer.produce("touchpoints", wire.encode("touchpoint", touchpoint), customer)


def _stored(client: Any, made: Container[str]) -> list[str]:
    """Those of `made` that the store took lately."""
    query = "SELECT touchpoint_id FROM v_touchpoints WHERE ingested_at > now64(3) - INTERVAL 3 SECOND"
    return [row[0] for row in client.query(query).result_rows if row[0] in made]
