"""`siloscope digest`: the council's week, as a page or PDF."""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from ..errors import Unusable, WrongUsage
from ..film import Film, focused
from ..film.anonymous import anonymous
from ..film.stored import film_from
from ..ops.browser import printed
from ..settings import Settings
from ..stores.elsewhere import must_exist, readable
from .facts import Breakage, Facts, facts
from .page import page

if TYPE_CHECKING:
    from clickhouse_connect.driver.client import Client


def main(store: Settings, week: str | None, out: Path) -> None:
    """Write the digest of a week to `out`, HTML or, where it ends with .pdf, PDF; raises Unusable in one line."""
    if out.suffix not in (".html", ".pdf"):
        raise WrongUsage(f"--out {out}: name a file that ends with .html or .pdf")
    must_exist(store)
    with readable(store) as client:
        html, found = week_of(client, _day(week))
    try:
        if out.suffix == ".pdf":
            printed(html, out)
        else:
            out.write_text(html, encoding="utf-8")
    except OSError as error:
        raise Unusable(f"cannot write {out}: {error.strerror}; name another file with --out") from None
    print(f"{out}: the week from {found.week}", file=sys.stderr)


def week_of(client: Client, day: date | None) -> tuple[str, Facts]:
    """The page of the week in which `day` lies (None: the last whole one), and its figures; raises Unusable."""
    found = facts(client, day)
    return page(found, lambda breakage: _film(client, breakage)), found


def _day(week: str | None) -> date | None:
    try:
        return date.fromisoformat(week) if week is not None else None
    except ValueError:
        raise WrongUsage(f"--week {week}: write a day of it, like 2026-03-02") from None


def _film(client: Client, breakage: Breakage) -> Film:
    film = film_from(client, breakage.example)
    of_it = [mark for mark in film.marks if mark.symptom == breakage.symptom]
    return anonymous(focused(film, max(of_it, key=lambda mark: len(mark.evidence))) if of_it else film)
