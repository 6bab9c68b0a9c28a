"""A dashboard as one HTML page: everything in it, nothing fetched, readable without a script."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

from clickhouse_connect.driver.exceptions import ClickHouseError
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from . import clock
from .board import Board, Variable
from .drawing import Sources, drawn
from .queries import Range
from .sources import Metrics
from .words import html

if TYPE_CHECKING:
    from clickhouse_connect.driver.client import Client

MOST_CHOICES: Final = 200
Given = Mapping[str, Sequence[str]]  # what the reader chose, as in Grafana's addresses: `from`, `var-NAME`


@dataclass(frozen=True)
class Reader:
    """What a page is drawn from. `metrics_since` cuts what is shown of metrics, where they began with this process."""

    store: Client | None
    metrics: Metrics | None = None
    metrics_since: datetime | None = None


@dataclass(frozen=True)
class Addresses:
    """Where links lead: `board` makes a dashboard's address, `docs` begins those of the documentation (None: none)."""

    live: bool
    docs: str | None = None

    def board(self, uid: str, query: str = "") -> str:
        """Of a dashboard, with what is chosen on it."""
        return f"/d/{uid}{'?' + query if query else ''}" if self.live else f"{uid}.html"

    def link(self, address: str) -> str | None:
        """A link of a dashboard's JSON as ours; None where it leads nowhere from here."""
        address = address.replace("${docs}", self.docs or "")
        if address.startswith("/d/"):
            path, _, query = address.removeprefix("/d/").partition("?")
            return self.board(path.split("/")[0], query.split("&${")[0])
        own = bool(self.docs) and address.startswith(str(self.docs))
        return address if own or address.startswith(("https://", "http://", "#")) else None


def page(
    board: Board, boards: Sequence[Board], reader: Reader, given: Mapping[str, Sequence[str]], at: Addresses
) -> str:
    """The page of `board`; `given` is what the reader chose (`from`, `var-NAME`), as in Grafana's addresses."""
    since = (given.get("from") or [board.since])[0]
    newest = clock.newest(reader.store)
    wall = datetime.now(UTC)
    shown = clock.shown(since, newest or wall)
    live = clock.shown(since, wall)
    if reader.metrics_since is not None:
        live = Range(max(live.start, reader.metrics_since), wall)
    chosen = {each.name: list(given.get(f"var-{each.name}") or each.chosen) for each in board.variables}
    chosen = {name: [value for value in values if value] for name, values in chosen.items()}
    variables = chosen | {each.name: chosen[each.name] or [""] for each in board.variables if each.free}
    sources = Sources(reader.store, reader.metrics, shown, live, variables, at.link)
    text: str = _template("page.html").render(
        title=board.title, uid=board.uid, board=board, boards=boards, at=at, since=since, chosen=chosen,
        newest=newest, shown=shown,
        panels=[drawn(each, sources) for each in board.panels],
        choices=[(each, _choices(each, reader.store)) for each in board.variables],
        times=dict(clock.CHOICES) | ({} if since in clock.CHOICES else {since: clock.in_words(since)}),
        query=urlencode([("from", since), *((f"var-{n}", value) for n, values in chosen.items() for value in values)]),
    )  # fmt: skip
    return text


def words_page(markdown: str, boards: Sequence[Board], at: Addresses) -> str:
    """A page of words, like those of the documentation."""
    title = markdown.strip().splitlines()[0].lstrip("# ") if markdown.strip() else ""
    text: str = _template("words.html").render(title=title, uid="", boards=boards, at=at, query="", body=html(markdown))
    return text


def _choices(variable: Variable, store: Client | None) -> list[str]:
    if not variable.query:
        return list(variable.choices)
    try:
        rows = store.query(variable.query).result_rows[:MOST_CHOICES] if store is not None else []
    except ClickHouseError:
        rows = []
    return [str(row[0]) for row in rows if row[0] not in (None, "")]


def _moment(when: Any) -> str:
    return f"{when:%a} {when.day} {when:%b %Y %H:%M}"


@cache
def _template(name: str) -> Any:
    place = FileSystemLoader(Path(__file__).parent)
    found = Environment(loader=place, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    found.filters["moment"] = _moment
    return found.get_template(name)
