"""Draws docs/img/board/*.png: the board of an invented company, taken by a browser.

`PYTHONPATH=. python docs/img/board.py` writes them anew in half a minute. It needs `chromium`, and `pngquant` to make
them small; both are packages of Debian. The company is that of the browser's tests (tests/browser/company.yml), its
fortnight ends now; nothing is retouched.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, Final

from playwright.sync_api import Browser, Page, expect, sync_playwright
from tests.browser.company import told
from tests.browser.conftest import launched, ready
from tests.browser.served import Served, as_person
from tests.browser.store import stored

from siloscope.core.followup import Action

PICTURES: Final = Path(__file__).with_name("board")
COLOURS: Final = "128"
DESK: Final = {"width": 1080, "height": 760}
PHONE: Final = {"width": 390, "height": 844}
PANEL: Final = {"width": 300, "height": 760}
LENA: Final = "/customers/lena-hoffmann"


def run() -> None:
    """Serve the company's board and take the pictures."""
    now = int(time.time() * 1000)
    with tempfile.TemporaryDirectory() as folder, stored(now, Path(folder)) as store, sync_playwright() as playwright:
        served, browser = Served(store), launched(playwright)
        served.put(*told(now))
        served.put(Action("a-1", now, "ben", "accept", _subject(served, "omar-brown")))
        _desk(served, browser)
        _others(served, browser)
        browser.close()
        served.stop()


def _subject(served: Served, customer: str) -> str:
    """What stands open of this customer, a handoff first."""
    found = [each for each in served.live.desk.of_customer(customer) if each.open]
    return min(found, key=lambda each: not each.is_warning).subject


def _desk(served: Served, browser: Browser) -> None:
    for name, scheme in (("desk", "light"), ("desk-dark", "dark")):
        page = _page(served, browser, "/", viewport=DESK, color_scheme=scheme)
        ready(page)
        _keep(page.screenshot(), name)
    page = _page(served, browser, "/", viewport=PHONE, device_scale_factor=2)
    ready(page)
    _keep(page.screenshot(), "phone")


def _others(served: Served, browser: Browser) -> None:
    page = _page(served, browser, f"/items/{_subject(served, 'lena-hoffmann')}", viewport=DESK)
    ready(page)
    _keep(page.screenshot(full_page=True), "brief")
    page = _page(served, browser, LENA, viewport=DESK)
    film = page.locator(".film")
    expect(film).to_be_visible()
    _keep(film.screenshot(), "film")
    page = _page(served, browser, "/panel/lena-hoffmann", viewport=PANEL, device_scale_factor=2)
    expect(page.locator(".brief").first).to_be_visible()
    _keep(page.screenshot(), "panel")
    (incident,) = served.live.desk.incidents
    page = _page(served, browser, f"/incidents/{incident}", viewport=DESK)
    ready(page)
    _keep(page.screenshot(), "incident")


def _page(served: Served, browser: Browser, path: str, **options: Any) -> Page:
    headers = as_person("ana", "leads", "support", "finance")
    page = browser.new_context(base_url=served.address, extra_http_headers=headers, **options).new_page()
    page.goto(path)
    return page


def _keep(picture: bytes, name: str) -> None:
    path = PICTURES / f"{name}.png"
    path.write_bytes(picture)
    if shutil.which("pngquant"):
        subprocess.run(["pngquant", "--force", "--ext", ".png", COLOURS, str(path)], check=True)
    print(f"{path} written", file=sys.stderr)


if __name__ == "__main__":
    PICTURES.mkdir(exist_ok=True)
    run()
