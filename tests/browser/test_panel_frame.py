"""Signing in from the panel in a frame of another site, which gets no cookie of ours: by a window, or by a token."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, FrameLocator, Page, expect
from tests.board_tools import alert
from tests.browser.served import Served
from tests.browser.test_panel import Desk, desk

from siloscope.web.access import Person
from siloscope.web.panel_token import PURPOSE, Pass, made

__all__ = ["desk"]
LOCAL = {"way": "token", "token": "a-token-of-this-machine-that-is-long-enough"}
ANA = Person("ana", frozenset({"support"}), frozenset({"look", "act"}))
Visit = Callable[[str], Page]


@pytest.fixture
def board(desk: int) -> Iterator[Served]:
    """A board that people come to by a cookie."""
    served = Served(login=LOCAL, panel_frames=[f"http://localhost:{desk}"])
    served.put(alert(1), alert(2))
    Desk.board = served.address
    yield served
    served.stop()


@pytest.fixture
def visit(chromium: Browser) -> Iterator[Visit]:
    """Opens an address in a page of its own; all pages share their cookies."""
    context: BrowserContext = chromium.new_context()
    context.set_default_timeout(20_000)

    def opened(address: str) -> Page:
        page = context.new_page()
        page.goto(address)
        return page

    yield opened
    context.close()


def ticket(visit: Visit, desk: int) -> tuple[Page, FrameLocator]:
    page = visit(f"http://localhost:{desk}/ticket")
    return page, page.frame_locator("iframe")


def tell(page: Page, message: object) -> None:
    """What the help desk tells its frame."""
    page.evaluate("said => document.querySelector('iframe').contentWindow.postMessage(said, '*')", message)


def test_who_is_signed_in_on_the_board_signs_in_by_one_click_and_acts(board: Served, desk: int, visit: Visit) -> None:
    visit(f"{board.address}/login?token={LOCAL['token']}")
    page, panel = ticket(visit, desk)
    contact = {"identifier": "c-1", "email": "ann@help.example"}
    tell(page, json.dumps({"event": "appContext", "data": {"contact": contact}}))  # as Chatwoot says it
    with page.expect_popup() as window:
        panel.get_by_role("button", name="Sign in").click()
    expect(panel.get_by_role("heading", name="Nobody answered customer c-1")).to_be_visible()
    while not window.value.is_closed():
        page.wait_for_timeout(50)
    panel.get_by_role("button", name=re.compile("^Accept")).click()
    expect(panel.locator(".notice[data-kind=won]")).to_be_visible()
    assert board.live.desk.items[alert(1).alert_id].follow.accepted_by == "local"


def test_a_token_of_the_help_desks_server_needs_no_click(board: Served, desk: int, visit: Visit) -> None:
    signed = made(board.access.serializer(PURPOSE), Pass(ANA, "c-2", time.time()))
    page, panel = ticket(visit, desk)
    tell(page, {"siloscope": {"customers": ["c-2"], "token": signed}})
    expect(panel.get_by_role("heading", name="Nobody answered customer c-2")).to_be_visible()
    tell(page, {"siloscope": {"customers": ["c-1"]}})  # for whom the token is not
    expect(panel.locator(".notice[data-kind=wrong]")).to_be_visible()
    expect(panel.get_by_text("c-2")).to_have_count(0)


def test_a_token_leaves_the_address(board: Served, visit: Visit) -> None:
    signed = made(board.access.serializer(PURPOSE), Pass(ANA, "c-2", time.time()))
    page = visit(f"{board.address}/panel/c-2#token={signed}")
    expect(page.get_by_role("heading", name="Nobody answered customer c-2")).to_be_visible()
    assert page.url == f"{board.address}/panel/c-2"
