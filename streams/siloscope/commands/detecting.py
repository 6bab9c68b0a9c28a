"""The commands that detect without a broker: on recorded, simulated and imagined events."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from .app import app
from .options import Config, FromStore, History, Mapping, RulesFile, Set, Store, Until, store_of


@app.command()
def replay(
    files: Annotated[list[str], typer.Argument(metavar="FILE...", help="Recorded events; - is standard input.")],
    out: Annotated[
        Path, typer.Option(metavar="DIR", help="Where alerts, warnings, rejected lines and the summary go.")
    ],
    mapping: Mapping = None,
    set: Set = None,
    until: Until = None,
    history: Annotated[bool, typer.Option("--history", help="Write retracted alerts too.")] = False,
    rules: RulesFile = None,
) -> None:
    """Recorded events through the same detection."""
    from ..ops.replay import main

    main(files, out, mapping, set or (), until, history, rules)


@app.command("check-event")
def check_event(
    files: Annotated[list[str], typer.Argument(metavar="FILE...", help="Events as JSON; - is standard input.")],
    readings: Annotated[bool, typer.Option("--readings", help="Also what is read in their texts.")] = False,
    lexicons: Annotated[Path | None, typer.Option(metavar="DIR", help="Read by these lexicons too.")] = None,
) -> None:
    """Dry run of the intake.

    For each event, what would become of it, as a JSON line. Ends with 1 where one would be rejected.
    """
    from .. import language
    from ..ops.check_event import main

    reader = language.reader(lexicons) if lexicons is not None else language.shipped()
    main(files, reader if readings or lexicons is not None else None)


@app.command()
def check(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="A pattern (.yml), or Python (.py).")],
) -> None:
    """Tries symptoms of your own on their scenarios.

    As written, doubled, shuffled, at any tick rate, with crashes. Ends with 1 where one fails.
    """
    from ..ops.check import main

    main(files)


@app.command()
def simulate(
    customers: Annotated[int, typer.Option(min=1, help="Of the invented company.")] = 400,
    days: Annotated[int, typer.Option(min=1, help="How many days; their history comes with them.")] = 1,
    start: Annotated[str | None, typer.Option(metavar="DAY", help="The first day.")] = None,
    seed: Annotated[int, typer.Option(help="Another seed is another company.")] = 1,
    out: Annotated[Path | None, typer.Option(metavar="FILE", help="JSON lines; else to standard output.")] = None,
    labels: Annotated[
        Path | None, typer.Option(metavar="FILE", help="What was put in on purpose, as JSON lines.")
    ] = None,
    faults: Annotated[
        str, typer.Option(metavar="HOW", help="injected: each daily; normal: seldom; or a share of customers a week.")
    ] = "injected",
    rules: Annotated[Path | None, typer.Option(metavar="FILE", help="Write the company's rules there.")] = None,
    to_broker: Annotated[bool, typer.Option("--to-broker", help="Into the topic touchpoints, as Avro.")] = False,
    speed: Annotated[float, typer.Option(min=0, help="Times as fast as real; 0: as fast as it goes.")] = 0,
    config: Config = None,
) -> None:
    """Events of an invented company, with known symptoms.

    What was put in on purpose, to be found or to stay silent, stands in the labels.
    """
    from ..ops.simulate_command import main

    main(
        seed, customers, start, days, faults, out=out, labelled=labels, rules=rules, to_broker=to_broker, speed=speed,
        config=config,
    )  # fmt: skip


@app.command()
def evaluate(
    labels: Annotated[Path, typer.Option("--labels", metavar="FILE", help="What is to be found, as JSON lines.")],
    files: Annotated[
        list[str] | None, typer.Argument(metavar="FILE", help="Recorded events; - is standard input.")
    ] = None,
    alerts: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Alerts of an earlier replay; else the events are replayed.")
    ] = None,
    rules: RulesFile = None,
    set: Set = None,
    mapping: Mapping = None,
    until: Until = None,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Where evaluation.json and evaluation.svg go.")
    ] = None,
    worst: Annotated[int, typer.Option(min=0, help="Kinds of false alarms and misses shown.")] = 5,
) -> None:
    """Compares alerts with labels.

    Precision, recall and delay of each symptom with 95 % confidence intervals, and the worst mistakes.
    """
    from ..ops.evaluate import main

    main(files or (), labels, alerts, rules, set or (), mapping, until, out, worst)


@app.command()
def backtest(
    files: Annotated[
        list[str] | None, typer.Argument(metavar="FILE", help="Recorded events; none: those of the store.")
    ] = None,
    set: Annotated[
        list[str] | None, typer.Option("--set", metavar="SYMPTOM.PARAM=VALUE", help="The change; may be repeated.")
    ] = None,
    rules: Annotated[Path | None, typer.Option("--rules", metavar="NEW.yml", help="The rules after it.")] = None,
    against: Annotated[
        Path | None, typer.Option("--against", metavar="OLD.yml", help="The rules before it; else none.")
    ] = None,
    days: Annotated[int | None, typer.Option(min=1, help="Only alerts of the last DAYS; else all.")] = None,
    mapping: Mapping = None,
    store: Store = None,
    from_store: FromStore = False,
    config: Config = None,
    out: Annotated[Path | None, typer.Option(metavar="DIR", help="Where backtest.json goes.")] = None,
    examples: Annotated[int, typer.Option(min=0, help="Of each symptom, of what appears and disappears.")] = 3,
) -> None:
    """What a change would have told.

    The same events with the parameters before and after: what appears, what disappears.
    """
    from ..ops.backtest import main

    settings = store_of(config, store, from_store)
    main(files or (), mapping, settings, set or (), rules, against, days, out, examples)


@app.command()
def preflight(
    files: Annotated[
        list[str] | None, typer.Argument(metavar="FILE...", help="Messages as JSON; - is standard input.")
    ] = None,
    history: History = None,
    store: Store = None,
    from_store: FromStore = False,
    to: Annotated[Path | None, typer.Option(metavar="FILE", help="Whom it is meant for: a customer a line.")] = None,
    clear: Annotated[Path | None, typer.Option(metavar="FILE", help="Write those who may get it there.")] = None,
    mapping: Mapping = None,
    rules: RulesFile = None,
    set: Set = None,
    config: Config = None,
    plan: Annotated[
        Path | None, typer.Option(metavar="FILE", help="A planned rule: try what it adds on the last days.")
    ] = None,
    days: Annotated[int, typer.Option(min=1, help="How many days a plan is tried on.")] = 90,
    out: Annotated[Path | None, typer.Option(metavar="FILE", help="Write the plan's trial, .html or .json.")] = None,
    serve: Annotated[bool, typer.Option("--serve", help="Answer over HTTP, on the state that workers keep.")] = False,
) -> None:
    """Before it is sent: what a message would set off.

    For each message and customer clear, caution or hold, with the reasons. Also what a planned rule would have.
    """
    from ..preflight import command

    if serve:
        return command.serve(config)
    settings, changes = store_of(config, store, from_store), set or ()
    if plan is not None:
        return command.tried(plan, days, history or (), settings, mapping, rules, changes, out)
    return command.main(files or (), history or (), settings, to, mapping, rules, changes, clear)


@app.command()
def symptoms(
    name: Annotated[str | None, typer.Argument(help="One to explain; none: list them.")] = None,
    rules: RulesFile = None,
) -> None:
    """Lists the symptoms, or explains one.

    Definition, parameters with defaults and units, examples.
    """
    from ..ops.symptom_pages import main

    main(name, rules)
