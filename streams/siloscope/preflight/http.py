"""The process's interface: `POST /v1/preflight` with one message or a list of them, and the verdicts come back."""

from __future__ import annotations

import asyncio
import hmac
import re
import time
from collections.abc import Callable
from typing import Any, Final

import msgspec
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from ..ops import metrics_staff as metrics
from ..ops.health import Answer
from ..web.access.body import whole
from ..web.access.refusal import Refusal
from .asking import Asked, Imagine, Knows, ask, verdict

MOST: Final = 1_000  # messages of a request
LARGEST: Final = 4 << 20  # bytes of a request
_LOCAL: Final = re.compile(r"(127\.0\.0\.1|localhost|\[::1\])(:\d{1,5})?")
_list: Final = msgspec.json.Decoder(list[msgspec.Raw])

Page = Callable[[], Answer]


def application(
    imagine: Imagine, knows: Knows, now: Callable[[], int], healthy: Page, ready: Page, token: str | None
) -> Starlette:
    """Asks `imagine` about messages that go out `now()`, to customers whom it `knows` or not.

    Whoever has the `token` may ask, without one this machine.
    """

    async def preflight(request: Request) -> Response:
        began = time.perf_counter()
        try:
            _must_be_let_in(request, token)
            if not (found := ready()).well:
                raise Refusal(503, f"not ready: {found.why}; ask again", {"retry-after": "5"})
            response = await _answer(await whole(request, LARGEST), imagine, knows, now)
        except Refusal as error:
            return _json({"error": str(error)}, error.status, error.headers)
        except ClientDisconnect:
            return Response(status_code=499)
        metrics.PREFLIGHT_SECONDS.observe(time.perf_counter() - began)
        return response

    async def page(request: Request) -> Response:
        found = healthy() if request.url.path == "/healthz" else ready()
        return _json(found.page, 200 if found.well else 503)

    return Starlette(
        routes=[
            Route("/v1/preflight", preflight, methods=["POST"]), Route("/healthz", page), Route("/readyz", page),
        ]
    )  # fmt: skip


def _must_be_let_in(request: Request, token: str | None) -> None:
    """Raise Refusal unless the token comes with it; without one, unless it is meant for this machine.

    A page in somebody's browser must not ask in her name: no browser sends JSON elsewhere unasked, and no name but
    this machine's own leads here.
    """
    if token is not None:
        kind, _, said = request.headers.get("authorization", "").partition(" ")
        if kind.lower() != "bearer" or not hmac.compare_digest(said.strip().encode(), token.encode()):
            raise Refusal(401, "send the token: Authorization: Bearer …", {"www-authenticate": "Bearer"})
    elif not _LOCAL.fullmatch(request.headers.get("host", "").lower()):
        raise Refusal(421, "without preflight.token only this machine may ask, as 127.0.0.1 or localhost")
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise Refusal(415, "send JSON: Content-Type: application/json")


async def _answer(body: bytes, imagine: Imagine, knows: Knows, now: Callable[[], int]) -> Response:
    """The verdicts; between two messages of a list whoever asks about one has her turn. Raises Refusal."""
    messages = _messages(body)
    if messages is None:
        one = _asked(imagine, knows, now(), body, 1)
        return _json(verdict(one), 200 if one.refused is None else 422)
    said = []
    for number, each in enumerate(messages, 1):
        said.append(verdict(_asked(imagine, knows, now(), bytes(each), number)))
        await asyncio.sleep(0)
    return _json(said)


def _messages(body: bytes) -> list[msgspec.Raw] | None:
    """Those of a list; None where the body is one message. Raises Refusal."""
    if body.lstrip()[:1] != b"[":
        return None
    try:
        messages = _list.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Refusal(400, f"this is no JSON: {error}") from None
    if len(messages) > MOST:
        raise Refusal(413, f"these are {len(messages):,} messages: send {MOST:,} at a time")
    return messages


def _asked(imagine: Imagine, knows: Knows, now: int, event: bytes, number: int) -> Asked:
    found = ask(imagine, knows, now, event, number)
    metrics.PREFLIGHT_VERDICTS.labels("refused" if found.refused is not None else found.verdict).inc()
    return found


def _json(said: Any, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    common = {"cache-control": "no-store", "x-content-type-options": "nosniff"}
    return Response(msgspec.json.encode(said), status, common | (headers or {}), "application/json")
