"""Grafana's transformations as far as our dashboards use them; another one raises ValueError."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from .frame import Field, Frame, Value, reduced

Options = Mapping[str, Any]


def transformed(frames: Sequence[Frame], steps: Sequence[Mapping[str, Any]]) -> list[Frame]:
    """The frames after each of the panel's transformations, in order."""
    found = list(frames)
    for step in steps:
        name = str(step.get("id"))
        if name not in _STEPS:
            raise ValueError(f"transformation {name} is not drawn here: use one of {', '.join(sorted(_STEPS))}")
        found = _STEPS[name](found, step.get("options") or {})
    return found


def _organize(frames: list[Frame], options: Options) -> list[Frame]:
    gone = {name for name, out in (options.get("excludeByName") or {}).items() if out}
    names: Mapping[str, str] = options.get("renameByName") or {}
    place: Mapping[str, int] = options.get("indexByName") or {}
    return [
        Frame(
            tuple(
                Field(names.get(each.name) or each.name, each.kind, each.values, each.labels)
                for each in sorted(frame.fields, key=lambda field: place.get(field.name, len(place)))
                if each.name not in gone
            ),
            frame.ref,
        )
        for frame in frames
    ]


def _sort(frames: list[Frame], options: Options) -> list[Frame]:
    wanted = (options.get("sort") or [{}])[0]
    return [_sorted(frame, str(wanted.get("field")), bool(wanted.get("desc"))) for frame in frames]


def _sorted(frame: Frame, name: str, falling: bool) -> Frame:
    column = next((each for each in frame.fields if each.name == name), None)
    if column is None:
        return frame
    known = [place for place, value in enumerate(column.values) if value is not None]
    order = sorted(known, key=lambda place: column.values[place], reverse=falling)  # type: ignore[arg-type,return-value]
    return _taken(frame, order + [place for place, value in enumerate(column.values) if value is None])


def _taken(frame: Frame, places: Sequence[int]) -> Frame:
    return Frame(
        tuple(Field(each.name, each.kind, [each.values[at] for at in places], each.labels) for each in frame.fields),
        frame.ref,
    )


def _limit(frames: list[Frame], options: Options) -> list[Frame]:
    most = int(options.get("limitField", 10))
    return [_taken(frame, range(min(most, len(frame)))) for frame in frames]


def _merge(frames: list[Frame], _: Options) -> list[Frame]:
    """All answers as one table: rows that agree in their words become one."""
    names = {each.name: each for frame in frames for each in frame.fields}
    words = [name for name, each in names.items() if each.kind != "number" and all(_has(f, name) for f in frames)]
    rows: dict[tuple[Value, ...], dict[str, Value]] = {}
    for frame in frames:
        for row in frame.rows():
            told = dict(zip((each.name for each in frame.fields), row, strict=True))
            rows.setdefault(tuple(told[name] for name in words), {}).update(told)
    fields = (Field(name, each.kind, [row.get(name) for row in rows.values()]) for name, each in names.items())
    return [Frame(tuple(fields))] if frames else []


def _has(frame: Frame, name: str) -> bool:
    return any(each.name == name for each in frame.fields)


def _matrix(frames: list[Frame], options: Options) -> list[Frame]:
    """Rows × columns of one table; a pair without a row is not known."""
    return [_matrix_of(frame, options) for frame in frames]


def _matrix_of(frame: Frame, options: Options) -> Frame:
    by_name = {each.name: each for each in frame.fields}
    row, column, value = (by_name[str(options[f"{each}Field"])] for each in ("row", "column", "value"))
    cells = dict(zip(zip(row.values, column.values, strict=True), value.values, strict=True))
    rows, columns = list(dict.fromkeys(row.values)), list(dict.fromkeys(column.values))
    corner = Field(f"{row.name}\\{column.name}", "string", [str(each) for each in rows])
    return Frame((corner, *(Field(str(top), value.kind, [cells.get((each, top)) for each in rows]) for top in columns)))


def _reduce(frames: list[Frame], options: Options) -> list[Frame]:
    calcs = list(options.get("reducers") or ("lastNotNull",))
    numbers = [each for frame in frames for each in frame.of("number")]
    names = Field("Field", "string", [each.name for each in numbers])
    found = (Field(calc, "number", [reduced(each.values, calc) for each in numbers]) for calc in calcs)
    return [Frame((names, *found))]


def _filter_fields(frames: list[Frame], options: Options) -> list[Frame]:
    names = (options.get("include") or {}).get("names")
    if not names:
        return frames
    return [Frame(tuple(each for each in frame.fields if each.name in names), frame.ref) for frame in frames]


_STEPS: Final[Mapping[str, Callable[[list[Frame], Options], list[Frame]]]] = {
    "organize": _organize,
    "sortBy": _sort,
    "limit": _limit,
    "merge": _merge,
    "groupingToMatrix": _matrix,
    "reduce": _reduce,
    "filterFieldsByName": _filter_fields,
}
