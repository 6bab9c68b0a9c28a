"""Pages printed to PDF and pictures drawn as PNG, by a browser that is installed."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Final

from ..errors import Unusable

BROWSERS: Final = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge")
SECONDS: Final = 120
SHARPER: Final = 2  # pixels of a PNG for each of the picture's


def printed(html: str, out: Path) -> None:
    """Write `html` as PDF; raises Unusable where no browser is installed, or it fails."""
    _made("PDF", html, out, lambda target: [f"--print-to-pdf={target}", "--no-pdf-header-footer"])


def pictured(svg: str, width: int, height: int, out: Path) -> None:
    """Write the `svg` of this size in pixels as PNG, twice as sharp; raises Unusable as `printed` does."""
    page = f'<!doctype html><meta charset="utf-8"><body style="margin:0">{svg}'
    size = [f"--window-size={width},{height}", f"--force-device-scale-factor={SHARPER}", "--hide-scrollbars"]
    _made("PNG", page, out, lambda target: [f"--screenshot={target}", *size])


def _made(kind: str, html: str, out: Path, how: Callable[[Path], list[str]]) -> None:
    browser = next((found for name in BROWSERS if (found := shutil.which(name))), None)
    if browser is None:
        raise Unusable(f"{kind} needs Chromium or Chrome: install one, or write {out.stem}{_ELSE[kind]}")
    with tempfile.TemporaryDirectory(prefix="siloscope-browser-") as folder:
        source, target = Path(folder) / "page.html", Path(folder) / f"made.{kind.lower()}"
        source.write_text(html, encoding="utf-8")
        command = [
            browser, "--headless", "--disable-gpu", "--disable-extensions",
            *(["--no-sandbox"] if os.geteuid() == 0 else []),  # it refuses to run as root with one
            f"--user-data-dir={folder}/profile", *how(target), source.as_uri(),
        ]  # fmt: skip
        try:
            done = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, check=False)
        except (OSError, subprocess.TimeoutExpired) as error:
            raise Unusable(f"{browser} does not make a {kind}: {error}") from None
        if not target.exists():
            last = (done.stderr.strip().splitlines() or ["no word why"])[-1][:200]
            raise Unusable(f"{browser} does not make a {kind}: {last}")
        shutil.copyfile(target, out)


_ELSE: Final = {"PDF": ".html and print that from a browser", "PNG": ".svg"}
