"""What a process serves over HTTP: /metrics for Prometheus, /healthz and /readyz for who watches over processes."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable, Iterable, Mapping
from threading import Lock, Thread
from typing import Any, Final
from wsgiref.simple_server import WSGIRequestHandler, make_server

from prometheus_client import make_wsgi_app
from prometheus_client.exposition import ThreadingWSGIServer

from ..errors import Unusable
from .health import Answer, Health

_JSON: Final = [("Content-Type", "application/json; charset=utf-8"), ("Cache-Control", "no-store")]

Application = Callable[..., Iterable[bytes]]

TOGETHER: Final = Lock()  # held while metrics move that a page must show all before or all after


def serve(host: str, port: int, health: Health | None = None) -> int:
    """Serve this process's metrics, and its health where it has one; the port (`port` 0: any free one).

    Raises Unusable where the port cannot be had.
    """
    # Whole before it listens: prometheus_client's own would answer /readyz with metrics, and well, for a moment.
    metrics = _whole(make_wsgi_app())
    try:
        server = make_server(
            host, port, _with_health(metrics, health) if health is not None else metrics, _server(host, port), _Quiet
        )
    except OSError as error:
        raise Unusable(
            f"metrics cannot be served on {host}:{port}: {error.strerror or error}; set metrics_port (0: any free one)"
        ) from None
    Thread(target=server.serve_forever, name="pages", daemon=True).start()
    return int(server.server_address[1])


def _whole(metrics: Application) -> Application:
    def answer(environ: Mapping[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        with TOGETHER:
            return metrics(environ, start)

    return answer


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing of each request."""


def _server(host: str, port: int) -> type[ThreadingWSGIServer]:
    """For IPv4 or IPv6, as the address is."""

    class Server(ThreadingWSGIServer):
        address_family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0][0]

    return Server


def _with_health(metrics: Application, health: Health) -> Application:
    pages: Mapping[str, Callable[[], Answer]] = {"/healthz": health.healthy, "/readyz": health.ready}

    def answer(environ: Mapping[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        page = pages.get(environ["PATH_INFO"])
        if page is None:
            return metrics(environ, start)
        found = page()
        start("200 OK" if found.well else "503 Service Unavailable", list(_JSON))  # wsgiref adds to the list
        return [json.dumps(found.page).encode() + b"\n"]

    return answer
