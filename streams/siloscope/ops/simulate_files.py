"""`siloscope simulate`: the invented company's touchpoints and their labels as JSON lines."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ..core.touchpoint import SECOND
from ..errors import Unusable
from ..wire import json_line
from .progress import progress
from .simulate import DEFAULT_START, Plan, labels, simulate


def main(out: Path, *, seed: int, customers: int, days: int, start: datetime | None = None) -> None:
    """Write `touchpoints.jsonl` (in order of time) and `labels.jsonl` to `out`; raises Unusable when that fails."""
    first = int(start.replace(tzinfo=UTC).timestamp()) * SECOND if start else DEFAULT_START
    plan = Plan(seed, customers, first, days)
    try:
        out.mkdir(parents=True, exist_ok=True)
        told = _write(out / "touchpoints.jsonl", "touchpoints", simulate(plan))
        known = _write(out / "labels.jsonl", "labels", labels(plan))
    except OSError as error:
        raise Unusable(f"{error.filename or out}: {error.strerror}; choose another --out") from None
    print(f"{told} touchpoints and {known} labels in {out}")


def _write(path: Path, what: str, records: Iterable[Any]) -> int:
    count = 0
    with path.open("wb") as file, progress("simulate", what) as advance:
        for count, record in enumerate(records, 1):
            file.write(json_line(record) + b"\n")
            if count % 1_000 == 0:
                advance(1_000)
    return count
