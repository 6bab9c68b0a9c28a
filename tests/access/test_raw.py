"""Bytes that no browser sends, over a real connection: answered in a line or not at all, and the board goes on."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from urllib.parse import urlsplit

import httpx
import pytest
from tests.access_tools import TOKEN, AuditList
from tests.board_tools import alert, served, site

from siloscope.settings import load
from siloscope.web.access import Access

HOST = b"Host: 127.0.0.1:8300\r\n"
FORM = b"Content-Type: application/x-www-form-urlencoded\r\n"
RAW = {
    "two lengths": b"POST /logout HTTP/1.1\r\n" + HOST + b"Content-Length: 3\r\nContent-Length: 30\r\n\r\nx=1",
    "a length and pieces": b"POST /logout HTTP/1.1\r\n" + HOST + FORM + b"Content-Length: 4\r\n"
    b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET / HTTP/1.1\r\n" + HOST + b"\r\n",
    "a length below nothing": b"POST /logout HTTP/1.1\r\n" + HOST + b"Content-Length: -1\r\n\r\n",
    "a piece of terabytes": b"POST /login HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: chunked\r\n\r\nFFFFFFFFFF\r\nx",
    "two hosts": b"GET / HTTP/1.1\r\n" + HOST + b"Host: evil.example\r\n\r\n",
    "no host": b"GET / HTTP/1.1\r\n\r\n",
    "the old protocol": b"GET / HTTP/1.0\r\n\r\n",
    "another's address": b"GET http://evil.example/ HTTP/1.1\r\nHost: evil.example\r\n\r\n",
    "a tunnel": b"CONNECT evil.example:443 HTTP/1.1\r\n" + HOST + b"\r\n",
    "a header over two lines": b"GET / HTTP/1.1\r\n" + HOST + b"X-Forwarded-User: ada\r\n admin\r\n\r\n",
    "a header with a space": b"GET / HTTP/1.1\r\n" + HOST + b"X-Forwarded-User : ada\r\n\r\n",
    "a hundred kilobytes of headers": b"GET / HTTP/1.1\r\n" + HOST + b"X: " + b"y" * 100_000 + b"\r\n\r\n",
    "bytes of a path": b"GET /\xff\xfe/%ff%00 HTTP/1.1\r\n" + HOST + b"\r\n",
    "a cookie of bytes": b"GET / HTTP/1.1\r\n" + HOST + b"Cookie: siloscope=\xff\xfe\r\n\r\n",
    "a socket for the web": b"GET /events HTTP/1.1\r\n" + HOST + b"Upgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Key: eA==\r\nSec-WebSocket-Version: 13\r\n\r\n",
    "the next protocol": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "a handshake of TLS": bytes.fromhex("16030100310100002d0303") + b"\0" * 40,
    "nothing": b"",
}


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    access = Access(load(board={"login": {"token": TOKEN}}), AuditList())
    board, fed = site(access)
    fed.put(alert(1))
    with served(board, fed) as at:
        yield at


@pytest.mark.parametrize("what", RAW)
def test_it_is_refused_and_the_board_goes_on(address: str, what: str) -> None:
    at = urlsplit(address)
    with socket.create_connection((at.hostname or "", at.port or 0), timeout=30) as connection:
        connection.sendall(RAW[what])
        connection.shutdown(socket.SHUT_WR)
        answer = b"".join(iter(lambda: connection.recv(65_536), b""))
    statuses = [int(line.split()[1]) for line in answer.split(b"\r\n") if line.startswith(b"HTTP/1.1 ")]
    assert all(status in (303, 400, 401, 403, 404, 405, 413, 421, 422, 431) for status in statuses)
    assert b"c-1" not in answer and b"Traceback" not in answer
    assert httpx.get(f"{address}/healthz").text == "alive\n"
