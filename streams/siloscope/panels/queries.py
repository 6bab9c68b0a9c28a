"""The queries of a Grafana dashboard, and what Grafana would send for them: its macros and variables put in.

Only what our dashboards use is known; anything else raises ValueError, so that a query that runs here runs there.
The meaning of each macro is that of Grafana's Prometheus and ClickHouse data sources.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple

Variables = Mapping[str, Sequence[str]]  # what is chosen for each variable; nothing: "All"

CLICKHOUSE: Final = "grafana-clickhouse-datasource"
PROMETHEUS: Final = "prometheus"
SCRAPE_SECONDS: Final = 15  # how often Prometheus asks: `scrape_interval` in deploy/prometheus

# Widths that Grafana rounds an interval to, in seconds.
_ROUND: Final = (1, 2, 5, 10, 15, 20, 30, 60, 120, 300, 600, 900, 1200, 1800, 3600, 7200, 10800, 21600, 43200, 86400,
                 604800, 2592000)  # fmt: skip


class Range(NamedTuple):
    """The time a dashboard shows, `start` to `end` (aware), in `points` steps at most."""

    start: datetime
    end: datetime
    points: int = 100

    @property
    def seconds(self) -> int:
        """How long it is."""
        return int((self.end - self.start).total_seconds())

    def step(self, least: int = 1) -> int:
        """Seconds of one step, `least` or more: `$__interval`."""
        wanted = max(least, self.seconds / self.points)
        return next((each for each in _ROUND if each >= wanted), _ROUND[-1])


class Query(NamedTuple):
    """One query of a panel as the dashboard has it: not yet expanded."""

    panel: int
    title: str
    kind: str  # the panel's type: stat, timeseries, table, …
    ref: str
    source: str  # CLICKHOUSE or PROMETHEUS
    text: str
    instant: bool  # PromQL at the end of the range, not over it
    legend: str

    def expanded(self, shown: Range, variables: Variables) -> str:
        """What the data source is sent; raises ValueError for a macro or variable that is not known."""
        return (sql if self.source == CLICKHOUSE else promql)(self.text, shown, variables)


def queries(dashboard: Mapping[str, Any]) -> Iterator[Query]:
    """Every query of a dashboard's panels, those in rows too, in the order of the page."""
    for panel in panels(dashboard):
        for target in panel.get("targets") or ():
            source = (target.get("datasource") or panel["datasource"])["type"]
            yield Query(
                panel=panel["id"],
                title=panel["title"],
                kind=panel["type"],
                ref=target["refId"],
                source=source,
                text=target["rawSql"] if source == CLICKHOUSE else target["expr"],
                instant=bool(target.get("instant")),
                legend=target.get("legendFormat") or "",
            )


def panels(dashboard: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Every panel of a dashboard but the rows, those in rows too."""
    for panel in dashboard["panels"]:
        if panel["type"] == "row":
            yield from panel.get("panels") or ()
        else:
            yield panel


def chosen(dashboard: Mapping[str, Any]) -> dict[str, list[str]]:
    """What a dashboard's variables are when it is opened; an empty list is "All"."""
    return {each["name"]: _values(each) for each in dashboard.get("templating", {}).get("list", ())}


def _values(variable: Mapping[str, Any]) -> list[str]:
    if variable["type"] in ("constant", "textbox"):
        return [str(variable["query"])]
    value = (variable.get("current") or {}).get("value", [])
    return [each for each in ([value] if isinstance(value, str) else value) if each != "$__all"]


# -- ClickHouse


def sql(text: str, shown: Range, variables: Variables) -> str:
    """SQL with macros and variables put in. A filter is `$__conditionalAll(x IN (${name:singlequote}), $name)`."""
    text = _calls(text, "$__conditionalAll", lambda inside: _unless_all(inside, variables))
    for name, meaning in _SQL_CALLS.items():
        text = _calls(text, name, lambda column, meaning=meaning: meaning(column, shown))  # type: ignore[misc]
    text = _known(_words(text, _sql_words(shown)))
    return re.sub(r"\$\{(\w+):(\w+)\}|\$\{?(\w+)\}?", lambda found: _quoted(found, variables), text)


def _time(moment: datetime) -> str:
    return f"toDateTime({int(moment.timestamp())})"


def _millis(moment: datetime) -> str:
    return f"fromUnixTimestamp64Milli({round(moment.timestamp() * 1000)})"


_SQL_CALLS: Final[dict[str, Callable[[str, Range], str]]] = {
    "$__timeFilter": lambda column, at: f"{column} >= {_time(at.start)} AND {column} <= {_time(at.end)}",
    "$__timeFilter_ms": lambda column, at: f"{column} >= {_millis(at.start)} AND {column} <= {_millis(at.end)}",
    "$__dateFilter": lambda column, at: (
        f"{column} >= toDate('{at.start:%Y-%m-%d}') AND {column} <= toDate('{at.end:%Y-%m-%d}')"
    ),
    "$__timeInterval": lambda column, at: (
        f"toStartOfInterval(toDateTime({column}), INTERVAL {at.step()} second)"
    ),
}  # fmt: skip


def _sql_words(shown: Range) -> dict[str, str]:
    return {
        "$__fromTime": _time(shown.start),
        "$__toTime": _time(shown.end),
        "$__fromTime_ms": _millis(shown.start),
        "$__toTime_ms": _millis(shown.end),
        "$__interval_s": str(shown.step()),
    }


def _calls(text: str, macro: str, meaning: Callable[[str], str]) -> str:
    """`text` with each `macro(…)` replaced by the meaning of what stands between its parentheses."""
    while (start := text.find(macro + "(")) >= 0:
        end = _closing(text, start + len(macro))
        text = text[:start] + meaning(text[start + len(macro) + 1 : end].strip()) + text[end + 1 :]
    return text


def _closing(text: str, opening: int) -> int:
    depth = 0
    for place in range(opening, len(text)):
        depth += {"(": 1, ")": -1}.get(text[place], 0)
        if not depth:
            return place
    raise ValueError(f"no closing parenthesis in the query: {text[opening:][:60]}")


def _unless_all(inside: str, variables: Variables) -> str:
    condition, _, name = inside.rpartition(",")
    return condition if _value(name.strip().removeprefix("$").strip("{}"), variables) else "1=1"


def _quoted(found: re.Match[str], variables: Variables) -> str:
    """A variable in SQL; only quoted ones are safe there, so no other form is taken."""
    name, form, bare = found.groups()
    if form != "singlequote":
        raise ValueError(f"${{{name or bare}}} must be ${{{name or bare}:singlequote}} in SQL")
    escaped = (each.replace("\\", "\\\\").replace("'", "\\'") for each in _value(name, variables))
    return ",".join(f"'{each}'" for each in escaped)


# -- Prometheus


def promql(text: str, shown: Range, variables: Variables) -> str:
    """PromQL with macros and variables put in; a variable stands in a regular expression: `symptom=~"$symptom"`."""
    step = shown.step(SCRAPE_SECONDS)
    words = {
        "$__rate_interval": f"{max(step + SCRAPE_SECONDS, 4 * SCRAPE_SECONDS)}s",
        "$__interval": f"{step}s",
        "$__range": f"{shown.seconds}s",
    }
    text = _known(_words(text, words))
    return re.sub(r"\$\{?(\w+)\}?", lambda found: _alternatives(_value(found[1], variables)), text)


def _alternatives(values: Sequence[str]) -> str:
    if not values:
        return ".*"
    escaped = [re.sub(r"([\\^$*+?.()|\[\]{}])", r"\\\\\1", each) for each in values]
    return escaped[0] if len(escaped) == 1 else f"({'|'.join(escaped)})"


# -- both


def _words(text: str, meanings: Mapping[str, str]) -> str:
    for word, meaning in meanings.items():
        text = re.sub(rf"{re.escape(word)}(?!\w)", meaning, text)
    return text


def _value(name: str, variables: Variables) -> Sequence[str]:
    if name not in variables:
        raise ValueError(f"the query uses ${name}, which is no variable of the dashboard")
    return variables[name]


def _known(text: str) -> str:
    """`text`, if no macro is left in it."""
    if "$__" in text:
        raise ValueError(f"the query uses a macro that is not known here: {text[text.index('$__') :][:40]}")
    return text
