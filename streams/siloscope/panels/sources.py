"""Whom a panel asks: the store in SQL, Prometheus in PromQL; both answer in frames."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from http.client import HTTPException
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Protocol
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import urlopen

from siloscope.errors import Unusable

from .board import Target
from .frame import Field, Frame, Kind, Value
from .queries import SCRAPE_SECONDS, Range, Variables, promql, sql

if TYPE_CHECKING:
    from clickhouse_connect.driver.client import Client

ANSWER_SECONDS: Final = 10


class Sample(NamedTuple):
    """A series as Prometheus tells it: labels, and points of (epoch milliseconds, figure)."""

    labels: dict[str, str]
    points: list[tuple[float, float]]


class Metrics(Protocol):
    """What answers PromQL; `every` is how often it looks, in seconds."""

    every: int

    def at(self, query: str, moment: datetime) -> list[Sample]:
        """The query's answer at a moment; raises Unusable in one line."""

    def over(self, query: str, shown: Range, step: int) -> list[Sample]:
        """The same over time, every `step` seconds."""


class Prometheus:
    """A Prometheus at `url`, like http://127.0.0.1:9090."""

    every = SCRAPE_SECONDS

    def __init__(self, url: str) -> None:
        self._url = url.rstrip("/")

    def at(self, query: str, moment: datetime) -> list[Sample]:
        """See Metrics."""
        found = self._asked("query", {"query": query, "time": f"{moment.timestamp():.3f}"})
        return [Sample(each["metric"], _points([each["value"]])) for each in found]

    def over(self, query: str, shown: Range, step: int) -> list[Sample]:
        """See Metrics."""
        since, until = f"{shown.start.timestamp():.3f}", f"{shown.end.timestamp():.3f}"
        found = self._asked("query_range", {"query": query, "start": since, "end": until, "step": f"{step}"})
        return [Sample(each["metric"], _points(each["values"])) for each in found]

    def _asked(self, what: str, values: dict[str, str]) -> list[Any]:
        try:
            with urlopen(f"{self._url}/api/v1/{what}?{urlencode(values)}", timeout=ANSWER_SECONDS) as answer:
                result = json.load(answer)["data"]
        except HTTPError as error:
            raise Unusable(f"Prometheus refuses: {error.read(300).decode(errors='replace')}") from None
        except (OSError, HTTPException, ValueError) as error:
            raise Unusable(f"no Prometheus answers at {self._url}: {getattr(error, 'reason', error)}") from None
        if result["resultType"] == "scalar":
            return [{"metric": {}, "value": result["result"], "values": [result["result"]]}]
        return list(result["result"])


def _points(values: Sequence[tuple[float, str]]) -> list[tuple[float, float]]:
    return [(float(at) * 1000, float(value)) for at, value in values]


def asked_store(client: Client, target: Target, shown: Range, variables: Variables) -> Frame:
    """The store's answer to a panel's SQL; raises what the client raises."""
    answer = client.query(sql(target.query, shown, variables))
    kinds = [_kind(each.name) for each in answer.column_types]
    columns = zip(*answer.result_rows, strict=True) if answer.result_rows else ((),) * len(kinds)
    found = zip(answer.column_names, kinds, columns, strict=True)
    return Frame(tuple(Field(name, kind, list(map(_value, values))) for name, kind, values in found), target.ref)


def asked_metrics(metrics: Metrics, target: Target, shown: Range, variables: Variables, table: bool) -> list[Frame]:
    """The answer to a panel's PromQL: a table for a table, else a frame for each series."""
    query = promql(target.query, shown, variables)
    if target.instant or table:
        found = metrics.at(query, shown.end)
    else:
        found = metrics.over(query, shown, shown.step(metrics.every))
    if table or target.form == "table":
        return [_as_table(found, target)] if found else []
    return [_as_series(each, target) for each in found]


def _as_series(sample: Sample, target: Target) -> Frame:
    times: list[Value] = [at for at, _ in sample.points]
    values: list[Value] = [value if value == value else None for _, value in sample.points]  # NaN: not known
    name = named(sample.labels, target)
    return Frame((Field("time", "time", times), Field(name, "number", values, sample.labels)), target.ref)


def named(labels: dict[str, str], target: Target) -> str:
    """A series' name: the legend with its labels put in, else the labels."""
    if target.form == "heatmap" and not target.legend:
        return labels.get("le", "")
    if target.legend:
        return re.sub(r"\{\{\s*(\w+)\s*\}\}", lambda found: labels.get(found[1], ""), target.legend)
    rest = {name: value for name, value in labels.items() if name != "__name__"}
    return ", ".join(rest.values()) or labels.get("__name__", "") or "Value"


def _as_table(found: Sequence[Sample], target: Target) -> Frame:
    names = sorted({name for each in found for name in each.labels if name != "__name__"})
    labels = (Field(name, "string", [each.labels.get(name) for each in found]) for name in names)
    values: list[Value] = [each.points[-1][1] if each.points else None for each in found]
    return Frame((*labels, Field("Value", "number", values)), target.ref)


def _kind(type_name: str) -> Kind:
    plain = re.sub(r"^(?:LowCardinality|Nullable|SimpleAggregateFunction)\((?:\w+, )?", "", type_name)
    plain = plain.removeprefix("Nullable(")
    if plain.startswith("Date"):
        return "time"
    return "number" if re.match(r"U?Int|Float|Decimal|Bool", plain) else "string"


def _value(value: Any) -> Value:
    if isinstance(value, datetime):
        return (value if value.tzinfo else value.replace(tzinfo=UTC)).timestamp() * 1000
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day, tzinfo=UTC).timestamp() * 1000
    if isinstance(value, Decimal | bool):
        return float(value)
    if isinstance(value, float) and value != value:
        return None
    if value is None or isinstance(value, int | float | str):
        return value
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
