"""What a row alone does not say: whose turn it was before in its case, and whose is next."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import groupby

from ..core.rejected import Rejected
from ..yaml_lines import Node
from .columns import FROM, TO, Columns, Get
from .conditions import all_hold, tests
from .rows import Numbered, Row


@dataclass(frozen=True)
class Case:
    """How rows make a case: rows of equal `of` that stand together, `order`ed as texts, each in somebody's `turn`."""

    of: Get
    order: tuple[Get, ...]
    turn: Get
    taken: Callable[[Row], bool]
    handed: Callable[[Row], bool]


def case_of(node: Node, columns: Columns) -> Case:
    """The `case` of a mapping."""
    keys = node.keys(("of", "order", "turn", "taken", "handed"))
    for name in ("of", "turn"):
        if name not in keys:
            raise node.wrong(f"has no `{name}`: say which column, like {name}: case_id")
    order = keys["order"].items() if "order" in keys else []
    return Case(
        columns.get(keys["of"].text(), keys["of"]),
        tuple(columns.get(each.text(), each) for each in order),
        columns.get(keys["turn"].text(), keys["turn"]),
        all_hold(tests(keys["taken"], columns) if "taken" in keys else []),
        all_hold(tests(keys["handed"], columns) if "handed" in keys else []),
    )


def with_turns(rows: Iterator[Numbered], case: Case) -> Iterator[Numbered]:
    """The rows, each case in its order. Only `taken` rows make a turn. Where one turn follows another, the last
    `handed` row of the earlier gets `@to` (whose turn is next), and the next row of whoever that is, taken or
    not, `@from` (who handed on).

    Holds one case in memory; the rows of a case that do not stand together are several cases.
    """
    for _, together in groupby(rows, lambda numbered: _of(numbered, case)):
        numbered = list(together)
        refused = [each for each in numbered if isinstance(each[1], Rejected)]
        yield from refused
        good = [(number, row, raw) for number, row, raw in numbered if not isinstance(row, Rejected)]
        if case.order:
            good.sort(key=lambda each: [get(each[1]) or "" for get in case.order])
        _say_turns([row for _, row, _ in good], case)
        yield from good


def _of(numbered: Numbered, case: Case) -> str | None:
    row = numbered[1]
    return None if isinstance(row, Rejected) else case.of(row)


def _say_turns(rows: list[Row], case: Case) -> None:
    before: str | None = None
    handed: Row | None = None
    noted: dict[str, Row] = {}  # since it was handed on: the first row of each that did not take it yet
    for row in rows:
        whose = case.turn(row)
        if whose is None:
            continue
        if not case.taken(row):
            noted.setdefault(whose, row)
            continue
        if whose != before:
            if before is not None and handed is not None:
                noted.get(whose, row)[FROM], handed[TO] = before, whose
            handed = None
        before = whose
        if case.handed(row):
            handed = row
            noted.clear()
