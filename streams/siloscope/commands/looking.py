"""The commands that show what the store holds."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from .app import app
from .options import Config, FromStore, History, Mapping, RulesFile, Store, settings_of, store_of


@app.command()
def dashboards(
    out: Annotated[Path | None, typer.Option(metavar="DIR", help="Write the pages there; else serve them.")] = None,
    port: Annotated[int, typer.Option(min=0, max=65535, help="Of the pages, on this machine; 0: any free one.")] = 9340,
    prometheus: Annotated[
        str | None, typer.Option(metavar="URL", help="Who keeps the metrics; else the processes' pages are read.")
    ] = None,
    store: Store = None,
    config: Config = None,
) -> None:
    """The dashboards without Grafana.

    Its JSON drawn as pages for a browser. Runs until it is told to stop, but with --out.
    """
    from ..panels.command import main

    main(settings_of(config, store), out, port, prometheus)


@app.command()
def journey(
    customer: Annotated[str, typer.Argument(metavar="CUSTOMER", help="As in alerts: her customer_id, or kind:value.")],
    history: History = None,
    store: Store = None,
    from_store: FromStore = False,
    about: Annotated[str | None, typer.Option(metavar="SYMPTOM", help="Only what is around the last of these.")] = None,
    out: Annotated[Path | None, typer.Option(metavar="FILE", help="SVG, or PNG (.png); else standard output.")] = None,
    anonymous: Annotated[bool, typer.Option("--anonymous", help="Without names, texts and references.")] = False,
    mapping: Mapping = None,
    rules: RulesFile = None,
    config: Config = None,
) -> None:
    """The film of one customer's journey.

    Lanes by department over time, waits, and the symptoms where they arose; it plays in a browser.
    """
    from ..film.command import main

    settings = store_of(config, store, from_store)
    main(customer, history or (), settings, mapping, rules, about, out, anonymous)


@app.command()
def digest(
    out: Annotated[Path, typer.Option(metavar="FILE", help="Ends with .html, or .pdf (needs Chromium or Chrome).")],
    week: Annotated[str | None, typer.Option(metavar="DAY", help="A day of it; else the last whole week.")] = None,
    store: Store = None,
    config: Config = None,
) -> None:
    """The week for the customer-experience council.

    What broke most, between whom, what it cost, what changed, and who is green outside only.
    """
    from ..digest.command import main

    main(settings_of(config, store), week, out)


@app.command()
def sql(
    question: Annotated[str | None, typer.Argument(metavar="SQL", help="One question; none: a prompt.")] = None,
    store: Store = None,
    format: Annotated[
        str | None, typer.Option(metavar="FORMAT", help="ClickHouse's name: CSVWithNames, Markdown, Vertical, …")
    ] = None,
    config: Config = None,
) -> None:
    """Asks the store: a table on a terminal, JSON lines in a pipe.

    Where a writer or a demo has the embedded store open, through its gateway: then the views v_* only.
    """
    from ..stores.reading import main

    main(question, settings_of(config, store), format)
