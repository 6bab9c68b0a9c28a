"""PromQL answered from samples of our own, where no Prometheus runs; a test compares each answer with a Prometheus'."""

from __future__ import annotations

import math
import operator
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from itertools import pairwise
from typing import Final

from .promql import Aggregate, Binary, Call, Expression, Number, Selector, parsed
from .queries import Range
from .samples import Labels, Samples
from .sources import Sample

Vector = dict[Labels, float]
Answer = float | Vector


class Evaluated:
    """Answers PromQL like a Prometheus that has read `samples`."""

    every = 1

    def __init__(self, samples: Samples) -> None:
        self._samples = samples

    def at(self, query: str, moment: datetime) -> list[Sample]:
        """See sources.Metrics."""
        at = round(moment.timestamp(), 3)
        found = _vector(self._asked(parsed(query), at))
        return [Sample(dict(labels), [(at * 1000, value)]) for labels, value in found.items()]

    def over(self, query: str, shown: Range, step: int) -> list[Sample]:
        """See sources.Metrics."""
        tree, since = parsed(query), round(shown.start.timestamp(), 3)
        points: dict[Labels, list[tuple[float, float]]] = defaultdict(list)
        for number in range(int(shown.seconds / step) + 1):
            at = since + number * step
            for labels, value in _vector(self._asked(tree, at)).items():
                points[labels].append((at * 1000, value))
        return [Sample(dict(labels), found) for labels, found in points.items()]

    def _asked(self, tree: Expression, at: float) -> Answer:
        if isinstance(tree, Number):
            return tree.value
        if isinstance(tree, Selector):
            newest = ((labels, series.last(at)) for labels, series in self._samples.select(tree))
            return {labels: value for labels, value in newest if value is not None}
        if isinstance(tree, Aggregate):
            return _aggregated(tree, _vector(self._asked(tree.of, at)))
        if isinstance(tree, Binary):
            return _joined(tree, self._asked(tree.left, at), self._asked(tree.right, at))
        return self._called(tree, at)

    def _called(self, call: Call, at: float) -> Answer:
        if call.name == "time":
            return at
        if call.name in _OVER_TIME:
            (window,) = call.arguments
            if not isinstance(window, Selector) or not window.span:
                raise ValueError(f"{call.name} needs a window, like name[5m]")
            since = at - window.span
            asked = ((labels, series.within(since, at)) for labels, series in self._samples.select(window))
            values = ((labels, _OVER_TIME[call.name](points, since, at)) for labels, points in asked if points)
            return {labels: value for labels, value in values if value is not None}
        arguments = [self._asked(each, at) for each in call.arguments]
        if call.name not in _FUNCTIONS:
            raise ValueError(f"the function {call.name} is not known here: start a Prometheus and give --prometheus")
        return _FUNCTIONS[call.name](*arguments)


def _vector(answer: Answer) -> Vector:
    return answer if isinstance(answer, dict) else {(): answer}


def _aggregated(tree: Aggregate, vector: Vector) -> Vector:
    groups: dict[Labels, list[float]] = defaultdict(list)
    for labels, value in vector.items():
        kept = tuple(each for each in labels if (each[0] in tree.labels) != tree.without)
        groups[kept].append(value)
    return {labels: _AGGREGATES[tree.how](values) for labels, values in groups.items()}


_AGGREGATES: Final[Mapping[str, Callable[[list[float]], float]]] = {
    "sum": math.fsum, "max": max, "min": min, "count": len, "avg": lambda values: math.fsum(values) / len(values),
}  # fmt: skip


# -- two together


def _divided(left: float, right: float) -> float:
    return left / right if right else math.nan if not left or left != left else math.copysign(math.inf, left)


_ARITHMETIC: Final[Mapping[str, Callable[[float, float], float]]] = {
    "+": operator.add, "-": operator.sub, "*": operator.mul, "/": _divided,
    "%": lambda left, right: math.fmod(left, right) if right else math.nan,
}  # fmt: skip
_COMPARED: Final[Mapping[str, Callable[[float, float], bool]]] = {
    "==": operator.eq, "!=": operator.ne, "<": operator.lt, ">": operator.gt, "<=": operator.le, ">=": operator.ge,
}  # fmt: skip


def _joined(tree: Binary, left: Answer, right: Answer) -> Answer:
    if tree.sign in ("or", "and", "unless"):
        first, second = _vector(left), _vector(right)
        if tree.sign == "or":
            return first | {labels: value for labels, value in second.items() if labels not in first}
        return {labels: value for labels, value in first.items() if (labels in second) == (tree.sign == "and")}
    if not isinstance(left, dict) and not isinstance(right, dict):
        return float(_one(tree, left, right) or 0.0)
    pairs = _pairs(left, right)
    found = ((labels, _one(tree, *pair)) for labels, pair in pairs.items())
    kept = {labels: value for labels, value in found if value is not None}
    if isinstance(left, float | int) and tree.sign in _COMPARED and not tree.answers:
        return {labels: pairs[labels][1] for labels in kept}  # what is kept is the series, not the figure
    return kept


def _pairs(left: Answer, right: Answer) -> dict[Labels, tuple[float, float]]:
    if not isinstance(left, dict):
        return {labels: (left, value) for labels, value in _vector(right).items()}
    if not isinstance(right, dict):
        return {labels: (value, right) for labels, value in left.items()}
    return {labels: (value, right[labels]) for labels, value in left.items() if labels in right}


def _one(tree: Binary, left: float, right: float) -> float | None:
    """The figure of a pair; None where a comparison leaves it out."""
    if tree.sign in _ARITHMETIC:
        return _ARITHMETIC[tree.sign](left, right)
    holds = _COMPARED[tree.sign](left, right)
    return float(holds) if tree.answers else left if holds else None


# -- over time

Points = Sequence[tuple[float, float]]


def _increase(points: Points, since: float, until: float) -> float | None:
    """What a counter rose by, drawn out to the window's edges as Prometheus does; None of fewer than two samples."""
    if len(points) < 2:
        return None
    rise = points[-1][1] - points[0][1] + sum(before[1] for before, after in pairwise(points) if after[1] < before[1])
    seen = points[-1][0] - points[0][0]
    usual = seen / (len(points) - 1)
    at_start, at_end = points[0][0] - since, until - points[-1][0]
    if rise > 0 and points[0][1] >= 0:
        at_start = min(at_start, seen * points[0][1] / rise)  # a counter was never below zero
    if at_start >= usual * 1.1:
        at_start = usual / 2
    if at_end >= usual * 1.1:
        at_end = usual / 2
    return rise * (seen + at_start + at_end) / seen


def _rate(points: Points, since: float, until: float) -> float | None:
    rise = _increase(points, since, until)
    return None if rise is None else rise / (until - since)


_OVER_TIME: Final[Mapping[str, Callable[[Points, float, float], float | None]]] = {
    "rate": _rate,
    "increase": _increase,
    "max_over_time": lambda points, *_: max(value for _, value in points),
    "min_over_time": lambda points, *_: min(value for _, value in points),
    "sum_over_time": lambda points, *_: math.fsum(value for _, value in points),
    "avg_over_time": lambda points, *_: math.fsum(value for _, value in points) / len(points),
    "last_over_time": lambda points, *_: points[-1][1],
}


# -- functions


def _quantile(share: Answer, buckets: Answer) -> Vector:
    """Of histograms: `buckets` have a label `le`; between two of them as if spread evenly."""
    assert not isinstance(share, dict)
    groups: dict[Labels, list[tuple[float, float]]] = defaultdict(list)
    for labels, value in _vector(buckets).items():
        edge = dict(labels).get("le")
        if edge is not None:
            groups[tuple(each for each in labels if each[0] != "le")].append((float(edge), value))
    return {labels: _within(share, sorted(edges)) for labels, edges in groups.items()}


def _within(share: float, edges: list[tuple[float, float]]) -> float:
    total = edges[-1][1]
    if len(edges) < 2 or not math.isinf(edges[-1][0]) or not total or total != total:
        return math.nan
    rank = share * total
    place = next((n for n, (_, count) in enumerate(edges[:-1]) if count >= rank), len(edges) - 1)
    if place == len(edges) - 1:
        return edges[-2][0]
    upper, count = edges[place]
    if place == 0 and upper <= 0:
        return upper
    lower, below = edges[place - 1] if place else (0.0, 0.0)
    return lower + (upper - lower) * ((rank - below) / (count - below) if count > below else 0.0)


def _each(change: Callable[[float], float]) -> Callable[[Answer], Vector]:
    return lambda vector: {labels: change(value) for labels, value in _vector(vector).items()}


def _clamped(change: Callable[[float, float], float]) -> Callable[[Answer, Answer], Vector]:
    return lambda vector, limit: _each(lambda value: change(value, float(_vector(limit)[()])))(vector)


_FUNCTIONS: Final[Mapping[str, Callable[..., Answer]]] = {
    "histogram_quantile": _quantile,
    "vector": lambda value: {(): float(value)},
    "scalar": lambda vector: next(iter(vector.values())) if len(vector) == 1 else math.nan,
    "abs": _each(abs),
    "clamp_min": _clamped(max),
    "clamp_max": _clamped(min),
}
