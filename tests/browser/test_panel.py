"""The panel as it stands in a help desk: a frame of 300 pixels on another site, told who the customer is."""

from __future__ import annotations

import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from playwright.sync_api import FrameLocator, Page, expect
from tests.browser.company import told
from tests.browser.conftest import Opener
from tests.browser.served import Served
from tests.browser.test_looks import wrong_for_some

PAGE = """<!doctype html><html lang="en"><title>Help desk</title><main><h1>Ticket</h1>
<iframe title="Siloscope" src="{address}/panel" width="300" height="700"></iframe></main>"""


class Desk(BaseHTTPRequestHandler):
    """A help desk of one page."""

    board = ""

    def do_GET(self) -> None:
        page = PAGE.format(address=self.board).encode()
        self.send_response(200)
        self.send_header("content-type", "text/html")
        self.send_header("content-length", str(len(page)))
        self.end_headers()
        self.wfile.write(page)

    def log_message(self, *_: object) -> None:
        """Nothing."""


@pytest.fixture
def desk() -> Iterator[int]:
    """The port of a help desk; the board shows its panel to that on localhost, and to nobody else."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Desk) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_port
        server.shutdown()


@pytest.fixture
def served(desk: int) -> Iterator[Served]:
    """A board whose panel this help desk may show."""
    board = Served(panel_frames=[f"http://localhost:{desk}"])
    board.put(*told(int(time.time() * 1000)))
    Desk.board = board.address
    yield board
    board.stop()


def help_desk(served: Served, opened: Opener, address: str) -> tuple[Page, FrameLocator]:
    """Somebody's help desk, with the panel in it."""
    page = opened(served, f"{address}/ticket", "ana", "agents", "support")
    return page, page.frame_locator("iframe")


def tell(page: Page, customer: str) -> None:
    """The help desk opens another ticket."""
    page.evaluate(
        "([customer]) => document.querySelector('iframe').contentWindow"
        ".postMessage({siloscope: {customers: [customer]}}, '*')",
        [customer],
    )


def test_the_customer_of_the_ticket_is_shown_and_changes_with_it(served: Served, desk: int, opened: Opener) -> None:
    page, panel = help_desk(served, opened, f"http://localhost:{desk}")
    expect(panel.get_by_text("Waiting for the help desk")).to_be_visible()
    tell(page, "lena-hoffmann")
    expect(panel.locator("h1")).to_have_text("lena-hoffmann")
    expect(panel.locator(".brief .first")).to_contain_text("Begin with her complaint")
    tell(page, "omar-brown")
    expect(panel.locator("h1")).to_have_text("omar-brown")
    expect(panel.locator(".item")).to_contain_text("goes back and forth")


def test_it_fits_300_pixels_and_is_there_for_everybody(served: Served, desk: int, opened: Opener) -> None:
    page, panel = help_desk(served, opened, f"http://localhost:{desk}")
    tell(page, "lena-hoffmann")
    expect(panel.locator("h1")).to_have_text("lena-hoffmann")
    assert panel.locator("html").evaluate("each => each.scrollWidth") <= 300
    assert wrong_for_some(page) == []
    page.emulate_media(color_scheme="dark")
    assert wrong_for_some(page) == []


def test_what_is_accepted_there_is_accepted_on_the_board(served: Served, desk: int, opened: Opener) -> None:
    page, panel = help_desk(served, opened, f"http://localhost:{desk}")
    tell(page, "omar-brown")
    panel.get_by_role("button", name="Accept").click()
    expect(panel.locator(".notice[data-kind=won]")).to_be_visible()
    expect(panel.locator(".item")).to_contain_text("ana has it")
    assert [(each.kind, each.actor) for each in served.fed.actions] == [("accept", "ana")]


def test_no_other_site_can_show_it(served: Served, desk: int, opened: Opener) -> None:
    _, panel = help_desk(served, opened, f"http://127.0.0.1:{desk}")
    expect(panel.locator("body.neterror")).to_be_attached()
    expect(panel.locator("#view")).to_have_count(0)
