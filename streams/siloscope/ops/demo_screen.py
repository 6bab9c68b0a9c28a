"""What the demo says besides the alerts: each part as it starts, and on a terminal a line at the foot."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext

from rich.console import Console
from rich.markup import escape


class Screen:
    """A console, on a terminal with something that moves while one waits; in a pipe plain lines."""

    def __init__(self, console: Console) -> None:
        self.console = console

    def done(self, part: str, what: str) -> None:
        """One part is there."""
        self.console.print(f"  [green]✓[/] {part:10} {what}", highlight=False, soft_wrap=True)  # to be copied

    def caution(self, what: str) -> None:
        """Something is less than it could be, and what that means."""
        self.console.print(f"  [yellow]![/] {escape(what)}", highlight=False)

    def title(self, what: str) -> None:
        """What comes now."""
        self.console.print(f"\n[bold]{escape(what)}[/]", highlight=False)

    @contextmanager
    def step(self, part: str, what: Callable[[], str]) -> Iterator[None]:
        """A part starts in the block; `what` is asked for afterwards, and said with how long it took."""
        started = time.monotonic()
        with self.console.status(f"{part} …") if self.console.is_terminal else nullcontext():
            yield
        self.done(part, f"{what()} [dim]({time.monotonic() - started:.1f} s)[/]")

    @contextmanager
    def foot(self, what: Callable[[], str]) -> Iterator[Callable[[], None]]:
        """A line at the foot of a terminal, brought up to date by what is yielded; nothing in a pipe."""
        if not self.console.is_terminal:
            yield lambda: None
            return
        with self.console.status("") as status:
            yield lambda: status.update(f"[dim]{what()}[/]")
