"""Two hundred open boards on one core: from what is told to what a page was sent, and what a page costs.

`python -m bench.board` takes half a minute. The broker is the imitation inside this process; the board is a process
of its own, held on one core. Where there is a Chromium it says when that first shows something, too. docs/board.md
has the figures.
"""

from __future__ import annotations

import asyncio
import os
import random
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import httpx
import psutil
from confluent_kafka import Producer
from playwright.sync_api import sync_playwright
from tests.browser.conftest import found, launched

from bench.measure import ROOT
from siloscope import wire
from siloscope.agents.telling import ACTIONS, ALERTS, INCIDENTS, WARNINGS
from siloscope.core.alert import Alert, Evidence
from siloscope.ops.mock_broker import MockBroker

BOARDS: Final = 200
DESKS: Final = 10  # departments; each board shows one of them
OPEN: Final = 2_000  # alerts on them
PACE: Final = 17.0  # tellings a second: 1,000 a minute
SECONDS: Final = 15.0
SHOWN: Final = range(2, 900, 3)  # of these, the critical ones that every department's list shows
BEGAN: Final = int(time.time() * 1000) - OPEN
_STAMP: Final = re.compile(rb"told (\d+\.\d+)")
_FIRST_PAINT: Final = """() => new Promise(done => new PerformanceObserver(list => {
  const paint = list.getEntriesByName("first-contentful-paint")[0];
  if (paint) done(paint.startTime);
}).observe({type: "paint", buffered: true}))"""
VISITS: Final = 5
_START: Final = "from bench.board import board; board({broker!r})"


def board(broker: str) -> None:
    """The board's process: says its address and serves."""
    from siloscope.settings import load
    from siloscope.web.run import run

    settings = load(None, bootstrap_servers=broker, metrics_port=0, board={"port": 0})
    run(settings, ask_rights=False, said=lambda address: print(address, flush=True))


def alert(number: int, revision: int) -> Alert:
    """Alert `number` of some department; its title says when it was told."""
    now = BEGAN + number
    return Alert(
        alert_id=f"2026-03-{number:032x}", symptom=f"symptom_{number % 7}", status="open", revision=revision,
        severity=("info", "warning", "critical")[number % 3], confidence="confirmed", customer_id=f"customer-{number}",
        account=None, key="k", departments=(f"department-{number % DESKS}",), channels=("email",), case_ref=None,
        product=None, topic=None, message_ref=None, segment=None, phase=None, opened_at=now, updated_at=now,
        resolved_at=None, resolution=None, detected_at=now, mode="live", incident_id=None, part_of=None,
        superseded_by=None, supersedes=None, title=f"Something went wrong, told {time.time():.6f}",
        explanation="She asked twice, and nobody answered.",
        evidence=(Evidence(f"t-{number}", now, "support", "email", "question", "where is my parcel?"),),
        suggested_action="Answer her today, and say who does.", owner_department=f"department-{number % DESKS}",
        minutes_lost=None, detector_version="1",
    )  # fmt: skip


class Boards:
    """Open boards: how long each telling took to each of them, in seconds."""

    def __init__(self, address: str, cookie: str) -> None:
        self.took: list[float] = []
        self.bytes = 0
        self.open = 0
        self._at, self._cookie = urlsplit(address), cookie

    async def show(self, number: int) -> None:
        """One board, until it is cancelled."""
        reader, writer = await asyncio.open_connection(self._at.hostname, self._at.port, limit=1 << 20)
        asked = f"GET /events?department=department-{number % DESKS} HTTP/1.1\r\nHost: {self._at.netloc}\r\n"
        writer.write(f"{asked}Cookie: {self._cookie}\r\n\r\n".encode())
        first = True
        try:
            while line := await reader.readline():
                if not line.startswith(b"data: "):
                    continue
                now = time.time()
                if first:  # the whole list, told before
                    first, self.open = False, self.open + 1
                    continue
                self.bytes += len(line)
                self.took.extend(now - float(stamp) for stamp in set(_STAMP.findall(line)) if now - float(stamp) < 60)
        finally:
            writer.close()


@contextmanager
def started(broker: str) -> Iterator[tuple[str, psutil.Process]]:
    """The board's process on one core of its own; its address with the token."""
    child = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", _START.format(broker=broker)], cwd=ROOT, text=True,
        stdout=subprocess.PIPE, env=os.environ | {"PYTHONPATH": f"{ROOT / 'streams'}:{ROOT}"},
    )  # fmt: skip
    try:
        assert child.stdout is not None
        address = child.stdout.readline().strip()
        process = psutil.Process(child.pid)
        process.cpu_affinity([0])
        yield address, process
    finally:
        child.terminate()
        child.wait(20)


async def measured(address: str, process: psutil.Process, producer: Producer) -> None:
    """Open the boards, tell at a steady pace, say how it went."""
    client = httpx.Client(base_url=address.split("/login")[0], follow_redirects=True, timeout=30)
    while client.get("/readyz").status_code != 200:
        await asyncio.sleep(0.1)
    page = client.get(address)
    cookie = "; ".join(f"{name}={value}" for name, value in client.cookies.items())
    boards = Boards(str(page.url), cookie)
    shown = [asyncio.create_task(boards.show(number)) for number in range(BOARDS)]
    while boards.open < BOARDS:
        await asyncio.sleep(0.05)
    used, waited, began = sum(process.cpu_times()[:2]), _waited(process.pid), time.monotonic()
    pages: list[float] = []
    await asyncio.gather(
        asyncio.to_thread(_tell, producer), asyncio.to_thread(_open_pages, client, pages),
    )  # fmt: skip
    lasted = time.monotonic() - began
    busy, waited = (sum(process.cpu_times()[:2]) - used) / lasted, (_waited(process.pid) - waited) / lasted
    await asyncio.sleep(1)
    for each in shown:
        each.cancel()
    print(f"{BOARDS} boards, {len(boards.took):,} updates of {PACE:.0f} tellings a second, {busy:.0%} of one core")
    print(f"for {waited:.0%} of the time it was ready to run and others had the core")
    print(f"told -> page: {_percentiles(boards.took)}")
    print(f"a page (GET /): {_percentiles(pages)}, {_weight(client, page) / 1000:.0f} KB with all it fetches")
    print(f"an open board gets {boards.bytes / BOARDS / SECONDS / 1000:.1f} KB/s; {process.memory_info().rss >> 20} MB")


def _tell(producer: Producer) -> None:
    chance, ends = random.Random(1), time.monotonic() + SECONDS
    revision = 1
    while time.monotonic() < ends:
        revision += 1
        number = chance.choice(SHOWN)
        producer.produce(ALERTS, wire.encode("alert", alert(number, revision)), f"customer-{number}")
        producer.poll(0)
        time.sleep(chance.expovariate(PACE))
    producer.flush(10)


def _open_pages(client: httpx.Client, took: list[float]) -> None:
    ends = time.monotonic() + SECONDS
    while time.monotonic() < ends:
        began = time.perf_counter()
        assert client.get("/").status_code == 200
        took.append(time.perf_counter() - began)
        time.sleep(0.2)


def paints(address: str) -> None:
    """Say when a browser that has nothing of the board yet first shows something of the full list."""
    took: list[float] = []
    with sync_playwright() as playwright:
        browser = launched(playwright)
        for _ in range(VISITS):
            context = browser.new_context()
            page = context.new_page()
            page.goto(address)
            took.append(page.evaluate(_FIRST_PAINT))
            context.close()
        browser.close()
    print(f"first paint of {VISITS} first visits: {', '.join(f'{each:.0f}' for each in sorted(took))} ms")


def _waited(process: int) -> float:
    """Seconds for which its threads were ready and had no core; Linux says it."""
    tasks = Path(f"/proc/{process}/task").iterdir()
    return sum(int((task / "schedstat").read_text().split()[1]) for task in tasks) / 1e9


def _weight(client: httpx.Client, page: httpx.Response) -> int:
    """Bytes over the wire."""
    found = re.findall(r'(?:src|href)="(/static/[^"]+)"', page.text)
    answers = [page, *(client.get(each) for each in found)]
    return sum(int(each.headers["content-length"]) for each in answers)


def _percentiles(seconds: list[float]) -> str:
    found = sorted(seconds)
    p50, p99 = found[len(found) // 2], found[int(len(found) * 0.99)]
    return f"p50 {p50 * 1000:.0f} ms, p99 {p99 * 1000:.0f} ms, most {found[-1] * 1000:.0f} ms"


def main() -> None:
    """Run it."""
    with MockBroker() as broker:
        producer = Producer({"bootstrap.servers": broker.address, "linger.ms": 0, "log_level": 0})
        for topic in (WARNINGS, INCIDENTS, ACTIONS):
            producer.list_topics(topic)
        for number in range(OPEN):
            producer.produce(ALERTS, wire.encode("alert", alert(number, 1)), f"customer-{number}")
        producer.flush(30)
        with started(broker.address) as (address, process):
            asyncio.run(measured(address, process, producer))
            if found() is not None:
                paints(address)


if __name__ == "__main__":
    main()
