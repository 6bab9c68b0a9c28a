"""A real broker, workers as child processes, an input fed at a pace, and a verdict against a replay of it."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final, TypeVar

from confluent_kafka import Consumer, KafkaException, Producer, TopicPartition
from confluent_kafka.admin import AdminClient
from tests.faults.expected import Input, Standing, Verdict, compare

from siloscope import wire
from siloscope.agents.telling import ALERTS, INCIDENTS, ROUTED, STATE, TOUCHPOINTS, WARNINGS
from siloscope.core.partition import EVERYBODY, partition_of
from siloscope.ops import topics
from siloscope.ops.broker import Broker
from siloscope.settings import load

Answer = TypeVar("Answer")

PARTITIONS: Final = 4
SESSION_SECONDS: Final = 3
DONE_SECONDS: Final = 90
ROOT: Final = Path(__file__).parents[2]
QUICK: Final = {"group.min.session.timeout.ms": 1000}  # the broker lets a session be short


def _fresh_topics(address: str) -> None:
    admin = AdminClient({"bootstrap.servers": address, "log_level": 0})
    ours = set(topics.topics())
    there = sorted(ours & set(admin.list_topics(timeout=10).topics))
    for deleted in (admin.delete_topics(there, operation_timeout=20) if there else {}).values():
        deleted.result()
    while ours & set(admin.list_topics(timeout=10).topics):
        time.sleep(0.05)
    topics.create(load(bootstrap_servers=address, partitions=PARTITIONS))


class Rig:
    """One pipeline: `feed` it, let faults happen, `close` it, ask for the `verdict`."""

    def __init__(self, broker: Broker, work: Path, **settings: object) -> None:
        self.broker = broker
        self._settings = {"clock": "stream", "session_timeout": SESSION_SECONDS, "metrics_port": 0} | settings
        self.group = f"siloscope-{work.name}"
        _fresh_topics(broker.address)
        self._work = work
        self._workers: list[subprocess.Popen[bytes]] = []
        self._feeder: threading.Thread | None = None
        self._hurry = threading.Event()

    # -- input

    def feed(self, records: Sequence[tuple[str, bytes]], per_second: int) -> None:
        """Produce `records` in the background, after those that are on their way: at a pace, until somebody waits."""
        self._wait_until_fed()
        self._hurry.clear()
        self._feeder = threading.Thread(target=self._produce, args=(records, per_second), daemon=True)
        self._feeder.start()

    def _produce(self, records: Sequence[tuple[str, bytes]], per_second: int) -> None:
        producer = self._producer()
        started = time.monotonic()
        for number, (key, value) in enumerate(records):
            while number > (time.monotonic() - started) * per_second and not self._hurry.is_set():
                producer.poll(0.01)
            producer.produce(TOUCHPOINTS, value, key, partition_of(key, PARTITIONS) if key != EVERYBODY else 0)
        producer.flush()

    def _wait_until_fed(self) -> None:
        if self._feeder is not None:
            self._hurry.set()
            self._feeder.join(DONE_SECONDS)
            assert not self._feeder.is_alive(), "the input could not be fed"

    def close(self, until: int) -> None:
        """When the input is through, a clock record for every partition; then the workers stop."""
        self.settle(until)
        for worker in list(self._workers):
            self.stop(worker)

    def settle(self, until: int) -> None:
        """When the input is through, a clock record for every partition; returns when all of it is committed."""
        self._wait_until_fed()
        producer = self._producer()
        for number in range(PARTITIONS):
            producer.produce(TOUCHPOINTS, b'{"clock": %d}' % until, None, number)
        producer.flush()
        ends = -1
        while ends != (ends := sum(sum(self._ends(topic)) for topic in (ALERTS, INCIDENTS, ROUTED, STATE))):
            self._wait_until(lambda: self.lag() == 0, "everything is committed")
            time.sleep(0.7)

    def _producer(self) -> Producer:
        return Producer({"bootstrap.servers": self.broker.address, "linger.ms": 5, "acks": "all", "log_level": 0})

    # -- workers

    def work(self, *arguments: str, instance: str | None = None) -> subprocess.Popen[bytes]:
        """Start a worker; `instance` makes its membership static, so that its restart waits for no session to end."""
        environment = os.environ | {
            "PYTHONPATH": f"{ROOT / 'streams'}{os.pathsep}{ROOT}",
            "SILOSCOPE_BOOTSTRAP_SERVERS": self.broker.address,
            "SILOSCOPE_PARTITIONS": str(PARTITIONS),
            "SILOSCOPE_GROUP_ID": self.group,
            **{f"SILOSCOPE_{name.upper()}": str(value) for name, value in self._settings.items()},
        }
        if instance:
            environment["SILOSCOPE_INSTANCE_ID"] = instance
        with open(self._work / "workers.log", "ab") as log:
            worker = subprocess.Popen(
                [sys.executable, "-m", "tests.faults.child", *arguments],
                env=environment,
                stdout=log,
                stderr=log,
                cwd=ROOT,
            )
        self._workers.append(worker)
        return worker

    def kill9(self, worker: subprocess.Popen[bytes]) -> bool:
        """Kill a worker; whether it was in the middle of something."""
        assert worker.poll() is None, f"the worker had ended by itself: {self.log()}"
        self._workers.remove(worker)
        worker.kill()
        worker.wait()
        return self.lag() > 0

    def stop(self, worker: subprocess.Popen[bytes]) -> bool:
        """Stop a worker that has begun in good order, for which it has 30 s; whether there was more to do."""
        self.wait_until_at_work(worker)
        self._workers.remove(worker)
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(35) == 0, self.log()
        return self.lag() > 0

    def end(self) -> None:
        """Kill what still runs."""
        for worker in self._workers:
            with suppress(ProcessLookupError):
                worker.kill()
            worker.wait()

    def log(self) -> str:
        """The end of what the workers said."""
        log = self._work / "workers.log"
        return log.read_text(errors="replace")[-3000:] if log.exists() else ""

    # -- what is to be seen from outside

    def lag(self) -> int:
        """Records of both inputs that are not committed."""
        return sum(self._ends(TOUCHPOINTS)) + sum(self._ends(ROUTED)) - self.committed()

    def committed(self) -> int:
        """How many records of both inputs are committed."""
        places = [TopicPartition(topic, number) for topic in (TOUCHPOINTS, ROUTED) for number in range(PARTITIONS)]
        return self._asked(lambda consumer: sum(max(place.offset, 0) for place in consumer.committed(places, 5)))

    def wait_for(self, committed: int) -> None:
        """Wait until so many records are committed."""
        self._wait_until(lambda: self.committed() >= committed, f"{committed} records are committed")

    def generations(self, worker: subprocess.Popen[bytes]) -> int:
        """How many times a worker said that it was given partitions."""
        said = (self._work / "workers.log").read_text(errors="replace")
        return len(re.findall(rf" {worker.pid} siloscope\.agents\.assignment partitions \[\d", said))

    def wait_until_at_work(self, worker: subprocess.Popen[bytes], again: int = 0) -> None:
        """Wait until a worker has been given partitions, more often than `again` times."""
        self._wait_until(lambda: self.generations(worker) > again, f"worker {worker.pid} has partitions")

    def _wait_until(self, holds: Any, what: str) -> None:
        until = time.monotonic() + DONE_SECONDS
        while time.monotonic() < until:
            assert all(worker.poll() is None for worker in self._workers), f"a worker ended by itself: {self.log()}"
            if holds():
                return
            time.sleep(0.1)
        raise AssertionError(f"not within {DONE_SECONDS} s: {what}; {self.log()}")

    def _ends(self, topic: str) -> list[int]:
        places = [TopicPartition(topic, number) for number in range(PARTITIONS)]
        return self._asked(
            lambda consumer: [consumer.get_watermark_offsets(place, 5, cached=False)[1] for place in places]
        )

    def _asked(self, question: Callable[[Consumer], Answer]) -> Answer:
        """The broker's answer, asked again while it cannot give one."""
        until = time.monotonic() + DONE_SECONDS
        while True:
            try:
                with self._consumer() as consumer:
                    return question(consumer)
            except KafkaException:
                if time.monotonic() > until:
                    raise
                time.sleep(0.2)

    @contextmanager
    def _consumer(self) -> Iterator[Consumer]:
        consumer = Consumer(
            {
                "bootstrap.servers": self.broker.address,
                "group.id": self.group,
                "enable.auto.commit": False,
                "enable.partition.eof": True,
                "log_level": 0,
            }
        )
        try:
            yield consumer
        finally:
            consumer.close()

    def read(self, topic: str) -> Iterator[Any]:
        """Every record of a topic, to its end."""
        with self._consumer() as consumer:
            consumer.assign([TopicPartition(topic, number, 0) for number in range(PARTITIONS)])
            left = PARTITIONS
            while left:
                for message in consumer.consume(1000, 1.0):
                    if message.error() is None:
                        yield message
                    else:
                        left -= 1

    def standing(self) -> Standing:
        """The last telling of each alert, warning and incident, but for what was retracted or withdrawn."""
        last: Standing = {}
        for topic, kind in ((ALERTS, "alert"), (WARNINGS, "warning"), (INCIDENTS, "incident")):
            for message in self.read(topic):
                told = wire.decode(kind, message.value())
                before = last.setdefault(told[f"{kind}_id"], told)
                if told.get("revision", 0) >= before.get("revision", 0):
                    last[told[f"{kind}_id"]] = told
        return {
            name: told
            for name, told in last.items()
            if told["status"] != "retracted" and told.get("close_reason") != "withdrawn"
        }

    def verdict(self, expected: Input) -> Verdict:
        """What stands, and the touchpoints in the state, against a replay of the same input."""
        known = {message.key().decode().partition("\0")[2] for message in self.read(STATE) if message.value()}
        return compare(expected, known, self.standing())
