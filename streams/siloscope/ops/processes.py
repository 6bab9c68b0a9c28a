"""The processes there are, and where each serves its pages (/metrics, /healthz, /readyz)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal, get_args

if TYPE_CHECKING:  # the container's probe asks this module, again and again
    from ..settings import Settings

Process = Literal["worker", "writer", "deliver", "board", "preflight"]
PROCESSES: Final[tuple[Process, ...]] = get_args(Process)
PORT: Final = 9300  # of the first, unless `metrics_port` says otherwise


def port_of(settings: Settings, process: Process) -> int:
    """The port of its pages: one after the other from `metrics_port` on; 0 (any free one) stays 0."""
    return settings.metrics_port + PROCESSES.index(process) if settings.metrics_port else 0
