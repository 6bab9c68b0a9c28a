"""How the status view judges: what is well, to be looked at, ill, or not known, and in which words."""

from __future__ import annotations

import socket
import threading
from contextlib import nullcontext, suppress
from datetime import UTC, datetime
from io import StringIO
from typing import Any
from unittest.mock import Mock

import pytest
from rich.console import Console

from siloscope.errors import WrongUsage
from siloscope.ops.behind import Group
from siloscope.ops.status import Look, main, table
from siloscope.ops.status_rows import SUBJECTS, Page, Row, freshness, group, process, summed
from siloscope.settings import load

METRICS = """# HELP siloscope_touchpoints_total Taken in
# TYPE siloscope_touchpoints_total counter
siloscope_touchpoints_total{how="in_order"} 900.0
siloscope_touchpoints_total{how="late"} 100.0
siloscope_touchpoints_created{how="late"} 1.7e9
# TYPE siloscope_chunk_seconds histogram
siloscope_chunk_seconds_bucket{le="+Inf"} 4.0
siloscope_chunk_seconds_count 4.0
siloscope_chunk_seconds_sum 0.5
process_open_fds 7.0
"""


def page(kind: str = "worker", *, ok: bool = True, ready: bool = True, waiting: int = 0, **metrics: float) -> Page:
    health = {"process": kind, "ok": ok, "why": "it gets on" if ok else "its loop has stood still for 90 s"}
    whether = {"ok": ready and ok, "why": "ready" if ready else "the state is being read"}
    numbers = {f"siloscope_{name}": value for name, value in metrics.items()}
    return Page(health | {"waiting_records": waiting}, whether, numbers)


def test_a_metrics_page_becomes_one_number_for_each_name() -> None:
    found = summed(METRICS)
    assert found == {
        "siloscope_touchpoints_total": 1_000,
        "siloscope_chunk_seconds_count": 4,
        "siloscope_chunk_seconds_sum": 0.5,
    }


def test_a_worker_that_gets_on_says_what_it_holds_and_how_fast_it_is() -> None:
    before, now = page(touchpoints_total=1_000), page(touchpoints_total=3_000, partitions_held=8, alerts_told_total=12)
    row = process("a:9300", now, before, 4.0)
    assert row == (
        "worker a:9300",
        "well",
        "8 partitions, 3,000 touchpoints (500/s), 12 alerts told, nothing waiting",
    )


@pytest.mark.parametrize(
    ("now", "state", "said"),
    [
        (page(ok=False), "ill", "its loop has stood still for 90 s"),
        (page(ready=False, state_records_expected=9_000, state_records_read=10), "look", "10 of at most 9,000 records"),
        (page(waiting=20_000), "look", "20,000 waiting"),
        (page("writer", writer_rows_total=5, writer_retries_total=2), "well", "5 rows, 2 inserts tried again"),
        (None, "unknown", "nothing answers"),
        (page("deliver", deliver_leads=1, deliver_sent_total=40), "well", "delivers, 40 notices sent, nothing waiting"),
        (page("deliver", deliver_sent_total=0), "well", "stands by, 0 notices sent"),
        (
            page("deliver", deliver_leads=1, deliver_failed_total=2, deliver_failing_since_timestamp_seconds=1.7e9),
            "look",
            "2 refused for good, a receiver takes nothing",
        ),
        (
            page("board", board_connections=12, board_requests_total=900, board_actions_total=7),
            "well",
            "12 open pages, 900 requests, 7 actions, nothing waiting",
        ),
        (page("preflight", ready=False, waiting=5), "look", "the state is being read; 0 verdicts, 5 waiting"),
    ],
)
def test_what_is_not_well_says_so_in_words(now: Page | None, state: str, said: str) -> None:
    row = process("a:9300", now)
    assert row.state == state
    assert said in row.text


def test_a_process_that_was_started_anew_has_no_speed() -> None:
    assert "/s" not in process("a:9300", page(touchpoints_total=5), page(touchpoints_total=900), 2.0).text


def test_a_process_that_nobody_has_to_run_is_missed_only_where_it_is_needed() -> None:
    def seen(**values: Any) -> list[str]:
        look = Look(load(metrics_port=1, bootstrap_servers="127.0.0.1:1", store={"path": "nowhere"}, **values))
        return [row.what.split()[0] for row in map(look._process, look._pages) if row is not None]

    assert seen() == ["worker", "writer"]
    receiver = {"kind": "file", "path": "told"}
    assert seen(deliver={"receivers": {"log": receiver}}) == ["worker", "writer", "deliver"]


@pytest.mark.parametrize(
    ("members", "behind", "state", "said"),
    [
        (2, 0, "well", "2 running, nothing behind"),
        (2, 40_000, "look", "2 running, 40,000 records behind (touchpoints 40,000)"),
        (0, 0, "look", "start one"),
        (0, 3, "ill", "0 running, 3 records behind (touchpoints 3): start one"),
    ],
)
def test_a_group_without_members_is_ill_once_there_is_work(members: int, behind: int, state: str, said: str) -> None:
    row = group("workers", Group(members, {"touchpoints": behind, "siloscope.routed": 0}))
    assert row.state == state
    assert said in row.text


def test_the_store_is_stale_only_while_something_waits_for_it() -> None:
    def of(age: float | None, behind: int) -> Row:
        fresh: dict[str, Any] = {"subject": "touchpoints", "ingested_age_seconds": age}
        return freshness(fresh | {"newest_event_at": datetime(2026, 3, 1, 9, tzinfo=UTC)}, behind)

    assert of(5_000, 0) == ("store: touchpoints", "well", "newest of 2026-03-01T09:00:00Z, stored 83 min ago")
    assert of(5_000, 10).state == "look"
    assert of(5, 10).state == "well"
    assert of(None, 10).state == "unknown"


def test_a_table_is_stale_only_while_something_of_its_own_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    old = {"ingested_age_seconds": 7_200, "newest_event_at": datetime(2026, 3, 1, 9, tzinfo=UTC)}
    client = Mock()
    client.query().named_results.return_value = [{"subject": subject} | old for subject in SUBJECTS]
    monkeypatch.setattr("siloscope.ops.status.is_there", lambda _: True)
    monkeypatch.setattr("siloscope.ops.status.readable", lambda _: nullcontext(client))
    rows = Look(load())._store({"touchpoints": 1, "siloscope.dead-letters": 2, "siloscope.incidents": 0})
    assert [row.what for row in rows if row.state == "look"] == ["store: touchpoints", "store: dead letters"]


@pytest.mark.parametrize(
    "raw",
    [
        b"garbage\r\n\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{}",
        b"HTTP/1.1 503 No\r\nContent-Length: 100\r\n\r\n{}", b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n[]",
        b'HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\n{"ok":true}', b"HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n",
    ],
)  # fmt: skip
def test_what_is_no_page_of_ours_is_nothing_that_answers(raw: bytes) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=answer, args=(server, raw), daemon=True).start()
        address = f"127.0.0.1:{server.getsockname()[1]}"
        found = Look(load(), [address])._process(address)
    assert found is not None
    assert (found.state, found.text[:15]) == ("unknown", "nothing answers")


def answer(server: socket.socket, raw: bytes) -> None:
    with suppress(OSError):
        while True:
            connection, _ = server.accept()
            with connection:
                connection.recv(1_000)
                connection.sendall(raw)


@pytest.mark.parametrize("page", ["worker", "http://worker:9300", "worker:metrics"])
def test_what_is_no_address_of_a_page_is_refused(page: str) -> None:
    with pytest.raises(WrongUsage, match=f"--page {page}: write HOST:PORT"):
        main(None, [page], watch=False)


def test_the_view_says_in_words_what_it_says_in_colours() -> None:
    console = Console(record=True, width=100, force_terminal=True, file=StringIO())
    console.print(table([Row("worker a:9300", "ill", "[red]its loop[/] has stood still")]))
    text = console.export_text()
    assert "ill" in text
    assert "[red]its loop[/]" in text
