"""What deliveries are tried on: invented warnings and messages, and receivers that behave as they are told."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any, NamedTuple

from tests import board_tools
from tests.unit.alert_tools import alert

from siloscope.core.handoff import Brief, Warning
from siloscope.deliver.message import Message, Notice, Subject, What, id_of, notice_id

AT = 1_772_442_845_000  # 2 Mar 2026 09:14:05 UTC
BOARD = "https://board.example"


def warning(**other: Any) -> Warning:
    """A handoff of support to finance, with a brief of every part."""
    usual: dict[str, Any] = {
        "warning_id": "w-1", "customer_id": "c-1042", "account": "acme", "case_ref": "desk:4711",
        "from_department": "support", "to_department": "finance", "team": "billing", "urgency": "high",
        "handed_at": AT, "due_at": AT + 86_400_000, "evidence": ("desk:4711-3",),
        "brief": Brief(
            summary="support by ticket hands her over to you about billing.price. Begin with her complaint, which "
            "nobody has made good: 1 Mar 2026 15:20 UTC, support by phone: “twice now!” [desk:4711-2]",
            phase="renew",
            open_cases=("desk:4711: billing.price, urgent, with support since 1 Mar 2026 09:00 UTC [desk:4711-1]",),
            promises=("OVERDUE since 2 Mar 2026 08:00 UTC: 1 Mar 2026, support by phone: “we call you” [desk:4711-4]",),
            already_given=("customer_number", "iban"),
            answers_given=("1 Mar 2026 10:00 UTC, sales by email: price.pro: 49 EUR [crm:88]",),
            do_not=("Do not sell or survey: she complained: 1 Mar 2026, by phone: “twice now!” [desk:4711-2]",),
            recent=("2 Mar 2026 09:14 UTC, support by ticket: “pro is 59 EUR” [desk:4711-3]",),
            open_alerts=("Told two prices for pro [desk:4711-3]",),
        ),
    }  # fmt: skip
    return board_tools.warning(**(usual | other))


def notice(subject: Subject | None = None, what: What | None = None, **other: Any) -> Notice:
    """A notice to `desk` about the subject (none: an alert `a`); of its opening, if `what` is not given."""
    told: Subject = alert("a", opened_at=AT, updated_at=AT) if subject is None else subject
    what = what or ("pending" if isinstance(told, Warning) else "opening")
    return Notice(notice_id(id_of(told), what, "desk"), what, told, AT, **other)


def one(subject: Subject | None = None, what: What | None = None, language: str = "en", **other: Any) -> Message:
    """A message of one notice."""
    told = notice(subject, what, **other)
    return Message(told.id, "one", "desk", (told,), language)


def digest(number: int, **other: Any) -> Message:
    """A message of many."""
    notices = tuple(notice(alert(f"a{each}", **other)) for each in range(number))
    return Message("d-1", "digest", "desk", notices)


class Asked(NamedTuple):
    """What a receiver was asked: header names in lower case."""

    line: str
    headers: dict[str, str]
    body: bytes


@asynccontextmanager
async def listening(
    talk: Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]], context: ssl.SSLContext | None
) -> AsyncIterator[int]:
    """A server on a free port of this machine; the port."""
    server = await asyncio.start_server(talk, "127.0.0.1", 0, ssl=context)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()


Answering = Callable[[asyncio.StreamWriter], Awaitable[None]]


class HttpReceiver:
    """Answers each request with the next of `answers` (bytes, or a coroutine that writes), the last for ever."""

    def __init__(self, answers: Sequence[bytes | Answering]) -> None:
        self.asked: list[Asked] = []
        self._answers = list(answers)
        self.port = 0

    @asynccontextmanager
    async def serving(self, context: ssl.SSLContext | None = None) -> AsyncIterator[HttpReceiver]:
        """On a free port of this machine."""
        async with listening(self._talk, context) as self.port:
            yield self

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                line, *lines = head.decode().strip().split("\r\n")
                headers = {name.lower(): value for name, _, value in (each.partition(": ") for each in lines)}
                body = await reader.readexactly(int(headers.get("content-length", 0)))
                self.asked.append(Asked(line, headers, body))
                answer = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
                if isinstance(answer, bytes):
                    writer.write(answer)
                else:
                    await answer(writer)
                await writer.drain()
        except (asyncio.CancelledError, asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()


def http(status: int, body: bytes = b"", *headers: str) -> bytes:
    """An answer."""
    lines = [f"HTTP/1.1 {status} X", f"content-length: {len(body)}", *headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body
