"""The tables in docs/metrics.md, from the metrics: `python -m siloscope.ops.metrics_docs docs/metrics.md`."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from . import metrics_page

_BEGIN: Final = "<!-- From here on written by `python -m siloscope.ops.metrics_docs docs/metrics.md`. -->\n"
_END: Final = "<!-- Till here. -->\n"
_TITLES: Final = {
    "worker": "The worker",
    "writer": "The writer, with its gateway",
    "deliver": "Delivery",
    "board": "The board",
    "preflight": "Preflight",
    None: "All",
}


def with_tables(page: str) -> str:
    """The page with the tables as they are now."""
    head, _, rest = page.partition(_BEGIN)
    tables = (line for process, title in _TITLES.items() for line in _table(process, title))
    return "\n".join([head + _BEGIN, *tables, _END]) + rest.partition(_END)[2]


def _table(process: str | None, title: str) -> Iterator[str]:
    yield from (f"## {title}", "", "| metric | labels | meaning |", "| --- | --- | --- |")
    for name, metric in metrics_page.known().items():
        if metrics_page.process_of(name) == process:
            described = metric.describe()[0]
            labels = ", ".join(f"`{label}`" for label in labels_of(metric))
            yield f"| `{shown(metric)}`<br>{described.type} | {labels} | {described.documentation} |"
    yield ""


def labels_of(metric: Any) -> tuple[str, ...]:
    """The names of its labels."""
    names: tuple[str, ...] = metric._labelnames
    return names


def shown(metric: Any) -> str:
    """The name as a query has it, of a histogram without `_bucket` and the like."""
    described = metric.describe()[0]
    return f"{described.name}_total" if described.type == "counter" else str(described.name)


if __name__ == "__main__":
    file = Path(sys.argv[1])
    file.write_text(with_tables(file.read_text(encoding="utf-8")), encoding="utf-8")
