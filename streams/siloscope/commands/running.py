"""The commands that run: the demo, the tests, the processes."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from .app import app
from .options import Config, Mapping


@app.command()
def demo(
    once: Annotated[bool, typer.Option("--once", help="End when the sample is through.")] = False,
    input: Annotated[str | None, typer.Option(metavar="FILE", help="Your own log instead of the invented day.")] = None,
    mapping: Mapping = None,
    customers: Annotated[int, typer.Option(min=1, help="Of the invented company.")] = 400,
    seed: Annotated[int, typer.Option(help="Another seed is another company.")] = 1,
    day_seconds: Annotated[float, typer.Option(min=0, help="How long its day takes; 0: as fast as it goes.")] = 45,
    imitation: Annotated[
        bool, typer.Option("--imitation", help="The in-process imitation of Kafka, without Java.")
    ] = False,
    port: Annotated[int | None, typer.Option(min=1, max=65535, help="Of the broker; else any free one.")] = None,
    store: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Keep the store there; else it goes at the end.")
    ] = None,
) -> None:
    """The whole pipeline on this machine.

    Broker, worker, writer and store start here and end with it; alerts are shown as they come.
    """
    from ..ops.demo import Options, run

    run(Options(once, input, mapping, customers, seed, day_seconds, imitation, port, store))


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def test(context: typer.Context) -> None:
    """Everything the project tests.

    In a checkout. Arguments go to pytest, which then runs alone: siloscope test tests/unit -k settings.
    """
    from ..ops.checks import main

    main(context.args)


@app.command()
def worker(
    config: Config = None,
    shadow: Annotated[
        bool, typer.Option("--shadow", help="Detect, but mark all alerts so that nobody is told.")
    ] = False,
) -> None:
    """One worker: reads touchpoints, writes alerts. Runs until it is told to stop."""
    from ..agents.worker import run
    from ..ops.logs import log_to_stderr
    from ..settings import load

    log_to_stderr()
    run(load(config, mode="shadow") if shadow else load(config))


@app.command()
def writer(config: Config = None) -> None:
    """Writes what Kafka holds to the store.

    Touchpoints, alerts, warnings and dead letters. Runs until it is told to stop.
    """
    from ..ops.logs import log_to_stderr
    from ..settings import load
    from ..stores.writer import run

    log_to_stderr()
    run(load(config))


@app.command()
def board(config: Config = None) -> None:
    """The pages for staff: what is on whose desk, live.

    Prints the address to open first. Runs until it is told to stop.
    """
    from ..ops.logs import log_to_stderr
    from ..settings import load
    from ..web.run import run

    log_to_stderr()
    run(load(config))


@app.command()
def deliver(
    config: Config = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Send nothing; say what the last days would have sent.")
    ] = False,
    days: Annotated[float, typer.Option(min=0.01, help="Of --dry-run.")] = 7,
) -> None:
    """Tells people: alerts and handoff warnings to mail, chat and webhooks.

    By the routes of the settings (docs/delivery.md). Runs until it is told to stop; a second one stands by.
    """
    from ..deliver import process, rehearsal
    from ..ops.logs import log_to_stderr
    from ..settings import load

    log_to_stderr()
    if dry_run:
        rehearsal.main(load(config), days)
    else:
        process.run(load(config))
