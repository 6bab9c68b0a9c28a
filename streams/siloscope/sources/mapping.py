"""Mappings: declarative files that say what the rows of a log mean. `docs/mapping.md` shows how to write one."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

from ..core.rejected import Rejected, nearest
from ..core.touchpoint import Touchpoint
from ..errors import Unusable
from ..yaml_lines import Node, read
from .cases import Case, case_of, with_turns
from .columns import EVENT, FROM, ROW, TO, Columns
from .conditions import Fitting
from .joins import Join, check_columns, joined, joins_of
from .rows import Numbered, Row, objects, table
from .rules import Rule, rules_of
from .times import Clock, clock_of
from .values import Values
from .xes import events

SHIPPED: Final = Path(__file__).resolve().parents[1] / "mappings"
_KEYS: Final = ("about", "input", "join", "case", "every", "touchpoints", "others")
_INPUT: Final = ("format", "delimiter", "encoding", "absent", "time", "zone")

Made = tuple[bytes, Touchpoint | Rejected]
"""A touchpoint and its JSON form; or why there is none, and nothing."""


@dataclass(frozen=True)
class Mapping:
    """A mapping, checked and compiled."""

    name: str
    about: str
    format: str
    delimiter: str
    encoding: str
    columns: Columns
    joins: tuple[Join, ...]
    case: Case | None
    rules: tuple[Rule, ...]
    fitting: Fitting
    others_skipped: bool

    def rows(self, file: BinaryIO, path: str) -> Iterator[Numbered]:
        """The rows of `file`, with what `join` and `case` add. Raises `Unusable` where the file is not as said."""
        rows = self._read(file, path)
        for join in self.joins:
            rows = joined(rows, join, path, self.columns.used)
        if self.case is not None:
            rows = with_turns(rows, self.case)
        return rows

    def made(self, row: Row) -> list[Made]:
        """The touchpoints that a row means, each sound or rejected; none where the mapping skips it."""
        fitting = self.fitting(row)
        if len(fitting) == 1:
            rule = self.rules[fitting[0]]
            return [] if rule.skips(row) else [rule.make(row)]
        if not fitting:
            return [] if self.others_skipped else [(b"", Rejected("invalid_value", None, _NO_RULE))]
        return _apart([rule.make(row) for rule in (self.rules[number] for number in fitting) if not rule.skips(row)])

    def _read(self, file: BinaryIO, path: str) -> Iterator[Numbered]:
        if self.format == "jsonl":
            rows = objects(file)
        elif self.format == "xes":
            rows = events(file, path)
        else:
            rows = self._table(file, path)
        return _numbered(rows) if ROW in self.columns.used else rows

    def _table(self, file: BinaryIO, path: str) -> Iterator[Numbered]:
        elsewhere = ("@", *(f"{join.name}:" for join in self.joins))
        wanted = {name: node for name, node in self.columns.used.items() if not name.startswith(elsewhere)}
        checked = False
        for numbered in table(file, path, self.delimiter, self.encoding):
            if not checked and not isinstance(numbered[1], Rejected):
                check_columns(wanted, numbered[1], path)
                checked = True
            yield numbered


_NO_RULE: Final = "no rule of the mapping fits the row: add one under `touchpoints`, or say `others: skip`"


def _numbered(rows: Iterator[Numbered]) -> Iterator[Numbered]:
    for numbered in rows:
        if not isinstance(numbered[1], Rejected):
            numbered[1][ROW] = str(numbered[0])
        yield numbered


def _apart(made: list[Made]) -> list[Made]:
    """`made` from one row; an id that is there already is refused."""
    seen: set[str] = set()
    for place, (_, each) in enumerate(made):
        if isinstance(each, Touchpoint):
            if each.touchpoint_id in seen:
                text = f"two rules give the row the id {each.touchpoint_id!r}: give one its own touchpoint_id"
                made[place] = (b"", Rejected("id_reused", "touchpoint_id", text))
            seen.add(each.touchpoint_id)
    return made


def load(path_or_name: str | os.PathLike[str]) -> Mapping:
    """The mapping in a file, or the shipped one of that name; raises `Unusable` naming file, line, key and remedy."""
    path = _found(os.fspath(path_or_name))
    try:
        text = path.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise Unusable(f"{path} cannot be read: {error}: check the path") from error
    return _compiled(read(text, str(path)), path.stem)


def shipped() -> list[str]:
    """The names of the mappings that come with the program."""
    return sorted(path.stem for path in SHIPPED.glob("*.yml"))


def _found(name: str) -> Path:
    path = Path(name)
    if path.is_file():
        return path
    own = SHIPPED / f"{name}.yml"
    if own.name == f"{name}.yml" and own.is_file():
        return own
    there = nearest(name, shipped()) or f": shipped are {', '.join(shipped())}"
    raise Unusable(f"there is no mapping {name}{there}; or name a file")


def _compiled(tree: Node, name: str) -> Mapping:
    keys = tree.keys(_KEYS)
    for wanted in ("input", "touchpoints"):
        if wanted not in keys:
            raise tree.wrong(f"has no `{wanted}`: the keys are {', '.join(_KEYS)}")
    given = keys["input"].keys(_INPUT)
    if "format" not in given:
        raise keys["input"].wrong("has no `format`: write csv, xes or jsonl")
    form = given["format"].choice(("csv", "xes", "jsonl"))
    absent = frozenset(each.text() for each in given["absent"].items()) if "absent" in given else frozenset()
    others = set(keys["join"].keys()) if "join" in keys else set()
    columns = Columns(form == "jsonl", absent, _special(form, "case" in keys), others)
    joins = tuple(joins_of(keys["join"], columns)) if "join" in keys else ()
    case = case_of(keys["case"], columns) if "case" in keys else None
    rules = tuple(rules_of(keys["touchpoints"], keys.get("every"), Values(columns, clock_of(given, Clock()))))
    delimiter = given["delimiter"].text() if "delimiter" in given else ","
    if len(delimiter) != 1:
        raise given["delimiter"].wrong(f'{delimiter!r} must be one character; a tab is "\\t"')
    return Mapping(
        name, keys["about"].text() if "about" in keys else "", form, delimiter,
        given["encoding"].text() if "encoding" in given else "utf-8-sig",
        columns, joins, case, rules, Fitting([rule.tests for rule in rules]),
        "others" in keys and keys["others"].choice(("skip", "reject")) == "skip",
    )  # fmt: skip


def _special(form: str, cases: bool) -> set[str]:
    return {ROW, *([EVENT] if form == "xes" else []), *([FROM, TO] if cases else [])}
