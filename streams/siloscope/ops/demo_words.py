"""What the demo says before and after the alerts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from shlex import quote
from urllib.parse import urlsplit

from siloscope.shipped import checkout


def command() -> str:
    """How the reader calls us."""
    return "./siloscope" if checkout() else "siloscope"


def prologue(input: str | None, customers: int, day_seconds: float) -> str:
    """What goes through the pipeline now."""
    if input:
        return f"{input} goes through the pipeline; its own times are the clock"
    day = f"a day takes {day_seconds:g} s" if day_seconds else "as fast as it goes"
    return (
        f"A day at Fernhall, office telephony, 5 March 2026: {customers:,} customers, nine departments; {day}.\n"
        "What you do on the board bears today's date."
    )


def on_call(settings: Mapping[str, object], metrics: Iterable[str]) -> str:
    """What to type to see how the demo is; `metrics` are the addresses of its processes' pages."""
    named = {name: quote(str(settings[name])) for name in ("bootstrap_servers", "store__path")}
    mine = " ".join(f"SILOSCOPE_{name.upper()}={value}" for name, value in named.items())
    pages = " ".join(f"--page {urlsplit(address).netloc}" for address in metrics)
    return f"{mine} {command()} status {pages}"


def next_steps(input: str | None, store: Path | None, has_store: bool) -> list[str]:
    """What to try after it."""
    steps = [
        "[bold]What to try next[/]",
        f"  {command()} symptoms handoff_drop               what one of them means, and what can be set",
        f"  {command()} replay FILE --mapping FILE --out DIR  the same without a broker, as files"
        if input
        else f"  {command()} demo --input FILE --mapping FILE    your own log",
    ]
    if store:
        steps.append(f"  {command()} sql --store {store}   asks the store, which stays there")
        steps.append(f"  {command()} dashboards --store {store}   the pages again")
    elif has_store:
        steps.append(f"  {command()} demo --store DIR                    keep the store, to query it afterwards")
    return steps
