"""What the tests of mappings share: a mapping of a small log, written as text, and what it makes."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

from siloscope import sources
from siloscope.core.rejected import Rejected
from siloscope.core.touchpoint import Touchpoint
from siloscope.sources import mapping

DATA = Path(__file__).parents[1] / "data"
DESK = """
    input: {format: csv}
    every:
      touchpoint_id: "desk:{id}"
      occurred_at: "{at}"
      department: support
      channel: ticket
      identifiers: {customer_id: "{customer}"}
"""
ROW = {"id": "1", "at": "2026-03-01T09:00:00Z", "customer": "anna"}


def mapped(directory: Path, rules: str, head: str = DESK) -> mapping.Mapping:
    """The mapping `head` (a small CSV log) with `rules`, by way of a file."""
    file = directory / "desk.yml"
    file.write_text(dedent(head) + dedent(rules))
    return mapping.load(file)


def made(directory: Path, rules: str, head: str = DESK, **row: object) -> list[Touchpoint | Rejected]:
    """What the mapping makes of one row."""
    return [each for _, each in mapped(directory, rules, head).made({**ROW, **row})]


def field(directory: Path, text: str, name: str, head: str = DESK, **row: object) -> object:
    """The value of one field, the mapping saying `text` for it."""
    (only,) = made(directory, f"touchpoints: [{{activity: question, {text}}}]", head, **row)
    assert isinstance(only, Touchpoint), only
    return getattr(only, name)


def read(path: Path | str, how: mapping.Mapping | None = None) -> list[tuple[int, bytes | str, object]]:
    """All lines of a file."""
    return list(sources.touchpoints(path, how))
