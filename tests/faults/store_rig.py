"""Topics with a known content, a store that can be hurt, a writer between them, and the verdict afterwards."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import pytest
from confluent_kafka import Consumer, Producer, TopicPartition
from tests.faults.proxy import Proxy
from tests.faults.recount import OF_THE_STORE, Read, Verdict, fill, judge, rows_of, tables_of, views_of
from tests.faults.store_process import ROOT, StoreProcess
from tests.faults.stored_input import PARTITIONS, Fed
from tests.integration.writer_tools import fresh_topics, wait_until
from urllib3 import Timeout

from siloscope.agents.telling import DEAD_LETTERS
from siloscope.ops.broker import Broker
from siloscope.ops.health import Health
from siloscope.settings import Settings
from siloscope.stores import storing, writer
from siloscope.stores.client import opened
from siloscope.stores.kinds import KINDS
from siloscope.stores.migrations import bring_up
from siloscope.stores.writer import keep_writing, lag

DONE_SECONDS: Final = 120
IMPATIENT_SECONDS: Final = 1.5
_NO_MERGES: Final = "MODIFY SETTING max_bytes_to_merge_at_max_space_in_pool = 1"  # they tidy up what is stored twice

Clean = Mapping[str, Counter[bytes]]


class StoreRig:
    """A pipeline behind the worker: `feed` it, hurt something, wait until all is `stored`, ask for the `verdict`.

    `clean` remembers, over all rigs of a session, what a store that met no fault shows of which topics.
    """

    def __init__(self, broker: Broker, store: StoreProcess, proxy: Proxy, name: str, clean: dict[int, Clean]) -> None:
        self.broker = broker
        self.store = store
        self.proxy = proxy
        shared: dict[str, Any] = {
            "bootstrap_servers": broker.address, "group_id": name, "partitions": PARTITIONS, "session_timeout": 6,
        }  # fmt: skip
        self.settings = store.settings(name, proxy.port, **shared)  # the writer's
        self.direct = store.settings(name, **shared)  # ours: past the proxy
        self._clean = clean
        fresh_topics(self.settings)
        _migrated(self.direct)

    # -- input

    def feed(self, records: Sequence[Fed], per_second: int = 1_000_000) -> None:
        """Write them to the topics, at a pace if need be, and return when they are there."""
        producer = Producer(
            {
                "bootstrap.servers": self.broker.address, "enable.idempotence": True, "linger.ms": 5,
                "queue.buffering.max.messages": 1_000_000, "log_level": 0,
            }
        )  # fmt: skip
        started = time.monotonic()
        for number, (topic, partition, value) in enumerate(records):
            while number > (time.monotonic() - started) * per_second:
                producer.poll(0.01)
            producer.produce(topic, value, b"key", partition)
            producer.poll(0)
        assert producer.flush(60) == 0

    def feeding(self, records: Sequence[Fed], per_second: int) -> threading.Thread:
        """Feed in the background."""
        thread = threading.Thread(target=self.feed, args=(records, per_second), daemon=True)
        thread.start()
        return thread

    # -- writers

    @contextmanager
    def writing(self) -> Iterator[Writing]:
        """A writer in a thread, through the proxy, to the end of the block; what ends it earlier is raised there."""
        writing = Writing(self.settings)
        try:
            yield writing
        finally:
            writing.stop()

    def process(self, *arguments: str, settings: Settings | None = None) -> WriterProcess:
        """A writer as a process that may be killed: `tests.faults.writer_child` with these arguments."""
        return WriterProcess(settings or self.settings, self.store.directory.parent / "writers.log", arguments)

    # -- afterwards

    def lag(self) -> int:
        """Records that are not yet stored."""
        return lag(self.direct)

    def wait_until_stored(
        self, alive: Callable[[], object] = lambda: None, seconds: float = DONE_SECONDS
    ) -> None:
        """Return when everything is stored; `alive` raises when that can be no more."""

        # Dead letters of the writer come last, and are records themselves.
        self.wait_until(lambda: self.lag() == 0 and self.lag() == 0, alive, seconds)

    @staticmethod
    def wait_until(
        holds: Callable[[], bool], alive: Callable[[], object] = lambda: None, seconds: float = DONE_SECONDS
    ) -> None:
        """Return when it `holds`; `alive` raises when it never will."""

        def looked() -> bool:
            alive()
            return holds()

        wait_until(looked, seconds)

    def stored(self, query: str) -> Any:
        """One value, asked directly."""
        with opened(self.direct) as client:
            return client.command(query)

    def drop(self) -> None:
        """Give the store's room back."""
        with opened(self.direct) as client:
            client.command(f"DROP DATABASE {self.direct.database} SYNC", use_database=False)

    def records(self) -> list[Read]:
        """What the topics hold."""
        consumer = Consumer(
            {"bootstrap.servers": self.broker.address, "group.id": "recount", "enable.partition.eof": True,
             "enable.auto.commit": False, "log_level": 0}
        )  # fmt: skip
        consumer.assign([TopicPartition(topic, number, 0) for topic in KINDS for number in range(PARTITIONS)])
        found, left = [], len(KINDS) * PARTITIONS
        while left:
            for message in consumer.consume(10_000, 1.0):
                if message.error() is not None:
                    left -= 1
                    continue
                found.append(Read(message.topic(), message.partition(), message.offset(), message.value()))
        consumer.close()
        return sorted(found)

    def verdict(self) -> Verdict:
        """The store against the topics."""
        records = self.records()
        clean = self._clean_views(records)
        with opened(self.direct) as client:
            return judge(client, clean, records)

    def letters(self) -> int:
        """Dead letters in their topic, those that were fed and those of the writer."""
        return sum(each.topic == DEAD_LETTERS for each in self.records())

    def _clean_views(self, records: Sequence[Read]) -> Clean:
        known = hash(tuple(records))
        if known not in self._clean:
            settings = self.direct.model_copy(update={"database": f"clean{len(self._clean)}"})
            _migrated(settings)
            with opened(settings) as client:
                fill(client, records)
                views = [view for view in views_of(client) if view not in OF_THE_STORE]
                self._clean[known] = {view: rows_of(client, view) for view in views}
        return self._clean[known]


class Writing:
    """A writer in a thread."""

    def __init__(self, settings: Settings) -> None:
        self._stop = threading.Event()
        self._ended_by: list[BaseException] = []
        self.health = Health("writer")
        self._thread = threading.Thread(target=self._run, args=[settings])
        self._thread.start()

    def _run(self, settings: Settings) -> None:
        try:
            keep_writing(settings, self._stop, self.health)
        except BaseException as error:  # noqa: BLE001  # for the test to see
            self._ended_by.append(error)

    def alive(self) -> None:
        """Raises what has ended it."""
        for error in self._ended_by:
            raise error

    def wait(self) -> BaseException:
        """Wait until it ends by itself, and tell why."""
        self._thread.join(DONE_SECONDS)
        assert self._ended_by, "the writer did not end by itself"
        return self._ended_by[0]

    def stop(self) -> None:
        self._stop.set()
        self._thread.join(60)
        assert not self._thread.is_alive(), "the writer did not stop"


class WriterProcess:
    """A writer as a child process."""

    def __init__(self, settings: Settings, log: Path, arguments: Sequence[str]) -> None:
        store = settings.store
        password = store.password.get_secret_value() if store.password else ""
        given: dict[str, object] = {
            "BOOTSTRAP_SERVERS": settings.bootstrap_servers, "GROUP_ID": settings.group_id, "METRICS_PORT": 0,
            "DATABASE": settings.database, "SESSION_TIMEOUT": settings.session_timeout,
        }  # fmt: skip
        where = {"URL": store.url, "USERNAME": store.username, "PASSWORD": password} if store.url else {
            "PATH": store.path
        }  # fmt: skip
        given |= {f"STORE__{name}": value for name, value in where.items()}
        environment = os.environ | {"PYTHONPATH": f"{ROOT / 'streams'}{os.pathsep}{ROOT}"}
        environment |= {f"SILOSCOPE_{name}": str(value) for name, value in given.items()}
        self._log = log
        with log.open("ab") as said:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "tests.faults.writer_child", *arguments],
                cwd=ROOT, env=environment, stdout=said, stderr=said,
            )  # fmt: skip

    def alive(self) -> None:
        """Raises when it has ended."""
        assert self.process.poll() is None, f"the writer has ended by itself: {self.said()}"

    def said(self) -> str:
        """The end of what the writers said."""
        return self._log.read_text(errors="replace")[-3000:]

    def wait(self) -> int:
        """Wait until it ends by itself; its exit status."""
        return self.process.wait(DONE_SECONDS)

    def kill9(self) -> None:
        """Kill it, whatever it is doing."""
        self.alive()
        self.process.kill()
        self.process.wait()

    def pause(self) -> None:
        """It does nothing any more and knows nothing of it."""
        self.process.send_signal(signal.SIGSTOP)

    def go_on(self) -> None:
        """After `pause`."""
        self.process.send_signal(signal.SIGCONT)

    def stop(self) -> None:
        """End it in good order."""
        self.process.send_signal(signal.SIGTERM)
        assert self.process.wait(90) == 0, self.said()

    def memory(self) -> int:
        """Bytes of main memory it holds."""
        pages = Path(f"/proc/{self.process.pid}/statm").read_text().split()[1]
        return int(pages) * os.sysconf("SC_PAGE_SIZE")


@contextmanager
def hurried() -> Iterator[None]:
    """Writers of this process wait as long as a test can."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(storing, "FIRST_WAIT", 0.1)
        patch.setattr(storing, "LONGEST_WAIT", 0.5)
        patch.setattr(writer, "AWAY_SECONDS", 0.5)
        patch.setattr(writer, "opened", impatient)
        yield


@contextmanager
def impatient(settings: Settings) -> Iterator[Any]:
    """The store as `opened` gives it, but an answer is waited for shortly."""
    with opened(settings) as client:
        if settings.store.url:
            client._backend.timeout = Timeout(connect=1, read=IMPATIENT_SECONDS)
        yield client


def _migrated(settings: Settings) -> None:
    with opened(settings) as client:
        bring_up(client, settings)
        for table in tables_of(client):
            client.command(f"ALTER TABLE {table} {_NO_MERGES}")
