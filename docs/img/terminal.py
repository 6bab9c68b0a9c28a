"""Draws docs/img/demo.svg: what a run of `siloscope demo --once` shows, its beginning, some alerts, and its end.

`python docs/img/terminal.py` runs the demo and writes it anew. Nothing is retouched; `…` means that lines are left out.
"""

from __future__ import annotations

import re
import sys
from io import StringIO
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.text import Text

from siloscope.ops.demo import Options, run

PICTURE: Final = Path(__file__).with_name("demo.svg")
WIDTH: Final = 118
SHOWN: Final = ("conflicting message", "handoff drop", "stalled wait")  # the first alert of each that is told in full


def seen() -> list[str]:
    """The lines of a run, in colour."""
    output = StringIO()
    console = Console(file=output, width=WIDTH, color_system="truecolor", force_terminal=False)
    run(Options(once=True, day_seconds=45), console)
    return output.getvalue().splitlines()


def cut(lines: list[str]) -> list[str]:
    """The parts, the first alert in full of some symptoms, and the closing words."""
    plain = [re.sub(r"\x1b\[[0-9;]*m", "", line) for line in lines]
    title = next(number for number, line in enumerate(plain) if line.startswith("A day at"))
    shown = lines[: title + 1]
    for start, end in sorted(_alerts(plain)):
        shown += ["", "…", "", *lines[start:end]]
    summary = next(number for number, line in enumerate(plain) if "told live" in line)
    return [*shown, "", "…", "", *lines[summary:]]


def _alerts(plain: list[str]) -> list[tuple[int, int]]:
    found = []
    for symptom in SHOWN:
        heads = (
            number for number, line in enumerate(plain) if f"● {symptom}" in line and plain[number - 1].strip() == ""
        )
        start = next(heads, None)
        if start is not None:
            ends = (number for number, line in enumerate(plain) if number > start and "What helps" in line)
            found.append((start, next(ends) + 1))
    return found


def _self_contained(svg: str) -> str:
    """The picture with the reader's own monospaced font: rich would have it fetched from elsewhere."""
    svg = re.sub(r"\s*@font-face \{.*?\}", "", svg, flags=re.DOTALL)
    svg = re.sub(r"<!-- Generated with Rich .*? -->", "", svg)
    return svg.replace("Fira Code", "ui-monospace").replace(
        "monospace;", "Menlo, Consolas, DejaVu Sans Mono, monospace;"
    )


if __name__ == "__main__":
    picture = Console(record=True, width=WIDTH, file=StringIO(), color_system="truecolor", force_terminal=True)
    for each in cut(seen()):
        picture.print(Text.from_ansi(each), soft_wrap=True)
    PICTURE.write_text(_self_contained(picture.export_svg(title="./siloscope demo --once")), encoding="utf-8")
    print(f"{PICTURE} written", file=sys.stderr)
