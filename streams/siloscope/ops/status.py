"""`siloscope status`: how all parts are, one line each; once, or again and again on a terminal."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from http.client import HTTPException
from pathlib import Path
from typing import Any, Final, TypedDict
from urllib.error import HTTPError
from urllib.request import urlopen

import msgspec
from clickhouse_connect.driver.exceptions import ClickHouseError
from confluent_kafka import KafkaError, KafkaException
from rich.live import Live
from rich.table import Table
from rich.text import Text

from ..agents.telling import ROUTED, TOUCHPOINTS
from ..errors import Unusable, WrongUsage
from ..settings import Settings, load
from ..stores.client import first_line
from ..stores.elsewhere import is_there, readable
from ..stores.kinds import KINDS
from ..stores.member import group_of
from .behind import group
from .brokers import administration, why_no_broker
from .console import output
from .processes import PROCESSES, port_of
from .status_rows import Page, Row, State, freshness, in_order, process, summed
from .status_rows import group as group_row

PAGE_SECONDS: Final = 3.0
WATCH_SECONDS: Final = 2.0
FORBIDDEN: Final = (KafkaError.GROUP_AUTHORIZATION_FAILED, KafkaError.TOPIC_AUTHORIZATION_FAILED)
NOT_MADE: Final = (60, 81)  # no such table, no such database
COLOURS: Final[Mapping[State, str]] = {"well": "green", "look": "yellow", "ill": "red", "unknown": "dim"}


def main(config: Path | None, pages: Sequence[str], *, watch: bool) -> None:
    """Show it; when shown once, raises Unusable if anything is ill. `pages` are `HOST:PORT` of processes."""
    for page in pages:
        if not page.rpartition(":")[2].isdigit() or "/" in page:
            raise WrongUsage(f"--page {page}: write HOST:PORT, like worker-1:9300")
    look = Look(load(config), pages)
    console = output(highlight=False)
    if not watch:
        rows = look.rows()
        console.print(table(rows))
        if ill := [row.what for row in rows if row.state == "ill"]:
            raise Unusable(f"ill: {', '.join(ill)}")
        return
    with suppress(KeyboardInterrupt), Live(console=console, screen=console.is_terminal) as live:
        while True:
            live.update(table(look.rows()), refresh=True)
            time.sleep(WATCH_SECONDS)


def table(rows: Sequence[Row]) -> Table:
    """The view: what, how it is in a word with its colour, and what it does."""
    shown = Table(box=None, pad_edge=False, show_header=False, title=time.strftime("%H:%M:%S UTC", time.gmtime()))
    shown.title_justify, shown.title_style = "left", "dim"
    for column in ("what", "state"):
        shown.add_column(column, no_wrap=True)
    shown.add_column("text", overflow="fold")
    for row in rows:
        shown.add_row(Text(row.what), Text(row.state, COLOURS[row.state]), Text(row.text))
    return shown


class Look:
    """Looks at everything; keeps what it saw the last time, to say how fast things are."""

    def __init__(self, settings: Settings, pages: Sequence[str] = ()) -> None:
        self._settings = settings
        self._pages = dict.fromkeys(pages, "process") or _own_pages(settings)
        self._seen: dict[str, tuple[float, Page]] = {}
        self._client: Any = None

    def rows(self) -> list[Row]:
        """Processes, groups, store, in this order."""
        behind: dict[str, int] = {}
        with ThreadPoolExecutor(len(self._pages) + 1) as threads:
            brokers = threads.submit(lambda: list(self._groups(behind)))
            processes = [row for row in threads.map(self._process, self._pages) if row is not None]
            return [*processes, *brokers.result(), *self._store(behind)]

    def _process(self, address: str) -> Row | None:
        page, now, expected = _page(address), time.monotonic(), self._pages[address]
        then, before = self._seen.pop(address, (now, None))
        if page is not None:
            self._seen[address] = (now, page)
        elif not self._is_run(expected):
            return None
        return process(address, page, before, now - then, expected)

    def _is_run(self, process: str) -> bool:
        """Whether it should be there: not everybody has a board, or receivers."""
        return bool(self._settings.deliver.receivers) if process == "deliver" else process not in ("board", "preflight")

    def _groups(self, unstored: dict[str, int]) -> Iterator[Row]:
        settings = self._settings
        try:
            self._client = self._client or administration(settings, [])
            workers, _ = self._group("workers", settings.group_id, (TOUCHPOINTS, ROUTED))
            writers, behind = self._group("writers", group_of(settings), KINDS)
        except KafkaException:
            self._client = None
            yield Row("brokers", "ill", why_no_broker(settings).text)
            return
        unstored.update(behind)
        yield from (Row("brokers", "well", settings.bootstrap_servers), workers, writers)

    def _group(self, what: str, name: str, topics: Iterable[str]) -> tuple[Row, dict[str, int]]:
        try:
            found = group(self._settings, self._client, name, topics)
        except KafkaException as error:
            if error.args[0].code() not in FORBIDDEN:
                raise
            return Row(what, "unknown", f"this user may not look at group {name}: allow it to describe it"), {}
        return group_row(what, found), found.behind

    def _store(self, behind: Mapping[str, int]) -> Iterator[Row]:
        settings = self._settings
        if not is_there(settings):
            yield Row("store", "unknown", f"there is none in {settings.store.path}: is it on another machine?")
            return
        try:
            waiting = {kind.table.replace("_", " "): behind.get(topic, 0) for topic, kind in KINDS.items()}
            with readable(settings) as client:
                found = client.query("SELECT * FROM v_freshness").named_results()
                yield from [freshness(row, waiting.get(row["subject"], 0)) for row in in_order(found)]
        except Unusable as error:
            yield Row("store", "ill", str(error))
        except ClickHouseError as error:
            if getattr(error, "code", None) in NOT_MADE:
                yield Row("store", "unknown", "its tables are not there yet: start the writer, or siloscope migrate")
            else:
                yield Row("store", "ill", first_line(error))


def _own_pages(settings: Settings) -> dict[str, str]:
    """Where the processes of this machine serve their pages, and which is whose."""
    host = "127.0.0.1" if settings.metrics_host in ("0.0.0.0", "::") else settings.metrics_host
    return {f"{host}:{port_of(settings, process)}": process for process in PROCESSES}


class _Said(TypedDict):
    process: str
    ok: bool
    why: str
    waiting_records: int


def _page(address: str) -> Page | None:
    """What is served there; None where nothing of ours answers, also where it ends in the middle of a page."""
    try:
        health, ready = (_json(f"http://{address}/{name}") for name in ("healthz", "readyz"))
        with urlopen(f"http://{address}/metrics", timeout=PAGE_SECONDS) as page:
            return Page(health, ready, summed(page.read().decode()))
    except (OSError, HTTPException, ValueError, msgspec.DecodeError):
        return None


def _json(url: str) -> _Said:
    try:
        with urlopen(url, timeout=PAGE_SECONDS) as page:
            said = page.read()
    except HTTPError as error:  # a process that is ill says so with a 503
        said = error.read()
    return msgspec.json.decode(said, type=_Said)
