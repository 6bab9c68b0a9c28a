"""Where commands print their tables."""

from __future__ import annotations

from typing import Final

from rich.console import Console

PIPE_WIDTH: Final = 170  # columns, where there is no terminal to ask


def output(*, highlight: bool = True) -> Console:
    """Standard output: as wide as the terminal, and in a pipe wide enough to be searched line by line."""
    console = Console(highlight=highlight)
    if not console.is_terminal:
        console.width = PIPE_WIDTH
    return console
