"""The body of a request: whole, soon and not too large; then handed on as if it had just come."""

from __future__ import annotations

import asyncio
from typing import Final

from starlette.requests import Request
from starlette.types import Message, Receive

from .refusal import Refusal

SECONDS: Final = 20.0


async def whole(request: Request, most: int) -> bytes:
    """The body, of `most` bytes at the utmost. Raises Refusal, or ClientDisconnect."""
    too_large = Refusal(413, f"this is too large: send {most} bytes at the utmost", {"connection": "close"})
    said = request.headers.get("content-length", "0")
    if not said.isdecimal():
        raise Refusal(400, "the length of the request is no number")
    if int(said) > most:
        raise too_large
    parts = bytearray()
    try:
        async with asyncio.timeout(SECONDS):
            async for part in request.stream():
                parts += part
                if len(parts) > most:
                    raise too_large
    except TimeoutError:
        raise Refusal(408, "the request did not arrive in time: send it again", {"connection": "close"}) from None
    return bytes(parts)


def again(body: bytes, receive: Receive) -> Receive:
    """What the application receives: the body that was read, then whatever comes."""
    waiting: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def next_message() -> Message:
        return waiting.pop() if waiting else await receive()

    return next_message
