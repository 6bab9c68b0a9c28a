"""An unreliable way to an HTTP server: a proxy that does to inserts what networks, balancers and servers do to them."""

from __future__ import annotations

import random
import re
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import cycle
from typing import Final

from siloscope.ops.broker import free_port

_LENGTH: Final = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_CHUNKED: Final = re.compile(rb"\r\ntransfer-encoding: *chunked", re.IGNORECASE)
_INSERT: Final = re.compile(rb"INSERT[ +]INTO")  # the statement, in the body or the address
_RESET: Final = struct.pack("ii", 1, 0)  # SO_LINGER: closing says RST, not FIN


class Cut(Exception):
    """The connection ends here."""


class Wire:
    """One side of a connection, read message by message."""

    def __init__(self, connection: socket.socket) -> None:
        self.socket = connection
        self._seen = b""

    def message(self) -> bytes:
        """The next HTTP message, whole; raises Cut when there is none."""
        while b"\r\n\r\n" not in self._seen:
            self._more()
        head, _, _ = self._seen.partition(b"\r\n\r\n")
        ends = len(head) + 4
        if length := _LENGTH.search(head):
            ends += int(length[1])
        elif _CHUNKED.search(head):
            while True:
                size, ends = self._size_of_chunk(ends)
                ends += size + 2
                if not size:
                    break
        while len(self._seen) < ends:
            self._more()
        message, self._seen = self._seen[:ends], self._seen[ends:]
        return message

    def _size_of_chunk(self, begins: int) -> tuple[int, int]:
        """How long the chunk that begins there is, and where its bytes begin."""
        while (end := self._seen.find(b"\r\n", begins)) < 0:
            self._more()
        return int(self._seen[begins:end], 16), end + 2

    def _more(self) -> None:
        part = self.socket.recv(1 << 18)
        if not part:
            raise Cut
        self._seen += part

    def close(self, *, reset: bool = False) -> None:
        """End the connection in good order, or as one that breaks."""
        with suppress(OSError):
            if reset:
                self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
            else:
                self.socket.shutdown(socket.SHUT_RDWR)
        self.socket.close()


class Exchange:
    """One insert on its way: what a fault may do with it."""

    def __init__(self, proxy: Proxy, client: Wire, server: Wire, request: bytes) -> None:
        self.proxy = proxy
        self.client = client
        self._server = server
        self._request = request

    def ask(self) -> bytes:
        """Let the server do it, and have its answer."""
        self._server.socket.sendall(self._request)
        return self._server.message()

    def ask_half(self) -> None:
        """The server gets half of the request, and then nothing more."""
        self._server.socket.sendall(self._request[: len(self._request) // 2])
        self._server.close()

    def answer(self, message: bytes) -> None:
        """Say that to the client."""
        self.client.socket.sendall(message)

    def cut(self, *, reset: bool = False) -> None:
        """End both connections."""
        self.client.close(reset=reset)
        raise Cut


Fault = Callable[[Exchange], None]


def pass_on(exchange: Exchange) -> None:
    """No fault."""
    exchange.answer(exchange.ask())


class Proxy:
    """In front of the HTTP server on `port` of this machine. `fault` is what happens to inserts, `landed` how often."""

    def __init__(self, port: int) -> None:
        self._target = port
        self.port = free_port()
        self._listener = self._listen(self.port)
        self.landed = 0
        self._fault: Fault | None = None
        self._everything = False
        self._changed = threading.Event()  # a fault that holds something back lets go when it is healed
        self._wires: set[Wire] = set()
        threading.Thread(target=self._accept, args=[self._listener], daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @contextmanager
    def having(self, fault: Fault, *, everything: bool = False) -> Iterator[None]:
        """Inserts, or `everything`, meet `fault` in this block."""
        self.landed, self._fault, self._everything = 0, fault, everything
        self._changed.clear()
        try:
            yield
        finally:
            self._fault = None
            self._changed.set()

    def hold(self, seconds: float) -> None:
        """Pass the time, at most until the fault is healed."""
        self._changed.wait(seconds)

    def refuse(self) -> None:
        """Nobody listens any more, and connections end; `listen` to mend it."""
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for wire in list(self._wires):
            wire.close()

    def listen(self) -> None:
        """Listen again, on the same port."""
        self._listener = self._listen(self.port)
        threading.Thread(target=self._accept, args=[self._listener], daemon=True).start()

    @staticmethod
    def _listen(port: int) -> socket.socket:
        return socket.create_server(("127.0.0.1", port), backlog=64)

    def _accept(self, listener: socket.socket) -> None:
        with suppress(OSError):
            while True:
                connection, _ = listener.accept()
                threading.Thread(target=self._serve, args=[Wire(connection)], daemon=True).start()

    def _serve(self, client: Wire) -> None:
        server = None
        self._wires.add(client)
        try:
            while True:
                request = client.message()
                server = server or Wire(socket.create_connection(("127.0.0.1", self._target), timeout=60))
                fault = self._fault if self._everything or _INSERT.search(request, 0, 4000) else None
                if fault:
                    self.landed += 1
                (fault or pass_on)(Exchange(self, client, server, request))
        except (Cut, OSError):
            pass
        finally:
            self._wires.discard(client)
            client.close()
            if server:
                server.close()


# -- faults; "done" means that the server has stored the rows and the client does not learn it


def slow(exchange: Exchange) -> None:
    """The answer takes a while, and comes."""
    answer = exchange.ask()
    exchange.proxy.hold(0.4)
    exchange.answer(answer)


def silent(exchange: Exchange) -> None:
    """Nothing is done and nothing is said."""
    exchange.proxy.hold(30)
    exchange.cut()


def silent_after(exchange: Exchange) -> None:
    """Done, and nothing is said for longer than the client waits."""
    exchange.ask()
    exchange.proxy.hold(30)
    exchange.cut()


def late(exchange: Exchange) -> None:
    """Done long after the client has given up waiting, when it may have sent the same again."""
    exchange.proxy.hold(3)
    exchange.ask()
    exchange.cut()


def hung_up(exchange: Exchange) -> None:
    """Done, and the connection is closed instead of an answer."""
    exchange.ask()
    exchange.cut()


def reset(exchange: Exchange) -> None:
    """Done, and the connection is reset."""
    exchange.ask()
    exchange.cut(reset=True)


def half_an_answer(exchange: Exchange) -> None:
    """Done, and the answer ends in the middle of its head."""
    answer = exchange.ask()
    exchange.answer(answer[: answer.index(b"\r\n") + 9])
    exchange.cut()


def trickling(exchange: Exchange) -> None:
    """Done, and the answer comes byte by byte."""
    for byte in exchange.ask():
        exchange.answer(bytes([byte]))
        time.sleep(0.002)


def half_a_request(exchange: Exchange) -> None:
    """The connection breaks in the middle of the insert."""
    exchange.ask_half()
    exchange.cut(reset=True)


def noise(exchange: Exchange) -> None:
    """Done, and the answer is no HTTP."""
    exchange.ask()
    exchange.answer(random.Random(1).randbytes(300))
    exchange.cut()


def garbled(exchange: Exchange) -> None:
    """Done, and the answer's body cannot be unpacked."""
    exchange.ask()
    exchange.answer(page(200, b"\xff\xfe not packed", "Content-Encoding: lz4\r\n"))


def says(status: int, code: int = 0, *, done: bool = False, text: str = "<html>no ClickHouse</html>") -> Fault:
    """An answer with that HTTP status and ClickHouse's code, the insert being done before or not."""

    def fault(exchange: Exchange) -> None:
        if done:
            exchange.ask()
        marked = f"X-ClickHouse-Exception-Code: {code}\r\n" if code else ""
        body = f"Code: {code}. DB::Exception: {text}" if code else text
        exchange.answer(page(status, body.encode(), marked))

    fault.__name__ = f"{status}{f'_code_{code}' if code else ''}{'_done' if done else ''}"
    return fault


def any_of(faults: Sequence[Fault], seed: int) -> Fault:
    """One of `faults` at random for half of the inserts; the others pass."""
    chance, lock = random.Random(seed), threading.Lock()

    def fault(exchange: Exchange) -> None:
        with lock:
            chosen = chance.choice(faults) if chance.random() < 0.5 else pass_on
        chosen(exchange)

    return fault


def two_of_three(fault: Fault) -> Fault:
    """Two inserts meet `fault`, the third passes, and so on: the client tries again by itself, once."""
    turns = cycle((fault, fault, pass_on))

    def turn(exchange: Exchange) -> None:
        next(turns)(exchange)

    return turn


def page(status: int, body: bytes, headers: str = "") -> bytes:
    """An HTTP answer."""
    return f"HTTP/1.1 {status} Said\r\nContent-Length: {len(body)}\r\n{headers}\r\n".encode() + body
