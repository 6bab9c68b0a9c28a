"""`siloscope journey`: the film of one customer, from the store or from recorded events."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
from clickhouse_connect.driver.exceptions import ClickHouseError

from ..core.rejected import Rejected
from ..core.touchpoint import customer_of, entry_of
from ..errors import Unusable, WrongUsage, nearest
from ..ops.history import history
from ..ops.replay import Replay, watching
from ..settings import Settings
from .anonymous import anonymous
from .drawing import drawn
from .scene import Film, Mark, film_of, focused, mark_of


def main(
    customer: str, past: Sequence[str], store: Settings | None, mapping: str | None, rules: Path | None,
    about: str | None, out: Path | None, nameless: bool,
) -> None:  # fmt: skip
    """Write the film as SVG to `out`, else to standard output; raises Unusable in one line."""
    if bool(past) == (store is not None):
        raise WrongUsage("journey needs what happened: --history FILE, or a store with --store DIR or --from-store")
    film = stored(customer, store) if store is not None else _replayed(customer, past, mapping, rules)
    if about is not None:
        film = focused(film, _worst_of(film, about))
    picture = drawn(anonymous(film) if nameless else film)
    if out is None:
        sys.stdout.write(picture)
        return
    try:
        out.write_text(picture, encoding="utf-8")
    except OSError as error:
        raise Unusable(f"cannot write {out}: {error.strerror}; name another file with --out") from None
    print(f"{out}: open it in a browser, and press play", file=sys.stderr)


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


class _Row(msgspec.Struct):
    symptom: str
    severity: str
    title: str
    explanation: str
    suggested_action: str
    opened: int
    resolved: int | None
    touchpoints: list[str]


_MARKS = """
SELECT symptom, severity, title, explanation, suggested_action, toUnixTimestamp64Milli(opened_at) AS opened,
    if(resolved_at IS NULL, NULL, toUnixTimestamp64Milli(assumeNotNull(resolved_at))) AS resolved,
    evidence.touchpoint_id AS touchpoints
FROM v_alerts WHERE customer_id = {customer:String} AND status != 'retracted' AND mode = 'live'
ORDER BY opened_at, alert_id
"""


def stored(customer: str, store: Settings) -> Film:
    """What was told."""
    from ..stores.client import first_line
    from ..stores.elsewhere import readable
    from ..stores.recorded import recorded

    entries = [entry_of(each) for each in recorded(store, customer) if not isinstance(each, Rejected)]
    if not entries:
        raise Unusable(f"the store has no touchpoint of {customer}: ids are as in v_touchpoints.customer_id")
    with readable(store) as client:
        try:
            rows: Any = client.query(_MARKS, parameters={"customer": customer}).named_results()
            found = [msgspec.convert(row, _Row) for row in rows]
        except ClickHouseError as error:
            raise Unusable(f"the store does not answer: {first_line(error)}") from None
    return film_of(customer, entries, [_mark(row) for row in found])


def _mark(row: _Row) -> Mark:
    return Mark(
        row.symptom, row.severity, row.title, row.explanation, row.suggested_action, row.opened, row.resolved,
        frozenset(row.touchpoints),
    )  # fmt: skip
