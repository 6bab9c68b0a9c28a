"""The writer: a process that reads what the pipeline says and puts it into the store, every record once.

What makes it exact (docs/store.md says more): before a batch is inserted its end is committed to Kafka, as the metadata
of its first offset. Whoever reads the partition after a crash cuts the same batch, and the store takes its token once.
"""

from __future__ import annotations

import logging
import signal
import threading
import time
from typing import Any, Final

from clickhouse_connect.driver.exceptions import ClickHouseError
from confluent_kafka import KafkaException

from siloscope import wire
from siloscope.agents.connection import for_confluent
from siloscope.errors import Unusable
from siloscope.garbage import collect_seldom
from siloscope.gateway.serving import gateway
from siloscope.ops import metrics, permissions
from siloscope.ops.behind import group
from siloscope.ops.brokers import administration, why_no_broker
from siloscope.ops.health import Health
from siloscope.ops.metrics_page import opened as opened_pages
from siloscope.settings import Settings
from siloscope.stores.client import Away, opened, refused_by
from siloscope.stores.inserts import Tables
from siloscope.stores.kinds import KINDS
from siloscope.stores.letters import Letters
from siloscope.stores.member import Member, group_of
from siloscope.stores.migrations import bring_up, pending

log = logging.getLogger(__name__)

AWAY_SECONDS: Final = 5.0


def run(settings: Settings, *, ask_rights: bool = True) -> None:
    """Write until SIGTERM or SIGINT; raises Unusable in one line when that is impossible.

    `ask_rights` asks the brokers first whether it may; the imitation of one cannot say.
    The embedded store is brought up to date first; a server must have been migrated (`siloscope migrate`).
    """
    wire.configure(settings)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    collect_seldom()
    health = opened_pages(settings, "writer", tuple(KINDS))
    if ask_rights:
        permissions.refuse(settings, "writer")
    keep_writing(settings, stop, health)


def keep_writing(settings: Settings, stop: threading.Event, health: Health) -> None:
    """Write until `stop`; a store that is away is waited for. Raises Unusable in one line when it cannot go on."""
    away_since = 0.0
    while not stop.is_set():
        try:
            _write(settings, stop, health)
        except Away as error:
            away_since = away_since or time.time()
            metrics.WRITER_FAILING.set(away_since)
            log.warning("%s; trying again", error)
            health.look(None, 0, str(error))
            stop.wait(AWAY_SECONDS)


def _write(settings: Settings, stop: threading.Event, health: Health) -> None:
    with opened(settings) as client:
        tables = ready_tables(client, settings)
        metrics.WRITER_FAILING.set(0)
        with gateway(settings):
            Member(settings, tables, Letters(for_confluent(settings)), stop, health).run()


def ready_tables(client: Any, settings: Settings) -> Tables:
    """The tables of an open store, up to date.

    Raises Away when a server does not answer now, Unusable when it must be mended first.
    """
    try:
        _ready(client, settings)
        return Tables(client, [kind.table for kind in KINDS.values()])
    except ClickHouseError as error:
        raise refused_by(settings, error) from None


def lag(settings: Settings, seconds: float = 15.0) -> int:
    """How many records of all topics are not yet stored, seen from outside.

    Raises Unusable when Kafka has not said so within `seconds`.
    """
    until = time.monotonic() + seconds
    client = administration(settings, [])
    while True:
        try:
            return sum(group(settings, client, group_of(settings), KINDS).behind.values())
        except KafkaException:
            if time.monotonic() > until:
                raise Unusable(why_no_broker(settings).text) from None
            time.sleep(0.2)


def _ready(client: Any, settings: Settings) -> None:
    if not settings.store.url:
        bring_up(client, settings)
    elif todo := pending(client):
        raise Unusable(f"the store lacks migration {todo[0]}: run `siloscope migrate`")
