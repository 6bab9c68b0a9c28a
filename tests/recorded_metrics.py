"""The metrics pages of our processes as a demo moved them, recorded, and served again page by page.

`python -m tests.recorded_metrics worker=PAGE writer=PAGE`, while `siloscope demo --day-seconds 30` runs and somebody
looks at its dashboards, records these two anew and keeps the others: after metrics were renamed or added that a
dashboard asks for. For deliver, board and preflight somebody has a board open, does something there and asks preflight.
"""

from __future__ import annotations

import gzip
import json
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Final
from urllib.request import urlopen

FILE: Final = Path(__file__).parent / "data" / "metrics_of_a_demo.json.gz"
PAGES: Final = 10
EVERY_SECONDS: Final = 3

Recorded = dict[str, Sequence[str]]  # by process its pages, one after the other


def recorded() -> Recorded:
    """The pages of each process."""
    with gzip.open(FILE, "rt", encoding="utf-8") as file:
        pages: Recorded = json.load(file)
    return pages


class Played:
    """Pages over HTTP: each question gets the next one, the last stays. Started by `played`."""

    def __init__(self, pages: Sequence[str]) -> None:
        self._pages = pages
        self.asked = 0
        outer = self

        class Answer(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                body = outer._next().encode()
                self.send_response(200)
                self.send_header("Content-Type", "text/plain; version=0.0.4; charset=utf-8")
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)

    def _next(self) -> str:
        self.asked += 1
        return self._pages[min(self.asked, len(self._pages)) - 1]

    @property
    def target(self) -> str:
        """host:port"""
        return f"127.0.0.1:{self.server.server_port}"

    @property
    def over(self) -> bool:
        """Whether the last page was served."""
        return self.asked >= len(self._pages)


@contextmanager
def played(pages: Recorded) -> Iterator[list[Played]]:
    """A server for each process of `pages`."""
    servers = [Played(each) for each in pages.values()]
    for each in servers:
        threading.Thread(target=each.server.serve_forever, daemon=True).start()
    try:
        yield servers
    finally:
        for each in servers:
            each.server.shutdown()
            each.server.server_close()


if __name__ == "__main__":
    addresses = dict(each.split("=", 1) for each in sys.argv[1:])
    found: dict[str, list[str]] = {process: [] for process in addresses}
    for _ in range(PAGES):
        for process, address in addresses.items():
            with urlopen(address, timeout=5) as answer:
                found[process].append(answer.read().decode())
        time.sleep(EVERY_SECONDS)
    kept = recorded() | found
    with gzip.GzipFile(FILE, "wb", mtime=0) as out:
        out.write(json.dumps(kept).encode())
