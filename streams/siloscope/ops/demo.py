"""The whole pipeline on this machine, with an invented company's day; what it finds is told as it is found."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final, NamedTuple

from confluent_kafka import Producer
from rich.console import Console

from siloscope.core.words import counted
from siloscope.errors import Unusable, WrongUsage
from siloscope.ops.broker import Broker, free_port
from siloscope.ops.demo_colleagues import Colleagues
from siloscope.ops.demo_feed import Feed, company, own_log
from siloscope.ops.demo_parts import Child, LocalBroker, no_kafka, signals_interrupt
from siloscope.ops.demo_screen import Screen
from siloscope.ops.demo_summary import Outcome, show
from siloscope.ops.demo_watch import READ, STORED, Progress, Watch
from siloscope.ops.demo_words import command, next_steps, on_call, prologue
from siloscope.ops.mock_broker import LIMITS, MockBroker
from siloscope.ops.processes import PROCESSES, Process
from siloscope.ops.simulate import Plan, labels
from siloscope.ops.simulate_company import STAFF, rules_text
from siloscope.ops.telling import Memory, Narrator
from siloscope.sources.mapping import load

GROUP: Final = "siloscope"
PARTITIONS: Final = 8
MANY_DAYS: Final = 30
DRAIN_SECONDS: Final = 600
INTERRUPTED_SECONDS: Final = 4  # what Ctrl-C leaves for what is on its way
RATES: Final = '[{"hour": "30", "currency": "EUR"}, {"hour": "45", "currency": "EUR", "department": "support"}]'
NO_STORE: Final = (
    "no store: chdb is not installed (pip install 'siloscope[embedded]'); alerts are told, nothing is kept"
)


class Options(NamedTuple):
    """What the user asked for. `day_seconds` is how long a simulated day takes; 0 as fast as it goes."""

    once: bool = False
    input: str | None = None
    mapping: str | None = None
    customers: int = 400
    seed: int = 1
    day_seconds: float = 45.0
    imitation: bool = False
    port: int | None = None
    store: Path | None = None


def run(options: Options, console: Console | None = None) -> None:
    """Run the demo until the sample is through or Ctrl-C; raises Unusable in one line. Leaves nothing behind."""
    _refuse_unreadable(options)
    console = console or Console(width=None if sys.stdout.isatty() else 120)
    with ExitStack() as stack:
        interrupt = stack.enter_context(signals_interrupt())
        demo = Demo(options, console, stack, interrupt)
        try:
            demo.start()
            demo.play()
        except KeyboardInterrupt:
            demo.interrupted()
        demo.finish()


class Demo:
    """The parts of one run; what `stack` holds is ended when the run is, in the reverse order."""

    def __init__(self, options: Options, console: Console, stack: ExitStack, interrupt: threading.Event) -> None:
        self._options, self._screen, self._stack = options, Screen(console), stack
        self._interrupt = interrupt
        self._directory = Path(tempfile.mkdtemp(prefix="siloscope-demo-"))
        stack.callback(shutil.rmtree, self._directory, ignore_errors=True)
        self._plan = Plan(options.seed, options.customers, days=1 if options.once else MANY_DAYS)
        self._memory = Memory()
        self._narrator = Narrator(console, self._memory, 0 if options.input else self._plan.start)
        self._children: dict[str, Child] = {}
        self._metrics: dict[str, str] = {}
        self._feed: Feed | None = None
        self._watch: Watch | None = None
        self._colleagues: Colleagues | None = None
        self._settings: dict[str, object] = {}
        self._readers: list[Progress] = []
        self._real = False

    # -- the parts

    def start(self) -> None:
        """Start them one after the other and say so."""
        broker = self._broker()
        self._settings = {
            "bootstrap_servers": broker.address, "clock": "stream", "partitions": self._partitions, "group_id": GROUP,
            "store__path": self._store_path, "gateway__port": free_port(), "rates": RATES,
            **self._for_staff(),
        }  # fmt: skip
        if not self._options.input:
            self._settings["rules"] = self._directory / "rules.yml"
            (self._directory / "rules.yml").write_text(rules_text(), encoding="utf-8")
        with self._screen.step("topics", lambda: f"{self._partitions} partitions each"):
            self._make_topics(broker)
        roles: list[Process] = ["worker", "writer"] if self._has_store else ["worker"]
        staff: list[Process] = ["board", "deliver", "preflight"] if self._real else ["board"]
        for role in (*roles, *staff):
            self._start_child(role)
        for role in roles:
            with self._screen.step(role, lambda role=role: f"metrics at {self._metrics[role]}"):  # type: ignore[misc]
                self._children[role].said()
        if self._has_store:
            kept = "" if self._options.store else ", for this run"
            self._screen.done("store", f"embedded ClickHouse{kept}: {command()} sql --store {self._store_path}")
            address = f"http://127.0.0.1:{self._settings['gateway__port']}"
            self._screen.done("BI tools", f"at {address}, user reader, password in {self._store_path}.token")
            pages = {"DEMO_METRICS_PAGES": " ".join(self._metrics.values())}
            self._children["dashboards"] = child = Child("dashboards", self._directory, self._settings | pages)
            self._stack.callback(child.stop)
            self._screen.done("dashboards", f"for BI and ops: [bold]{child.said()}[/]")
        else:
            self._screen.caution(NO_STORE)
        if self._real:
            self._screen.done("mails", f"to staff, as files by department in {self._inbox}")
            asked = self._children["preflight"].said()
            self._screen.done("preflight", f"what a message would set off: POST {asked}/v1/preflight")
        self._screen.done("board", f"for staff: [bold]{self._children['board'].said()}[/]")
        if self._real:
            self._screen.done("on call", on_call(self._settings, self._metrics.values()))

    def _broker(self) -> LocalBroker:
        why = "you asked for it" if self._options.imitation else no_kafka()
        self._real = why is None
        broker: LocalBroker = Broker(port=self._options.port) if self._real else MockBroker()
        self._stack.callback(broker.stop)
        if why is not None:
            self._screen.caution(f"no Kafka here ({why}): {LIMITS}")
        with self._screen.step(
            "broker", lambda: f"{'Apache Kafka' if self._real else 'imitation'} on {broker.address}"
        ):
            broker.start()
        return broker

    @property
    def _partitions(self) -> int:
        return PARTITIONS if self._real else MockBroker.partitions

    @property
    def _inbox(self) -> Path:
        return self._directory / "inbox"

    def _for_staff(self) -> dict[str, object]:
        """The settings of the board, and of what finds it or is found by it; mails tell of the invented days alone.

        What customers did before, months of it, was for staff of then.
        """
        port = free_port()
        told: dict[str, Any] = {"severity": "warning", "tell": ["opening", "pending", "overdue"]}
        desks = {} if self._options.input else {each: {"departments": [each]} for each in STAFF}
        mails = {
            "receivers": {
                name: {"kind": "file", "path": str(self._inbox / name), "form": "eml"} for name in desks or ["all"]
            },
            "routes": [{"to": [name], **where, **told} for name, where in (desks or {"all": {}}).items()],
            "newest_hours": "off" if self._options.input else (time.time() - self._plan.start / 1000) / 3600,
            "group_wait_seconds": 2,
        }
        return {
            "board__port": port, "board__url": f"http://127.0.0.1:{port}", "preflight__port": free_port(),
            "deliver": json.dumps(mails),
        }  # fmt: skip

    @property
    def _has_store(self) -> bool:
        return importlib.util.find_spec("chdb") is not None

    @property
    def _store_path(self) -> Path:
        return self._options.store or self._directory / "store"

    def _make_topics(self, broker: LocalBroker) -> None:
        from siloscope.ops.topics import create, topics
        from siloscope.settings import Settings

        if self._real:
            create(Settings(bootstrap_servers=broker.address, partitions=self._partitions))
            return
        asking = Producer({"bootstrap.servers": broker.address, "log_level": 2})
        for topic in topics():
            asking.list_topics(topic, timeout=10)  # the imitation makes a topic when it is asked for

    def _start_child(self, role: Process) -> None:
        first = free_port() - PROCESSES.index(role)  # each has its page so many ports after the one set
        settings = self._settings | {"metrics_port": first, "DEMO_KEEPS_STATE": int(self._real)}
        child = self._children[role] = Child(role, self._directory, settings)
        self._metrics[role] = f"http://127.0.0.1:{first + PROCESSES.index(role)}/metrics"
        self._stack.callback(child.stop)

    # -- the play

    def play(self) -> None:
        """Send, tell what is found, and wait until all of it is told and stored."""
        own = self._options.input
        address = str(self._settings["bootstrap_servers"])
        self._readers.append(Progress(address, GROUP, READ))
        if self._has_store:
            self._readers.append(Progress(address, f"{GROUP}-writer", STORED))
        for reader in self._readers:
            self._stack.callback(reader.close)
        plan, pace = self._plan, self._options.day_seconds
        paced = {} if own else {"begins": plan.start, "until": plan.end, "day_seconds": pace}
        records = own_log(own, self._options.mapping) if own else company(plan)
        self._feed = Feed(
            address, self._partitions, records, self._memory,
            caught_up=lambda: _wait_for(self._readers), forgetful=not self._real, **paced,  # type: ignore[arg-type]
        )  # fmt: skip
        self._colleagues = Colleagues(address)
        self._watch = Watch(address, self._narrator, self._feed, self._colleagues)
        self._stack.callback(self._watch.close)
        self._screen.title(prologue(own, plan.customers, pace))
        self._feed.start()
        with self._screen.foot(self._foot) as tell:
            while self._feed.is_alive():
                self._round(tell)
                if self._interrupt.is_set():
                    raise KeyboardInterrupt
            self._drain(tell, DRAIN_SECONDS)

    def _round(self, tell: Callable[[], None]) -> None:
        assert self._feed is not None
        assert self._watch is not None
        assert self._colleagues is not None
        self._watch.read(0.2)
        self._colleagues.act(self._feed.now)
        tell()
        for child in self._children.values():
            child.must_live()
        if self._feed.failed is not None:
            raise self._feed.failed

    def _drain(self, tell: Callable[[], None], seconds: float) -> None:
        """Until everything sent is read, told and stored, or the time is over."""
        assert self._watch is not None
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            self._round(tell)
            if not any(reader.behind() for reader in self._readers) and self._watch.all_read():
                # The worker's last words may have come between the two questions.
                self._watch.read(0.3)
                if not any(reader.behind() for reader in self._readers) and self._watch.all_read():
                    return

    def interrupted(self) -> None:
        """Ctrl-C: send nothing more and take in what is on its way."""
        if self._feed is None or self._watch is None:
            return
        self._feed.stop()
        self._screen.title("stopping: what is on its way is told and stored first …")
        self._drain(lambda: None, INTERRUPTED_SECONDS)

    # -- the end

    def finish(self) -> None:
        """End worker and writer, ask the store, and sum up; raises Unusable where all of a log was refused."""
        if self._feed is None or self._watch is None:
            return
        self._feed.stop()
        for child in self._children.values():
            child.ask_to_stop()
        for child in self._children.values():
            child.stop()
        if self._feed.why and not self._feed.sent:
            refused = counted(self._feed.refused, "line")
            raise Unusable(f"nothing was read of {self._options.input}, {refused} refused: {self._feed.why}")
        self._watch.read(0.3)
        self._narrator.catch_up()
        own = self._options.input is not None
        put_in = None if own else [label for label in labels(self._plan) if label.found_at <= self._feed.now]
        outcome = Outcome(
            self._narrator, self._feed.sent, self._feed.refused, self._feed.why, Counter(self._watch.letters.values()),
            self._stored(), self._watch.took, put_in,
            next_steps(self._options.input, self._options.store, self._has_store),
        )  # fmt: skip
        show(self._screen.console, outcome)

    def _stored(self) -> dict[str, Any] | None:
        if not self._has_store:
            return None
        child = Child("counts", self._directory, self._settings)
        try:
            found: dict[str, Any] = json.loads(child.said())
            return found
        finally:
            child.stop()

    # -- words

    def _foot(self) -> str:
        assert self._feed is not None
        now = time.strftime("%a %d %b %H:%M", time.gmtime(self._feed.now / 1000))
        found = sum(alert.status != "retracted" for alert in self._narrator.alerts.values())
        return f"{now}   {self._feed.sent:,} touchpoints   {found:,} alerts   Ctrl-C ends"


def _refuse_unreadable(options: Options) -> None:
    """Raise Unusable for a log or a mapping that is not there, before anything is started."""
    if options.mapping is not None:
        if options.input is None:
            raise WrongUsage("--mapping says how to read --input FILE: give both")
        load(options.mapping)
    if options.input not in (None, "-") and not os.access(str(options.input), os.R_OK):
        raise Unusable(f"{options.input} cannot be read: check the path")


def _wait_for(readers: list[Progress]) -> None:
    until = time.monotonic() + DRAIN_SECONDS
    while any(reader.behind() for reader in readers) and time.monotonic() < until:
        time.sleep(0.1)
