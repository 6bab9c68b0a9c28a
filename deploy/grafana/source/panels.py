"""Panels in the house style: a question as title, what it counts below it, units, grey where nothing is known."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, NamedTuple, TypeVar

from deploy.grafana.source import colours
from deploy.grafana.source.targets import Targets
from grafana_foundation_sdk.builders import barchart, bargauge, common, heatmap, stat, table, text, timeseries
from grafana_foundation_sdk.builders.dashboard import DashboardLink, ThresholdsConfig
from grafana_foundation_sdk.models.common import (
    BarGaugeDisplayMode,
    BigValueColorMode,
    BigValueGraphMode,
    GraphDrawStyle,
    GraphTresholdsStyleMode,
    HeatmapCellLayout,
    LegendDisplayMode,
    LegendPlacement,
    SortOrder,
    StackingMode,
    TooltipDisplayMode,
    VisibilityMode,
    VizOrientation,
)
from grafana_foundation_sdk.models.dashboard import (
    DashboardLinkType,
    DataTransformerConfig,
    DynamicConfigValue,
    ValueMapping,
)
from grafana_foundation_sdk.models.heatmap import HeatmapColorMode

ANY_PANEL = TypeVar("ANY_PANEL", bound=Any)  # the SDK's builders share methods, but no base class

DOCS: Final = "${docs}"  # a variable of every page: where the pages of docs/ are


class Said(NamedTuple):
    """What a panel says: what it counts and what to do; what it says when it has nothing; its page in docs/."""

    counts: str
    empty: str
    page: str = ""


def number(
    title: str, said: Said, asked: Targets, *, unit: str = "none", limits: ThresholdsConfig | None = None,
    decimals: int | None = None, width: int = 4, mappings: Sequence[ValueMapping] = (),
) -> stat.Panel:  # fmt: skip
    """One number; coloured by `limits`, blue without."""
    panel = _dressed(stat.Panel(), title, said, asked, width, 4, limits, unit).unit(unit)
    if decimals is not None:
        panel.decimals(decimals)
    return (
        panel.color_mode(BigValueColorMode.BACKGROUND if limits else BigValueColorMode.VALUE)
        .graph_mode(BigValueGraphMode.NONE)
        .reduce_options(_last())
        .thresholds(limits or colours.plain())
        .color_scheme(colours.by_thresholds())
        .mappings([*mappings, colours.no_value_is_grey()])
    )


def course(
    title: str, said: Said, asked: Targets, *, unit: str = "short", stacked: bool = False, bars: bool = False,
    limits: ThresholdsConfig | None = None, named: dict[str, str] | None = None, width: int = 12, height: int = 8,
    least: float | None = 0, most: float | None = None,
) -> timeseries.Panel:  # fmt: skip
    """Numbers over time; `limits` are drawn as lines, `named` gives series their colours."""
    panel = _dressed(timeseries.Panel(), title, said, asked, width, height, limits, unit).unit(unit)
    panel.legend(_legend()).tooltip(
        common.VizTooltipOptions().mode(TooltipDisplayMode.MULTI).sort(SortOrder.DESCENDING)
    )
    panel.draw_style(GraphDrawStyle.BARS if bars else GraphDrawStyle.LINE).line_width(1 if bars else 2)
    panel.fill_opacity(80 if bars else 15 if stacked else 0).show_points(VisibilityMode.AUTO).span_nulls(False)
    panel.color_scheme(colours.by_name())
    if bars:
        panel.max_data_points(100)  # or each would be as wide as a hair
    if least is not None:
        panel.min(least)
    if most is not None:
        panel.max(most)
    if stacked:
        panel.stacking(common.StackingConfig().mode(StackingMode.NORMAL).group("A"))
    if limits:
        panel.thresholds(limits)
        panel.thresholds_style(common.GraphThresholdsStyleConfig().mode(GraphTresholdsStyleMode.DASHED))
    for name, colour in (named or {}).items():
        panel.override_by_name(name, [DynamicConfigValue("color", colours.fixed(colour))])
    return panel


def ranking(
    title: str, said: Said, asked: Targets, *, unit: str = "short", named: dict[str, str] | None = None,
    x: str, width: int = 12, height: int = 8, stacked: bool = True,
) -> barchart.Panel:  # fmt: skip
    """Lying bars, one for each value of column `x`; more number columns are stacked."""
    panel = _dressed(barchart.Panel(), title, said, asked, width, height).unit(unit).min(0)
    panel.x_field(x).orientation(VizOrientation.HORIZONTAL).legend(_legend()).color_scheme(colours.by_name())
    panel.stacking(StackingMode.NORMAL if stacked else StackingMode.NONE).show_value(VisibilityMode.AUTO)
    panel.fill_opacity(80).group_width(0.75)
    for name, colour in (named or {}).items():
        panel.override_by_name(name, [DynamicConfigValue("color", colours.fixed(colour))])
    return panel


def levels(
    title: str, said: Said, asked: Targets, *, unit: str = "short", limits: ThresholdsConfig, most: float | None = None,
    width: int = 12, height: int = 8, by_rows: bool = True,
) -> bargauge.Panel:  # fmt: skip
    """One bar for each row (SQL: a name and a number) or series, coloured by `limits`."""
    panel = _dressed(bargauge.Panel(), title, said, asked, width, height, limits, unit).unit(unit).min(0)
    panel.display_mode(BarGaugeDisplayMode.BASIC).orientation(VizOrientation.HORIZONTAL)
    panel.reduce_options(common.ReduceDataOptions().values(by_rows).calcs(["lastNotNull"]).fields(""))
    panel.thresholds(limits).color_scheme(colours.by_thresholds()).mappings([colours.no_value_is_grey()])
    return panel.max(most) if most is not None else panel


class Column(NamedTuple):
    """How a column of a table is shown."""

    name: str
    unit: str | None = None
    width: int | None = None
    decimals: int | None = None
    cell: str | None = None  # color-background, color-text or gauge
    limits: ThresholdsConfig | None = None
    mappings: Sequence[ValueMapping] = ()
    color: dict[str, str] | None = None
    most: float | None = None
    link: tuple[str, str] | None = None  # text, url
    hidden: bool = False

    def properties(self) -> list[DynamicConfigValue]:
        """What overrides the table's defaults for this column."""
        given = {
            "unit": self.unit,
            "decimals": self.decimals,
            "custom.width": self.width,
            "custom.hidden": True if self.hidden else None,
            "custom.cellOptions": {"type": self.cell, "mode": "basic"} if self.cell else None,
            "thresholds": self.limits.build() if self.limits else None,
            "color": {"mode": "thresholds"} if self.limits else self.color,
            "mappings": [*self.mappings, colours.no_value_is_grey()] if self.mappings or self.limits else None,
            "max": self.most,
            "min": 0 if self.most is not None else None,
            "links": [{"title": self.link[0], "url": self.link[1], "targetBlank": False}] if self.link else None,
        }
        return [DynamicConfigValue(name, value) for name, value in given.items() if value is not None]


# A customer in a list: a click shows all that is known of her, at the end of *Silos now*.
CUSTOMER: Final = Column(
    "customer", width=160, link=("What happened to her?", "/d/siloscope-silos-now?var-customer=${__value.raw}")
)


def rows(
    title: str, said: Said, asked: Targets, *columns: Column, width: int = 24, height: int = 8,
    transformations: Sequence[DataTransformerConfig] = (),
) -> table.Panel:  # fmt: skip
    """A table, its columns as the query names them."""
    panel = _dressed(table.Panel(), title, said, asked, width, height).show_header(True)
    panel.mappings([colours.no_value_is_grey("")]).thresholds(colours.plain())
    panel.transformations(list(transformations))
    for column in columns:
        panel.override_by_name(column.name, column.properties())
    return panel


def matrix(
    title: str, said: Said, asked: Targets, *, down: str, across: str, value: str, unit: str = "short",
    width: int = 12, height: int = 9, limits: ThresholdsConfig | None = None, mappings: Sequence[ValueMapping] = (),
    decimals: int | None = None,
) -> table.Panel:  # fmt: skip
    """Rows `down` by columns `across`; a cell is as dark as it is high, or coloured by `limits` or `mappings`."""
    corner = f"{down}\\{across}"  # as the transformation calls the column of what stands down the side
    turned = (
        transformed("groupingToMatrix", rowField=down, columnField=across, valueField=value, emptyValue="null"),
        transformed("sortBy", sort=[{"field": corner}]),
        transformed("organize", renameByName={corner: down}),
    )
    panel = _dressed(table.Panel(), title, said, asked, width, height, limits, unit).unit(unit).min(0)
    panel.show_header(True).transformations(list(turned)).thresholds(limits or colours.plain())
    panel.color_scheme(colours.by_thresholds() if limits or mappings else colours.by_amount())
    panel.mappings([*mappings, colours.no_value_is_grey("")])
    if decimals is not None:
        panel.decimals(decimals)
    cells = DynamicConfigValue("custom.cellOptions", {"type": "color-background", "mode": "basic"})
    return panel.override_by_regexp(f"^(?!{down}$).*", [cells])


def transformed(name: str, **options: Any) -> DataTransformerConfig:
    """One of Grafana's transformations of a panel's rows."""
    return DataTransformerConfig(id_val=name, options=options)


def spread(
    title: str, said: Said, asked: Targets, *, unit: str = "s", width: int = 12, height: int = 8
) -> heatmap.Panel:
    """How values of a histogram are spread over time."""
    panel = _dressed(heatmap.Panel(), title, said, asked, width, height)
    panel.calculate(False).color(
        heatmap.HeatmapColorOptions().mode(HeatmapColorMode.SCHEME).scheme("Blues").steps(64).reverse(False)
    )
    panel.y_axis(heatmap.YAxisConfig().unit(unit)).cell_gap(1)
    return panel.rows_frame(heatmap.RowsHeatmapOptions().layout(HeatmapCellLayout.AUTO))


def note(title: str, markdown: str, *, width: int = 24, height: int = 3) -> text.Panel:
    """Words on the page."""
    return text.Panel().title(title).content(markdown).span(width).height(height).transparent(True)


def _dressed(
    panel: ANY_PANEL, title: str, said: Said, asked: Targets, width: int, height: int,
    limits: ThresholdsConfig | None = None, unit: str = "",
) -> ANY_PANEL:  # fmt: skip
    meaning = colours.said(limits, unit) if limits else ""
    panel.title(title).description(f"{said.counts} {meaning}".strip()).no_value(said.empty).span(width).height(height)
    panel.datasource(asked.source)
    for query in asked.queries:
        panel.with_target(query)
    if said.page:
        link = DashboardLink("What to do").type(DashboardLinkType.LINK).url(f"{DOCS}/{said.page}").target_blank(True)
        panel.links([link])
    return panel


def _last() -> common.ReduceDataOptions:
    return common.ReduceDataOptions().calcs(["lastNotNull"]).values(False).fields("")


def _legend() -> common.VizLegendOptions:
    shown = common.VizLegendOptions().display_mode(LegendDisplayMode.LIST).placement(LegendPlacement.BOTTOM)
    return shown.show_legend(True).calcs([])
