"""`siloscope preflight`: before it is sent, what would a message set off at those whom it is meant for?"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final

from ..core.touchpoint import customer_of
from ..errors import Unusable, WrongUsage
from ..garbage import collect_seldom
from ..ops.check_event import events
from ..ops.history import history
from ..ops.progress import progress
from ..ops.replay import Replay, make_directory, watching, write_lines
from ..settings import Settings, load
from ..sources.files import opened
from .many import Meant, asking
from .shown import Doubts, Lines, Shown, Summary

HOT: Final = 2_000  # customers not packed while what happened is read; more would save little time
_STEP: Final = 100  # answers between two words to the progress bar


def serve(config: Path | None) -> None:
    """Answer over HTTP until it is told to stop; raises Unusable in one line."""
    from ..ops.logs import log_to_stderr
    from .service import run

    log_to_stderr()
    run(load(config))


def main(
    files: Sequence[str], past: Sequence[str], store: Settings | None, to: Path | None, mapping: str | None,
    rules: Path | None, settings: Sequence[str], clear: Path | None,
) -> None:  # fmt: skip
    """Print a verdict for each message: JSON lines in a pipe, a summary on a terminal. Raises Unusable in one line.

    With `to` each message is meant for every customer named there, one a line; `clear` is written: who may get it.
    """
    if not files:
        raise WrongUsage("preflight needs a message: name a FILE with it, --plan FILE, or --serve")
    _must_say_what_happened(past, store)
    customers = _named(to) if to is not None else None
    messages = list(_messages(files))
    if clear is not None:
        make_directory(clear.parent)
    collect_seldom()
    run = Replay(watching(settings, rules), hot=HOT, telling=False)
    heard: dict[str, set[str]] = {"department": set(), "channel": set()}
    for touchpoint in history(past, mapping, store, "what happened"):
        run.take(touchpoint)
        for field, names in heard.items():
            names.add(getattr(touchpoint, field))
    run.close()
    shown: Shown = (Summary if sys.stdout.isatty() else Lines)(Doubts(heard))
    passed: list[bytes] = []
    total = len(messages) * (1 if customers is None else len(customers))
    with asking(run, total) as answers, progress("preflight", "messages", total) as advance:
        for number, asked in enumerate(answers(_meant(messages, customers)), 1):
            shown.take(asked)
            if asked.touchpoint is not None and asked.verdict == "clear":
                passed.append(customer_of(asked.touchpoint).encode() if customers is not None else asked.raw)
            if number % _STEP == 0:
                advance(_STEP)
    shown.end()
    if clear is not None:
        write_lines(clear, passed)
        print(f"{len(passed):,} clear in {clear}", file=sys.stderr)


def tried(
    file: Path, days: int, past: Sequence[str], store: Settings | None, mapping: str | None, rules: Path | None,
    settings: Sequence[str], out: Path | None,
) -> None:  # fmt: skip
    """Try a planned rule on the last `days` of what happened; print what it would have told, write it to `out`.

    Raises Unusable in one line.
    """
    from .plan_file import read_plan
    from .plan_shown import check_out, show, write
    from .plan_trial import trial

    _must_say_what_happened(past, store)
    if "-" in past:
        raise WrongUsage("a plan reads what happened twice: name a file with --history, not -")
    plan = read_plan(file)
    check_out(out)
    collect_seldom()
    before, after = (watching(settings, rules) for _ in range(2))
    found = trial(plan, lambda *what: history(past, mapping, store, *what), before, after, days)
    if out is not None:
        write(found, out)
    show(found)


def _must_say_what_happened(past: Sequence[str], store: Settings | None) -> None:
    if bool(past) == (store is not None):
        raise WrongUsage("preflight needs what happened: --history FILE, or a store with --store DIR or --from-store")


def _named(path: Path) -> list[str]:
    """The customers of `--to`."""
    try:
        names = [line.strip() for line in path.read_text(encoding="utf-8").splitlines()]
    except (OSError, UnicodeDecodeError) as error:
        why = (error.strerror if isinstance(error, OSError) else None) or error
        raise Unusable(f"{path} cannot be read: {why}; --to is a text file with a customer on each line") from None
    return list(dict.fromkeys(filter(None, names)))


def _messages(files: Iterable[str]) -> Iterator[bytes]:
    for name in files:
        with opened(name) as file:
            yield from events(file)


def _meant(messages: Iterable[bytes], names: list[str] | None) -> Iterator[Meant]:
    for event in messages:
        yield from [(event, None)] if names is None else ((event, each) for each in names)
