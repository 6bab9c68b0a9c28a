"""Draws docs/img/dashboards/*.png: the pages of `siloscope demo` in the afternoon of its day, taken by a browser.

`python docs/img/dashboards.py` runs the demo and writes them anew, in some three minutes. It needs `chromium`, and
`pngquant` to make them small; both are packages of Debian. Nothing is retouched.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Final
from urllib.request import urlopen

from siloscope.panels.board import Board, boards

PICTURES: Final = Path(__file__).with_name("dashboards")
WIDTH: Final = 1632  # of the page, in pixels
ABOVE, CELL, BELOW = 176, 44, 28  # height of what stands above the panels, of a cell of their grid, below
MOMENT: Final = r"to \w+ 5 Mar 2026 1[67]:"  # the data's time at which they are taken
SECONDS: Final = 1200  # after which it has gone wrong
COLOURS: Final = "64"
SCHEMES: Final = {"light": "1", "dark": "0"}


def run() -> None:
    """Start the demo, wait for its afternoon, take the pictures, end it."""
    command = [sys.executable, "-m", "siloscope", "demo", "--day-seconds", "90"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as demo:
        try:
            assert demo.stdout is not None
            lines = (re.search(r"dashboards .*(http://\S+)", line) for line in demo.stdout)
            address = next(found[1] for found in lines if found)
            _wait_for_afternoon(address)
            for board in boards():
                _photograph(f"{address}/d/{board.uid}", board, "light")
            _photograph(f"{address}/d/{boards()[0].uid}", boards()[0], "dark")
        finally:
            demo.terminate()
            demo.communicate()


def _wait_for_afternoon(address: str) -> None:
    until = time.monotonic() + SECONDS
    while not re.search(MOMENT, _page(f"{address}/d/siloscope-handoffs")):
        if time.monotonic() > until:
            raise SystemExit("the demo's afternoon did not come")
        time.sleep(1)


def _page(address: str) -> str:
    with urlopen(address, timeout=120) as answer:
        found: str = answer.read().decode()
    return found


def _photograph(address: str, board: Board, scheme: str) -> None:
    """The whole page as it is at this moment; from a file, so that it does not change meanwhile."""
    name = board.uid.removeprefix("siloscope-") + ("" if scheme == "light" else f"-{scheme}")
    page, picture = PICTURES / f"{name}.html", PICTURES / f"{name}.png"
    page.write_text(_page(address), encoding="utf-8")
    height = ABOVE + CELL * max(each.y + each.h for each in board.panels) + BELOW
    browser = [
        "chromium", "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", f"--screenshot={picture}",
        f"--window-size={WIDTH},{height}", f"--blink-settings=preferredColorScheme={SCHEMES[scheme]}", page.as_uri(),
    ]  # fmt: skip
    subprocess.run(browser, check=True, stderr=subprocess.DEVNULL)
    page.unlink()
    if shutil.which("pngquant"):
        subprocess.run(["pngquant", "--force", "--ext", ".png", COLOURS, str(picture)], check=True)
    print(f"{picture} written", file=sys.stderr)


if __name__ == "__main__":
    PICTURES.mkdir(exist_ok=True)
    run()
