"""A process's own metrics page: only what it moves; and counters are there, at 0, before they first rise.

Prometheus sees no rise in a series that begins with 1: the first dead letter would be missed.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import Any, Final

from prometheus_client import REGISTRY
from prometheus_client.metrics import MetricWrapperBase

from ..core.rejected import REASONS
from ..settings import Settings
from . import metrics, metrics_staff, pages
from .health import Health
from .processes import PROCESSES, Process, port_of

HOW: Final = (
    "in_order", "late", "duplicate", "too_old", "held", "routed", "id_reused", "symptom_failed", "impossible"
)  # fmt: skip
_BALANCE: Final = (
    metrics.ACCEPTED, metrics.APPLIED, metrics.DEAD, metrics.ABSENT, metrics.GIVEN_BACK, metrics.UNHANDLED
)  # fmt: skip
_OUTCOMES: Final = ("answered", "refused", "failed", "limited", "cancelled")


def known() -> dict[str, Any]:
    """Every metric by its name, without `_total`."""
    named = (*vars(metrics).values(), *vars(metrics_staff).values())
    found = [each for each in named if isinstance(each, MetricWrapperBase)]
    return {name_of(each): each for each in found}


def name_of(metric: Any) -> str:
    """The name under which it was made."""
    return str(metric.describe()[0].name)


def process_of(name: str) -> Process | None:
    """Whose metric it is; None: everybody's."""
    if name == "siloscope_build_info":
        return None
    area = name.split("_")[1]
    if area == "gateway":
        return "writer"
    return next((process for process in PROCESSES if process == area), "worker")


def opened(settings: Settings, process: Process, topics: tuple[str, ...] = ()) -> Health:
    """Serve the pages of `process`, which reads `topics`; its loop tells the health how it gets on.

    Raises Unusable where the port cannot be had.
    """
    health = Health(process, settings.health_seconds)
    pages.serve(settings.metrics_host, port_of(settings, process), health)
    prepare(process, topics)
    return health


def prepare(process: Process, topics: tuple[str, ...]) -> None:
    """Make this the page of one process, which reads `topics`."""
    for name, metric in known().items():
        if process_of(name) not in (process, None):
            with suppress(KeyError):  # it is off already
                REGISTRY.unregister(metric)
    for metric, labels in _FIRST[process](topics):
        metric.labels(*labels)


def _worker(topics: tuple[str, ...]) -> Iterator[tuple[Any, tuple[str, ...]]]:
    for topic in topics:
        yield from ((metric, (topic,)) for metric in _BALANCE)
    for reason in REASONS:
        yield metrics.REJECTED, (reason,)
    for how in HOW:
        yield metrics.TOUCHPOINTS, (how,)


def _writer(topics: tuple[str, ...]) -> Iterator[tuple[Any, tuple[str, ...]]]:
    for topic in topics:
        yield metrics.WRITER_READ, (topic,)
        yield metrics.WRITER_GIVEN_BACK, (topic,)
        yield metrics.WRITER_REFUSED, (topic, "impossible")
    for outcome in _OUTCOMES:
        yield metrics.GATEWAY_QUERIES, (outcome,)


def _deliver(_: tuple[str, ...]) -> Iterator[tuple[Any, tuple[str, ...]]]:
    yield from ()  # who the receivers are is in its settings: deliver/figures.py


def _board(_: tuple[str, ...]) -> Iterator[tuple[Any, tuple[str, ...]]]:
    for outcome in ("answered", "refused", "failed"):
        yield metrics_staff.BOARD_REQUESTS, (outcome,)
    for kind in metrics_staff.ACTIONS:
        yield from ((metrics_staff.BOARD_ACTIONS, (kind, way, "failed")) for way in metrics_staff.WAYS)


def _preflight(_: tuple[str, ...]) -> Iterator[tuple[Any, tuple[str, ...]]]:
    for verdict in ("clear", "caution", "hold", "refused"):
        yield metrics_staff.PREFLIGHT_VERDICTS, (verdict,)


_FIRST: Final = {"worker": _worker, "writer": _writer, "deliver": _deliver, "board": _board, "preflight": _preflight}
