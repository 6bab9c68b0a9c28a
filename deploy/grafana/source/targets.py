"""Queries of panels, and where they go: SQL to ClickHouse, PromQL to Prometheus."""

from __future__ import annotations

from collections.abc import Mapping
from textwrap import dedent
from typing import Final, Self

from grafana_foundation_sdk.builders.prometheus import Dataquery as PrometheusQuery
from grafana_foundation_sdk.cog import builder, variants
from grafana_foundation_sdk.models.dashboard import DataSourceRef
from grafana_foundation_sdk.models.prometheus import PromQueryFormat, QueryEditorMode

from siloscope.panels.queries import CLICKHOUSE, PROMETHEUS

# Both are variables of the page, so that a page works wherever it is imported.
STORE: Final = DataSourceRef(type_val=CLICKHOUSE, uid="${clickhouse}")
METRICS: Final = DataSourceRef(type_val=PROMETHEUS, uid="${prometheus}")


class Sql(variants.Dataquery):
    """A query as the ClickHouse data source has it."""

    def __init__(self, text: str, *, over_time: bool) -> None:
        self.text = text
        self.over_time = over_time

    def to_json(self) -> Mapping[str, object]:
        kind = ("timeseries", 0) if self.over_time else ("table", 1)
        return {
            "refId": "A",
            "datasource": STORE,
            "editorType": "sql",
            "rawSql": self.text,
            "queryType": kind[0],
            "format": kind[1],
        }


class Built(builder.Builder[variants.Dataquery]):
    """A query that is built already."""

    def __init__(self, query: variants.Dataquery) -> None:
        self._query = query

    def build(self) -> variants.Dataquery:
        return self._query


class Targets:
    """The queries of one panel and their source."""

    def __init__(self, source: DataSourceRef, *queries: builder.Builder[variants.Dataquery]) -> None:
        self.source = source
        self.queries = queries

    def and_also(self, other: Targets) -> Self:
        """With the queries of `other` after these; of the same source."""
        return type(self)(self.source, *self.queries, *other.queries)


def table(text: str) -> Targets:
    """SQL that answers with rows; columns are named as they are shown."""
    return Targets(STORE, Built(Sql(dedent(text).strip(), over_time=False)))


def over_time(text: str) -> Targets:
    """SQL that answers with `time`, a name and `Value`, in the order of time.

    Under another name than `Value` Grafana would put that name before each series'.
    """
    return Targets(STORE, Built(Sql(dedent(text).strip(), over_time=True)))


def now(expr: str, legend: str = "__auto", ref: str = "A") -> Targets:
    """PromQL at the end of the time shown."""
    query = PrometheusQuery().expr(expr).instant().legend_format(legend)
    return Targets(METRICS, _named(query, ref))


def now_table(expr: str) -> Targets:
    """PromQL at the end of the time shown, one row for each series, its labels as columns."""
    query = PrometheusQuery().expr(expr).instant().format(PromQueryFormat.TABLE)
    return Targets(METRICS, _named(query, "A"))


def rates(*queries: tuple[str, str]) -> Targets:
    """PromQL over the time shown: pairs of expression and legend."""
    refs = zip("ABCDEFGH", queries, strict=False)
    return Targets(METRICS, *(_named(PrometheusQuery().expr(e).range().legend_format(name), ref)
                              for ref, (e, name) in refs))  # fmt: skip


def buckets(expr: str) -> Targets:
    """PromQL over the time shown: how many in each bucket `le` of a histogram."""
    query = PrometheusQuery().expr(expr).range().format(PromQueryFormat.HEATMAP).legend_format("{{le}}")
    return Targets(METRICS, _named(query, "A"))


def _named(query: PrometheusQuery, ref: str) -> PrometheusQuery:
    source = {"type": METRICS.type_val, "uid": METRICS.uid}
    return query.ref_id(ref).editor_mode(QueryEditorMode.CODE).datasource(source)
