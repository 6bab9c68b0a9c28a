"""A progress bar on a terminal, nothing in a pipe."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import (
    BarColumn,
    Progress,
    ProgressColumn,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
    TimeRemainingColumn,
)


@contextmanager
def progress(what: str, unit: str, total: int | None = None) -> Iterator[Callable[[int], None]]:
    """Yields a function that says how many `unit` more are done; the bar goes to standard error."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda _: None
        return
    name, done = TextColumn("{task.description}"), "{task.completed:,.0f}"
    columns: tuple[ProgressColumn, ...] = (name, TextColumn(f"{done} {unit}"), TimeElapsedColumn())
    if total is not None:
        of = TextColumn(f"{done} of {total:,} {unit}")
        columns = (name, BarColumn(), of, TimeRemainingColumn(), TextColumn("left"))
    with Progress(SpinnerColumn(), *columns, console=console, transient=True) as bar:
        task = bar.add_task(what, total=total)
        yield lambda number: bar.advance(task, number)
