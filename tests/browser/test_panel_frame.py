"""The panel in the frame of a help desk on another site, which gets no cookie of ours."""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, FrameLocator, Page, expect
from tests.board_tools import alert
from tests.browser.served import Served

from siloscope.web.access import Person
from siloscope.web.panel_token import PURPOSE, Pass, made

LOCAL = {"way": "token", "token": "a-token-of-this-machine-that-is-long-enough"}
ANA = Person("ana", frozenset({"support"}), frozenset({"look", "act"}))


class HelpDesk:
    """A page at `localhost`, another site than the board's `127.0.0.1`, with the board's panel in a frame."""

    def __init__(self) -> None:
        self.board = ""
        desk = self

        class Answer(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(200)
                self.send_header("content-type", "text/html")
                self.end_headers()
                self.wfile.write(desk.page(self.path).encode())

            def log_message(self, *_: Any) -> None:
                """Quiet."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self.address = f"http://localhost:{self._server.server_port}"

    def page(self, path: str) -> str:
        """Its page: `path` is that of the panel; it keeps what the frame sends."""
        listens = "heard = []; addEventListener('message', each => heard.push(each.data))"
        frame = f'<iframe id="panel" src="{self.board}{path}" width="300" height="800"></iframe>'
        return f"<!doctype html><title>help desk</title><script>{listens}</script>{frame}"

    def close(self) -> None:
        self._server.shutdown()


@pytest.fixture
def desk() -> Iterator[HelpDesk]:
    made_one = HelpDesk()
    yield made_one
    made_one.close()


@pytest.fixture
def board(desk: HelpDesk) -> Iterator[Served]:
    served = Served(login=LOCAL, panel_frames=[desk.address])
    served.put(alert(1), alert(2))
    desk.board = served.address
    yield served
    served.stop()


@pytest.fixture
def visit(chromium: Browser) -> Iterator[Callable[[str], Page]]:
    context: BrowserContext = chromium.new_context()
    context.set_default_timeout(20_000)

    def opened(address: str) -> Page:
        page = context.new_page()
        page.goto(address)
        return page

    yield opened
    context.close()


def panel_of(page: Page) -> FrameLocator:
    return page.frame_locator("#panel")


def tell(page: Page, message: object) -> None:
    """What the help desk tells its frame, once that listens: then it has asked for it."""
    page.wait_for_function("heard.length > 0")
    page.evaluate("said => document.getElementById('panel').contentWindow.postMessage(said, '*')", message)


def test_who_is_signed_in_on_the_board_signs_in_by_one_click_and_acts(
    board: Served, desk: HelpDesk, visit: Callable[[str], Page]
) -> None:
    visit(f"{board.address}/login?token={LOCAL['token']}")
    page = visit(f"{desk.address}/panel")
    contact = {"identifier": "c-1", "email": "ann@help.example"}
    tell(page, json.dumps({"event": "appContext", "data": {"contact": contact}}))
    panel = panel_of(page)
    with page.expect_popup() as window:
        panel.get_by_role("button", name="Sign in").click()
    expect(panel.get_by_role("heading", name="Nobody answered customer c-1")).to_be_visible()
    assert window.value.is_closed()
    panel.get_by_role("button", name=re.compile("^Accept")).click()
    expect(panel.locator(".notice[data-kind=won]")).to_be_visible()
    assert board.live.desk.items[alert(1).alert_id].follow.accepted_by == "local"


def test_a_token_of_the_help_desks_server_needs_no_click_and_leaves_the_address(
    board: Served, desk: HelpDesk, visit: Callable[[str], Page]
) -> None:
    signed = made(board.access.serializer(PURPOSE), Pass(ANA, "c-2", time.time()))
    page = visit(f"{desk.address}/panel/c-2")
    expect(panel_of(page).get_by_role("button", name="Sign in")).to_be_visible()
    tell(page, {"siloscope": {"customers": ["c-2"], "token": signed}})
    expect(panel_of(page).get_by_role("heading", name="Nobody answered customer c-2")).to_be_visible()
    tell(page, {"siloscope": {"customers": ["c-1"]}})
    expect(panel_of(page).locator(".notice[data-kind=wrong]")).to_be_visible()
    expect(panel_of(page).get_by_text("c-2")).to_have_count(0)
    direct = visit(f"{board.address}/panel/c-2#token={signed}")
    expect(direct.get_by_role("heading", name="Nobody answered customer c-2")).to_be_visible()
    assert direct.url == f"{board.address}/panel/c-2"


def test_what_other_frames_say_is_not_heard_and_other_sites_cannot_show_it(
    desk: HelpDesk, visit: Callable[[str], Page]
) -> None:
    served = Served(login=LOCAL, panel_frames=["https://help.example"])
    try:
        desk.board = served.address
        page = visit(f"{desk.address}/panel/c-1")
        frame = next(each for each in page.frames if each is not page.main_frame)
        assert frame.url == "chrome-error://chromewebdata/"
    finally:
        served.stop()
