"""A real Kafka broker on this machine, for the demo and the tests: one node, on loopback, gone with its parent."""

from __future__ import annotations

import os
import random
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final, Self

from ..errors import Unusable
from .broker_parts import NO_JAVA, available, find_java, jars

__all__ = ["Broker", "available", "free_port"]

_CLUSTER: Final = "c2lsb3Njb3BlLWxvY2FsIQ"
_START_SECONDS: Final = 120  # four are usual; on a machine with much else to do it takes a minute
_STOP_SECONDS: Final = 30

_PROPERTIES: Final[dict[str, object]] = {
    "process.roles": "broker,controller",
    "node.id": 1,
    "controller.listener.names": "CONTROLLER",
    "listener.security.protocol.map": (
        "CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT,SSL:SSL,SASL_PLAINTEXT:SASL_PLAINTEXT,SASL_SSL:SASL_SSL"
    ),
    "auto.create.topics.enable": "false",
    # After a kill -9 the controller waits this long for the broker that was before it lets the new one in.
    "broker.session.timeout.ms": 4_000,
    "broker.heartbeat.interval.ms": 500,
    "group.initial.rebalance.delay.ms": 0,
    "log.cleaner.dedupe.buffer.size": 16 * 1024 * 1024,
    "num.io.threads": 4,
    "num.network.threads": 2,
    "offsets.topic.num.partitions": 4,
    "offsets.topic.replication.factor": 1,
    "share.coordinator.state.topic.min.isr": 1,
    "share.coordinator.state.topic.replication.factor": 1,
    "transaction.state.log.min.isr": 1,
    "transaction.state.log.num.partitions": 4,
    "transaction.state.log.replication.factor": 1,
}

# The shell becomes the broker and leaves behind a guard. When our end of the pipe closes, because we were killed, the
# guard kills the broker and removes the directory it is told of.
_GUARDED: Final = (
    'exec 3<&0; litter=$1; shift; (read -r _ <&3; kill -9 $$; [ -z "$litter" ] || { sleep 1; rm -rf "$litter"; }) '
    '2>/dev/null & exec "$@" </dev/null 3<&-'
)


def free_port() -> int:
    """A TCP port on loopback that nobody listens on, below those the system hands to clients.

    A client that tries again and again to reach a port of that range while its broker restarts may take it itself.
    """
    for port in random.sample(range(15_000, 32_000), 200):
        with socket.socket() as probe, suppress(OSError):
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(("127.0.0.1", port))
            return port
    raise Unusable("no free TCP port between 15000 and 32000 on 127.0.0.1")


class Broker:
    """A broker that lives between `start` and `stop` (or in a `with`); raises Unusable in one line.

    Without a `directory` it keeps its data in one of its own, removed by `stop`. Topics do not appear by themselves.
    `properties` go into server.properties; `heap` is the most memory Java may take, like `512m`. `listeners` are
    further doors, by protocol, like `{"SASL_SSL": "localhost:19093"}`; what they need is given in `properties`.
    """

    def __init__(
        self,
        *,
        directory: Path | None = None,
        port: int | None = None,
        heap: str = "512m",
        properties: Mapping[str, object] | None = None,
        listeners: Mapping[str, str] | None = None,
    ) -> None:
        self.port = port or free_port()
        self.address = f"127.0.0.1:{self.port}"
        self._heap = heap
        self._extra = dict(properties or {})
        self._listeners = dict(listeners or {})
        self._given = directory
        self._directory: Path | None = directory
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        if self.pid is None:
            self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def pid(self) -> int | None:
        """The broker's process id; None while it does not run."""
        return self._process.pid if self._process and self._process.poll() is None else None

    def start(self) -> None:
        """Start it (on the data it had, if any) and return when it answers; about 3 s."""
        java = find_java()
        if java is None:
            raise Unusable(NO_JAVA)
        _refuse_taken(self.port)
        classpath = f"{jars()}/*"
        if self._directory is None:
            self._directory = Path(tempfile.mkdtemp(prefix="siloscope-kafka-"))
        self._directory.mkdir(parents=True, exist_ok=True)
        # The controller's port is chosen anew each time: nobody but the broker itself needs to know it.
        file = self._write_properties(free_port())
        base = [java, "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn", "-Dorg.slf4j.simpleLogger.showDateTime=true"]
        with open(self._log, "ab") as log:
            if not (self._directory / "data").is_dir():
                self._format([*base, "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp", classpath], file)
            command = [*base, "-Xms128m", f"-Xmx{self._heap}", "-cp", classpath, "kafka.Kafka", str(file)]
            litter = "" if self._given else str(self._directory)
            self._process = subprocess.Popen(
                ["/bin/sh", "-c", _GUARDED, "siloscope-broker", litter, *command],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                start_new_session=True,  # Ctrl-C is ours to handle
            )
        self._wait_until_it_answers(self._process)

    def stop(self) -> None:
        """End it in good order; a directory of its own goes with it. Safe to call twice."""
        self._end(signal.SIGTERM)
        if self._given is None and self._directory is not None:
            shutil.rmtree(self._directory, ignore_errors=True)
            self._directory = None

    def kill9(self) -> None:
        """Kill it as a power cut would; the data stay for `start`."""
        self._end(signal.SIGKILL)

    def restart(self) -> None:
        """End it in good order and start it on the same port and data."""
        self._end(signal.SIGTERM)
        self.start()

    @property
    def _log(self) -> Path:
        assert self._directory is not None
        return self._directory / "broker.log"

    def _write_properties(self, controller: int) -> Path:
        assert self._directory is not None
        doors = ",".join(f"{name}://{at}" for name, at in ({"PLAINTEXT": self.address} | self._listeners).items())
        properties = _PROPERTIES | {
            "advertised.listeners": doors,
            "controller.quorum.voters": f"1@127.0.0.1:{controller}",
            "listeners": f"{doors},CONTROLLER://127.0.0.1:{controller}",
            "log.dirs": self._directory / "data",
        }
        file = self._directory / "server.properties"
        file.write_text("".join(f"{key}={value}\n" for key, value in (properties | self._extra).items()))
        return file

    def _format(self, java: list[str], properties: Path) -> None:
        command = [*java, "kafka.tools.StorageTool", "format", "-t", _CLUSTER, "-c", str(properties)]
        run = subprocess.run(command, capture_output=True, text=True)
        if run.returncode != 0:
            raise Unusable(f"Kafka could not prepare {properties.parent}: {_last_line(run.stdout + run.stderr)}")

    def _wait_until_it_answers(self, process: subprocess.Popen[bytes]) -> None:
        deadline = time.monotonic() + _START_SECONDS
        while time.monotonic() < deadline:
            if process.poll() is not None:
                why = _reason(self._log.read_text(errors="replace"))
                self._end(signal.SIGKILL)
                raise Unusable(f"Kafka did not start on {self.address}: {why}")
            with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=1):
                return
            time.sleep(0.05)
        self._end(signal.SIGKILL)
        raise Unusable(f"Kafka did not answer on {self.address} within {_START_SECONDS} s; its log is {self._log}")

    def _end(self, how: signal.Signals) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        with suppress(ProcessLookupError):
            process.send_signal(how)
        try:
            process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        with suppress(ProcessLookupError):  # the guard is what is left of the group
            os.killpg(process.pid, signal.SIGKILL)
        if process.stdin:
            process.stdin.close()


def _refuse_taken(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            raise Unusable(f"port {port} on 127.0.0.1 is taken: choose another, or end what listens there") from None


def _reason(log: str) -> str:
    """The line of a broker's log that says why it ended."""
    errors = re.findall(r"^(?:Caused by: |Exception in thread .*?: |\S*(?:Exception|Error): ).*", log, re.MULTILINE)
    return errors[-1][:300] if errors else _last_line(log)


def _last_line(text: str) -> str:
    return (text.strip().splitlines() or ["it said nothing"])[-1][:300]
