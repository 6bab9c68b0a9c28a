"""`python -m bench.quality`: what is found and what is not, and docs/quality.md with it.

Simulated companies (twelve seeds, 100,000 customers in all), the real logs in `--data` and the real dialogues in
`--dialogues`, as far as they are there. `--quick` takes a small company and does not write the page.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Final

from rich.console import Console

from bench.measure import ROOT
from bench.quality_company import Company, measured
from bench.quality_dialogues import Spoken, Tried, spoken
from bench.quality_dialogues import tried as dialogues_tried
from bench.quality_logs import Compared
from bench.quality_logs import compared as logs_compared
from bench.quality_mailing import mailing
from bench.quality_page import Quality, page
from siloscope.ops.evaluate_mistakes import Evaluation
from siloscope.ops.evaluate_picture import drawn
from siloscope.ops.evaluate_shown import show
from siloscope.ops.simulate import Plan
from siloscope.symptoms import ALL

# Seeds that nobody looked at while the symptoms and stories were written. Twelve companies rather than three larger
# ones: more chance in them, and a process needs less memory.
WHOLE: Final = [Plan(seed, 8_334, days=7) for seed in range(2026, 2038)]
QUICK: Final = [Plan(seed, 1_000, days=3) for seed in (1, 2)]

_console: Final = Console(stderr=True, highlight=False, width=None if sys.stderr.isatty() else 170)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.quality", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a small company; the page is not written")
    parser.add_argument("--data", type=Path, default=_named("SILOSCOPE_DATA"), help="directory of the real logs")
    parser.add_argument("--dialogues", type=Path, default=_named("SILOSCOPE_DIALOGUES"), help="directory of dialogues")
    parser.add_argument("--page", type=Path, help="write the page here (else docs/quality.md if not --quick)")
    given = parser.parse_args()
    started = time.monotonic()
    left_out: list[str] = []
    company = _company(QUICK if given.quick else WHOLE)
    logs = _logs(given.data, left_out)
    dialogues, said = _dialogues(given.dialogues, left_out)
    for reason in left_out:
        _console.print(f"left out: {reason}")
    found = Quality(company, logs, dialogues, said, left_out, (time.monotonic() - started) / 60)
    written = given.page or (None if given.quick else ROOT / "docs" / "quality.md")
    text = page(found, [each.name for each in ALL])
    if written is None:
        print(text)
        return
    written.write_text(text, encoding="utf-8")
    picture = written.parent / "img" / "quality.svg"
    picture.parent.mkdir(exist_ok=True)
    picture.write_text(drawn(company.scores), encoding="utf-8")
    _console.print(f"{written} and {picture} written")


def _named(variable: str) -> Path | None:
    return Path(os.environ[variable]) if variable in os.environ else None


def _company(plans: list[Plan]) -> Company:
    _console.print(f"simulated: {sum(plan.customers for plan in plans):,} customers, {plans[0].days} days")
    company = measured(plans)
    seen = {name: entry for part in company.parts for name, entry in part.evaluation.known.items()}
    failed = sum((Counter(part.evaluation.failed) for part in company.parts), Counter[str]())
    show(Evaluation(company.scores, company.false, company.missed, 0, seen, failed), _console, worst=12)
    return company


def _logs(data: Path | None, left_out: list[str]) -> list[Compared] | None:
    _console.print("real logs")
    found = [*logs_compared(data), *mailing(data)] if data is not None and data.is_dir() else []
    if not found:
        left_out.append("the real logs, as no directory with them was named (--data)")
    return found or None


def _dialogues(directory: Path | None, left_out: list[str]) -> tuple[list[Tried] | None, Spoken | None]:
    if directory is None or not any(directory.glob("*.json")):
        left_out.append("the real dialogues, as no directory with them was named (--dialogues)")
        return None, None
    _console.print("real dialogues")
    return dialogues_tried(directory), spoken(directory)


if __name__ == "__main__":
    main()
