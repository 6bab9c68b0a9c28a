"""A dashboard as one HTML page: everything in it, nothing fetched, readable without a script."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

from clickhouse_connect.driver.exceptions import ClickHouseError
from clickhouse_connect.driver.httpclient import HttpClient
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from . import clock
from .board import Board, Variable
from .drawing import Drawn, Sources, drawn
from .queries import Range
from .sources import Metrics
from .words import html, uncommented

if TYPE_CHECKING:
    from clickhouse_connect.driver.client import Client

MOST_CHOICES: Final = 200
AT_ONCE: Final = 2  # queries; the gateway answers three, and others ask it too
Given = Mapping[str, Sequence[str]]  # what the reader chose, as in Grafana's addresses: `from`, `var-NAME`
EXAMPLES: Final = {
    "customer": "SELECT customer_id FROM v_alerts WHERE status IN ('open', 'updated') "
    "ORDER BY severity = 'critical' DESC, opened_at DESC LIMIT 1"
}


@dataclass(frozen=True)
class Reader:
    """What a page is drawn from. `metrics_since` cuts what is shown of metrics, where they began with this process.

    `examples` are questions to the store for what stands in a field in which the reader has written nothing yet; `film`
    draws what one customer went through.
    """

    store: Client | None
    metrics: Metrics | None = None
    metrics_since: datetime | None = None
    examples: Mapping[str, str] = field(default_factory=lambda: EXAMPLES)
    film: Callable[[str], str] | None = None


@dataclass(frozen=True)
class Addresses:
    """Where links lead: `board` makes a dashboard's address, `docs` begins those of the documentation (None: none)."""

    live: bool
    docs: str | None = None

    def board(self, uid: str, query: str = "") -> str:
        """Of a dashboard, with what is chosen on it."""
        return f"/d/{uid}{'?' + query if query else ''}" if self.live else f"{uid}.html"

    def journey(self, customer: str) -> str:
        """Of the film of one customer."""
        return f"/journey?{urlencode({'customer': customer})}"

    def link(self, address: str) -> str | None:
        """A link of a dashboard's JSON as ours; None where it leads nowhere from here."""
        address = address.replace("${docs}", self.docs or "")
        if address.startswith("/d/"):
            path, _, query = address.removeprefix("/d/").partition("?")
            return self.board(path.split("/")[0], query.split("&${")[0])
        own = bool(self.docs) and address.startswith(str(self.docs))
        return address if own or address.startswith(("https://", "http://", "#", "?")) else None


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
    chosen = {each.name: _chosen(each, reader, given) for each in board.variables}
    variables = chosen | {each.name: chosen[each.name] or [""] for each in board.variables if each.free}
    sources = Sources(reader.store, reader.metrics, shown, live, variables, at.link, blank=newest is None)
    asks_store = any(target.sql for each in board.panels for target in each.targets)
    text: str = _template("page.html").render(
        title=board.title, uid=board.uid, board=board, boards=boards, at=at, since=since, chosen=chosen,
        customer=(chosen.get("customer") or [""])[0] if reader.film else "",
        newest=newest, shown=shown if asks_store else live, asks_store=asks_store,
        panels=_drawn(board, sources),
        choices=[(each, _choices(each, reader.store)) for each in board.variables],
        times=dict(clock.CHOICES) | ({} if since in clock.CHOICES else {since: clock.in_words(since)}),
        query=urlencode([("from", since), *((f"var-{n}", value) for n, values in chosen.items() for value in values)]),
    )  # fmt: skip
    return text


def _drawn(board: Board, sources: Sources) -> list[Drawn]:
    """The panels, some at the same time where the store answers so; the embedded engine has one session."""
    with ThreadPoolExecutor(AT_ONCE if isinstance(sources.store, HttpClient) else 1) as threads:
        return list(threads.map(lambda panel: drawn(panel, sources), board.panels))


def words_page(
    markdown: str, boards: Sequence[Board], at: Addresses, unseen: Callable[[str], str | None] = lambda _: None
) -> str:
    """A page of words, like those of the documentation; for `unseen` see `words.html`."""
    lines = uncommented(markdown).strip().splitlines()
    text: str = _template("words.html").render(
        title=lines[0].lstrip("# ") if lines else "", uid="", boards=boards, at=at, query="",
        body=html(markdown, unseen),
    )  # fmt: skip
    return text


def film_page(customer: str, picture: str, boards: Sequence[Board], at: Addresses) -> str:
    """The page of one customer's journey; `picture` is its SVG."""
    text: str = _template("film.html").render(
        title=customer, uid="", boards=boards, at=at, query=urlencode({"var-customer": customer}), picture=picture
    )
    return text


def _choices(variable: Variable, store: Client | None) -> list[str]:
    return _words(variable.query, store) if variable.query else list(variable.choices)


def _chosen(variable: Variable, reader: Reader, given: Given) -> list[str]:
    """What the reader chose; in an empty field an example."""
    found = [each for each in given.get(f"var-{variable.name}") or variable.chosen if each]
    if found or not variable.free or variable.name not in reader.examples:
        return found
    return _words(reader.examples[variable.name], reader.store)[:1]


def _words(question: str, store: Client | None) -> list[str]:
    """The first column of the store's answer; nothing where it does not answer."""
    try:
        rows = store.query(question).result_rows[:MOST_CHOICES] if store is not None else []
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
