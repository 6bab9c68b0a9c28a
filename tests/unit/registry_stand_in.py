"""A schema registry in this process, as far as Siloscope uses one; it counts what it is asked."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any


class StandIn:
    """Schemas by id and by subject; `answer` takes the place of every answer when set: status and body."""

    def __init__(self) -> None:
        self.schemas: dict[int, str] = {}
        self.subjects: dict[str, int] = {}
        self.asked: list[str] = []
        self.answer: tuple[int, bytes] | None = None
        self.credentials: str | None = None
        self.url = ""

    def add(self, schema: Any, subject: str | None = None) -> int:
        text = json.dumps(schema)
        number = next((key for key, known in self.schemas.items() if known == text), len(self.schemas) + 1)
        self.schemas[number] = text
        if subject:
            self.subjects[subject] = number
        return number

    def reply(self, path: str, body: Any) -> tuple[int, Any]:
        kind, name, *rest = path.strip("/").split("/")
        if kind == "schemas":
            known = self.schemas.get(int(rest[0]))
            return (200, {"schema": known}) if known else (404, {"error_code": 40403, "message": "Schema not found"})
        if rest:
            return 200, {"id": self.add(json.loads(body["schema"]), name)}
        number = self.subjects.get(name)
        if number is None or json.loads(self.schemas[number]) != json.loads(body["schema"]):
            return 404, {"error_code": 40401, "message": "Subject not found"}
        return 200, {"id": number, "subject": name, "version": 1}


@contextmanager
def running() -> Iterator[StandIn]:
    """The registry, at its `url` while the context lasts."""
    stand_in = StandIn()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._reply(None)

        def do_POST(self) -> None:
            self._reply(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))

        def _reply(self, body: Any) -> None:
            stand_in.asked.append(self.path)
            stand_in.credentials = self.headers["Authorization"]
            if stand_in.answer:
                status, data = stand_in.answer
            else:
                status, found = stand_in.reply(self.path, body)
                data = json.dumps(found).encode()
            self.send_response(status)
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    stand_in.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield stand_in
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
