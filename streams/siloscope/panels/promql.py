"""PromQL as far as our dashboards use it, read into a tree; anything else raises ValueError."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Literal

_TOKEN: Final = re.compile(
    r"""\s*(?:
      (?P<number>\d+(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w:]))
    | (?P<span>\d+(?:ms|[smhdwy])(?:\d+[smhdwy])*)
    | (?P<name>[A-Za-z_:][\w:]*)
    | (?P<text>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')
    | (?P<sign>=~|!~|!=|==|>=|<=|[-+*/%^<>=(){}\[\],])
    )""",
    re.VERBOSE,
)
_STRENGTH: Final = {
    "or": 1, "and": 2, "unless": 2, "==": 3, "!=": 3, "<": 3, ">": 3, "<=": 3, ">=": 3, "+": 4, "-": 4, "*": 5,
    "/": 5, "%": 5,
}  # fmt: skip
AGGREGATIONS: Final = ("sum", "max", "min", "avg", "count")
_SPANS: Final = {"ms": 0.001, "s": 1, "m": 60, "h": 3_600, "d": 86_400, "w": 604_800, "y": 31_536_000}

Relation = Literal["=", "!=", "=~", "!~"]


@dataclass(frozen=True)
class Number:
    """A figure."""

    value: float


@dataclass(frozen=True)
class Selector:
    """Series by name and labels; `span` is in seconds, 0 where the newest sample is wanted."""

    name: str
    matchers: tuple[tuple[str, Relation, str], ...]
    span: float = 0.0


@dataclass(frozen=True)
class Call:
    """A function of other expressions."""

    name: str
    arguments: tuple[Expression, ...]


@dataclass(frozen=True)
class Aggregate:
    """Series put together; `labels` are those kept, or those dropped where `without`."""

    how: str
    labels: tuple[str, ...]
    without: bool
    of: Expression


@dataclass(frozen=True)
class Binary:
    """Two expressions; `answers` is PromQL's `bool`: 0 or 1 instead of leaving out."""

    sign: str
    left: Expression
    right: Expression
    answers: bool = False


Expression = Number | Selector | Call | Aggregate | Binary


def parsed(query: str) -> Expression:
    """The query as a tree; raises ValueError with the place that is not understood."""
    reading = _Reading(query)
    found = reading.binary(0)
    if reading.next:
        raise reading.wrong()
    return found


class _Reading:
    """One pass over a query, with the next token in sight."""

    def __init__(self, query: str) -> None:
        self._query, self._at = query, 0
        self._kind, self.next = "", ""
        self._step()

    def wrong(self) -> ValueError:
        return ValueError(f"this PromQL is not understood here, at {self._query[max(self._at - 12, 0) :][:30]!r}")

    def binary(self, least: int) -> Expression:
        left = self._single()
        while (strength := _STRENGTH.get(self.next, 0)) > least:
            sign = self._take()
            answers = self.next == "bool" and bool(self._take())
            left = Binary(sign, left, self.binary(strength), answers)
        return left

    def _single(self) -> Expression:
        if self.next == "(":
            self._take()
            inside = self.binary(0)
            self._must(")")
            return inside
        if self.next == "-":
            self._take()
            return Binary("-", Number(0), self._single())
        if self._kind == "number":
            return Number(float(self._take()))
        if self._kind != "name" and self.next != "{":
            raise self.wrong()
        name = self._take() if self._kind == "name" else ""
        if name in AGGREGATIONS:
            return self._aggregate(name)
        return self._call(name) if self.next == "(" else self._selector(name)

    def _aggregate(self, how: str) -> Aggregate:
        labels, without = self._grouping((), False)
        self._must("(")
        inside = self.binary(0)
        self._must(")")
        labels, without = self._grouping(labels, without)
        return Aggregate(how, labels, without, inside)

    def _grouping(self, labels: tuple[str, ...], without: bool) -> tuple[tuple[str, ...], bool]:
        if self.next not in ("by", "without"):
            return labels, without
        without = self._take() == "without"
        self._must("(")
        found = []
        while self.next != ")":
            found.append(self._take())
            if self.next == ",":
                self._take()
        self._must(")")
        return tuple(found), without

    def _call(self, name: str) -> Call:
        self._must("(")
        arguments: list[Expression] = []
        while self.next != ")":
            arguments.append(self.binary(0))
            if self.next == ",":
                self._take()
        self._must(")")
        return Call(name, tuple(arguments))

    def _selector(self, name: str) -> Selector:
        matchers: list[tuple[str, Relation, str]] = []
        if self.next == "{":
            self._take()
            while self.next != "}":
                label, relation, value = self._take(), self._take(), self._take()
                if relation not in ("=", "!=", "=~", "!~") or value[:1] not in ('"', "'"):
                    raise self.wrong()
                matchers.append((label, relation, re.sub(r"\\(.)", r"\1", value[1:-1])))  # type: ignore[arg-type]
                if self.next == ",":
                    self._take()
            self._must("}")
        span = 0.0
        if self.next == "[":
            self._take()
            parts = re.findall(r"(\d+)(ms|[smhdwy])", self._take())
            span = sum(int(number) * _SPANS[unit] for number, unit in parts)
            self._must("]")
        return Selector(name, tuple(matchers), span)

    def _must(self, sign: str) -> None:
        if self._take() != sign:
            raise self.wrong()

    def _take(self) -> str:
        taken = self.next
        if not taken:
            raise self.wrong()
        self._step()
        return taken

    def _step(self) -> None:
        found = _TOKEN.match(self._query, self._at)
        if found is None:
            if self._query[self._at :].strip():
                raise self.wrong()
            self._kind, self.next = "", ""
            return
        self._kind, self._at = str(found.lastgroup), found.end()
        self.next = found[found.lastgroup or 0]
