"""A page that is open gets updates for as long as its session lasts, over real connections."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import httpx
import pytest
from tests.access_tools import TOKEN, AuditList, token_in
from tests.board_tools import alert, served, site

from siloscope.settings import load
from siloscope.web.access import Access


@pytest.fixture
def access() -> Access:
    return Access(load(board={"login": {"token": TOKEN}}), AuditList())


@pytest.fixture
def browser(access: Access) -> Iterator[httpx.Client]:
    board, fed = site(access)
    fed.put(alert(1))
    with served(board, fed) as address, httpx.Client(base_url=address, timeout=30) as client:
        yield client


def watched(browser: httpx.Client, opened: threading.Event) -> list[str]:
    """All that comes until the board ends it."""
    lines = []
    with browser.stream("GET", "/events") as answer:
        assert answer.status_code == 200
        for line in answer.iter_lines():
            lines.append(line)
            opened.set()
    return lines


def test_logging_out_in_one_page_ends_the_updates_of_the_others(browser: httpx.Client) -> None:
    browser.get(f"/login?token={TOKEN}")
    opened, ended = threading.Event(), threading.Event()

    def page() -> None:
        watched(browser, opened)
        ended.set()

    threading.Thread(target=page, daemon=True).start()
    assert opened.wait(20)
    assert not ended.is_set()
    browser.post("/logout", data={"csrf": token_in(browser.get("/").text)})
    assert ended.wait(20)
    assert browser.get("/events").status_code == 401


def test_updates_end_when_the_session_does(browser: httpx.Client, access: Access) -> None:
    browser.get(f"/login?token={TOKEN}")
    access.sessions._idle = 2  # seconds
    assert watched(browser, threading.Event())
    assert browser.get("/events").status_code == 401


def test_a_board_that_ends_has_written_down_who_came(access: Access) -> None:
    board, fed = site(access)
    with served(board, fed) as address:
        httpx.get(f"{address}/login?token={TOKEN}")
    keeper = access.audit._keeper
    assert isinstance(keeper, AuditList) and keeper.kinds == ["login"]
