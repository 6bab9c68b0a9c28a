"""A webhook receiver in a thread, which counts what it gets by id; it may also hang."""

from __future__ import annotations

import threading
from collections import Counter, defaultdict
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self

import msgspec


class WebhookReceiver:
    """On a free port of this machine. `got` counts messages by id, `bodies` are all that came under an id.

    With `hangs` it takes a request and never answers, until it is closed.
    """

    def __init__(self, *, hangs: bool = False) -> None:
        self.got: Counter[str] = Counter()
        self.bodies: defaultdict[str, list[bytes]] = defaultdict(list)
        self.asked = 0
        self._closed = threading.Event()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def do_POST(self) -> None:
                outer.asked += 1
                length = int(self.headers["content-length"])
                body = self.rfile.read(length)
                if hangs:
                    outer._closed.wait()
                if hangs or len(body) < length:  # the sender died in the midst of it
                    self.close_connection = True
                    return
                name = str(self.headers["webhook-id"])
                outer.got[name] += 1
                outer.bodies[name].append(body)
                outer.heard(body)
                self.send_response(204)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/hook"

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=[0.05], daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._closed.set()
        self._server.shutdown()
        self._server.server_close()

    def heard(self, body: bytes) -> None:
        """One message came, whole."""

    @property
    def settings(self) -> dict[str, object]:
        """It, as a receiver of the settings."""
        secret = "whsec_" + "c2lsb3Njb3BlLXRlc3RzLW9ubHktMDAwMDAw"
        return {"kind": "webhook", "url": self.url, "secret": secret, "allow_private": True, "seconds": 5}

    def types(self) -> Counter[str]:
        """How many messages of which type it has, each id once."""
        return Counter(msgspec.json.decode(some[0])["type"] for some in self.bodies.values())
