"""A process's own metrics page: only what it moves; and counters are there, at 0, before they first rise.

Prometheus sees no rise in a series that begins with 1: the first dead letter would be missed.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from typing import Any, Final, Literal

from prometheus_client import REGISTRY
from prometheus_client.metrics import MetricWrapperBase

from ..core.rejected import REASONS
from . import metrics

Process = Literal["worker", "writer"]

HOW: Final = (
    "in_order", "late", "duplicate", "too_old", "held", "routed", "id_reused", "symptom_failed", "impossible"
)  # fmt: skip
_BALANCE: Final = (
    metrics.ACCEPTED, metrics.APPLIED, metrics.DEAD, metrics.ABSENT, metrics.GIVEN_BACK, metrics.UNHANDLED
)  # fmt: skip
_OUTCOMES: Final = ("answered", "refused", "failed", "limited", "cancelled")


def known() -> dict[str, Any]:
    """Every metric by its name, without `_total`."""
    found = [each for each in vars(metrics).values() if isinstance(each, MetricWrapperBase)]
    return {name_of(each): each for each in found}


def name_of(metric: Any) -> str:
    """The name under which it was made."""
    return str(metric.describe()[0].name)


def process_of(name: str) -> Process | None:
    """Whose metric it is; None: everybody's."""
    if name == "siloscope_build_info":
        return None
    return "writer" if name.startswith(("siloscope_writer_", "siloscope_gateway_")) else "worker"


def prepare(process: Process, topics: tuple[str, ...]) -> None:
    """Make this the page of one process, which reads `topics`."""
    for name, metric in known().items():
        if process_of(name) not in (process, None):
            with suppress(KeyError):  # it is off already
                REGISTRY.unregister(metric)
    for metric, labels in _worker(topics) if process == "worker" else _writer(topics):
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
