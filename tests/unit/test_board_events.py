"""Live updates: every open page gets what changed of what it shows, once, in order, and nothing of other desks."""

from __future__ import annotations

import asyncio
import itertools
import json
import threading
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from tests.board_tools import Everybody, Fed, alert, incident, served, site

from siloscope.core.followup import Action
from siloscope.web import channels, events
from siloscope.web.channels import Channel
from siloscope.web.live import Live
from siloscope.web.site import Site


class Page:
    """One open page: what it was sent, message by message."""

    def __init__(self, address: str, path: str = "/events", person: str = "anna", known: str = "") -> None:
        self._client = httpx.Client(base_url=address, headers={"x-person": person}, timeout=10)
        at = f"{'&' if '?' in path else '?'}at={known}" if known else ""
        self._stream = self._client.stream("GET", path + at)
        self.answer = self._stream.__enter__()
        lines = self.answer.iter_lines()
        self._lines = itertools.chain([next(lines)], lines)  # with the first line the page is listed

    def __enter__(self) -> Page:
        return self

    def __exit__(self, *_: object) -> None:
        self._stream.__exit__(None, None, None)
        self._client.close()

    def next(self) -> dict[str, Any]:
        """The next message; waits for it."""
        self.id = ""
        for line in self._lines:
            if line.startswith("id: "):
                self.id = line[4:]
            if line.startswith("data: "):
                told: dict[str, Any] = json.loads(line[6:])
                return told
        raise EOFError


@pytest.fixture
def board() -> Iterator[tuple[str, Site, Fed]]:
    made, fed = site()
    with served(made, fed) as address:
        yield address, made, fed


def test_a_page_that_saw_nothing_gets_the_whole_and_then_what_changes(board: tuple[str, Site, Fed]) -> None:
    address, _, fed = board
    fed.put(alert(1))
    with Page(address) as page:
        assert page.answer.headers["content-type"].startswith("text/event-stream")
        whole = page.next()
        assert f"item-{alert(1).alert_id}" in whole["all"]
        assert whole["count"] == 1
        fed.put(alert(2, severity="critical"))
        told = page.next()
        assert [before for before, _ in told["put"]] == [""]
        assert "customer c-2" in told["put"][0][1]
        assert told["count"] == 2
        fed.put(alert(1, status="resolved", revision=2))
        assert page.next()["gone"] == [alert(1).alert_id]


def test_a_page_that_has_seen_it_gets_only_what_came_since(board: tuple[str, Site, Fed]) -> None:
    address, made, fed = board
    fed.put(alert(1))
    with Page(address, known=made.live.stamp) as first:
        fed.put(alert(2))
        first.next()
        with Page(address, known=first.id) as again:
            fed.put(alert(3))
            assert "c-3" in again.next()["put"][0][1]
    with Page(address, known="another-7") as of_another_board:
        assert "all" in of_another_board.next()


def test_a_change_on_another_desk_is_told_to_nobody_else(board: tuple[str, Site, Fed]) -> None:
    address, made, fed = board
    with Page(address, person="anna", known=made.live.stamp) as anna, Page(address, person="ben") as ben:
        ben.next()
        fed.put(alert(1, owner_department="sales"))
        assert "c-1" in ben.next()["put"][0][1]
        fed.put(alert(2))
        assert "c-2" in anna.next()["put"][0][1]


def test_who_may_only_look_is_sent_rows_without_buttons(board: tuple[str, Site, Fed]) -> None:
    address, _, fed = board
    fed.put(alert(1))
    with Page(address, person="carl") as carl, Page(address) as anna:
        assert "<button" not in carl.next()["all"]
        assert "<button" in anna.next()["all"]


def test_a_page_about_one_thing_is_told_when_that_changes(board: tuple[str, Site, Fed]) -> None:
    address, made, fed = board
    fed.put(alert(1), alert(2))
    stamp = made.live.stamp
    with (
        Page(address, f"/events?item={alert(1).alert_id}", known=stamp) as item,
        Page(address, "/events?about=c-1", known=stamp) as customer,
        Page(address, "/events?incidents=1", known=stamp) as incidents,
    ):
        fed.put(alert(2, revision=2))
        fed.put(Action("a", 0, "anna", "accept", alert(1).alert_id), incident())
        assert item.next() == customer.next() == incidents.next() == {"changed": True}


def test_a_list_gets_the_incidents_when_they_change(board: tuple[str, Site, Fed]) -> None:
    address, _, fed = board
    fed.put(alert(1, incident_id="i-1"))
    with Page(address) as page:
        page.next()
        fed.put(incident("i-1"))
        told = page.next()
        assert "12 customers with one cause" in told["incidents"]
        assert told["gone"] == [alert(1).alert_id]
        fed.put(alert(2))
        assert page.next()["incidents"] is None


def test_before_the_board_has_caught_up_it_says_so_and_shows_no_half_desk(board: tuple[str, Site, Fed]) -> None:
    address, made, fed = board
    made.live.ready = False
    fed.put(alert(1))
    for path in ("/", "/events", f"/items/{alert(1).alert_id}", "/v1/items"):
        answer = httpx.get(address + path)
        assert answer.status_code == 503
        assert "The board still reads what was told before it started" in answer.text
    assert httpx.get(address).headers["refresh"] == "2"  # the page comes again by itself
    assert httpx.get(f"{address}/readyz").status_code == 503
    assert httpx.get(f"{address}/healthz").status_code == 200
    made.live.ready = True
    assert httpx.get(f"{address}/readyz").text == "ready\n"
    assert httpx.get(address).status_code == 200


def test_too_many_pages_are_refused(board: tuple[str, Site, Fed], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events, "PAGES_AT_ONCE", 1)
    address, _, fed = board
    fed.put(alert(1))
    with Page(address) as page:
        page.next()
        assert httpx.get(f"{address}/events").status_code == 503


def test_the_end_lets_go_of_open_pages() -> None:
    made, fed = site(Everybody())
    with served(made, fed) as address, Page(address) as page:
        page.next()
        assert fed.loop is not None
        fed.loop.call_soon_threadsafe(made.live.end)
        with pytest.raises(EOFError):
            page.next()


def test_a_page_that_does_not_read_gets_the_whole_when_it_does(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(channels, "PACE_SECONDS", 0.0)

    async def sent() -> list[bytes]:
        live, number = Live(), 0
        channel = Channel(live, lambda changed: ",".join(sorted(changed)), lambda: "whole")
        fed = Fed(live)
        messages = channel.messages(live.stamp)
        first = await anext(messages)
        for number in range(channels.BACKLOG + 1):
            fed.put(alert(number))
            channel.flush()
        return [first, await anext(messages)]

    first, second = asyncio.run(sent())
    assert first == b"retry: 1000\n\n"
    assert second.endswith(b"data: whole\n\n")


def test_a_change_is_rendered_once_for_all_pages_that_show_the_same(board: tuple[str, Site, Fed]) -> None:
    address, made, fed = board
    rendered: list[str] = []
    with Page(address) as one, Page(address) as two:
        one.next(), two.next()
        html = events.Rows.html
        lock = threading.Lock()

        def counted(self: Any, subject: str, may_act: bool) -> str:
            with lock:
                rendered.append(subject)
            return html(self, subject, may_act)

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(events.Rows, "html", counted)
            fed.put(alert(1))
            assert one.next() == two.next()
    assert rendered == [alert(1).alert_id]
    assert made.live.version == 1


def test_nobody_watches_what_is_on_another_desk(board: tuple[str, Site, Fed]) -> None:
    address, _, fed = board
    fed.put(alert(1, owner_department="legal"))
    assert httpx.get(f"{address}/events?item={alert(1).alert_id}").status_code == 404
    assert httpx.get(f"{address}/events?item=nothing").status_code == 404
