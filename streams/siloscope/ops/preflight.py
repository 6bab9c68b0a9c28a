"""`siloscope preflight`: before it is sent, what would a message set off at those whom it is meant for?"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

import msgspec
from rich.console import Console
from rich.table import Column, Table
from rich.text import Text

from ..core.preflight import Advice, Harm, advice
from ..core.rejected import Rejected
from ..core.touchpoint import BROADCASTS, Touchpoint, customer_of
from ..core.words import counted
from ..errors import Unusable, WrongUsage
from ..garbage import collect_seldom
from ..settings import Settings
from ..sources.files import opened
from ..wire import Clock, decode_touchpoint
from .check_event import events
from .history import history
from .progress import progress
from .replay import Replay, make_directory, watching, write_lines

HOT: Final = 2_000  # customers kept live: each is asked about once
WORST: Final = 5  # mistakes named on a terminal
_COLOURS: Final[dict[Advice, str]] = {"hold": "red", "caution": "yellow", "clear": "green"}


class Asked(NamedTuple):
    """One message and what it would set off; `refused` says why it is no touchpoint of a customer."""

    raw: bytes
    touchpoint: Touchpoint | None
    harms: list[Harm]
    refused: Rejected | None = None

    @property
    def verdict(self) -> Advice:
        """`clear`, `caution` or `hold`."""
        return advice(self.harms)


def main(
    files: Sequence[str], past: Sequence[str], store: Settings | None, to: Path | None, mapping: str | None,
    rules: Path | None, settings: Sequence[str], clear: Path | None,
) -> None:  # fmt: skip
    """Print a verdict for each message: JSON lines in a pipe, a summary on a terminal. Raises Unusable in one line.

    With `to` each message is meant for every customer named there, one a line; `clear` is written: who may get it.
    """
    if bool(past) == (store is not None):
        raise WrongUsage("preflight needs what happened: --history FILE, or a store with --store DIR or --from-store")
    names = _named(to) if to is not None else None
    if clear is not None:
        make_directory(clear.parent)
    collect_seldom()
    run = Replay(watching(settings, rules), hot=HOT)
    for touchpoint in history(past, mapping, store, "what happened"):
        run.take(touchpoint)
    run.close()
    shown = _Summary() if sys.stdout.isatty() else _Lines()
    passed: list[bytes] = []
    with progress("preflight", "messages") as advance:
        for number, asked in enumerate(_asked(run, files, names), 1):
            shown.take(asked)
            if asked.touchpoint is not None and asked.verdict == "clear":
                passed.append(customer_of(asked.touchpoint).encode() if names is not None else asked.raw)
            if number % 100 == 0:
                advance(100)
    shown.end()
    if clear is not None:
        write_lines(clear, passed)


def _named(path: Path) -> list[str]:
    """The customers of `--to`."""
    try:
        names = [line.strip() for line in path.read_text(encoding="utf-8").splitlines()]
    except (OSError, UnicodeDecodeError) as error:
        raise Unusable(f"{path} cannot be read: {error}; --to is a text file with a customer on each line") from None
    return list(dict.fromkeys(filter(None, names)))


def _asked(run: Replay, files: Iterable[str], names: list[str] | None) -> Iterator[Asked]:
    number = 0
    for name in files:
        with opened(name) as file:
            for event in events(file):
                for meant in [event] if names is None else (_meant_for(event, each) for each in names):
                    number += 1
                    yield ask(run, meant, number)


def _meant_for(event: bytes, name: str) -> bytes:
    """The message as it goes to one of many."""
    try:
        message = msgspec.json.decode(event, type=dict[str, Any])
    except msgspec.DecodeError:
        return event
    kind, colon, value = name.partition(":")
    known = {"kind": kind, "value": value} if colon else {"kind": "customer_id", "value": name}
    message.pop("touchpoint_id", None)
    return msgspec.json.encode(message | {"identifiers": [known]})


def ask(run: Replay, event: bytes, number: int = 1) -> Asked:
    """What one message would set off; without `touchpoint_id` or `occurred_at` it is new and goes out now."""
    try:
        message = msgspec.json.decode(event, type=dict[str, Any])
        usual = {"touchpoint_id": f"preflight-{number}", "occurred_at": run.partition.now}
        found = decode_touchpoint(msgspec.json.encode(usual | message))
    except msgspec.DecodeError:
        found = decode_touchpoint(event)
    if isinstance(found, Clock) or (isinstance(found, Touchpoint) and found.activity in BROADCASTS):
        found = Rejected("wrong_type", "activity", "preflight is about one customer: name her in identifiers")
    if isinstance(found, Rejected):
        return Asked(event, None, [], found)
    return Asked(event, found, run.partition.imagine(found))


# -- what is shown


def verdict(asked: Asked) -> dict[str, Any]:
    """The answer as JSON has it."""
    if asked.refused is not None or asked.touchpoint is None:
        refused = asked.refused
        return {} if refused is None else {
            "rejected": refused.reason, "field": refused.field, "message": refused.message,
        }  # fmt: skip
    return {
        "touchpoint_id": asked.touchpoint.touchpoint_id,
        "customer": customer_of(asked.touchpoint),
        "verdict": asked.verdict,
        "reasons": [_reason(each, asked.touchpoint.touchpoint_id) for each in asked.harms],
    }


def _reason(harm: Harm, imagined: str) -> dict[str, Any]:
    alert = harm.alert
    names = (
        "symptom", "severity", "confidence", "title", "explanation", "suggested_action", "owner_department",
        "departments",
    )  # fmt: skip
    before = [each.touchpoint_id for each in alert.evidence if each.touchpoint_id != imagined]
    return {name: getattr(alert, name) for name in names} | {"already_suffers": harm.stands, "because_of": before}


class _Lines:
    """JSON lines, for programs."""

    def take(self, asked: Asked) -> None:
        sys.stdout.buffer.write(msgspec.json.encode(verdict(asked)) + b"\n")

    def end(self) -> None:
        sys.stdout.buffer.flush()


class _Summary:
    """Who would be hurt by what, for people."""

    def __init__(self) -> None:
        self._verdicts: Counter[str] = Counter()
        self._hurt: dict[tuple[bool, str], list[str]] = {}  # (suffers already, symptom) to one line for each customer
        self._refused: list[str] = []

    def take(self, asked: Asked) -> None:
        if asked.refused is not None:
            self._refused.append(asked.refused.message)
        if asked.touchpoint is None:
            return
        self._verdicts[asked.verdict] += 1
        for harm in asked.harms:
            said = f"{customer_of(asked.touchpoint)}: {harm.alert.title}"
            self._hurt.setdefault((harm.stands, harm.alert.symptom), []).append(said)

    def end(self) -> None:
        console = Console(highlight=False)
        console.print(Text("   ").join(Text(f"{self._verdicts[each]:,} {each}", _COLOURS[each]) for each in _COLOURS))
        if self._hurt:
            number = Column("customers", justify="right")
            table = Table("would set off", number, "for example", box=None, pad_edge=False)
            for (stands, symptom), lines in sorted(self._hurt.items(), key=lambda each: (each[0][0], -len(each[1]))):
                more = ", which they suffer from already" if stands else ""
                table.add_row(f"{symptom}{more}", f"{len(lines):,}", Text(lines[0]))
            console.print(table)
        for message in self._refused[:WORST]:
            console.print(Text(f"not asked about: {message}", style="red"))
        if len(self._refused) > WORST:
            console.print(Text(f"and {counted(len(self._refused) - WORST, 'more line')} like these", style="red"))
