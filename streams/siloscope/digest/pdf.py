"""A page printed to PDF by a browser that is installed."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Final

from ..errors import Unusable

BROWSERS: Final = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge")
SECONDS: Final = 120


def printed(html: str, out: Path) -> None:
    """Write `html` as PDF; raises Unusable where no browser is installed, or it fails."""
    browser = next((found for name in BROWSERS if (found := shutil.which(name))), None)
    if browser is None:
        raise Unusable("PDF needs Chromium or Chrome: install one, or write HTML and print that from a browser")
    with tempfile.TemporaryDirectory(prefix="siloscope-digest-") as folder:
        source, target = Path(folder) / "digest.html", Path(folder) / "digest.pdf"
        source.write_text(html, encoding="utf-8")
        command = [
            browser, "--headless", "--disable-gpu", "--no-pdf-header-footer", "--disable-extensions",
            *(["--no-sandbox"] if os.geteuid() == 0 else []),  # it refuses to run as root with one
            f"--user-data-dir={folder}/profile", f"--print-to-pdf={target}", source.as_uri(),
        ]  # fmt: skip
        try:
            done = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, check=False)
        except (OSError, subprocess.TimeoutExpired) as error:
            raise Unusable(f"{browser} does not print: {error}") from None
        if not target.exists():
            last = (done.stderr.strip().splitlines() or ["no word why"])[-1][:200]
            raise Unusable(f"{browser} does not print: {last}")
        shutil.copyfile(target, out)
