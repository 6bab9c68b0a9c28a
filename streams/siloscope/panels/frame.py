"""What a query answers: columns of times, numbers or words; and the same as series over time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

Value = float | str | None
Kind = Literal["time", "number", "string"]


@dataclass(frozen=True)
class Field:
    """One column. Times are epoch milliseconds; None is what is not known. `labels` are those of a metric."""

    name: str
    kind: Kind
    values: Sequence[Value]
    labels: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Frame:
    """The columns of one answer, all of one length; `ref` is the letter of its query."""

    fields: tuple[Field, ...]
    ref: str = "A"

    def of(self, *kinds: Kind) -> list[Field]:
        """Its columns of these kinds, in order."""
        return [each for each in self.fields if each.kind in kinds]

    def __len__(self) -> int:
        return len(self.fields[0].values) if self.fields else 0

    def rows(self) -> Iterator[tuple[Value, ...]]:
        """Row by row."""
        return zip(*(each.values for each in self.fields), strict=True)


@dataclass(frozen=True)
class Series:
    """A line over time: `points` are (epoch milliseconds, number or None) in order of time."""

    name: str
    points: tuple[tuple[float, float | None], ...]
    ref: str = "A"

    @property
    def numbers(self) -> list[float]:
        """What is known of it."""
        return [value for _, value in self.points if value is not None]


def series_of(frames: Iterable[Frame]) -> list[Series]:
    """The frames as series, as Grafana makes them: words beside a time tell series apart."""
    found: dict[tuple[str, str], list[tuple[float, float | None]]] = {}
    for frame in frames:
        times, numbers, words = frame.of("time"), frame.of("number"), frame.of("string")
        if not times or not numbers:
            continue
        for place, at in enumerate(times[0].values):
            if not isinstance(at, int | float):
                continue
            label = ", ".join(str(each.values[place]) for each in words if each.values[place] not in (None, ""))
            for number in numbers:
                name = number.name if not words else label if len(numbers) == 1 else f"{number.name} {label}"
                value = number.values[place]
                found.setdefault((frame.ref, name), []).append((at, value if isinstance(value, int | float) else None))
    return [Series(name, tuple(sorted(points, key=_at)), ref) for (ref, name), points in found.items()]


def _at(point: tuple[float, float | None]) -> float:
    return point[0]


_REDUCERS: Final[Mapping[str, Callable[[list[float]], float]]] = {
    "last": lambda known: known[-1],
    "lastNotNull": lambda known: known[-1],
    "first": lambda known: known[0],
    "firstNotNull": lambda known: known[0],
    "sum": sum,
    "max": max,
    "min": min,
    "mean": lambda known: sum(known) / len(known),
    "count": len,
}


def reduced(values: Iterable[Value], calc: str) -> Value:
    """One figure of many, as `calc` (last, sum, max, min, mean, count …) says; None where nothing is known."""
    known = [value for value in values if value is not None]
    numbers = [value for value in known if not isinstance(value, str)]
    if not known or len(numbers) < len(known):
        return known[-1] if known else None
    return float(_REDUCERS.get(calc, _REDUCERS["lastNotNull"])(numbers))
