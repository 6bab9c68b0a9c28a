"""`siloscope doctor`: one line for each thing a process needs, with the remedy where it is wrong."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from pathlib import Path
from typing import Final

from rich.console import Console

from ..agents.worker import partition_opener
from ..errors import Unusable
from ..settings import Settings, load
from ..stores.client import opened
from ..stores.migrations import pending
from ..wire import KINDS, configure
from ..wire.framing import frame
from . import topics


def main(config: Path | None) -> None:
    """Tell what is right and what is wrong; raises Unusable when anything is wrong, WrongUsage for the settings."""
    settings = load(config)
    console, wrong = Console(soft_wrap=True, highlight=False), 0
    for name, check in CHECKS.items():
        try:
            console.print("[green]right[/]", f"{name}:", check(settings))
        except Unusable as error:
            wrong += 1
            console.print("[red]wrong[/]", f"{name}: {error}", markup=True)
    if wrong:
        raise Unusable(f"{wrong} of {len(CHECKS)} things are wrong")


def _symptoms(settings: Settings) -> str:
    partition_opener(settings)
    return f"parameters given for {', '.join(settings.symptoms)}" if settings.symptoms else "all as they come"


def _decoder(_: Settings) -> str:
    fast = importlib.util.find_spec("cavro") is not None
    return "cavro" if fast else "fastavro, a third as fast as cavro, which Python 3.11 and 3.12 on x86-64 can have"


def _topics(settings: Settings) -> str:
    found = topics.check(settings)
    topics.refuse_wrong(found)
    return f"{len(found)} topics with {settings.partitions} partitions at {settings.bootstrap_servers}"


def _schemas(settings: Settings) -> str:
    configure(settings)
    for kind in KINDS:
        frame(kind)
    return f"{len(KINDS)} schemas, ids from {settings.schema_registry_url or 'schemas/ids.yml'}"


def _store(settings: Settings) -> str:
    where = settings.store.url or f"embedded in {settings.store.path}"
    if not settings.store.url and not settings.store.path.exists():  # opening it would make it
        return f"{where}, made when the writer starts"
    with opened(settings) as client:
        todo = pending(client)
    if todo:
        raise Unusable(f"{len(todo)} migrations are to be applied: siloscope migrate")
    return where


CHECKS: Final[dict[str, Callable[[Settings], str]]] = {
    "symptoms": _symptoms,
    "decoder": _decoder,
    "topics": _topics,
    "schemas": _schemas,
    "store": _store,
}
