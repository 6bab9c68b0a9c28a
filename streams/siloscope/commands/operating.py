"""The commands of who operates it."""

from __future__ import annotations

from typing import Annotated

import typer

from .app import app
from .options import Config


@app.command()
def doctor(
    process: Annotated[
        str | None,
        typer.Argument(metavar="[worker|writer|deliver|board|preflight]", help="Only what this process needs."),
    ] = None,
    config: Config = None,
) -> None:
    """Says what is wrong and how to mend it.

    Checks settings, brokers, rights, topics, schemas, store, receivers, login and what else a process needs.
    """
    from ..ops.doctor import main

    main(process, config)


@app.command()
def status(
    watch: Annotated[bool, typer.Option("--watch", help="Again and again, until Ctrl-C.")] = False,
    page: Annotated[
        list[str] | None, typer.Option(metavar="HOST:PORT", help="A process's metrics page; may be repeated.")
    ] = None,
    config: Config = None,
) -> None:
    """How everything is: processes, lag, store.

    One line each, in words and colours. Shown once it ends with 1 where anything is ill.
    """
    from ..ops.status import main

    main(config, page or (), watch=watch)


@app.command()
def topics(
    config: Config = None,
    create: Annotated[bool, typer.Option("--create", help="Make those that are missing.")] = False,
) -> None:
    """Shows the Kafka topics and what is wrong with them."""
    from ..ops.topics import main
    from ..settings import load

    main(load(config), make=create)


@app.command()
def schemas(
    action: Annotated[str, typer.Argument(metavar="[list|check|register]", help="What to do with them.")] = "list",
    config: Config = None,
) -> None:
    """Lists the schemas of the events.

    check compares them with their ids and the registry; register puts them there.
    """
    from ..settings import load
    from ..wire.cli import main

    main(action, load(config))


@app.command()
def migrate(
    config: Config = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be applied.")] = False,
) -> None:
    """Brings the store up to date."""
    from ..settings import load
    from ..stores.migrations import migrate

    done = migrate(load(config), dry_run=dry_run)
    for migration in done:
        typer.echo(f"{'to apply' if dry_run else 'applied'}: {migration}")
    if not done:
        typer.echo("the store is up to date")


@app.command()
def deadletters(
    action: Annotated[str, typer.Argument(metavar="[list|show|redrive]", help="What to do with them.")] = "list",
    ids: Annotated[list[str] | None, typer.Argument(metavar="ID...", help="topic/partition/offset.")] = None,
    reason: Annotated[str | None, typer.Option(help="All with this reason.")] = None,
    every: Annotated[bool, typer.Option("--every", help="All there are.")] = False,
    config: Config = None,
) -> None:
    """What could not be used, why, and back with it."""
    from ..ops.dead_letters import main
    from ..settings import load

    main(action, ids or (), load(config), reason=reason, every=every)


@app.command()
def audit(
    customer: Annotated[str | None, typer.Option(metavar="KEY", help="Who read this customer's words.")] = None,
    person: Annotated[
        str | None, typer.Option(metavar="NAME", help="What this person read, and when she came.")
    ] = None,
    days: Annotated[int, typer.Option(min=1, max=400, help="Back from now.")] = 30,
    config: Config = None,
) -> None:
    """Who read what customers wrote, and who came to the board.

    Reads the topic siloscope.audit: for the auditor, who alone has the right to it.
    """
    from ..settings import load
    from ..web.access.report import main

    main(load(config), customer, person, days)
