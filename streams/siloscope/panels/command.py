"""`siloscope dashboards`: the dashboards without Grafana, in a browser or as files."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import typer

from siloscope.film.command import stored
from siloscope.film.drawing import drawn
from siloscope.ops.processes import PROCESSES, port_of
from siloscope.settings import Settings
from siloscope.stores.elsewhere import must_exist, readable

from .board import boards
from .evaluation import Evaluated
from .page import Reader
from .samples import Samples
from .serving import listening, serving, written
from .sources import Prometheus


def main(settings: Settings, out: Path | None, port: int, prometheus: str | None) -> None:
    """Write the pages to `out`, or serve them until Ctrl-C; raises Unusable in one line."""
    must_exist(settings)
    if out is not None:
        with readable(settings) as store:
            reader = Reader(store, Prometheus(prometheus) if prometheus else None)
            for file in written(boards(), reader, out):
                typer.echo(file)
        return
    own = [f"http://{settings.metrics_host}:{port_of(settings, process)}/metrics" for process in PROCESSES]
    with listening(port) as at:
        serve(settings, at, own, prometheus, lambda address: typer.echo(f"{address}   Ctrl-C ends"))


def serve(
    settings: Settings, at: socket.socket, pages: Sequence[str], prometheus: str | None,
    ready: Callable[[str], None] = lambda _: None,
) -> None:  # fmt: skip
    """Serve the pages until SIGINT; `ready` gets the address. Metrics come from `prometheus`, else from `pages`.

    The first two pages, of worker and writer, must be there; the others may.
    """
    with (
        readable(settings) as store,
        _metrics(pages, prometheus) as (metrics, since),
        serving(
            boards(), Reader(store, metrics, since, film=lambda customer: drawn(stored(customer, settings))), at
        ) as address,
    ):
        ready(address)
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            pass


@contextmanager
def _metrics(pages: Sequence[str], prometheus: str | None) -> Iterator[tuple[Prometheus | Evaluated, datetime | None]]:
    """Who answers PromQL, and since when it can."""
    if prometheus:
        yield Prometheus(prometheus), None
        return
    samples = Samples(pages[:2], pages[2:])
    with samples.kept_on():
        yield Evaluated(samples), datetime.fromtimestamp(samples.began, UTC)
