"""What every page has: its address, links to the others, the sources and what can be chosen."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from deploy.grafana.source.choices import Choice
from deploy.grafana.source.targets import STORE
from grafana_foundation_sdk.builders.dashboard import (
    ConstantVariable,
    Dashboard,
    DashboardLink,
    DatasourceVariable,
    QueryVariable,
    Row,
    TextBoxVariable,
)
from grafana_foundation_sdk.models.dashboard import (
    DashboardCursorSync,
    DashboardLinkType,
    VariableHide,
    VariableOption,
    VariableRefresh,
    VariableSort,
)

from siloscope.panels.queries import CLICKHOUSE, PROMETHEUS

TAG: Final = "siloscope"
# Where the pages of docs/ are, until an owner says otherwise (provisioning, or the page's settings).
DOCS: Final = "https://siloscope.example/docs"

Section = tuple[str, Sequence[Any]]  # a title (empty: none) and panels


def page(
    name: str, title: str, says: str, sections: Sequence[Section], *, choices: Sequence[Choice] = (),
    since: str = "now-7d", refresh: str = "1m", typed: Sequence[tuple[str, str]] = (),
) -> Dashboard:  # fmt: skip
    """A dashboard `siloscope-NAME`; `choices` are variables by query, `typed` those that are written in."""
    made = Dashboard(title).uid(f"siloscope-{name}").description(says).tags([TAG]).timezone("utc").readonly()
    made.time(since, "now").refresh(refresh).tooltip(DashboardCursorSync.CROSSHAIR)
    others = DashboardLink("Siloscope").type(DashboardLinkType.DASHBOARDS).tags([TAG])
    made.link(others.include_vars(True).keep_time(True).as_dropdown(False))
    for variable in (_source("clickhouse", CLICKHOUSE), _source("prometheus", PROMETHEUS), _docs()):
        made.with_variable(variable)
    for choice in choices:
        made.with_variable(_choice(*choice))
    for variable_name, label in typed:
        empty = VariableOption(text="", value="")
        made.with_variable(TextBoxVariable(variable_name).label(label).default_value("").current(empty))
    for heading, panels in sections:
        if heading:
            made.with_row(Row(heading))
        for panel in panels:
            made.with_panel(panel)
    return made


def _source(name: str, kind: str) -> DatasourceVariable:
    shown = {CLICKHOUSE: "ClickHouse", PROMETHEUS: "Prometheus"}[kind]
    provisioned = VariableOption(text=shown, value=f"siloscope-{name}")
    return DatasourceVariable(name).label(shown).type(kind).current(provisioned).hide(VariableHide.HIDE_VARIABLE)


def _docs() -> ConstantVariable:
    return ConstantVariable("docs").label("Where the documentation is").value(DOCS)


def _choice(name: str, label: str, query: str) -> QueryVariable:
    return (
        QueryVariable(name)
        .label(label)
        .query({"refId": name, "queryType": "sql", "rawSql": query})
        .datasource(STORE)
        .multi(True)
        .include_all(True)
        .current(VariableOption(text="All", value=["$__all"]))
        .refresh(VariableRefresh.ON_DASHBOARD_LOAD)
        .sort(VariableSort.DISABLED)
    )
