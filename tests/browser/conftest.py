"""The browser of these tests: Debian's Chromium (or Chrome), driven by Playwright; skipped where there is none."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, expect, sync_playwright
from tests.browser.company import told
from tests.browser.served import Served, as_person
from tests.browser.store import stored

from siloscope.ops.browser import BROWSERS

expect.set_options(timeout=20_000)  # two cores may be shared by many; what is awaited comes at once when they are not
Opener = Callable[..., Page]


def found() -> str | None:
    """The browser of this machine."""
    return next(filter(None, map(shutil.which, BROWSERS)), None)


def launched(playwright: Playwright) -> Browser:
    """That browser, running."""
    sandbox = os.geteuid() != 0  # root has none
    return playwright.chromium.launch(executable_path=found(), chromium_sandbox=sandbox)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """One browser for all tests of a module; each takes contexts of its own.

    Not for longer: while Playwright runs, no other test of this process can run an event loop.
    """
    if found() is None:
        pytest.skip("no Chromium or Chrome on the path; Debian's package is chromium")
    with sync_playwright() as playwright:
        browser = launched(playwright)
        yield browser
        browser.close()


@pytest.fixture
def served() -> Iterator[Served]:
    """A board with the company's fortnight, for one test alone."""
    board = Served()
    board.put(*told(int(time.time() * 1000)))
    yield board
    board.stop()


@pytest.fixture(scope="module")
def company_board(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The same with a store for a whole module, only to be looked at."""
    pytest.importorskip("chdb")
    now = int(time.time() * 1000)
    with stored(now, tmp_path_factory.mktemp("board")) as store:
        board = Served(store, panel_frames=["https://help.example"])
        board.put(*told(now))
        yield board
        board.stop()


@pytest.fixture
def opened(chromium: Browser) -> Iterator[Opener]:
    """Opens a page as somebody: `opened(served, "/", "ana", "agents", "support", **options of a context)`."""
    contexts: list[BrowserContext] = []
    said: list[str] = []

    def open_page(served: Served, path: str, name: str, *groups: str, **options: Any) -> Page:
        headers = as_person(name, *groups)
        context = chromium.new_context(base_url=served.address, extra_http_headers=headers, **options)
        context.set_default_timeout(20_000)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: said.append(f"{path}: {error}"))
        page.on("console", lambda line: said.append(f"{path}: {line.text}") if _wrong(line) else None)
        page.goto(path)
        return page

    yield open_page
    for each in contexts:
        each.close()
    assert not said, "no page says an error, least of all that its policy forbids something"


def _wrong(line: Any) -> bool:
    meant = ("Failed to load resource", "ERR_", "frame-ancestors")  # a restart; a test of who may show the panel
    return line.type == "error" and not any(each in line.text for each in meant)


def ready(page: Page) -> None:
    """Wait until the page hears what happens."""
    expect(page.locator(".live")).to_have_attribute("data-live", "on")
