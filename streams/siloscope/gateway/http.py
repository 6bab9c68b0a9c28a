"""ClickHouse's HTTP interface, as far as its clients need it for reading."""

from __future__ import annotations

import asyncio
import json
import logging
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any, Final

from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from siloscope.ops import metrics

from .asking import Asking, Told
from .engine import LONGEST, Failed
from .hello import hello
from .request import Wrong, must_be_reader, question

log = logging.getLogger(__name__)

_BODY_SECONDS: Final = 10.0
_STATUS: Final = {60: 404, 81: 404, 159: 408, 160: 408, 241: 500, 394: 499, 396: 413}
_LIMITED: Final = frozenset({158, 159, 160, 202, 241, 307, 396})
_TYPES: Final = {"JSON": "application/json", "CSV": "text/csv", "XML": "application/xml"}


def application(asking: Asking, token: str, limits: Mapping[str, float]) -> Starlette:
    """The interface to `asking` for whoever has the `token`; `limits`: settings that nobody can raise."""

    async def ping(_: Request) -> Response:
        return PlainTextResponse("Ok.\n")

    async def ask(request: Request) -> Response:
        name = request.query_params.get("query_id") or asking.new_id()
        try:
            must_be_reader(request.query_params, request.headers, token)
            body = await _body(request)
            asked = question(request.query_params, request.headers, body, limits)
            if greeting := hello(asked.sql, asked.form, _revision(request), asking.version):
                return _sent(greeting, asked.form, _common(name))
            inside = asking.new_id()
            running = _in_thread(lambda: asking.ask(asked, inside))
            told = await _while_waited_for(request, running, lambda: asking.end(inside), limits["max_execution_time"])
        except (Wrong, Failed) as error:
            return _error(error, name)
        except asyncio.CancelledError:
            return _error(Wrong(394, "QUERY_WAS_CANCELLED", "the gateway is stopped", 503), name)
        except ClientDisconnect:
            metrics.GATEWAY_QUERIES.labels("cancelled").inc()
            return Response(status_code=499)
        except Exception as error:  # noqa: BLE001  # one query that cannot be answered is not the end of the gateway
            log.warning("the gateway cannot answer a query: %s: %s", type(error).__name__, error)
            return _error(Wrong(1001, "STD_EXCEPTION", "a mistake of the gateway; its log says more", 500), name)
        metrics.GATEWAY_QUERIES.labels("answered").inc()
        metrics.GATEWAY_SECONDS.observe(told.seconds)
        return _answer(told, name)

    return Starlette(routes=[Route("/ping", ping), Route("/", ask, methods=["GET", "POST"])])


async def _body(request: Request) -> bytes:
    """The whole body; no more than a query may have, and soon. Raises Wrong."""
    if request.headers.get("content-encoding", "identity") != "identity":
        raise Wrong(1, "UNSUPPORTED_METHOD", "send the query without Content-Encoding", 415)
    if request.headers.get("content-type", "").startswith("multipart/"):
        raise Wrong(1, "UNSUPPORTED_METHOD", "send the query as the body: forms and external tables are not taken", 415)
    parts = bytearray()
    try:
        async with asyncio.timeout(_BODY_SECONDS):
            async for part in request.stream():
                parts += part
                if len(parts) > LONGEST:
                    raise Wrong(62, "SYNTAX_ERROR", f"Max query size exceeded: {LONGEST} bytes", 413)
    except TimeoutError:
        raise Wrong(209, "SOCKET_TIMEOUT", "the query did not arrive in time", 408) from None
    return bytes(parts)


def _in_thread(work: Callable[[], Told]) -> asyncio.Future[Told]:
    """Do the work in a thread that keeps nobody from ending: the engine cannot be stopped inside of one function."""
    loop = asyncio.get_running_loop()
    future: asyncio.Future[Told] = loop.create_future()

    def settle(answer: Told | None, error: Exception | None) -> None:
        if future.done():
            return
        if error is not None:
            future.set_exception(error)
        elif answer is not None:
            future.set_result(answer)

    def run() -> None:
        try:
            done: tuple[Told | None, Exception | None] = (work(), None)
        except Exception as error:  # noqa: BLE001  # whatever it is, who waits is told
            done = (None, error)
        with suppress(RuntimeError):  # the loop has ended meanwhile
            loop.call_soon_threadsafe(settle, *done)

    threading.Thread(target=run, name="gateway-query", daemon=True).start()
    return future


async def _while_waited_for(
    request: Request, running: asyncio.Future[Told], end: Callable[[], None], seconds: float
) -> Told:
    """What `running` answers; it is ended when the client goes away or `seconds` have passed by far.

    Raises ClientDisconnect or Wrong then.
    """
    gone: asyncio.Future[Any] = asyncio.ensure_future(_gone(request))
    try:
        await asyncio.wait({running, gone}, timeout=2 * seconds + 1, return_when=asyncio.FIRST_COMPLETED)
        if running.done():
            return running.result()
        await asyncio.to_thread(end)
        running.add_done_callback(lambda late: late.exception())  # heard, so that nobody is told of it
        if gone.done():
            raise ClientDisconnect
        raise Wrong(159, "TIMEOUT_EXCEEDED", f"no answer in {seconds:g} s, and the query does not heed its end", 408)
    finally:
        gone.cancel()


async def _gone(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass


def _answer(told: Told, name: str) -> Response:
    answer = told.answer
    summary = {
        "read_rows": answer.rows_read, "read_bytes": answer.bytes_read, "written_rows": 0, "written_bytes": 0,
        "total_rows_to_read": answer.rows_read, "result_rows": answer.rows, "result_bytes": len(answer.body),
        "elapsed_ns": int(told.seconds * 1e9),
    }  # fmt: skip
    headers = {
        "X-ClickHouse-Summary": json.dumps({key: str(value) for key, value in summary.items()}),
        **_common(name),
    }
    return _sent(answer.body, told.form, headers)


def _sent(body: bytes, form: str, headers: Mapping[str, str]) -> Response:
    kind = next((kind for start, kind in _TYPES.items() if form.startswith(start)), "text/plain; charset=UTF-8")
    return Response(body, headers={"X-ClickHouse-Format": form, **headers}, media_type=kind)


def _revision(request: Request) -> int:
    said = request.query_params.get("client_protocol_version", "")
    return int(said) if said.isdecimal() else 0


def _common(name: str) -> dict[str, str]:
    safe = "".join(letter for letter in name[:100] if letter.isascii() and letter.isprintable())
    return {
        "X-ClickHouse-Query-Id": safe, "X-ClickHouse-Timezone": "UTC", "X-ClickHouse-Server-Display-Name": "siloscope",
        "Cache-Control": "no-store", "X-Content-Type-Options": "nosniff",
    }  # fmt: skip


def _error(error: Wrong | Failed, name: str) -> Response:
    status = error.status if isinstance(error, Wrong) else _STATUS.get(error.code, 400)
    outcome = "limited" if error.code in _LIMITED else "refused" if isinstance(error, Wrong) else "failed"
    metrics.GATEWAY_QUERIES.labels(outcome).inc()
    headers: dict[str, Any] = {"X-ClickHouse-Exception-Code": str(error.code), **_common(name)}
    if error.code == 516:
        headers["WWW-Authenticate"] = 'Basic realm="siloscope"'
    return PlainTextResponse(f"{error}\n", status, headers)
