"""The demo as a stranger runs it: it tells, stores, sums up, ends, and leaves nothing behind, however it ends."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import httpx
import psutil
import pytest
from tests.integration.writer_tools import wait_until

from siloscope.ops.broker import available
from siloscope.ops.simulate import Plan, labels
from siloscope.panels.board import boards
from siloscope.settings import load
from siloscope.stores.elsewhere import readable

pytest.importorskip("chdb")

FAST = ("--once", "--day-seconds", "3", "--customers", "60")
GONE_SECONDS = 30.0
LOADED_SECONDS = 150.0  # what takes some seconds takes that long where much else runs
MAY_BE_EMPTY = {
    "How often does the store refuse an insert?", "Which alerts fire now?",  # all is well
    "How soon do open pages show it?", "How long does the board take to answer?",  # nobody has opened one
}  # fmt: skip


class Run:
    """A demo in a process of its own, whose temporary files lie in `directory`."""

    def __init__(self, directory: Path, *arguments: str) -> None:
        self.directory = directory
        self.process = subprocess.Popen(
            [sys.executable, "-m", "siloscope", "demo", *arguments],
            env=os.environ | {"TMPDIR": str(directory), "DEMO_TEST": str(directory)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def wait(self) -> tuple[int, str, str]:
        """Its exit status, and what it said on standard output and standard error."""
        said, wrong = self.process.communicate(timeout=240)
        return self.process.returncode, said, wrong

    def until(self, pattern: str) -> re.Match[str]:
        """Wait until it says a line in which `pattern` is found."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            if found := re.search(pattern, line):
                return found
        raise AssertionError(f"it ended without saying {pattern}: {self.process.communicate()[1]}")

    def left(self) -> list[str]:
        """What is there of it: files in its directory, processes it started."""
        return [path.name for path in self.directory.iterdir()] + [
            " ".join(process.cmdline()) for process in self.processes()
        ]

    def processes(self) -> Iterator[psutil.Process]:
        for process in psutil.process_iter():
            with suppress(psutil.Error):
                if process.environ().get("DEMO_TEST") == str(self.directory) and process.pid != os.getpid():
                    yield process


@pytest.fixture
def directory(tmp_path: Path) -> Iterator[Path]:
    """An empty directory for temporary files; what still runs at the end is killed."""
    place = tmp_path / "tmp"
    place.mkdir()
    yield place
    run = Run.__new__(Run)
    run.directory = place
    for process in run.processes():
        with suppress(psutil.Error):
            process.kill()


def soon_nothing_left(run: Run) -> list[str]:
    until = time.monotonic() + GONE_SECONDS
    while (left := run.left()) and time.monotonic() < until:
        time.sleep(0.2)
    return left


def numbers(said: str, name: str) -> list[int]:
    """The row of the closing table: told live, in the store, critical, still open."""
    row = next(line for line in said.splitlines() if line.strip().startswith(name))
    return [int(number) for number in re.findall(r"\d+", row)]


def judge(status: int, said: str, wrong: str) -> None:
    assert status == 0, wrong
    put_in = list(labels(Plan(customers=60)))
    expected = [label for label in put_in if label.expected]
    lines = " ".join(said.split())
    assert f"{len(expected)} of the {len(expected)} symptoms and incidents that were put in were found" in lines
    assert f"0 of {len(put_in) - len(expected)} near misses were taken for one, 0 alerts on anything else" in lines
    told, stored, *_ = numbers(said, "together")
    incidents = sum(label.symptom.startswith("incident:") for label in expected)
    assert told == stored == len(expected) - incidents
    assert f"{incidents} incidents: one cause, many customers; {incidents} in the store" in said
    sent = re.search(r"([\d,]+) touchpoints sent; ([\d,]+) in the store", said)
    assert sent is not None
    assert sent[1] == sent[2]
    assert "kept whole as dead letters (1 undecodable, 1 unknown_activity)" in said
    assert "handoff warning to delivery" in said
    assert "What helps" in said
    assert "\x1b" not in said  # plain lines in a pipe


def test_once_tells_what_was_put_in_and_leaves_nothing_behind_but_the_store_one_asked_for(directory, tmp_path):
    store = tmp_path / "store"
    run = Run(directory, *FAST, "--imitation", "--store", str(store))
    status, said, wrong = run.wait()
    judge(status, said, wrong)
    assert "the broker is an imitation" in said
    assert f"sql --store {store}" in said
    assert store.is_dir()
    assert run.left() == []


@pytest.mark.broker
@pytest.mark.skipif(available() is not None, reason=str(available()))
def test_once_on_a_real_broker(directory):
    run = Run(directory, *FAST)
    status, said, wrong = run.wait()
    judge(status, said, wrong)
    assert "Apache Kafka on 127.0.0.1:" in said
    assert re.search(r"SILOSCOPE_BOOTSTRAP_SERVERS=\S+:\d+ SILOSCOPE_STORE__PATH=.+ status( --page \S+:\d+){5}\n", said)
    assert soon_nothing_left(run) == []


def test_an_interrupt_sums_up_and_leaves_nothing_behind(directory):
    run = Run(directory, "--day-seconds", "20", "--customers", "60", "--imitation")
    run.until("●")
    run.process.send_signal(signal.SIGINT)
    status, said, wrong = run.wait()
    assert status == 0, wrong
    assert "told live" in said
    assert "Traceback" not in wrong
    assert run.left() == []


@pytest.mark.broker
@pytest.mark.skipif(available() is not None, reason=str(available()))
def test_within_a_minute_there_is_data_in_every_view_and_panel_and_others_may_ask(directory, tmp_path):
    store = tmp_path / "store"
    run = Run(directory, "--day-seconds", "25", "--customers", "60", "--store", str(store))
    address = run.until(r"dashboards .*(http://\S+)")[1]
    board = run.until(r"board .*(http://\S+)")[1]
    run.until(r"●")
    until, waiting = time.monotonic() + LOADED_SECONDS, [board.uid for board in boards()]
    while waiting and time.monotonic() < until:
        time.sleep(1)
        waiting = [uid for uid in waiting if set(empty(f"{address}/d/{uid}")) - MAY_BE_EMPTY]
    assert waiting == [], {uid: empty(f"{address}/d/{uid}") for uid in waiting}
    desk = httpx.Client(follow_redirects=True, timeout=LOADED_SECONDS)
    wait_until(lambda: 'class="item"' in desk.get(board).raise_for_status().text)
    with readable(load(store={"path": store})) as client:
        views = [row[0] for row in client.query("SELECT name FROM system.tables ORDER BY name").result_rows]
        assert "v_alerts" in views
        for view in views:
            wait_until(lambda: bool(client.query(f"SELECT 1 FROM {view} LIMIT 1").result_rows))  # noqa: B023
    run.process.send_signal(signal.SIGINT)
    status, _, wrong = run.wait()
    assert status == 0, wrong
    assert soon_nothing_left(run) == []


def empty(address: str) -> list[str]:
    """The titles of a page's panels that show no data."""
    page = httpx.get(address, timeout=LOADED_SECONDS)
    assert page.status_code == 200
    return re.findall(r'class="panel kind-\S+ (?:empty|failed)" data-title="([^"]*)"', page.text)


def test_an_interrupt_while_it_starts_leaves_nothing_behind(directory):
    run = Run(directory, *FAST, "--imitation")
    run.until("topics")
    run.process.terminate()
    status, _, wrong = run.wait()
    assert status == 0, wrong
    assert soon_nothing_left(run) == []  # a part that was being started sees that the demo is gone, and ends


def test_a_killed_demo_takes_its_parts_with_it(directory):
    run = Run(directory, "--day-seconds", "20", "--customers", "60", "--imitation")
    run.until("●")
    run.process.kill()
    run.wait()
    assert soon_nothing_left(run) == []


def test_ones_own_log_goes_through_with_its_own_clock(directory, tmp_path):
    log = tmp_path / "log.jsonl"
    told = [
        ("a", "2024-01-08T09:00:00Z", {"activity": "question", "department": "sales"}),
        ("b", "2024-01-08T11:00:00Z", {"activity": "handoff_started", "department": "sales", "to_department": "legal"}),
        ("c", "2024-01-12T11:00:00Z", {"activity": "visit", "department": "web"}),
    ]
    lines = [
        json.dumps({"touchpoint_id": name, "occurred_at": at, "channel": "email", **rest,
                    "identifiers": [{"kind": "customer_id", "value": name}]})
        for name, at, rest in told
    ]  # fmt: skip
    log.write_text("\n".join([*lines, "no touchpoint at all"]) + "\n")
    run = Run(directory, "--input", str(log), "--imitation")
    status, said, wrong = run.wait()
    assert status == 0, wrong
    assert numbers(said, "unanswered")[:2] == [1, 1]
    assert numbers(said, "handoff drop")[:2] == [1, 1]
    assert "3 touchpoints sent; 3 in the store; 1 line of the log refused" in said
    assert "(line 4: the line is no JSON object" in " ".join(said.split())
    assert run.left() == []


def test_a_log_of_which_nothing_can_be_read_is_one_line_with_the_first_reason(directory, tmp_path):
    log = tmp_path / "log.csv"
    log.write_text("id,when\n1,2026-03-01\n")
    run = Run(directory, "--input", str(log), "--imitation")
    status, said, wrong = run.wait()
    assert (status, len(wrong.splitlines())) == (1, 1)
    assert f"nothing was read of {log}, 2 lines refused: line 1: the line is no JSON object" in wrong
    assert "--mapping FILE" in wrong
    assert "told live" not in said
    assert run.left() == []


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (("--input", "nowhere.csv"), 1, "nowhere.csv cannot be read: check the path"),
        (("--mapping", "bpi2012_loan"), 2, "give both"),
        (("--input", __file__, "--mapping", "bpi2012_lone"), 1, "did you mean bpi2012_loan"),
    ],
)
def test_what_cannot_work_is_one_line_before_anything_starts(directory, arguments, code, words):
    run = Run(directory, *arguments, "--imitation")
    status, said, wrong = run.wait()
    assert (status, said) == (code, "")
    assert words in wrong
    assert len(wrong.splitlines()) == 1


@pytest.mark.broker
@pytest.mark.skipif(available() is not None, reason=str(available()))
def test_a_taken_port_is_one_line(directory):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        run = Run(directory, *FAST, "--port", str(taken.getsockname()[1]))
        status, _, wrong = run.wait()
    assert status == 1
    assert "is taken" in wrong
    assert len(wrong.splitlines()) == 1
    assert run.left() == []
