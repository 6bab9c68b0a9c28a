"""`siloscope journey`: the film of one customer, from the store or from recorded events."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from ..core.touchpoint import customer_of, entry_of
from ..errors import Unusable, WrongUsage, nearest
from ..ops.browser import pictured
from ..ops.history import history
from ..ops.replay import Replay, watching
from ..settings import Settings
from .anonymous import anonymous
from .drawing import drawn, size_of
from .scene import Film, Mark, film_of, focused, mark_of


def main(
    customer: str, past: Sequence[str], store: Settings | None, mapping: str | None, rules: Path | None,
    about: str | None, out: Path | None, nameless: bool,
) -> None:  # fmt: skip
    """Write the film to `out`, as PNG where it ends so, else as SVG; or to standard output. Raises Unusable."""
    if bool(past) == (store is not None):
        raise WrongUsage("journey needs what happened: --history FILE, or a store with --store DIR or --from-store")
    film = stored(customer, store) if store is not None else _replayed(customer, past, mapping, rules)
    if about is not None:
        film = focused(film, _worst_of(film, about))
    png = out is not None and out.suffix == ".png"
    picture = drawn(anonymous(film) if nameless else film, still=png)
    if out is None:
        sys.stdout.write(picture)
        return
    try:
        if png:
            pictured(picture, *size_of(picture), out)
        else:
            out.write_text(picture, encoding="utf-8")
    except OSError as error:
        raise Unusable(f"cannot write {out}: {error.strerror}; name another file with --out") from None
    print(f"{out}{'' if png else ': open it in a browser, and press play'}", file=sys.stderr)


def _worst_of(film: Film, symptom: str) -> Mark:
    found = [mark for mark in film.marks if mark.symptom == symptom]
    if not found:
        known = ", ".join(sorted({mark.symptom for mark in film.marks})) or "nothing"
        raise Unusable(f"{film.customer} does not suffer from {symptom}; she does from: {known}")
    return found[-1]


def _replayed(customer: str, past: Sequence[str], mapping: str | None, rules: Path | None) -> Film:
    """What replay finds in the recorded events."""
    run, entries, others = Replay(watching((), rules)), [], set()
    for touchpoint in history(past, mapping, None, "what happened"):
        run.take(touchpoint)
        name = customer_of(touchpoint)
        if name == customer:
            entries.append(entry_of(touchpoint))
        else:
            others.add(name)
    run.close()
    if not entries:
        raise Unusable(f"there is no touchpoint of {customer}{nearest(customer, sorted(others))}")
    marks = [mark_of(alert) for alert in run.alerts() if alert.customer_id == customer and alert.mode == "live"]
    return film_of(customer, entries, marks, run.partition.now)


def stored(customer: str, store: Settings) -> Film:
    """What was told, from the store of the settings."""
    from ..stores.elsewhere import must_exist, readable
    from .stored import film_from

    must_exist(store)
    with readable(store) as client:
        return film_from(client, customer)
