"""A dashboard as its JSON says it: panels with their place, queries and field settings; variables; the time shown."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from siloscope.errors import Unusable
from siloscope.shipped import shipped

COLUMNS: Final = 24  # of Grafana's grid
FIRST: Final = ("silos-now", "handoffs", "departments", "journey", "pipeline", "detector")  # how the pages are ordered


@dataclass(frozen=True)
class Target:
    """One query of a panel: `sql` asks the store, else `query` is PromQL; `legend` names its series."""

    ref: str
    query: str
    sql: bool
    legend: str = ""
    instant: bool = False
    form: str = ""  # table, heatmap, time_series


@dataclass(frozen=True)
class Panel:
    """One panel. `x`, `y`, `w`, `h` are in cells of the grid; `defaults` and what follows as Grafana has them."""

    key: int
    kind: str
    title: str
    description: str
    x: int
    y: int
    w: int
    h: int
    targets: tuple[Target, ...]
    defaults: Mapping[str, Any]
    overrides: Sequence[Mapping[str, Any]]
    options: Mapping[str, Any]
    transformations: Sequence[Mapping[str, Any]]
    links: Sequence[Mapping[str, Any]]

    @property
    def empty(self) -> str:
        """What to say where there is nothing: the panel's own words."""
        return str(self.defaults.get("noValue") or "")


@dataclass(frozen=True)
class Variable:
    """What a reader may choose. `query` is SQL where the choices come from the store, else they are `choices`."""

    name: str
    label: str
    query: str
    choices: tuple[str, ...]
    chosen: tuple[str, ...]  # none: all
    free: bool = False  # a text of one's own
    all_of_them: bool = True


@dataclass(frozen=True)
class Board:
    """A dashboard; `since` and `until` are relative times like now-24h, `refresh` is in seconds (0: never)."""

    uid: str
    title: str
    description: str
    since: str
    until: str
    refresh: int
    variables: tuple[Variable, ...]
    panels: tuple[Panel, ...]
    links: Sequence[Mapping[str, Any]]


def boards(directory: Path | None = None) -> list[Board]:
    """The shipped dashboards in the order of their pages; raises Unusable where there are none."""
    place = directory or shipped("deploy/grafana/dashboards")
    found = [board(json.loads(path.read_text(encoding="utf-8"))) for path in sorted(place.glob("*.json"))]
    if not found:
        raise Unusable(f"{place} holds no dashboards: reinstall siloscope, or run it in a checkout")
    return sorted(found, key=lambda each: next((n for n, word in enumerate(FIRST) if word in each.uid), len(FIRST)))


def board(model: Mapping[str, Any]) -> Board:
    """The dashboard of a JSON model; panels folded into rows come out with them."""
    time = model.get("time") or {}
    return Board(
        uid=str(model.get("uid") or model.get("title", "")),
        title=str(model.get("title", "")),
        description=str(model.get("description") or ""),
        since=str(time.get("from", "now-24h")),
        until=str(time.get("to", "now")),
        refresh=_seconds(str(model.get("refresh") or "")),
        variables=tuple(_variables((model.get("templating") or {}).get("list") or ())),
        panels=tuple(_panels(model.get("panels") or ())),
        links=tuple(model.get("links") or ()),
    )


def _seconds(text: str) -> int:
    match = re.fullmatch(r"(\d+)([smh])", text)
    return int(match[1]) * {"s": 1, "m": 60, "h": 3600}[match[2]] if match else 0


def _panels(models: Sequence[Mapping[str, Any]]) -> Iterator[Panel]:
    for model in models:
        yield _panel(model)
        yield from _panels(model.get("panels") or ())


def _panel(model: Mapping[str, Any]) -> Panel:
    place, fields = model.get("gridPos") or {}, model.get("fieldConfig") or {}
    return Panel(
        key=int(model.get("id") or 0),
        kind=str(model.get("type", "")),
        title=str(model.get("title") or ""),
        description=str(model.get("description") or ""),
        x=int(place.get("x", 0)), y=int(place.get("y", 0)), w=int(place.get("w", COLUMNS)), h=int(place.get("h", 1)),
        targets=tuple(_target(each) for each in model.get("targets") or () if not each.get("hide")),
        defaults=fields.get("defaults") or {},
        overrides=tuple(fields.get("overrides") or ()),
        options=model.get("options") or {},
        transformations=tuple(each for each in model.get("transformations") or () if not each.get("disabled")),
        links=tuple(model.get("links") or ()),
    )  # fmt: skip


def _target(model: Mapping[str, Any]) -> Target:
    sql = "rawSql" in model
    return Target(
        ref=str(model.get("refId") or "A"),
        query=str(model["rawSql"] if sql else model.get("expr", "")),
        sql=sql,
        legend=str(model.get("legendFormat") or "").replace("__auto", ""),
        instant=bool(model.get("instant")),
        form=str(model.get("format") or ""),
    )


def _variables(models: Sequence[Mapping[str, Any]]) -> Iterator[Variable]:
    for model in models:
        kind, query = model.get("type"), model.get("query")
        if kind in ("datasource", "constant", "adhoc") or model.get("hide") == 2:
            continue
        if isinstance(query, Mapping):
            query = query.get("rawSql") or query.get("query") or query.get("expr")
        chosen = (model.get("current") or {}).get("value") or ()
        chosen = (chosen,) if isinstance(chosen, str) else tuple(chosen)
        yield Variable(
            name=str(model["name"]),
            label=str(model.get("label") or model["name"]),
            query=str(query or "") if kind == "query" else "",
            choices=tuple(_choices(model, str(query or ""))) if kind in ("custom", "interval") else (),
            chosen=tuple(str(each) for each in chosen if each != "$__all"),
            free=kind == "textbox",
            all_of_them=bool(model.get("includeAll", kind != "interval")),
        )


def _choices(model: Mapping[str, Any], query: str) -> Iterator[str]:
    options = [str(each.get("value")) for each in model.get("options") or () if each.get("value") != "$__all"]
    yield from options or [each.split(" : ")[-1].strip() for each in query.split(",") if each.strip()]
