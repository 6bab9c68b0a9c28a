"""What a process serves over HTTP: /metrics for Prometheus, /healthz and /readyz for who watches over processes."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from prometheus_client import start_http_server

from ..errors import Unusable
from .health import Answer, Health

_JSON: Final = [("Content-Type", "application/json; charset=utf-8"), ("Cache-Control", "no-store")]

Application = Callable[..., Iterable[bytes]]


def serve(host: str, port: int, health: Health | None = None) -> int:
    """Serve this process's metrics, and its health where it has one; the port (`port` 0: any free one).

    Raises Unusable where the port cannot be had.
    """
    try:
        server, _ = start_http_server(port, host)
    except OSError as error:
        raise Unusable(
            f"metrics cannot be served on {host}:{port}: {error.strerror or error}; set metrics_port (0: any free one)"
        ) from None
    metrics = server.get_app()
    if health is not None and metrics is not None:
        server.set_app(_with_health(metrics, health))
    return int(server.server_address[1])


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
