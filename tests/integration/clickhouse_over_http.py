"""A stand-in for a ClickHouse server: the embedded engine behind enough of ClickHouse's HTTP interface for our client.

It has one user, `writer`, and faults: it can be away, and it can do what it is asked and never answer.
"""

from __future__ import annotations

import re
import socket
import ssl
import threading
from base64 import b64encode
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import lz4.frame
from clickhouse_connect.driver.exceptions import DatabaseError

from siloscope.ops.broker import free_port

PASSWORD = "let me in"
_INSERT = re.compile(rb"INSERT INTO (?P<table>\S+) \((?P<columns>[^)]*)\) FORMAT Native\n")
_NOT_SETTINGS = {"query", "database", "session_id", "query_id", "client_protocol_version", "compress", "decompress"}


class Server:
    """`client` is the embedded engine; `unanswered` inserts are done and then left without an answer.

    With `tls` it speaks HTTPS, under the name localhost.
    """

    def __init__(self, client: Any, port: int = 0, tls: ssl.SSLContext | None = None) -> None:
        self.client = client
        self.unanswered = 0
        self.inserts = 0
        self.settings_seen: dict[str, str] = {}
        self._port = port or free_port()
        self._tls = tls
        self._away = False
        self._one_at_a_time = threading.Lock()  # the client has one database selected

    @property
    def url(self) -> str:
        return f"https://localhost:{self._port}" if self._tls else f"http://127.0.0.1:{self._port}"

    def start(self) -> None:
        server = self
        self._away = False

        class Handler(_Handler):
            clickhouse = server

        self._http = ThreadingHTTPServer(("127.0.0.1", self._port), Handler)
        if self._tls:
            # The handshake is left to the thread of the connection, which may well never make one.
            wrapped = self._tls.wrap_socket(self._http.socket, server_side=True, do_handshake_on_connect=False)
            self._http.socket = wrapped
            self._http.handle_error = lambda *_: None  # clients that are refused are what is tested
        threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    def stop(self) -> None:
        """Nobody listens any more and connections end; `start` listens on the same port again."""
        self._away = True
        self._http.shutdown()
        self._http.server_close()

    @property
    def away(self) -> bool:
        """Whether it is stopped."""
        return self._away

    def answer(self, arguments: dict[str, str], body: bytes) -> bytes:
        """Do what the request asks."""
        settings = {k: v for k, v in arguments.items() if k not in _NOT_SETTINGS and not k.startswith("param_")}
        bound = {name[6:]: value for name, value in arguments.items() if name.startswith("param_")}
        with self._one_at_a_time:
            return self._done(arguments, body, settings, bound)

    def _done(self, arguments: dict[str, str], body: bytes, settings: dict[str, str], bound: dict[str, str]) -> bytes:
        self.client.database = arguments.get("database")
        request = arguments.get("query", "").encode() + b"\n" * ("query" in arguments) + body
        insert = _INSERT.match(request)
        if not insert:
            return bytes(self.client.raw_query(request.decode(), parameters=bound, settings=settings))
        columns = [name.strip().strip("`") for name in insert["columns"].decode().split(",")]
        table = insert["table"].decode().strip("`")
        self.inserts += 1
        self.settings_seen = settings
        self.client.raw_insert(table, columns, request[insert.end() :], settings=settings, fmt="Native")
        return b""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # head and body are written apart
    clickhouse: Server

    def do_POST(self) -> None:
        arguments = {name: values[0] for name, values in parse_qs(urlsplit(self.path).query).items()}
        body = self._body()
        if self.clickhouse.away:
            self._hang_up()
            return
        wanted = "Basic " + b64encode(f"writer:{PASSWORD}".encode()).decode()
        if self.headers.get("Authorization") != wanted:
            self._send(403, b"Code: 516. DB::Exception: writer: Authentication failed. (AUTHENTICATION_FAILED)", 516)
            return
        inserts = self.clickhouse.inserts
        try:
            answer, status, code = self.clickhouse.answer(arguments, body), 200, 0
        except DatabaseError as error:
            answer, status, code = str(error).encode(), 500, error.code or 0
        if self.clickhouse.inserts > inserts and self.clickhouse.unanswered > 0:
            self.clickhouse.unanswered -= 1
            self._hang_up()
            return
        self._send(status, answer, code, arguments.get("query_id", ""))

    do_GET = do_POST

    def log_message(self, *_: Any) -> None:
        """Say nothing."""

    def _hang_up(self) -> None:
        self.close_connection = True
        self.connection.shutdown(socket.SHUT_RDWR)

    def _body(self) -> bytes:
        if self.headers.get("Transfer-Encoding") == "chunked":
            parts = []
            while size := int(self.rfile.readline(), 16):
                parts.append(self.rfile.read(size))
                self.rfile.readline()
            self.rfile.readline()
            body = b"".join(parts)
        else:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        return _unpacked(body) if self.headers.get("Content-Encoding") == "lz4" else body

    def _send(self, status: int, body: bytes, code: int = 0, query: str = "") -> None:
        self.send_response(status)
        if query:
            self.send_header("X-ClickHouse-Query-Id", query)
        if code:
            self.send_header("X-ClickHouse-Exception-Code", str(code))
        self.send_header("X-ClickHouse-Timezone", "UTC")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def _unpacked(body: bytes) -> bytes:
    """All frames of it: the client makes one of each block."""
    whole = b""
    while body:
        frame = lz4.frame.LZ4FrameDecompressor()
        whole += frame.decompress(body)
        body = frame.unused_data or b""
    return whole
