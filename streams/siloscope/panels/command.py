"""`siloscope dashboards`: the dashboards without Grafana, in a browser or as files."""

from __future__ import annotations

import threading
from pathlib import Path

import typer

from siloscope.settings import Settings
from siloscope.stores.reading import reader as store_reader

from .board import boards
from .page import Reader
from .serving import serving, written
from .sources import Prometheus


def main(settings: Settings, out: Path | None, port: int, prometheus: str | None) -> None:
    """Write the pages to `out`, or serve them until Ctrl-C; raises Unusable in one line."""
    shown = boards()
    with store_reader(settings) as store:
        reader = Reader(store, Prometheus(prometheus) if prometheus else None)
        if out is not None:
            for path in written(shown, reader, out):
                typer.echo(path)
            return
        with serving(shown, reader, port) as address:
            typer.echo(f"{address}   Ctrl-C ends")
            try:
                threading.Event().wait()
            except KeyboardInterrupt:
                typer.echo("")
