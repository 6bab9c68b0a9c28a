"""A panel asked and drawn: full, empty with the panel's own words, or failed with the reason in one line."""

from __future__ import annotations

import logging
import re
from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from clickhouse_connect.driver.exceptions import ClickHouseError

from siloscope.errors import Unusable
from siloscope.stores.client import first_line

from . import bars, grids, lines, pies, stats, tables
from .board import Panel
from .frame import Field, Frame
from .queries import Range, Variables
from .sources import Metrics, asked_metrics, asked_store
from .tables import Link
from .transform import transformed
from .words import html

if TYPE_CHECKING:
    from clickhouse_connect.driver.client import Client

log = logging.getLogger(__name__)

COLUMN, ROW, GAP = 64, 34, 10  # pixels of the page's grid where it is as wide as it gets
HEAD, EDGE, LEGEND = 40, 16, 26  # pixels of a panel's title, of its edges, of one line of its legend
NO_METRICS: Final = "No Prometheus is asked: start one, and give its address with --prometheus."
NO_TOUCHPOINTS: Final = (
    "Nothing yet: the store holds no touchpoints. Run `siloscope writer`, or look at an invented company with "
    "`siloscope demo`."
)
State = Literal["full", "empty", "failed", "words"]


class Sources(NamedTuple):
    """Whom the panels ask, and for which time: the data's clock for the store, the wall clock for metrics.

    `blank`: the store holds no touchpoints, and what its panels have not found means nothing.
    """

    store: Client | None
    metrics: Metrics | None
    shown: Range
    metrics_shown: Range
    variables: Variables
    link: Link
    blank: bool = False


class Drawn(NamedTuple):
    """A panel on the page: `body` is HTML, `legend` name, colour and figure of what is told apart."""

    panel: Panel
    state: State
    body: str
    legend: list[tuple[str, str, str]]


def drawn(panel: Panel, sources: Sources) -> Drawn:
    """The panel, whatever becomes of its queries."""
    if panel.kind == "row":
        return Drawn(panel, "words", "", [])
    if panel.kind == "text":
        return Drawn(panel, "words", html(str(panel.options.get("content", ""))), [])
    if sources.metrics is None and any(not each.sql for each in panel.targets):
        return Drawn(panel, "empty", _said(NO_METRICS), [])
    try:
        frames = transformed([each for each in _asked(panel, sources) if len(each)], panel.transformations)
        if not any(value is not None for frame in frames for each in _telling(frame) for value in each.values):
            why = NO_TOUCHPOINTS if sources.blank and any(each.sql for each in panel.targets) else panel.empty
            return Drawn(panel, "empty", _said(why or "Nothing in this time."), [])
        return _full(panel, frames, sources)
    except ClickHouseError as error:
        return Drawn(panel, "failed", _said(f"The store says: {first_line(error)}"), [])
    except (Unusable, ValueError) as error:
        return Drawn(panel, "failed", _said(str(error)), [])
    except Exception as error:  # noqa: BLE001  # what one panel cannot do is not the page's fault
        log.warning("panel %s: %r", panel.title, error)
        return Drawn(panel, "failed", _said(f"This panel cannot be drawn: {type(error).__name__}"), [])


def _telling(frame: Frame) -> Sequence[Field]:
    return frame.of("number") or frame.fields


def _asked(panel: Panel, sources: Sources) -> list[Frame]:
    found: list[Frame] = []
    for target in panel.targets:
        if target.sql and sources.store is not None:
            found.append(asked_store(sources.store, target, sources.shown, sources.variables))
        elif not target.sql and sources.metrics is not None:
            table = panel.kind == "table"
            found += asked_metrics(sources.metrics, target, sources.metrics_shown, sources.variables, table)
    return found


def _full(panel: Panel, frames: list[Frame], sources: Sources) -> Drawn:
    legend = _legend(panel, frames)
    width = panel.w * COLUMN - GAP - 2 * EDGE
    height = panel.h * (ROW + GAP) - GAP - HEAD - EDGE - (LEGEND if legend else 0)
    shown = sources.shown if any(each.sql for each in panel.targets) else sources.metrics_shown
    since, until = shown.start.timestamp() * 1000, shown.end.timestamp() * 1000
    kind = panel.kind
    if kind in ("timeseries", "graph"):
        body = lines.drawn(panel, frames, since, until, width, height)
    elif kind == "heatmap":
        body = grids.heatmap(panel, frames, since, until, width, height)
    elif kind in ("state-timeline", "status-history"):
        body = grids.states(panel, frames, since, until, width, height)
    elif kind == "table":
        body = "".join(tables.drawn(panel, each, sources.link) for each in frames)
    elif kind in _PLAIN:
        body = _PLAIN[kind](panel, frames, width, height)
    else:
        return Drawn(panel, "failed", _said(f"Panels of type {kind} are drawn by Grafana only."), [])
    return Drawn(panel, "full", body, legend)


def _legend(panel: Panel, frames: list[Frame]) -> list[tuple[str, str, str]]:
    if panel.kind == "timeseries":
        return lines.legend(panel, frames)
    return bars.legend(panel, frames) if panel.kind == "barchart" else []


_PLAIN: Final = {
    "barchart": bars.columns,
    "bargauge": bars.gauges,
    "gauge": bars.gauges,
    "stat": stats.drawn,
    "piechart": pies.drawn,
}


def _said(words: str) -> str:
    """One sentence in the place of the drawing; what stands between backticks is to be typed."""
    typed = re.sub("`([^`]+)`", r"<code>\1</code>", escape(words))
    return f'<div class="said"><p>{typed}</p></div>'
